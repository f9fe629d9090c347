//! What to match, as a tree that knows no engine, and the parser that makes it of what a user types.

mod tree;

pub use tree::{Bounds, NearPart, Query};

/// A query that cannot be understood; the user can fix it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {}
