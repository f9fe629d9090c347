//! Facets counted exactly: dense counters by ordinal over every hit, merged across segments by value.
//!
//! A segment's column is decoded once into flat arrays and kept for later searches, since the engine's own columns cost a
//! call and a bit shift per value. Where hits are more than half of a segment, the others are counted and subtracted.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::{SegmentReader, TantivyError, index::SegmentId};

use crate::{
    index::IndexError,
    schema::FacetKind,
    search::{FacetBlock, FacetCount, FacetRequest},
};

/// The values of a facet in one segment: `ordinals[starts[doc]..starts[doc + 1]]`.
#[derive(Debug, Default)]
pub(super) struct Column {
    starts: Vec<u32>,
    ordinals: Vec<u32>,
    terms: usize,
    /// Articles by ordinal over the whole segment, deleted ones left out; the last counts those without a value.
    all: OnceLock<Vec<u32>>,
}

/// Identifies what a column was decoded from: a segment and the deletions in it.
type Key = (SegmentId, Option<u64>, &'static str);

/// Columns that earlier searches decoded.
#[derive(Debug, Default)]
pub(super) struct Columns(Mutex<HashMap<Key, Arc<Column>>>);

/// Decoded values kept, all columns together: 4 bytes each.
const MAX_VALUES: usize = 32_000_000;

impl Columns {
    /// The column of a facet, decoded now or before.
    pub(super) fn get(&self, reader: &SegmentReader, facet: &'static str) -> Result<Arc<Column>, IndexError> {
        let key = (reader.segment_id(), reader.delete_opstamp(), facet);
        if let Some(column) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(column.clone());
        }
        let column = Arc::new(Column::read(reader, facet)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.values().map(|column| column.ordinals.len()).sum::<usize>() + column.ordinals.len() > MAX_VALUES {
            kept.clear();
        }
        kept.insert(key, column.clone());
        Ok(column)
    }
}

impl Column {
    fn read(reader: &SegmentReader, facet: &str) -> Result<Self, IndexError> {
        let docs = reader.max_doc();
        let Some(column) = reader.fast_fields().str(facet)? else {
            return Ok(Column { starts: vec![0; docs as usize + 1], ..Column::default() });
        };
        let ords = column.ords();
        let mut starts = Vec::with_capacity(docs as usize + 1);
        let mut at = 0;
        starts.push(0);
        for doc in 0..docs {
            at += ords.index.value_row_ids(doc).len() as u32;
            starts.push(at);
        }
        let mut ordinals = Vec::with_capacity(at as usize);
        let mut block = [0u64; 512];
        while ordinals.len() < at as usize {
            let length = block.len().min(at as usize - ordinals.len());
            ords.values.get_range(ordinals.len() as u64, &mut block[..length]);
            ordinals.extend(block[..length].iter().map(|ordinal| *ordinal as u32));
        }
        Ok(Column { starts, ordinals, terms: column.num_terms(), all: OnceLock::new() })
    }

    /// Adds (or takes away) one for each value of a document; the last counter is of those without any.
    #[inline]
    fn count(&self, doc: u32, counts: &mut [u32], step: u32) {
        let (start, end) = (self.starts[doc as usize] as usize, self.starts[doc as usize + 1] as usize);
        if start == end {
            let unknown = counts.len() - 1;
            counts[unknown] = counts[unknown].wrapping_add(step);
        }
        for ordinal in &self.ordinals[start..end] {
            let counter = &mut counts[*ordinal as usize];
            *counter = counter.wrapping_add(step);
        }
    }

    fn all(&self, reader: &SegmentReader) -> &[u32] {
        self.all.get_or_init(|| {
            let mut counts = vec![0; self.terms + 1];
            reader.doc_ids_alive().for_each(|doc| self.count(doc, &mut counts, 1));
            counts
        })
    }

    /// Articles by ordinal among the hits, which are in order; the last counter is of those without a value.
    fn counts(&self, reader: &SegmentReader, hits: &[u32]) -> Vec<u32> {
        if hits.len() as u32 > reader.num_docs() / 2 {
            let mut counts = self.all(reader).to_vec();
            let mut next = hits.iter().copied().peekable();
            for doc in reader.doc_ids_alive() {
                if next.peek() == Some(&doc) {
                    next.next();
                } else {
                    self.count(doc, &mut counts, u32::MAX);
                }
            }
            return counts;
        }
        let mut counts = vec![0; self.terms + 1];
        hits.iter().for_each(|doc| self.count(*doc, &mut counts, 1));
        counts
    }
}

/// One facet's counters in one segment.
struct Counted<'a> {
    reader: &'a SegmentReader,
    counts: Vec<u32>,
    /// Ordinals in the order of their counts, as far as looked at.
    ranked: Vec<u32>,
}

/// Counts one facet over the hits of every segment.
pub(super) fn block(
    columns: &Columns,
    segments: &[(&SegmentReader, Vec<u32>)],
    request: &FacetRequest,
    name: &'static str,
    kind: FacetKind,
) -> Result<FacetBlock, IndexError> {
    let mut counted = Vec::with_capacity(segments.len());
    let mut unknown = 0;
    for (reader, hits) in segments {
        let counts = columns.get(reader, name)?.counts(reader, hits);
        unknown += u64::from(counts.last().copied().unwrap_or(0));
        counted.push(Counted { reader, counts, ranked: Vec::new() });
    }
    let under =
        request.under.as_deref().map(|under| format!("{under}{}", if kind == FacetKind::Calendar { "-" } else { "/" }));
    let accepted = |value: &str| match &under {
        Some(under) => value.starts_with(under.as_str()),
        // The flat list leaves continents out and shows calendar days only below a month that was asked for.
        None if name == "place" => value.contains('/'),
        None => true,
    };
    let values = top(&mut counted, name, request.limit, &accepted)?;
    Ok(FacetBlock { name: request.name.clone(), exact: true, unknown, values })
}

/// The most frequent values across segments: candidates are the best of each segment, as many as it takes until no
/// other value can reach the last place (a threshold algorithm; the result is exact).
fn top(
    counted: &mut [Counted<'_>],
    name: &str,
    limit: usize,
    accepted: &dyn Fn(&str) -> bool,
) -> Result<Vec<FacetCount>, IndexError> {
    let mut depth = limit.saturating_mul(2).max(16);
    loop {
        let mut bound = 0u64;
        let mut candidates: FxHashSet<String> = FxHashSet::default();
        for segment in counted.iter_mut() {
            let terms = segment.counts.len() - 1;
            segment.ranked.clear();
            segment.ranked.extend((0..terms as u32).filter(|ordinal| segment.counts[*ordinal as usize] > 0));
            let counts = &segment.counts;
            let rank = |ordinal: &u32| (std::cmp::Reverse(counts[*ordinal as usize]), *ordinal);
            if segment.ranked.len() > depth {
                segment.ranked.select_nth_unstable_by_key(depth, rank);
                bound += u64::from(counts[segment.ranked[depth] as usize]);
                segment.ranked.truncate(depth);
            }
            let Some(column) = segment.reader.fast_fields().str(name)? else { continue };
            let mut value = String::new();
            for ordinal in &segment.ranked {
                value.clear();
                column.ord_to_str(u64::from(*ordinal), &mut value).map_err(TantivyError::from)?;
                if accepted(&value) && !candidates.contains(&value) {
                    candidates.insert(value.clone());
                }
            }
        }
        let totals = totals(counted, name, candidates)?;
        let enough = bound == 0 || totals.get(limit.saturating_sub(1)).is_some_and(|last| last.count > bound);
        if enough {
            return Ok(totals.into_iter().take(limit).collect());
        }
        depth = depth.saturating_mul(4);
    }
}

/// The counts of values over all segments, most first, then by value.
fn totals(counted: &[Counted<'_>], name: &str, values: FxHashSet<String>) -> Result<Vec<FacetCount>, IndexError> {
    let mut sums: FxHashMap<String, u64> = values.into_iter().map(|value| (value, 0)).collect();
    for segment in counted {
        let Some(column) = segment.reader.fast_fields().str(name)? else { continue };
        #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
        for (value, sum) in &mut sums {
            if let Some(ordinal) = column.dictionary().term_ord(value).map_err(TantivyError::from)? {
                *sum += u64::from(segment.counts[ordinal as usize]);
            }
        }
    }
    let mut totals: Vec<FacetCount> = sums
        .into_iter()
        .map(|(value, count)| FacetCount {
            label: value.rsplit('/').next().unwrap_or_default().to_owned(),
            value,
            count,
        })
        .collect();
    totals.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    Ok(totals)
}
