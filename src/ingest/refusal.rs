//! Why a record or a file was not taken, and what its owner can do about it.

use std::io;

use serde::{Serialize, Serializer, ser::SerializeStruct};

/// Why something was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Reading failed.
    #[error("cannot be read: {0}")]
    Io(#[source] io::Error),
    /// A compressed or packed stream is broken or cut off; what came before the break was read.
    #[error("the compressed data is damaged or cut off: {0}")]
    Damaged(#[source] io::Error),
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// No reader knows it.
    #[error("the format is not known")]
    UnknownFormat,
    /// Known, but not read by this build.
    #[error("{what} is not read")]
    Unsupported {
        /// What it is.
        what: &'static str,
    },
    /// A record is longer than the limit.
    #[error("the record is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Hostile or broken input went past a limit other than length.
    #[error("{what} goes past the limit of {limit}")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// How much is allowed.
        limit: u64,
    },
    /// The record is not what its format says.
    #[error("malformed: {problem}")]
    Malformed {
        /// What is wrong.
        problem: String,
    },
    /// It has neither title nor text.
    #[error("neither title nor text")]
    NoText,
    /// A record before it has the same id.
    #[error("the id `{id}` was seen before in this run")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// The provider withdrew the story: an article with this id must go.
    #[error("the story `{id}` is {status}")]
    Withdrawn {
        /// The story's id.
        id: String,
        /// The word of the provider: `canceled`, `withheld`, `killed`.
        status: String,
    },
}

impl Refusal {
    /// A record that is not what its format says.
    pub(crate) fn malformed(problem: impl std::fmt::Display) -> Self {
        Refusal::Malformed { problem: problem.to_string() }
    }

    /// One word for counting, the same in every version.
    pub fn kind(&self) -> &'static str {
        match self {
            Refusal::Io(_) => "io",
            Refusal::Damaged(_) => "damaged",
            Refusal::Empty => "empty",
            Refusal::UnknownFormat => "unknown-format",
            Refusal::Unsupported { .. } => "unsupported",
            Refusal::TooLarge { .. } => "too-large",
            Refusal::Limit { .. } => "limit",
            Refusal::Malformed { .. } => "malformed",
            Refusal::NoText => "no-text",
            Refusal::DuplicateId { .. } => "duplicate-id",
            Refusal::Withdrawn { .. } => "withdrawn",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Refusal::Io(_) => "check that the file exists and may be read",
            Refusal::Damaged(_) => "fetch or pack the file again",
            Refusal::Empty => "remove it, or look for the run that should have filled it",
            Refusal::UnknownFormat => "name the format with --format; `search read --list-formats` lists them",
            Refusal::Unsupported { .. } => "convert it to JSON lines or plain text",
            Refusal::TooLarge { .. } => "split the record, or check that --format names the right format",
            Refusal::Limit { .. } => "check where the file comes from; unpack it by hand if it is trusted",
            Refusal::Malformed { .. } => "repair the record, or check that --format names the right format",
            Refusal::NoText => "map the columns that hold them with --map title=NAME,body=NAME",
            Refusal::DuplicateId { .. } => "give the records ids of their own",
            Refusal::Withdrawn { .. } => "nothing: the story is removed from the index",
        }
    }
}

/// A record, or a whole file, that was not taken.
#[derive(Debug, thiserror::Error)]
#[error("{path}{}: {refusal} ({})", record_suffix(*record), refusal.hint())]
pub struct RecordError {
    /// The file as the user named it; a member of an archive follows its archive's path and `!`.
    pub path: String,
    /// Which record, counted from 1; 0 for the file as a whole.
    pub record: u64,
    /// Where the record starts, in bytes of the decompressed file (of its UTF-8 where it was in another charset).
    pub offset: Option<u64>,
    /// Why.
    #[source]
    pub refusal: Refusal,
}

fn record_suffix(record: u64) -> String {
    if record == 0 { String::new() } else { format!(", record {record}") }
}

impl RecordError {
    /// A file that was not taken.
    pub fn file(path: impl Into<String>, refusal: Refusal) -> Self {
        RecordError { path: path.into(), record: 0, offset: None, refusal }
    }
}

/// `{"path","record","offset","kind","reason","hint"}`, a line of a report.
impl Serialize for RecordError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("RecordError", 6)?;
        object.serialize_field("path", &self.path)?;
        object.serialize_field("record", &(self.record != 0).then_some(self.record))?;
        object.serialize_field("offset", &self.offset)?;
        object.serialize_field("kind", self.refusal.kind())?;
        object.serialize_field("reason", &self.refusal.to_string())?;
        object.serialize_field("hint", self.refusal.hint())?;
        object.end()
    }
}
