//! Text to terms: one row per language, one cut for all scripts.
//!
//! Words are cut where Unicode ends a run of letters and digits, stemmed in their language, and folded: lower case,
//! accents off. `Ségou` and `Segou` are one term. Where folding first and stemming after gives another form
//! (`déclarée`), the word has both terms at one position, so that it is found however it is typed.
//! Runs of Han, Kana, Hangul and Thai are cut by a segmenter of their own.

mod folding;
mod segment;
mod stems;
mod terms;
mod tokenizer;

pub use folding::{fold, is_combining};
use frostem::Algorithm;
pub use terms::{Analyzer, Term};
pub use tokenizer::{ArticleTokenizer, tag};

/// How the words of a language are cut and brought to their terms.
#[derive(Debug)]
pub struct Language {
    /// BCP 47 code of the language.
    pub code: &'static str,
    /// Its English name.
    pub name: &'static str,
    stemmer: Option<Algorithm>,
    han: Han,
}

/// How a run of Han characters is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Han {
    /// Into words of a dictionary.
    Words,
    /// Into overlapping pairs of characters.
    Pairs,
}

const fn stemmed(code: &'static str, name: &'static str, stemmer: Algorithm) -> Language {
    Language { code, name, stemmer: Some(stemmer), han: Han::Words }
}

const fn plain(code: &'static str, name: &'static str, han: Han) -> Language {
    Language { code, name, stemmer: None, han }
}

/// Every language with rules of its own; the first is the fallback for all others.
pub static LANGUAGES: &[Language] = &[
    plain("und", "undetermined", Han::Words),
    stemmed("ar", "Arabic", Algorithm::Arabic),
    stemmed("da", "Danish", Algorithm::Danish),
    stemmed("de", "German", Algorithm::German),
    stemmed("el", "Greek", Algorithm::Greek),
    stemmed("en", "English", Algorithm::English),
    stemmed("es", "Spanish", Algorithm::Spanish),
    stemmed("fi", "Finnish", Algorithm::Finnish),
    stemmed("fr", "French", Algorithm::French),
    stemmed("hu", "Hungarian", Algorithm::Hungarian),
    stemmed("it", "Italian", Algorithm::Italian),
    plain("ja", "Japanese", Han::Pairs),
    plain("ko", "Korean", Han::Pairs),
    stemmed("nl", "Dutch", Algorithm::Dutch),
    stemmed("no", "Norwegian", Algorithm::Norwegian),
    stemmed("pt", "Portuguese", Algorithm::Portuguese),
    stemmed("ro", "Romanian", Algorithm::Romanian),
    stemmed("ru", "Russian", Algorithm::Russian),
    stemmed("sv", "Swedish", Algorithm::Swedish),
    stemmed("ta", "Tamil", Algorithm::Tamil),
    plain("th", "Thai", Han::Words),
    stemmed("tr", "Turkish", Algorithm::Turkish),
    plain("zh", "Chinese", Han::Words),
];

/// The row for a BCP 47 code, by its primary subtag, or the fallback.
pub fn language(code: &str) -> &'static Language {
    let primary = code.split(['-', '_']).next().unwrap_or(code);
    &LANGUAGES[LANGUAGES.binary_search_by(|row| order(row.code).cmp(order(primary))).unwrap_or(0)]
}

/// Sorts the fallback first and everything else by its code.
fn order(code: &str) -> &str {
    if code == "und" { "" } else { code }
}

/// Names everything that decides which terms a text has; an index built under another name must be built anew.
pub const VERSION: &str = if cfg!(feature = "chinese") { "1+zh" } else { "1" };

#[cfg(test)]
mod tests;
