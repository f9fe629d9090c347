//! Word → term, remembered: stemming a word costs ten times what looking it up does, and news repeats its words.

use std::{cell::RefCell, collections::HashMap};

use frostem::Stemmer;
use rustc_hash::FxBuildHasher;

use super::{LANGUAGES, Language, folding::fold};

/// Words remembered per language and thread. When full, all are forgotten: simpler than choosing, and rare.
const CAPACITY: usize = 1 << 16;
/// Longer words are not worth remembering, and tantivy takes no term of 64 KiB.
const MAX_WORD_BYTES: usize = 64;
const MAX_TERM_BYTES: usize = 1 << 15;

/// The terms of a word: the usual one, and the one for the word typed without its accents where that differs.
#[derive(Debug)]
struct Stem {
    term: Box<str>,
    unaccented: Option<Box<str>>,
}

/// The words of one language that a thread has met.
pub(super) struct Stems {
    language: &'static Language,
    stemmer: Option<Stemmer>,
    known: HashMap<Box<str>, Stem, FxBuildHasher>,
    lower: String,
    folded: String,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stems").field("language", &self.language.code).finish_non_exhaustive()
    }
}

thread_local! {
    static POOL: RefCell<Vec<Option<Stems>>> = const { RefCell::new(Vec::new()) };
}

impl Stems {
    /// Takes the thread's memory of a language, or makes one.
    pub(super) fn take(language: &'static Language) -> Self {
        let at = position(language);
        POOL.with_borrow_mut(|pool| pool.get_mut(at).and_then(Option::take)).unwrap_or_else(|| Stems {
            language,
            stemmer: language.stemmer.map(Stemmer::new),
            known: HashMap::default(),
            lower: String::new(),
            folded: String::new(),
        })
    }

    /// Gives it back for the thread's next text.
    pub(super) fn give_back(self) {
        let at = position(self.language);
        POOL.with_borrow_mut(|pool| {
            if pool.len() <= at {
                pool.resize_with(LANGUAGES.len(), || None);
            }
            pool[at] = Some(self);
        });
    }

    pub(super) fn language(&self) -> &'static Language {
        self.language
    }

    /// Writes the word's term, and hands back its second term where it has one.
    pub(super) fn term(&mut self, word: &str, term: &mut String) -> Option<Box<str>> {
        term.clear();
        if word.len() > MAX_WORD_BYTES {
            let end = (0..=MAX_TERM_BYTES.min(word.len())).rev().find(|end| word.is_char_boundary(*end)).unwrap_or(0);
            fold(&word[..end], term);
            return None;
        }
        if let Some(stem) = self.known.get(word) {
            term.push_str(&stem.term);
            return stem.unaccented.clone();
        }
        let stem = self.stem(word);
        term.push_str(&stem.term);
        let unaccented = stem.unaccented.clone();
        if self.known.len() >= CAPACITY {
            self.known.clear();
        }
        self.known.insert(word.into(), stem);
        unaccented
    }

    fn stem(&mut self, word: &str) -> Stem {
        self.folded.clear();
        fold(word, &mut self.folded);
        let Some(stemmer) = &self.stemmer else {
            return Stem { term: self.folded.as_str().into(), unaccented: None };
        };
        let unaccented = stemmer.stem(&self.folded);
        if word.is_ascii() {
            return Stem { term: unaccented.as_ref().into(), unaccented: None };
        }
        self.lower.clear();
        self.lower.extend(word.chars().flat_map(char::to_lowercase));
        let mut term = String::new();
        fold(&stemmer.stem(&self.lower), &mut term);
        if term.is_empty() {
            term.push_str(&unaccented);
        }
        let unaccented = (unaccented != term).then(|| unaccented.as_ref().into());
        Stem { term: term.into(), unaccented }
    }
}

fn position(language: &'static Language) -> usize {
    LANGUAGES.iter().position(|row| std::ptr::eq(row, language)).unwrap_or(0)
}
