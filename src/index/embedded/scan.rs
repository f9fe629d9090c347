//! Articles as they are stored, one by one, and the numbers of an index.

use std::collections::BTreeMap;

use tantivy::{DocAddress, DocSet, TERMINATED, TantivyError, Term, schema::IndexRecordOption};

use super::{Snapshot, document::StoredBytes, mapping::PUBLISHED_AT, note, stored};
use crate::{
    article::{Article, Day},
    index::{IndexError, Stats},
    schema::FACETS,
};

impl Snapshot {
    /// The stored bytes of an article.
    pub(super) fn stored(&self, address: DocAddress) -> Result<Vec<u8>, IndexError> {
        let StoredBytes(bytes) = self.searcher.doc(address)?;
        Ok(bytes)
    }

    /// Where an article is.
    pub(super) fn find(&self, id: &str) -> Result<Option<DocAddress>, IndexError> {
        let term = Term::from_field_text(self.mapping.id, id);
        for (segment, reader) in self.searcher.segment_readers().iter().enumerate() {
            let index = reader.inverted_index(self.mapping.id)?;
            let postings = index.read_postings(&term, IndexRecordOption::Basic).map_err(TantivyError::from)?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED {
                if !reader.is_deleted(postings.doc()) {
                    return Ok(Some(DocAddress::new(segment as u32, postings.doc())));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// Every article, in the order of the index.
    pub(super) fn scan(&self) -> impl Iterator<Item = Result<Article, IndexError>> + '_ {
        let addresses =
            self.searcher.segment_readers().iter().enumerate().flat_map(|(segment, reader)| {
                reader.doc_ids_alive().map(move |doc| DocAddress::new(segment as u32, doc))
            });
        addresses.map(|address| stored::decode(&self.stored(address)?))
    }

    /// How many articles have each value of a facet, most first.
    fn values(&self, facet: &str) -> Result<Vec<(String, u64)>, IndexError> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for reader in self.searcher.segment_readers() {
            let Some(column) = reader.fast_fields().str(facet)? else { continue };
            let mut by_ordinal = vec![0u64; column.num_terms()];
            for doc in reader.doc_ids_alive() {
                column.term_ords(doc).for_each(|ordinal| by_ordinal[ordinal as usize] += 1);
            }
            let mut value = String::new();
            for (ordinal, count) in by_ordinal.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                value.clear();
                column.ord_to_str(ordinal as u64, &mut value).map_err(TantivyError::from)?;
                *counts.entry(value.clone()).or_default() += count;
            }
        }
        let mut values: Vec<(String, u64)> = counts.into_iter().collect();
        values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Ok(values)
    }

    /// Articles without a value of a facet.
    fn without(&self, facet: &str) -> Result<u64, IndexError> {
        let mut without = 0;
        for reader in self.searcher.segment_readers() {
            let column = reader.fast_fields().str(facet)?;
            let has = |doc| column.as_ref().is_some_and(|column| column.term_ords(doc).next().is_some());
            without += reader.doc_ids_alive().filter(|doc| !has(*doc)).count() as u64;
        }
        Ok(without)
    }

    /// First and last second of publication.
    fn published(&self) -> Result<Option<(i64, i64)>, IndexError> {
        let mut range: Option<(i64, i64)> = None;
        for reader in self.searcher.segment_readers() {
            let column = reader.fast_fields().i64(PUBLISHED_AT)?;
            for at in reader.doc_ids_alive().filter_map(|doc| column.first(doc)) {
                range = Some(range.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
            }
        }
        Ok(range)
    }

    /// The numbers of the index.
    pub(super) fn numbers(&self) -> Result<Stats, IndexError> {
        debug_assert!(FACETS.iter().any(|facet| facet.name == "language"), "the schema has languages");
        let meta = self.index.load_metas()?;
        let segments = self.searcher.segment_readers();
        let note = note(&meta).unwrap_or_default();
        let day = |seconds: i64| Day(seconds.div_euclid(86_400) as i32).to_string();
        Ok(Stats {
            articles: self.searcher.num_docs(),
            removed: segments.iter().map(|reader| u64::from(reader.num_deleted_docs())).sum(),
            segments: segments.len() as u64,
            bytes: self.searcher.space_usage().map_err(TantivyError::from)?.total().get_bytes(),
            files: super::ledger::Ledger::load(&self.searcher, &self.mapping, &note)?.files().count() as u64,
            undated: self.without("published")?,
            unplaced: self.without("place")?,
            no_actor: self.without("actor")?,
            languages: self.values("language")?,
            sources: self.values("source")?,
            published: self.published()?.map(|(first, last)| (day(first), day(last))),
            fingerprint: self.fingerprint.clone(),
        })
    }
}
