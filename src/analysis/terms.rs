//! The cut: a text's terms with their positions and byte ranges, one at a time and without an allocation each.

use std::{collections::VecDeque, ops::Range};

use super::{
    Language,
    folding::{is_combining, is_invisible},
    segment::{self, Script},
    stems::Stems,
};

/// One term of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// The folded, stemmed form.
    pub text: String,
    /// Byte range of the words it stands for.
    pub range: Range<usize>,
    /// Number of the word in the text; two terms of one word share it.
    pub position: usize,
}

/// Cuts one text into terms.
#[derive(Debug)]
pub struct Analyzer<'a> {
    text: &'a str,
    /// `None` only after it has been given back.
    stems: Option<Stems>,
    at: usize,
    position: usize,
    term: Term,
    /// Second term of the word handed out last.
    second: Option<Box<str>>,
    /// Words of a run without blanks, still to hand out.
    pending: VecDeque<Range<usize>>,
}

impl<'a> Analyzer<'a> {
    /// Starts on a text in a language.
    pub fn new(language: &'static Language, text: &'a str) -> Self {
        Self::reusing(language, text, Term::default())
    }

    /// The same, with the memory of a term used before.
    pub(super) fn reusing(language: &'static Language, text: &'a str, term: Term) -> Self {
        Analyzer {
            text,
            stems: Some(Stems::take(language)),
            at: 0,
            position: 0,
            term,
            second: None,
            pending: VecDeque::new(),
        }
    }

    /// The next term, or `None` at the end of the text.
    pub fn advance(&mut self) -> Option<&Term> {
        if let Some(second) = self.second.take() {
            self.term.text.clear();
            self.term.text.push_str(&second);
            return Some(&self.term);
        }
        loop {
            let range = match self.pending.pop_front() {
                Some(range) => range,
                None => self.next_word()?,
            };
            self.look_up(range);
            // A word of nothing but accents has no term.
            if !self.term.text.is_empty() {
                self.term.position = self.position;
                self.position += 1;
                return Some(&self.term);
            }
        }
    }

    fn look_up(&mut self, range: Range<usize>) {
        if let Some(stems) = &mut self.stems {
            let word = &self.text[range.clone()];
            self.second = if is_dotted(word) {
                let letters: String = word.split('.').collect();
                stems.term(&letters, &mut self.term.text)
            } else {
                stems.term(word, &mut self.term.text)
            };
        }
        self.term.range = range;
    }

    /// The term that [`Self::advance`] handed out last.
    pub fn term(&self) -> &Term {
        &self.term
    }

    /// Moves to the next word and past it.
    fn next_word(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        loop {
            while self.at < bytes.len() && bytes[self.at] < 0x80 && !bytes[self.at].is_ascii_alphanumeric() {
                self.at += 1;
            }
            let start = self.at;
            if start == bytes.len() {
                return None;
            }
            let mut end = start;
            while end < bytes.len() && bytes[end].is_ascii_alphanumeric() {
                end += 1;
            }
            if end < bytes.len() && bytes[end] >= 0x80 {
                match self.wide_word(start, end) {
                    Some(range) => return Some(range),
                    None => continue,
                }
            }
            if end - start == 1 && bytes[start].is_ascii_uppercase() {
                end = dotted_end(bytes, start);
            }
            self.at = end;
            return Some(start..end);
        }
    }

    /// A word that is not all ASCII; `end` is the first such byte. `None` when nothing there is a word.
    fn wide_word(&mut self, start: usize, mut end: usize) -> Option<Range<usize>> {
        while let Some(character) = self.text[end..].chars().next() {
            if let Some(script) = segment::script(character) {
                if end > start {
                    break;
                }
                return self.run(start, script);
            }
            let belongs = character.is_alphanumeric()
                || (end > start && (is_combining(character) || is_invisible(character) || is_sign(character)));
            if !belongs {
                break;
            }
            end += character.len_utf8();
        }
        if end > start {
            self.at = end;
            return Some(start..end);
        }
        self.at = start + self.text[start..].chars().next().map_or(1, char::len_utf8);
        None
    }

    /// Cuts a run of one script; its first word is handed out, the others wait.
    fn run(&mut self, start: usize, script: Script) -> Option<Range<usize>> {
        let run = &self.text[start..];
        let end = run.find(|character| segment::script(character) != Some(script)).unwrap_or(run.len());
        self.at = start + end;
        let han = self.stems.as_ref().map_or(super::Han::Words, |stems| stems.language().han);
        let pending = &mut self.pending;
        segment::cut(&run[..end], script, han, &mut |range| pending.push_back(start + range.start..start + range.end));
        pending.pop_front()
    }

    pub(super) fn into_term(mut self) -> Term {
        std::mem::take(&mut self.term)
    }
}

impl Drop for Analyzer<'_> {
    fn drop(&mut self) {
        if let Some(stems) = self.stems.take() {
            stems.give_back();
        }
    }
}

/// Dependent vowels of the scripts of South and South-East Asia, which belong to a word but are no letters.
fn is_sign(character: char) -> bool {
    matches!(u32::from(character), 0x900..=0xDFF | 0xEB1..=0xECD | 0x102B..=0x103E) && !matches!(character, '।' | '॥')
}

/// The end of `U.S.` or `U.S` that begins at `start`; one letter where it is none.
fn dotted_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut letters = 0;
    let glued = |at: usize| bytes.get(at).is_some_and(|next| next.is_ascii_alphanumeric() || *next >= 0x80);
    while bytes.get(at).is_some_and(u8::is_ascii_uppercase) && bytes.get(at + 1) == Some(&b'.') {
        at += 2;
        letters += 1;
    }
    if bytes.get(at).is_some_and(u8::is_ascii_uppercase) && !glued(at + 1) {
        at += 1;
        letters += 1;
    } else if glued(at) {
        return start + 1;
    }
    if letters >= 2 { at } else { start + 1 }
}

fn is_dotted(word: &str) -> bool {
    word.len() > 2 && word.as_bytes()[1] == b'.'
}
