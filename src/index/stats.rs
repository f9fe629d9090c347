//! What an index holds, in numbers.

use serde::Serialize;

/// Numbers of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Articles that a search can find.
    pub articles: u64,
    /// Articles removed whose bytes are still there.
    pub removed: u64,
    /// Parts that the engine searches one after another.
    pub segments: u64,
    /// Bytes of the index's files.
    pub bytes: u64,
    /// Source files.
    pub files: u64,
    /// Articles without a publication date.
    pub undated: u64,
    /// Articles without a place.
    pub unplaced: u64,
    /// Articles without an actor.
    pub no_actor: u64,
    /// Articles by language, most first.
    pub languages: Vec<(String, u64)>,
    /// Articles by outlet, most first.
    pub sources: Vec<(String, u64)>,
    /// Days of the first and last article printed.
    pub published: Option<(String, String)>,
    /// What built the index.
    pub fingerprint: String,
}

/// A file of an index that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// The file's name.
    pub file: String,
}
