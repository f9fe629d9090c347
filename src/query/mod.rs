//! What to match, as a tree that knows no engine, and the parser that makes it of what a user types.

mod parser;
mod print;
mod tree;

pub use parser::{MAX_BYTES, MAX_DEPTH, MAX_TERMS, Parsed, parse};
pub use tree::{Bounds, Query};

/// A query that cannot be run; the user can fix it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// It is too long.
    #[error("the query has {bytes} bytes, the limit is {limit}: shorten it")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Its parentheses nest too deep.
    #[error("character {at}: parentheses and NOTs nest deeper than {limit}: take some away")]
    TooDeep {
        /// Where, counted in characters from 1.
        at: usize,
        /// The limit.
        limit: usize,
    },
    /// It has too many words.
    #[error("character {at}: the query has more than {limit} words: take some away")]
    TooMany {
        /// Where, counted in characters from 1.
        at: usize,
        /// The limit.
        limit: usize,
    },
}
