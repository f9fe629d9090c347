//! Read → extract → write: from files to a committed index, with progress and a report.
//!
//! The calling thread reads; extraction runs on the engine's threads, beside indexing, so that all cores are busy and
//! the articles on their way are bounded. A file that has not changed since it was indexed is not read again.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use serde::Serialize;

use crate::{
    article::Article,
    error::{Error, Result},
    extract::{ExtractOptions, Extractor},
    index::{Added, Finish, Index, IndexWriter, SourceFile, WriterOptions},
    ingest::{FoundFile, ReadOptions, Record, RecordError, Refusal, Source, read, walk},
};

/// Text between two commits, in bytes: what a kill can lose.
const COMMIT_BYTES: u64 = 256 << 20;

/// What to index and how.
#[derive(Clone, Debug)]
pub struct IndexRun {
    /// Files and folders; `-` is standard input.
    pub roots: Vec<PathBuf>,
    /// Folders to leave out, such as the index itself.
    pub passed_over: Vec<PathBuf>,
    /// How to read.
    pub reading: ReadOptions,
    /// How to extract; `None` leaves articles as they are read.
    pub extraction: Option<ExtractOptions>,
    /// Threads and memory.
    pub writing: WriterOptions,
    /// Remove the articles of files that are no longer there.
    pub prune: bool,
    /// Stop at the first record that cannot be read.
    pub strict: bool,
}

/// Told how far a run is. Called from the thread that runs it.
pub trait Progress {
    /// Files and bytes that the run has found.
    fn found(&mut self, files: u64, bytes: u64);
    /// A file was read, or found unchanged.
    fn file(&mut self, bytes: u64);
    /// An article was read.
    fn article(&mut self, bytes: u64);
    /// A record was refused.
    fn refused(&mut self, error: &RecordError);
}

/// What a run did. Counts are of articles, but for the last three.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Read from files.
    pub read: u64,
    /// Not in the index before.
    pub added: u64,
    /// In place of an earlier one.
    pub updated: u64,
    /// No longer in their files, or their files gone.
    pub removed: u64,
    /// In the index before and not touched.
    pub unchanged: u64,
    /// Records and files that could not be read.
    pub skipped: u64,
    /// Read without a publication date.
    pub undated: u64,
    /// Read without a place.
    pub unplaced: u64,
    /// Read without an actor.
    pub no_actor: u64,
    /// Text read, in bytes.
    pub bytes: u64,
    /// Wall time.
    pub seconds: f64,
    /// The index on disk, in bytes.
    pub index_bytes: u64,
}

#[derive(Debug, Default)]
struct Gaps {
    undated: AtomicU64,
    unplaced: AtomicU64,
    no_actor: AtomicU64,
}

/// Indexes files into an index.
///
/// # Errors
/// When the index cannot be written, or, where the run is strict, at the first record that cannot be read. What was
/// committed before stays.
pub fn index(index: &Index, run: &IndexRun, progress: &mut dyn Progress) -> Result<Report> {
    let started = Instant::now();
    let gaps = Arc::new(Gaps::default());
    let writer = index.writer_with(&run.writing)?;
    let mut running = Running {
        run,
        progress,
        report: Report::default(),
        finish: finish(run.extraction.clone(), gaps.clone()),
        writer,
        since_commit: 0,
        failure: None,
    };
    running.files()?;
    let Running { mut report, writer, .. } = running;
    writer.finish()?;
    let stats = index.stats()?;
    report.unchanged = stats.articles.saturating_sub(report.added + report.updated);
    report.index_bytes = stats.bytes;
    report.undated = gaps.undated.load(Ordering::Relaxed);
    report.unplaced = gaps.unplaced.load(Ordering::Relaxed);
    report.no_actor = gaps.no_actor.load(Ordering::Relaxed);
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// What the engine's threads do to each article before they index it.
fn finish(extraction: Option<ExtractOptions>, gaps: Arc<Gaps>) -> Finish {
    let extractor = extraction.map(Extractor::new);
    Arc::new(move |article: &mut Article| {
        if let Some(extractor) = &extractor {
            extractor.extract(article);
        }
        gaps.undated.fetch_add(u64::from(article.published.is_none()), Ordering::Relaxed);
        gaps.unplaced.fetch_add(u64::from(article.places.is_empty()), Ordering::Relaxed);
        gaps.no_actor.fetch_add(u64::from(article.actors.is_empty()), Ordering::Relaxed);
    })
}

struct Running<'a> {
    run: &'a IndexRun,
    progress: &'a mut dyn Progress,
    report: Report,
    finish: Finish,
    writer: Box<dyn IndexWriter>,
    since_commit: u64,
    failure: Option<Error>,
}

impl Running<'_> {
    fn files(&mut self) -> Result<()> {
        let is_stdin = |root: &&PathBuf| root.as_os_str() == "-";
        let stdin = self.run.roots.iter().any(|root| is_stdin(&root));
        let roots: Vec<PathBuf> = self.run.roots.iter().filter(|root| !is_stdin(root)).cloned().collect();
        let mut found = Vec::new();
        for file in walk(&roots, &self.run.passed_over) {
            match file {
                Ok(file) => found.push(file),
                Err(error) => self.refuse(error)?,
            }
        }
        self.progress.found(found.len() as u64, found.iter().map(|file| file.bytes).sum());
        if stdin {
            self.read(&Source::Stdin)?;
        }
        let mut seen = Vec::new();
        for file in found {
            seen.push(name(&file));
            self.file(file)?;
        }
        if self.run.prune {
            seen.sort();
            for path in self.writer.files() {
                if seen.binary_search(&path).is_err() {
                    self.report.removed += self.writer.remove_file(&path)?;
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, found: FoundFile) -> Result<()> {
        let bytes = found.bytes;
        let known = self.writer.file(&name(&found)).cloned();
        let untouched = known
            .as_ref()
            .is_some_and(|known| known.modified != 0 && known.modified == found.modified && known.bytes == bytes);
        if !untouched {
            let mut state = SourceFile { path: name(&found), bytes, modified: found.modified, hash: [0; 16] };
            let source = Source::File(found);
            match source.hash() {
                Err(error) => self.refuse(RecordError::file(state.path, Refusal::Io(error)))?,
                Ok(hash) => {
                    state.hash.copy_from_slice(&hash[..16]);
                    if known.is_none_or(|known| known.hash != state.hash || known.bytes != state.bytes) {
                        self.writer.begin_file(state)?;
                        self.read(&source)?;
                        self.report.removed += self.writer.end_file();
                        if self.since_commit > COMMIT_BYTES {
                            self.since_commit = 0;
                            self.writer.commit()?;
                        }
                    }
                }
            }
        }
        self.progress.file(bytes);
        Ok(())
    }

    fn read(&mut self, source: &Source) -> Result<()> {
        read(source, &self.run.reading, &mut |record| self.record(record));
        self.failure.take().map_or(Ok(()), Err)
    }

    fn record(&mut self, record: Record) -> ControlFlow<()> {
        let done = match record {
            Err(error) => self.refuse(error),
            Ok(article) => self.article(article),
        };
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failure = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn article(&mut self, article: Article) -> Result<()> {
        let bytes = (article.title.len() + article.body.len()) as u64;
        match self.writer.add_unfinished(article, Some(self.finish.clone()))? {
            Added::New => self.report.added += 1,
            Added::Replaced => self.report.updated += 1,
            Added::Repeated => {}
        }
        self.report.read += 1;
        self.report.bytes += bytes;
        self.since_commit += bytes;
        self.progress.article(bytes);
        Ok(())
    }

    fn refuse(&mut self, error: RecordError) -> Result<()> {
        if self.run.strict {
            return Err(error.into());
        }
        self.report.skipped += 1;
        self.progress.refused(&error);
        Ok(())
    }
}

fn name(file: &FoundFile) -> String {
    file.path.to_string_lossy().into_owned()
}
