//! The schema table as the engine's fields.

use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};

use crate::{
    analysis::ArticleTokenizer,
    schema::{FACETS, FacetField},
};

/// Tokenizer of the text fields.
const NEWS: &str = "news";
/// Tokenizer of values that are kept whole: the engine's own.
const EXACT: &str = "raw";

/// Name of the column with the time of publication.
pub(super) const PUBLISHED_AT: &str = "published_at";

/// Every field of the engine.
#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) schema: Schema,
    /// Article identifier: indexed whole.
    pub(super) id: Field,
    /// Terms of the headline, with positions.
    pub(super) title: Field,
    /// Terms of the text under it, with positions.
    pub(super) body: Field,
    /// One field per facet in the order of `FACETS`: indexed whole, without frequencies, and a column of strings.
    pub(super) facets: Vec<Field>,
    /// When it was printed: a column of seconds since 1970, with no value where that is not known.
    pub(super) published_at: Field,
    /// The source file and the state it was read in ([`super::ledger`]): indexed.
    pub(super) file: Field,
    /// The article as [`super::stored`] has it: stored.
    pub(super) stored: Field,
}

impl Mapping {
    pub(super) fn new() -> Self {
        let mut builder = Schema::builder();
        let exact = TextFieldIndexing::default()
            .set_tokenizer(EXACT)
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        let news = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(NEWS)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
                .set_fieldnorms(true),
        );
        let id = builder.add_text_field("id", TextOptions::default().set_indexing_options(exact.clone()));
        let title = builder.add_text_field("title", news.clone());
        let body = builder.add_text_field("body", news);
        let facets = FACETS
            .iter()
            .map(|facet| {
                let options = TextOptions::default().set_indexing_options(exact.clone()).set_fast(EXACT);
                builder.add_text_field(facet.name, options)
            })
            .collect();
        let published_at = builder.add_i64_field(PUBLISHED_AT, FAST);
        let file = builder.add_bytes_field("file", BytesOptions::from(INDEXED));
        let stored = builder.add_bytes_field("stored", STORED);
        Mapping { schema: builder.build(), id, title, body, facets, published_at, file, stored }
    }

    /// The field of a facet.
    pub(super) fn facet(&self, facet: &FacetField) -> Field {
        let row = FACETS.iter().position(|row| row.name == facet.name).unwrap_or(0);
        self.facets[row]
    }

    /// Makes the analyzers known to an engine index; needed at every open.
    pub(super) fn register(&self, index: &tantivy::Index) {
        index.tokenizers().register(NEWS, ArticleTokenizer::default());
    }
}
