//! From files in any news format to articles.
//!
//! [`walk`] says which files there are, [`read`] turns one [`Source`] into records, one at a time and with bounded
//! memory: decompressed by content, its format sniffed from [`FORMATS`], its charset detected. A record that
//! cannot be taken is a [`RecordError`] among the others; reading goes on after it. Nothing here knows what the
//! articles are for.

mod charset;
mod compression;
mod delimited;
mod draft;
mod json;
mod lines;
mod markdown;
mod markup;
mod output;
mod plain;
mod refusal;
mod reuters;
mod source;
mod stamp;
mod walk;

use std::ops::ControlFlow;

pub use output::Output;
pub use refusal::{RecordError, Refusal};
pub use source::{Head, Input, Source};
pub use stamp::normalize as normalize_date;
pub use walk::{FoundFile, walk};

use crate::article::Article;

/// What a reader makes of a record.
pub type Record = Result<Article, RecordError>;

/// A format that articles come in.
pub trait Format: Sync {
    /// Its name on the command line: lower case.
    fn name(&self) -> &'static str;

    /// What it is, in a few words.
    fn about(&self) -> &'static str;

    /// File name extensions, lower case, without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// How sure, from 0 (it is not) to 100, by the first bytes alone. A matching extension adds to it.
    fn sniff(&self, head: &Head<'_>) -> u8;

    /// Reads every record of a source.
    ///
    /// # Errors
    /// When the rest of the source cannot be read; what was given before stays good.
    fn read(&self, input: &mut Input<'_>, output: &mut Output<'_>) -> Result<(), Refusal>;
}

/// Every format. On equal evidence the earlier row wins.
pub static FORMATS: &[&dyn Format] =
    &[&reuters::Reuters, &json::JsonLines, &json::Json, &delimited::Delimited, &markdown::Markdown, &plain::PlainText];

/// The format of a name.
pub fn format_named(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The format of a file by its first bytes and extension; `None` where no reader is even half sure.
pub fn sniff(head: &Head<'_>) -> Option<&'static dyn Format> {
    let mut best: Option<(u32, &'static dyn Format)> = None;
    for format in FORMATS.iter().copied() {
        let named = head.extension.is_some_and(|extension| format.extensions().contains(&extension));
        let score = match u32::from(format.sniff(head)) {
            0 => continue,
            score => score + if named { 45 } else { 0 },
        };
        if best.is_none_or(|(other, _)| score > other) {
            best = Some((score, format));
        }
    }
    best.map(|(_, format)| format)
}

/// How to read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The format, where it is not to be sniffed.
    pub format: Option<String>,
    /// Columns or keys by the reader's field names: (`title`, `headline`) reads the title from `headline`.
    pub columns: Vec<(String, String)>,
    /// The longest record taken, in bytes of text.
    pub record_limit: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions { format: None, columns: Vec::new(), record_limit: 64 << 20 }
    }
}

impl ReadOptions {
    /// Sets the format by name.
    #[must_use]
    pub fn with_format(mut self, name: Option<String>) -> Self {
        self.format = name;
        self
    }

    /// Sets where fields are read from.
    #[must_use]
    pub fn with_columns(mut self, columns: Vec<(String, String)>) -> Self {
        self.columns = columns;
        self
    }
}

/// What reading one source came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The format read, where it was told.
    pub format: Option<&'static str>,
    /// Articles given.
    pub articles: u64,
    /// Records and files refused.
    pub refused: u64,
    /// Bytes of the file as it lies on the disk.
    pub bytes: u64,
    /// BLAKE3 of these bytes, taken in the same pass; `None` where the reading was stopped or failed.
    pub hash: Option<[u8; 32]>,
}

/// Reads one source: each article and each refusal goes to `take`, in the order of the file, until it breaks.
///
/// ```
/// use std::ops::ControlFlow;
/// use dateline::ingest::{ReadOptions, Source, read};
///
/// let source = Source::bytes("two.jsonl", "{\"title\":\"One\",\"text\":\"First.\"}\n{\"title\":\"Two\"");
/// let mut titles = Vec::new();
/// let summary = read(&source, &ReadOptions::default(), &mut |record| {
///     titles.push(record.map(|article| article.title).map_err(|error| error.record));
///     ControlFlow::Continue(())
/// });
/// assert_eq!(titles.len(), 2);
/// assert_eq!(titles[0].as_deref().ok(), Some("One"));
/// assert_eq!(titles[1].as_ref().err(), Some(&2));
/// assert_eq!((summary.articles, summary.refused), (1, 1));
/// ```
pub fn read(source: &Source, options: &ReadOptions, take: &mut dyn FnMut(Record) -> ControlFlow<()>) -> Summary {
    source::read(source, options, take)
}
