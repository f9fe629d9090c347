//! A search engine for the news: who did what, where, when, and which stories say so.
//!
//! Articles in any news format are read ([`ingest`]), places, actors and dates are taken out of their text
//! ([`extract`]), and an index is built ([`pipeline`], [`index`]) that answers a query with ranked snippets and exact
//! facet counts.
//!
//! ```
//! use dateline::{Article, Index, article::Place, query, SearchRequest};
//!
//! # fn main() -> dateline::Result<()> {
//! let index = Index::in_memory()?;
//! let mut writer = index.writer()?;
//! writer.add(
//!     Article::new("a1", "Flood in Porto", "Rivers rose across Porto on Monday.")
//!         .with_language("en")
//!         .with_place(Place::new("Europe/Portugal/Porto")),
//! )?;
//! writer.commit()?;
//!
//! let request = SearchRequest::of(query::parse("rivers place:Porto")?.query).facet("place");
//! let response = index.search(&request)?;
//! assert_eq!(response.total, 1);
//! assert_eq!(response.hits[0].snippets[0].highlighted().collect::<Vec<_>>(), ["Rivers"]);
//! assert_eq!(response.facets[0].values[0].value, "Europe/Portugal");
//! # Ok(())
//! # }
//! ```

pub mod analysis;
pub mod article;
mod error;
pub mod extract;
pub mod index;
pub mod ingest;
pub mod pipeline;
pub mod query;
pub mod schema;
pub mod search;

pub use article::Article;
pub use error::{Error, Result};
pub use extract::{ExtractOptions, Extractor};
pub use index::Index;
pub use search::{SearchRequest, SearchResponse};
