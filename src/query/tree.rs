//! The query tree.

use crate::{article::Field, schema::FacetField};

/// What to match. Every backend lowers this tree into its own queries.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Query {
    /// Every article.
    All,
    /// One word as typed. Analysis may cut it into several terms, which must then stand side by side.
    Word {
        /// The field to look in; both where `None`.
        field: Option<Field>,
        /// As typed.
        text: String,
    },
    /// Words that stand together.
    Phrase {
        /// The field to look in; both where `None`.
        field: Option<Field>,
        /// As typed, without its quotation marks.
        text: String,
        /// How many other words may stand between them altogether.
        slop: u32,
        /// Whether they must keep their order where `slop` is not 0.
        ordered: bool,
    },
    /// Words that begin so.
    Prefix {
        /// The field to look in; both where `None`.
        field: Option<Field>,
        /// Without its star.
        text: String,
    },
    /// Words up to some edits away.
    Fuzzy {
        /// The field to look in; both where `None`.
        field: Option<Field>,
        /// As typed, without its tilde.
        text: String,
        /// Edits: 1 or 2.
        distance: u8,
    },
    /// Words of a pattern with `*` (any run) and `?` (one character).
    Wildcard {
        /// The field to look in; both where `None`.
        field: Option<Field>,
        /// The pattern.
        pattern: String,
    },
    /// Words that a regular expression matches whole.
    Regex {
        /// The field to look in; both where `None`.
        field: Option<Field>,
        /// The expression.
        pattern: String,
    },
    /// Articles with a facet value, by any of its names, or with one below it.
    Facet {
        /// The facet.
        facet: &'static FacetField,
        /// As typed: a name or a path.
        value: String,
    },
    /// Articles with a calendar value that overlaps an interval.
    Range {
        /// A calendar facet.
        facet: &'static FacetField,
        /// From when to when.
        bounds: Bounds,
    },
    /// Articles with any value of a facet.
    Has(&'static FacetField),
    /// Articles with no value of a facet.
    Missing(&'static FacetField),
    /// Articles that match every part.
    And(Vec<Query>),
    /// Articles that match any part.
    Or(Vec<Query>),
    /// Articles that do not match.
    Not(Box<Query>),
    /// The same articles, their score multiplied.
    Boost(Box<Query>, f32),
}

/// An interval of EDTF values, both ends included; `None` is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The first value that matches.
    pub from: Option<String>,
    /// The last value that matches.
    pub to: Option<String>,
}
