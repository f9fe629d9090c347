//! Where readers put what they read: ids are given, empty records refused, counts kept.

use std::ops::ControlFlow;

use crate::article::Article;

use super::draft::Draft;
use super::{ReadOptions, Record, RecordError, Refusal, Summary};

/// Takes the records of one source from a format's reader.
pub struct Output<'a> {
    pub(super) path: String,
    scope: &'a str,
    pub(super) options: &'a ReadOptions,
    take: &'a mut dyn FnMut(Record) -> ControlFlow<()>,
    record: u64,
    articles: u64,
    refused: u64,
    stopped: bool,
    format: Option<&'static str>,
}

impl std::fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("path", &self.path).field("record", &self.record).finish_non_exhaustive()
    }
}

impl<'a> Output<'a> {
    pub(super) fn new(
        path: &str,
        scope: &'a str,
        options: &'a ReadOptions,
        take: &'a mut dyn FnMut(Record) -> ControlFlow<()>,
    ) -> Self {
        Output {
            path: path.to_owned(),
            scope,
            options,
            take,
            record: 0,
            articles: 0,
            refused: 0,
            stopped: false,
            format: None,
        }
    }

    pub(super) fn set_format(&mut self, name: &'static str) {
        self.format.get_or_insert(name);
    }

    /// Whether no more records are wanted.
    pub(super) fn stopped(&self) -> bool {
        self.stopped
    }

    /// Gives the next record; `offset` is where it starts in the decompressed source.
    pub(super) fn draft(&mut self, draft: Draft, offset: Option<u64>) -> ControlFlow<()> {
        if let Some(status) = &draft.withdrawn {
            let id = draft.article.id.clone();
            let status = status.clone();
            return self.refuse(offset, Refusal::Withdrawn { id, status });
        }
        self.article(draft.article, offset)
    }

    /// Gives the next record as a finished article; one without an id gets its own.
    pub(super) fn article(&mut self, mut article: Article, offset: Option<u64>) -> ControlFlow<()> {
        if article.title.trim().is_empty() && article.body.trim().is_empty() {
            return self.refuse(offset, Refusal::NoText);
        }
        if article.id.is_empty() {
            article.id = content_id(self.scope, &article);
        }
        self.record += 1;
        self.articles += 1;
        self.pass(Ok(article))
    }

    /// Gives the next record as one that cannot be taken.
    pub(super) fn refuse(&mut self, offset: Option<u64>, refusal: Refusal) -> ControlFlow<()> {
        self.record += 1;
        let error = RecordError { path: self.path.clone(), record: self.record, offset, refusal };
        self.refused += 1;
        self.pass(Err(error))
    }

    /// Says that the file, or the rest of it, cannot be taken.
    pub(super) fn refuse_file(&mut self, refusal: Refusal) {
        let record = if self.record == 0 { 0 } else { self.record + 1 };
        let error = RecordError { path: self.path.clone(), record, offset: None, refusal };
        self.refused += 1;
        let _ = self.pass(Err(error));
    }

    fn pass(&mut self, record: Record) -> ControlFlow<()> {
        if !self.stopped {
            self.stopped = (self.take)(record).is_break();
        }
        if self.stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    pub(super) fn summary(&self, format: Option<&'static str>) -> Summary {
        Summary { format: self.format.or(format), articles: self.articles, refused: self.refused, ..Summary::default() }
    }
}

/// The id of an article that brings none: a hash of its place below the folder that was read, its title, text, date and address.
///
/// Neither the folder's own path nor the record's number goes in: moving the folder, reading it on another machine or putting
/// a record in front changes no id. An edited article gets another one; its file is known to have changed, so the old one is
/// replaced. The same text at the same relative path gives the same id, and the second of two such records is told as such.
fn content_id(scope: &str, article: &Article) -> String {
    let mut hasher = blake3::Hasher::new();
    let published = article.published.as_ref().map_or("", |published| published.value.as_str());
    for part in [scope, &article.title, &article.body, published, article.url.as_deref().unwrap_or("")] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..20].to_owned()
}
