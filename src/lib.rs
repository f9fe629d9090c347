//! A search engine for the news: who did what, where, when, and which stories say so.

pub mod analysis;
pub mod article;
mod error;
pub mod extract;
pub mod index;
pub mod ingest;
pub mod query;
pub mod schema;
pub mod search;

pub use article::Article;
pub use error::{Error, Result};
pub use index::Index;
pub use search::{SearchRequest, SearchResponse};
