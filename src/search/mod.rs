//! Request and response: the vocabulary that every front end and backend shares.

use std::ops::Range;

use crate::{
    article::{Article, Field},
    query::Query,
};

/// A search to run.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// What to match.
    pub query: Query,
    /// Facets to count, in the order they are wanted.
    pub facets: Vec<FacetRequest>,
    /// Hits to return.
    pub limit: usize,
    /// Hits to pass over first.
    pub offset: usize,
    /// Order of the hits.
    pub sort: Sort,
    /// Passages to cut out of each hit, at the most.
    pub snippets: usize,
}

impl SearchRequest {
    /// The ten best hits of a query, with a snippet each and no facets.
    pub fn of(query: Query) -> Self {
        SearchRequest { query, facets: Vec::new(), limit: 10, offset: 0, sort: Sort::Relevance, snippets: 1 }
    }

    /// Also counts a facet's ten most frequent values.
    #[must_use]
    pub fn facet(mut self, name: &str) -> Self {
        self.facets.push(FacetRequest::new(name));
        self
    }
}

/// Order of the hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sort {
    /// Best match first.
    #[default]
    Relevance,
    /// Last published first.
    Newest,
    /// First published first.
    Oldest,
}

/// A facet to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetRequest {
    /// The facet's name in the schema table.
    pub name: String,
    /// Values to return, at the most.
    pub limit: usize,
    /// Only values below this one.
    pub under: Option<String>,
}

impl FacetRequest {
    /// A facet's ten most frequent values.
    pub fn new(name: &str) -> Self {
        FacetRequest { name: name.to_owned(), limit: 10, under: None }
    }
}

/// Ranked hits and facet counts.
#[derive(Clone, Debug, Default)]
pub struct SearchResponse {
    /// Number of matching articles, exact.
    pub total: u64,
    /// Best hits first.
    pub hits: Vec<Hit>,
    /// One block per facet asked for, in that order.
    pub facets: Vec<FacetBlock>,
    /// What was understood otherwise than typed, or could not be.
    pub warnings: Vec<String>,
}

/// One ranked article.
#[derive(Clone, Debug, Default)]
pub struct Hit {
    /// Relevance, comparable inside one response only.
    pub score: f32,
    /// The article as it is stored, with its evidence.
    pub article: Article,
    /// The best passages.
    pub snippets: Vec<Snippet>,
}

/// Plain text and the ranges to highlight; markup is the front end's business.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The field it was cut out of.
    pub field: Field,
    /// The passage.
    pub text: String,
    /// Byte ranges of `text`, in order, apart from each other.
    pub highlights: Vec<Range<usize>>,
}

impl Snippet {
    /// The highlighted words.
    pub fn highlighted(&self) -> impl Iterator<Item = &str> {
        self.highlights.iter().map(|range| &self.text[range.clone()])
    }
}

/// The values of one facet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetBlock {
    /// The facet's name.
    pub name: String,
    /// Whether every count is exact; the embedded engine's always are.
    pub exact: bool,
    /// Matching articles without a value.
    pub unknown: u64,
    /// The values, most frequent first.
    pub values: Vec<FacetCount>,
}

/// A value of a facet and how many matching articles have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetCount {
    /// The value as the index and queries have it.
    pub value: String,
    /// How a reader calls it.
    pub label: String,
    /// Matching articles.
    pub count: u64,
}
