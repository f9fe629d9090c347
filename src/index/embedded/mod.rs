//! The embedded backend, on tantivy.

mod document;
mod facets;
mod fingerprint;
mod flow;
mod ledger;
mod lower;
mod mapping;
mod scan;
mod search;
mod snippets;
mod stored;
mod writer;

use std::{path::Path, sync::Arc};

use ledger::Note;
use mapping::Mapping;
use tantivy::{IndexReader, IndexSettings, ReloadPolicy, TantivyError, store::Compressor, store::ZstdCompressor};

use super::{Backend, Damage, IndexError, IndexWriter, Searcher, WriterOptions};

impl From<TantivyError> for IndexError {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(..) => IndexError::Locked,
            error => IndexError::Engine { engine: "tantivy", source: Box::new(error) },
        }
    }
}

/// An index in memory or in a folder.
pub(super) struct Embedded {
    index: tantivy::Index,
    reader: IndexReader,
    mapping: Arc<Mapping>,
    fingerprint: String,
    /// Facet columns decoded by earlier searches.
    columns: Arc<facets::Columns>,
}

/// A view of one commit.
struct Snapshot {
    searcher: tantivy::Searcher,
    mapping: Arc<Mapping>,
    fingerprint: String,
    /// The engine's index, for its files and settings.
    index: tantivy::Index,
    columns: Arc<facets::Columns>,
}

/// How articles are stored: in blocks of this many bytes, each compressed on its own.
fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(1) }),
        docstore_blocksize: 16 << 10,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

impl Embedded {
    /// A new index in memory.
    pub(super) fn in_memory() -> Result<Self, IndexError> {
        let mapping = Mapping::new();
        let index = tantivy::Index::builder().schema(mapping.schema.clone()).settings(settings()).create_in_ram()?;
        Self::new(index, mapping)
    }

    /// Opens the index in a folder.
    pub(super) fn open(path: &Path) -> Result<Self, IndexError> {
        if !path.join("meta.json").is_file() {
            return Err(IndexError::Missing { path: path.to_owned() });
        }
        let mapping = Mapping::new();
        let index = tantivy::Index::open_in_dir(path)?;
        Self::new(index, mapping)
    }

    /// Opens the index in a folder, or makes one there.
    pub(super) fn create(path: &Path) -> Result<Self, IndexError> {
        if path.join("meta.json").is_file() {
            return Self::open(path);
        }
        std::fs::create_dir_all(path).map_err(|source| IndexError::Folder { path: path.to_owned(), source })?;
        let mapping = Mapping::new();
        let index =
            tantivy::Index::builder().schema(mapping.schema.clone()).settings(settings()).create_in_dir(path)?;
        Self::new(index, mapping)
    }

    fn new(index: tantivy::Index, mapping: Mapping) -> Result<Self, IndexError> {
        let fingerprint = fingerprint::fingerprint(&mapping);
        let meta = index.load_metas()?;
        let note = note(&meta);
        // An index without a commit has no note, and nothing in it that could be wrong but its schema.
        let found = match &note {
            Some(note) => note.fingerprint.clone(),
            None if meta.segments.is_empty() && meta.schema == mapping.schema => fingerprint.clone(),
            None => "none".to_owned(),
        };
        if found != fingerprint {
            return Err(IndexError::Mismatch { found, expected: fingerprint });
        }
        mapping.register(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Embedded { index, reader, mapping: Arc::new(mapping), fingerprint, columns: Arc::default() })
    }
}

/// What the last commit noted.
fn note(meta: &tantivy::IndexMeta) -> Option<Note> {
    serde_json::from_str(meta.payload.as_deref()?).ok()
}

impl Backend for Embedded {
    fn writer(&self, options: &WriterOptions) -> Result<Box<dyn IndexWriter>, IndexError> {
        let threads = options.threads.clamp(1, 8);
        let budget = (options.budget_bytes / threads).clamp(15_000_000, 4_000_000_000);
        let engine = self.index.writer_with_num_threads(threads, budget * threads)?;
        // Another writer may have committed since this index was opened.
        self.reader.reload()?;
        let note = note(&self.index.load_metas()?).unwrap_or_default();
        let (reader, mapping) = (self.reader.clone(), self.mapping.clone());
        Ok(Box::new(writer::Writer::new(engine, reader, mapping, self.fingerprint.clone(), &note)?))
    }

    fn searcher(&self) -> Result<Box<dyn Searcher>, IndexError> {
        Ok(Box::new(Snapshot {
            searcher: self.reader.searcher(),
            mapping: self.mapping.clone(),
            fingerprint: self.fingerprint.clone(),
            index: self.index.clone(),
            columns: self.columns.clone(),
        }))
    }

    fn verify(&self) -> Result<Vec<Damage>, IndexError> {
        let damaged = self.index.validate_checksum()?;
        let mut files: Vec<String> = damaged.into_iter().map(|path| path.display().to_string()).collect();
        files.sort();
        Ok(files.into_iter().map(|file| Damage { file }).collect())
    }
}
