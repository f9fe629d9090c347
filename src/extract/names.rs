//! Spans of tokens that are names, as the recogniser hands them to the place and actor extractors.

/// What sort of thing a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameKind {
    /// A human being.
    Person,
    /// A body, group, company, army, government.
    Organization,
    /// A place.
    Place,
    /// A name of something else: a book, a law, an event, a product.
    Other,
}

/// A name in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NameSpan {
    /// Index of the first token.
    pub first: u32,
    /// Index of the last token, included.
    pub last: u32,
    /// What it stands for.
    pub kind: NameKind,
    /// How sure, from 0 to 1.
    pub score: f32,
    /// Row in the table of known actors, where the name is in it.
    pub known: Option<u32>,
}
