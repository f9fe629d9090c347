//! A search engine for the news: who did what, where, when, and which stories say so.

pub mod analysis;
pub mod article;
pub mod extract;
pub mod query;
pub mod schema;
pub mod search;

pub use article::Article;
pub use search::{SearchRequest, SearchResponse};
