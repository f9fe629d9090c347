//! Where articles are put and found: the backend contract and its implementations.

mod embedded;
mod stats;

use std::{path::Path, sync::Arc};

use crate::{
    article::Article,
    search::{SearchRequest, SearchResponse},
};

pub use stats::{Damage, Stats};

/// Completes an article on the thread that indexes it, so that extraction runs beside indexing.
pub type Finish = Arc<dyn Fn(&mut Article) + Send + Sync>;

/// What is known of a source file: enough to tell whether it has changed since it was indexed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceFile {
    /// Its path as the run was given it.
    pub path: String,
    /// Length in bytes.
    pub bytes: u64,
    /// When it was last written, in nanoseconds since 1970; 0 where that is not known or not to be trusted.
    pub modified: i64,
    /// First half of the BLAKE3 hash of its bytes.
    pub hash: [u8; 16],
}

/// Takes articles in. Nothing is visible to searchers before [`IndexWriter::commit`], and a run that dies leaves the
/// last commit as it was.
pub trait IndexWriter: Send {
    /// Adds an article, replacing any with the same identifier.
    ///
    /// # Errors
    /// When the engine cannot go on: the disk is full, or files cannot be written.
    fn add(&mut self, article: Article) -> Result<Added, IndexError> {
        self.add_unfinished(article, None)
    }

    /// Adds an article that `finish` completes later, on another thread. It must not change the identifier.
    ///
    /// # Errors
    /// As for [`IndexWriter::add`].
    fn add_unfinished(&mut self, article: Article, finish: Option<Finish>) -> Result<Added, IndexError>;

    /// Removes an article; no error where there is none.
    ///
    /// # Errors
    /// When the engine cannot go on.
    fn remove(&mut self, id: &str) -> Result<(), IndexError>;

    /// Begins a source file: what the index holds of an earlier state of it is replaced by the articles added until
    /// [`IndexWriter::end_file`]. One file at a time.
    ///
    /// # Errors
    /// When the engine cannot go on.
    fn begin_file(&mut self, file: SourceFile) -> Result<(), IndexError>;

    /// Ends the source file, which was read to its end; gives the number of articles that its earlier state had and
    /// this one has not.
    fn end_file(&mut self) -> u64;

    /// Removes every article of a source file; gives their number.
    ///
    /// # Errors
    /// When the engine cannot go on.
    fn remove_file(&mut self, path: &str) -> Result<u64, IndexError>;

    /// The state in which a source file was last read to its end.
    fn file(&self, path: &str) -> Option<&SourceFile>;

    /// The paths of all source files that were read to their end, in order.
    fn files(&self) -> Vec<String>;

    /// Makes everything added so far durable and visible.
    ///
    /// # Errors
    /// When the engine cannot write; the last commit stays as it was.
    fn commit(&mut self) -> Result<(), IndexError>;

    /// Commits, and waits until the engine has put its files in order.
    ///
    /// # Errors
    /// As for [`IndexWriter::commit`].
    fn finish(self: Box<Self>) -> Result<(), IndexError>;
}

/// What adding an article did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// Its identifier was not there.
    New,
    /// It stands in for an article of an earlier commit.
    Replaced,
    /// It stands in for an article that this writer had added itself.
    Repeated,
}

/// Answers searches over a fixed view of an index.
pub trait Searcher: Send + Sync {
    /// Runs one request.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    fn search(&self, request: &SearchRequest) -> Result<SearchResponse, IndexError>;

    /// One article with everything stored of it; `None` where the index has none by that identifier.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    fn article(&self, id: &str) -> Result<Option<Article>, IndexError>;

    /// Every article, in the order of the index.
    fn articles(&self) -> Box<dyn Iterator<Item = Result<Article, IndexError>> + '_>;

    /// What is in the index.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    fn stats(&self) -> Result<Stats, IndexError>;
}

/// A backend: something that hands out writers and searchers.
pub trait Backend: Send + Sync {
    /// Opens the single writer.
    ///
    /// # Errors
    /// When another writer is open.
    fn writer(&self, options: &WriterOptions) -> Result<Box<dyn IndexWriter>, IndexError>;

    /// Opens a view of the last commit.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    fn searcher(&self) -> Result<Box<dyn Searcher>, IndexError>;

    /// Reads every file of the index and compares it with its checksum.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    fn verify(&self) -> Result<Vec<Damage>, IndexError>;
}

/// How a writer works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriterOptions {
    /// Threads that index (and extract); at most 8.
    pub threads: usize,
    /// Memory for all threads together, in bytes; at least 15 MB a thread.
    pub budget_bytes: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
        WriterOptions { threads, budget_bytes: threads * 100_000_000 }
    }
}

/// An index of news articles over some [`Backend`]. Cheap to share between threads.
#[derive(Clone)]
pub struct Index {
    backend: Arc<dyn Backend>,
}

impl Index {
    /// An index over any backend.
    pub fn with_backend(backend: Arc<dyn Backend>) -> Self {
        Index { backend }
    }

    /// An index kept in memory.
    ///
    /// # Errors
    /// When the engine cannot start.
    pub fn in_memory() -> Result<Self, IndexError> {
        Ok(Index::with_backend(Arc::new(embedded::Embedded::in_memory()?)))
    }

    /// Opens the index in a folder.
    ///
    /// # Errors
    /// When there is none, or another program built it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, IndexError> {
        Ok(Index::with_backend(Arc::new(embedded::Embedded::open(path.as_ref())?)))
    }

    /// Opens the index in a folder, or makes a new one there.
    ///
    /// # Errors
    /// When the folder cannot be written, or another program built the index in it.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, IndexError> {
        Ok(Index::with_backend(Arc::new(embedded::Embedded::create(path.as_ref())?)))
    }

    /// Opens the single writer with default options.
    ///
    /// # Errors
    /// When another writer is open.
    pub fn writer(&self) -> Result<Box<dyn IndexWriter>, IndexError> {
        self.writer_with(&WriterOptions::default())
    }

    /// Opens the single writer.
    ///
    /// # Errors
    /// When another writer is open.
    pub fn writer_with(&self, options: &WriterOptions) -> Result<Box<dyn IndexWriter>, IndexError> {
        self.backend.writer(options)
    }

    /// A view of the last commit that stays as it is while a writer goes on.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    pub fn searcher(&self) -> Result<Box<dyn Searcher>, IndexError> {
        self.backend.searcher()
    }

    /// Searches the last commit.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
        self.searcher()?.search(request)
    }

    /// One article with everything stored of it.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    pub fn article(&self, id: &str) -> Result<Option<Article>, IndexError> {
        self.searcher()?.article(id)
    }

    /// What is in the index.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    pub fn stats(&self) -> Result<Stats, IndexError> {
        self.searcher()?.stats()
    }

    /// Reads every file of the index and compares it with its checksum; an empty list means that it is whole.
    ///
    /// # Errors
    /// When the engine cannot read its files.
    pub fn verify(&self) -> Result<Vec<Damage>, IndexError> {
        self.backend.verify()
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").finish_non_exhaustive()
    }
}

/// Why the index could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is no index.
    #[error("there is no index in {path}: make one with `search index`", path = path.display())]
    Missing {
        /// Where one was looked for.
        path: std::path::PathBuf,
    },
    /// The index was built by a program with another schema, other analyzers or other extraction.
    #[error(
        "the index was built by another version (it has {found}, this program needs {expected}): delete it and index again"
    )]
    Mismatch {
        /// Fingerprint in the index.
        found: String,
        /// Fingerprint of this program.
        expected: String,
    },
    /// Another writer has the index.
    #[error("another program is writing to this index: wait until it is done")]
    Locked,
    /// The folder of the index cannot be made.
    #[error("cannot make the folder {path} for the index", path = path.display())]
    Folder {
        /// The folder.
        path: std::path::PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A stored article cannot be decoded.
    #[error("a stored article is damaged at byte {at}: run `search verify`, or delete the index and index again")]
    Stored {
        /// Where decoding stopped.
        at: usize,
    },
    /// A pattern asks for what the engine cannot do.
    #[error("`{pattern}`: {reason}")]
    Pattern {
        /// As typed.
        pattern: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// The engine underneath failed.
    #[error("the {engine} engine failed")]
    Engine {
        /// Name of the engine.
        engine: &'static str,
        /// What it said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
