//! One error for the whole library.

use crate::{index::IndexError, ingest::RecordError, query::QueryError};

/// Result of the library's top-level calls.
pub type Result<T> = std::result::Result<T, Error>;

/// Anything that can go wrong, grouped by the room that reports it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The query cannot be understood; the user can fix it.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A record cannot be read, and the run was told to stop at the first such.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The index is missing, locked, built by another program, or broken.
    #[error(transparent)]
    Index(#[from] IndexError),
}
