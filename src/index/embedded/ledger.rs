//! What each source file became, kept in the index itself, so that one commit moves articles and bookkeeping together.
//!
//! Every article carries the key of its file: path and state. The engine's term dictionary of that field is thus the
//! list of files, and one deletion removes a file's articles. What it cannot say (files that gave no article, files
//! that were being read at the commit) goes into the commit's own note.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tantivy::{DocSet, Searcher, TERMINATED, Term, schema::IndexRecordOption};

use super::mapping::Mapping;
use crate::index::{IndexError, SourceFile};

/// Bytes of a key behind the path: a zero, length, time, hash.
const TAIL: usize = 1 + 8 + 8 + 16;

/// The term of a file in a state.
pub(super) fn key(file: &SourceFile) -> Vec<u8> {
    let mut key = Vec::with_capacity(file.path.len() + TAIL);
    // The engine takes terms of up to 65,530 bytes; no file system has paths as long.
    key.extend_from_slice(&file.path.as_bytes()[..file.path.len().min(60_000)]);
    key.push(0);
    key.extend_from_slice(&file.bytes.to_be_bytes());
    key.extend_from_slice(&file.modified.to_be_bytes());
    key.extend_from_slice(&file.hash);
    key
}

/// The file of a key.
fn file(key: &[u8]) -> Option<SourceFile> {
    let (path, tail) = key.split_at_checked(key.len().checked_sub(TAIL)?)?;
    Some(SourceFile {
        path: String::from_utf8_lossy(path).into_owned(),
        bytes: u64::from_be_bytes(tail[1..9].try_into().ok()?),
        modified: i64::from_be_bytes(tail[9..17].try_into().ok()?),
        hash: tail[17..].try_into().ok()?,
    })
}

/// The note of a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    /// What built the index.
    pub(super) fingerprint: String,
    /// Keys, in hexadecimal, of files that gave no article.
    #[serde(default)]
    pub(super) empty: Vec<String>,
    /// Key, in hexadecimal, of the file that was being read.
    #[serde(default)]
    pub(super) open: Option<String>,
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}

/// What is known of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    file: SourceFile,
    /// Whether it was read to its end.
    whole: bool,
    /// Whether it gave articles.
    articles: bool,
}

/// The files of an index, by path.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    entries: BTreeMap<String, Entry>,
}

impl Ledger {
    /// Reads the ledger of a commit.
    pub(super) fn load(searcher: &Searcher, mapping: &Mapping, note: &Note) -> Result<Self, IndexError> {
        let mut ledger = Ledger::default();
        let open = note.open.as_deref().and_then(unhex);
        for segment in searcher.segment_readers() {
            let index = segment.inverted_index(mapping.file)?;
            let mut terms = index.terms().stream().map_err(tantivy::TantivyError::from)?;
            while let Some((term, info)) = terms.next() {
                let mut postings = index
                    .read_postings_from_terminfo(info, IndexRecordOption::Basic)
                    .map_err(tantivy::TantivyError::from)?;
                let alive = match segment.alive_bitset() {
                    None => postings.doc_freq() > 0,
                    Some(alive) => loop {
                        match postings.doc() {
                            TERMINATED => break false,
                            doc if alive.is_alive(doc) => break true,
                            _ => postings.advance(),
                        };
                    },
                };
                if let (true, Some(file)) = (alive, file(term)) {
                    let whole = open.as_deref() != Some(term);
                    ledger.entries.insert(file.path.clone(), Entry { file, whole, articles: true });
                }
            }
        }
        for key in note.empty.iter().filter_map(|key| unhex(key)) {
            if let Some(file) = file(&key) {
                let entry = Entry { file, whole: true, articles: false };
                ledger.entries.entry(entry.file.path.clone()).or_insert(entry);
            }
        }
        Ok(ledger)
    }

    /// The state in which a file was read whole.
    pub(super) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.entries.get(path).filter(|entry| entry.whole).map(|entry| &entry.file)
    }

    /// Every file that was read whole, by path.
    pub(super) fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.entries.values().filter(|entry| entry.whole).map(|entry| &entry.file)
    }

    /// Forgets a file; gives the term of its articles, where it has any.
    pub(super) fn forget(&mut self, path: &str, mapping: &Mapping) -> Option<Term> {
        let entry = self.entries.remove(path)?;
        entry.articles.then(|| Term::from_field_bytes(mapping.file, &key(&entry.file)))
    }

    /// Files a file that was read, to its end or not.
    pub(super) fn record(&mut self, file: SourceFile, whole: bool, articles: bool) {
        self.entries.insert(file.path.clone(), Entry { file, whole, articles });
    }

    /// The note for a commit made now.
    pub(super) fn note(&self, fingerprint: &str, open: Option<&SourceFile>) -> Note {
        let empty = self.entries.values().filter(|entry| entry.whole && !entry.articles);
        Note {
            fingerprint: fingerprint.to_owned(),
            empty: empty.map(|entry| hex(&key(&entry.file))).collect(),
            open: open.map(|file| hex(&key(file))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hold_a_file_and_its_state() {
        let known = SourceFile { path: "dépêches/a.sgm.gz".to_owned(), bytes: 7, modified: -1, hash: [9; 16] };
        assert_eq!(file(&key(&known)), Some(known.clone()));
        assert_eq!(unhex(&hex(&key(&known))), Some(key(&known)));
        assert_eq!(file(b"short"), None);
    }
}
