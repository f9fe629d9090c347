//! Writing: articles in, replaced by identifier and by source file; text and bookkeeping in one commit.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use tantivy::{DocSet, IndexReader, Searcher, TERMINATED, Term, schema::IndexRecordOption};

use super::{
    document::{NewsDocument, StoredBytes},
    flow::Flow,
    ledger::{self, Ledger, Note},
    mapping::Mapping,
    stored,
};
use crate::{
    article::Article,
    index::{Added, Finish, IndexError, IndexWriter, SourceFile},
};

/// Text on its way to the engine's threads, in bytes.
const FLOW_BYTES: usize = 16 << 20;

pub(super) struct Writer {
    engine: tantivy::IndexWriter<NewsDocument>,
    reader: IndexReader,
    mapping: Arc<Mapping>,
    fingerprint: String,
    flow: Arc<Flow>,
    ledger: Ledger,
    /// The state before this writer: only what is in it can need replacing, but for `added`.
    before: Searcher,
    /// Hashes of the identifiers that this writer has added.
    added: FxHashSet<u64>,
    /// The file being read.
    open: Option<Open>,
}

struct Open {
    file: SourceFile,
    key: Arc<[u8]>,
    /// Hashes of the identifiers in its earlier state that have not come again.
    earlier: FxHashSet<u64>,
    articles: bool,
}

/// Sixty-four bits of an identifier: a collision costs a deletion of nothing.
fn hash(id: &str) -> u64 {
    let hash = blake3::hash(id.as_bytes());
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default())
}

impl Writer {
    pub(super) fn new(
        engine: tantivy::IndexWriter<NewsDocument>,
        reader: IndexReader,
        mapping: Arc<Mapping>,
        fingerprint: String,
        note: &Note,
    ) -> Result<Self, IndexError> {
        let before = reader.searcher();
        let ledger = Ledger::load(&before, &mapping, note)?;
        Ok(Writer {
            engine,
            reader,
            mapping,
            fingerprint,
            flow: Flow::new(FLOW_BYTES),
            ledger,
            before,
            added: FxHashSet::default(),
            open: None,
        })
    }

    /// Calls for every committed article with a term, until `each` says no.
    fn committed(
        &self,
        term: &Term,
        each: &mut dyn FnMut(tantivy::DocAddress) -> Result<bool, IndexError>,
    ) -> Result<(), IndexError> {
        for (segment, reader) in self.before.segment_readers().iter().enumerate() {
            let index = reader.inverted_index(term.field())?;
            let postings = index.read_postings(term, IndexRecordOption::Basic).map_err(tantivy::TantivyError::from)?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                if !reader.is_deleted(doc) && !each(tantivy::DocAddress::new(segment as u32, doc))? {
                    return Ok(());
                }
                postings.advance();
            }
        }
        Ok(())
    }

    fn is_committed(&self, term: &Term) -> Result<bool, IndexError> {
        let mut found = false;
        self.committed(term, &mut |_| {
            found = true;
            Ok(false)
        })?;
        Ok(found)
    }
}

impl IndexWriter for Writer {
    fn add_unfinished(&mut self, article: Article, finish: Option<Finish>) -> Result<Added, IndexError> {
        let id = hash(&article.id);
        let term = Term::from_field_text(self.mapping.id, &article.id);
        let earlier = self.open.as_mut().is_some_and(|open| open.earlier.remove(&id));
        let added = if !self.added.insert(id) {
            Added::Repeated
        } else if earlier || self.is_committed(&term)? {
            Added::Replaced
        } else {
            Added::New
        };
        if added != Added::New && !earlier {
            self.engine.delete_term(term);
        }
        let file = self.open.as_mut().map(|open| {
            open.articles = true;
            open.key.clone()
        });
        let permit = self.flow.acquire(article.title.len() + article.body.len());
        self.engine.add_document(NewsDocument::new(self.mapping.clone(), article, finish, file, permit))?;
        Ok(added)
    }

    fn remove(&mut self, id: &str) -> Result<(), IndexError> {
        self.added.remove(&hash(id));
        self.engine.delete_term(Term::from_field_text(self.mapping.id, id));
        Ok(())
    }

    fn begin_file(&mut self, file: SourceFile) -> Result<(), IndexError> {
        let mut earlier = FxHashSet::default();
        if let Some(term) = self.ledger.forget(&file.path, &self.mapping) {
            self.committed(&term, &mut |address| {
                let StoredBytes(bytes) = self.before.doc(address)?;
                earlier.insert(hash(stored::head(&bytes)?.id));
                Ok(true)
            })?;
            self.engine.delete_term(term);
        }
        let key = ledger::key(&file).into();
        self.open = Some(Open { file, key, earlier, articles: false });
        Ok(())
    }

    fn end_file(&mut self) -> u64 {
        let Some(open) = self.open.take() else { return 0 };
        self.ledger.record(open.file, true, open.articles);
        open.earlier.len() as u64
    }

    fn remove_file(&mut self, path: &str) -> Result<u64, IndexError> {
        let Some(term) = self.ledger.forget(path, &self.mapping) else { return Ok(0) };
        let mut removed = 0;
        self.committed(&term, &mut |_| {
            removed += 1;
            Ok(true)
        })?;
        self.engine.delete_term(term);
        Ok(removed)
    }

    fn file(&self, path: &str) -> Option<&SourceFile> {
        self.ledger.file(path)
    }

    fn files(&self) -> Vec<String> {
        self.ledger.files().map(|file| file.path.clone()).collect()
    }

    fn commit(&mut self) -> Result<(), IndexError> {
        let note = self.ledger.note(&self.fingerprint, self.open.as_ref().map(|open| &open.file));
        let mut prepared = self.engine.prepare_commit()?;
        prepared.set_payload(&serde_json::to_string(&note).unwrap_or_default());
        prepared.commit()?;
        self.reader.reload()?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), IndexError> {
        self.commit()?;
        let Writer { engine, reader, .. } = *self;
        engine.wait_merging_threads()?;
        reader.reload()?;
        Ok(())
    }
}
