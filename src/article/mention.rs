//! Where in an article a value was read.

use serde::{Deserialize, Serialize};

/// A field of an article that holds text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The headline.
    Title,
    /// The text under it.
    #[default]
    Body,
}

/// The words that name a value: a byte range of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mention {
    /// The field that holds the words.
    pub field: Field,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Mention {
    /// A mention at a byte range of a field.
    pub fn new(field: Field, start: u32, end: u32) -> Self {
        Mention { field, start, end }
    }
}
