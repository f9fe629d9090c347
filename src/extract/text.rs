//! One pass over an article's text: tokens with shape, gap and folded hash, which every extractor shares.
//!
//! A token is a run of letters, a run of digits, one Han character, or one mark of punctuation. `U.S.` is one token.
//! Words are never looked up by their letters but by a 64-bit hash of their folded form ([`hash_word`]): lower
//! case, without accents, so that `SEGOU`, `Segou` and `Ségou` are one. Names of several words are looked up by
//! the joined hashes of their words ([`join`], [`hash_name`]), punctuation between them left out.

use crate::{
    analysis::{fold, is_combining},
    article::{Field, Mention},
};

/// How a token is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Shape {
    /// `army`
    Lower,
    /// `Army`, `É`, `A`
    Title,
    /// `FAMA`: two capitals or more, nothing else
    Upper,
    /// `FAMa`, `McDonald`, `iPhone`
    Mixed,
    /// `U.S.`, `U.N.`; its hash leaves the dots out
    Dotted,
    /// letters of a script without case: Arabic, Hebrew, Devanagari, Hangul, Kana, Thai
    Uncased,
    /// one Han character
    Han,
    /// `2022`: decimal digits of any script
    Number,
    /// one character that is none of these
    Mark,
}

impl Shape {
    /// Whether a name may begin here: a capital, or a script that has none.
    pub fn may_begin_name(self) -> bool {
        matches!(self, Shape::Title | Shape::Upper | Shape::Mixed | Shape::Dotted | Shape::Uncased | Shape::Han)
    }

    /// Whether the token is made of letters.
    pub fn is_word(self) -> bool {
        self < Shape::Number
    }
}

/// What stands between a token and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Gap {
    /// Nothing: `1990` and `s`, a word and its comma.
    Glued,
    /// Blanks.
    Space,
    /// One line break.
    Line,
    /// A blank line, or the start of a field.
    Paragraph,
}

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Hash of the folded word; of the character for a mark, of the digits for a number.
    pub hash: u64,
    /// First byte, in its field.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// How it is written.
    pub shape: Shape,
    /// What stands before it.
    pub gap: Gap,
    /// Whether a sentence begins here.
    pub starts_sentence: bool,
    /// First byte of the token: tells marks apart without a look at the text.
    pub first: u8,
}

/// An article's two fields as one run of tokens, title first.
#[derive(Debug)]
pub struct Text<'a> {
    /// The headline.
    pub title: &'a str,
    /// The text under it.
    pub body: &'a str,
    /// Every token, the title's first. Offsets are of the token's own field.
    pub tokens: Vec<Token>,
    /// Index of the body's first token.
    pub body_at: usize,
    /// Whether the text is written in capitals throughout, so that case says nothing.
    pub upper: bool,
}

impl<'a> Text<'a> {
    /// Reads both fields; `tokens` lends its memory.
    pub fn new(title: &'a str, body: &'a str, mut tokens: Vec<Token>) -> Self {
        tokens.clear();
        lex(title, &mut tokens);
        let body_at = tokens.len();
        lex(body, &mut tokens);
        let (mut lower, mut upper) = (0usize, 0usize);
        for token in &tokens[body_at..] {
            match token.shape {
                Shape::Lower | Shape::Title => lower += 1,
                Shape::Upper => upper += 1,
                _ => {}
            }
        }
        Text { title, body, tokens, body_at, upper: upper > 8 && upper > lower * 4 }
    }

    /// The field of a token.
    pub fn field(&self, token: usize) -> Field {
        if token < self.body_at { Field::Title } else { Field::Body }
    }

    /// The text that a token's offsets count in.
    pub fn source(&self, token: usize) -> &'a str {
        if token < self.body_at { self.title } else { self.body }
    }

    /// A token's letters as written.
    pub fn word(&self, token: usize) -> &'a str {
        let at = &self.tokens[token];
        &self.source(token)[at.start as usize..at.end as usize]
    }

    /// The text from one token to another, `last` included; both must lie in one field.
    pub fn slice(&self, first: usize, last: usize) -> &'a str {
        let (start, end) = (self.tokens[first].start, self.tokens[last].end);
        &self.source(first)[start as usize..end as usize]
    }

    /// The mention from one token to another, `last` included; both must lie in one field.
    pub fn mention(&self, first: usize, last: usize) -> Mention {
        Mention::new(self.field(first), self.tokens[first].start, self.tokens[last].end)
    }

    /// The byte of a one-byte mark, `0` for anything else or past either end.
    pub fn mark(&self, token: usize) -> u8 {
        match self.tokens.get(token) {
            Some(at) if at.shape == Shape::Mark && at.end - at.start == 1 => at.first,
            _ => 0,
        }
    }
}

const K: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(hash: u64, word: u64) -> u64 {
    let product = u128::from(hash ^ word) * u128::from(K);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Hash of bytes that are folded already.
fn hash_folded(bytes: &[u8]) -> u64 {
    let mut hash = K ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    }
    let mut tail = [0u8; 8];
    tail[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    mix(hash, u64::from_le_bytes(tail))
}

/// Hash of ASCII letters, lowered on the way: setting one bit lowers a letter.
fn hash_ascii_letters(bytes: &[u8]) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let mut hash = K ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().unwrap_or_default()) | LOWER);
    }
    let rest = chunks.remainder();
    let mut tail = [0u8; 8];
    for (to, from) in tail.iter_mut().zip(rest) {
        *to = from | 0x20;
    }
    mix(hash, u64::from_le_bytes(tail))
}

/// Hash of one word, as [`Token::hash`] has it.
pub fn hash_word(word: &str) -> u64 {
    if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return hash_ascii_letters(word.as_bytes());
    }
    let mut folded = String::with_capacity(word.len());
    fold(word, &mut folded);
    hash_folded(folded.as_bytes())
}

/// The hash of a name one word longer.
pub fn join(name: u64, word: u64) -> u64 {
    mix(name.rotate_left(17), word)
}

/// Hash of a name of any number of words: the joined hashes of its words and numbers, marks left out.
/// The hash of a name of one word is that word's hash; `None` for a text without words.
pub fn hash_name(name: &str) -> Option<u64> {
    let mut tokens = Vec::new();
    lex(name, &mut tokens);
    tokens.iter().filter(|token| token.shape != Shape::Mark).map(|token| token.hash).reduce(join)
}

/// What a byte begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Blank,
    Line,
    Mark,
    Wide,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Mark; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'\n' => Class::Line,
            0..=b' ' | 0x7F => Class::Blank,
            0x80.. => Class::Wide,
            _ => Class::Mark,
        };
        byte += 1;
    }
    classes
};

fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or('\0')
}

/// Cuts a text into tokens and appends them.
pub fn lex(text: &str, tokens: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let first = tokens.len();
    let mut folded = String::new();
    let mut at = 0;
    let mut gap = Gap::Paragraph;
    let mut ends_sentence = true;
    while at < bytes.len() {
        let start = at;
        let (shape, hash) = match CLASSES[bytes[at] as usize] {
            Class::Blank => {
                at += 1;
                gap = gap.max(Gap::Space);
                continue;
            }
            Class::Line => {
                at += 1;
                gap = if gap >= Gap::Line { Gap::Paragraph } else { Gap::Line };
                continue;
            }
            Class::Digit => {
                while at < bytes.len() && bytes[at].is_ascii_digit() {
                    at += 1;
                }
                (Shape::Number, hash_folded(&bytes[start..at]))
            }
            Class::Letter => letters(text, start, &mut at, &mut folded),
            Class::Mark => {
                at += 1;
                (Shape::Mark, hash_folded(&bytes[start..at]))
            }
            Class::Wide => {
                let character = char_at(text, at);
                if character.is_whitespace() || is_invisible(character) {
                    at += character.len_utf8();
                    gap = gap.max(if is_invisible(character) { gap } else { Gap::Space });
                    continue;
                }
                if is_han(character) {
                    at += character.len_utf8();
                    (Shape::Han, hash_folded(&bytes[start..at]))
                } else if character.is_alphabetic() || is_combining(character) {
                    letters(text, start, &mut at, &mut folded)
                } else if character.is_numeric() {
                    digits(text, start, &mut at, &mut folded)
                } else {
                    at += character.len_utf8();
                    (Shape::Mark, hash_folded(&bytes[start..at]))
                }
            }
        };
        let starts_sentence = ends_sentence || gap == Gap::Paragraph;
        let token =
            Token { hash, start: start as u32, end: at as u32, shape, gap, starts_sentence, first: bytes[start] };
        // A quotation mark or bracket that opens a sentence hands the start on to its first word.
        let opens = shape == Shape::Mark && starts_sentence;
        ends_sentence = opens || (shape == Shape::Mark && closes_sentence(text, tokens, first, &token));
        tokens.push(token);
        gap = Gap::Glued;
    }
}

/// Whether a mark ends its sentence.
fn closes_sentence(text: &str, tokens: &[Token], first: usize, mark: &Token) -> bool {
    let after = &text[mark.end as usize..];
    match mark.first {
        b'!' | b'?' => true,
        b'.' => {
            // `3.5`, `example.org`
            if after.starts_with(|next: char| next.is_alphanumeric()) {
                return false;
            }
            let Some(before) = tokens[first..].last() else { return false };
            let word = &text[before.start as usize..before.end as usize];
            let initial = before.shape == Shape::Title && before.end - before.start == 1 && mark.gap == Gap::Glued;
            !(initial || is_abbreviation(word))
        }
        // A quotation mark or bracket after the full stop still ends it.
        b'"' | b'\'' | b')' | b']' => tokens[first..].last().is_some_and(|before| {
            matches!(before.first, b'.' | b'!' | b'?') && before.shape == Shape::Mark && mark.gap == Gap::Glued
        }),
        0xE2 | 0xE3 | 0xEF | 0xD8 | 0xE0 => {
            let character = char_at(text, mark.start as usize);
            matches!(character, '。' | '！' | '？' | '；' | '…' | '؟' | '।' | '．')
                || (matches!(character, '”' | '’' | '」' | '』' | '）')
                    && tokens[first..].last().is_some_and(|before| {
                        before.shape == Shape::Mark
                            && matches!(char_at(text, before.start as usize), '.' | '!' | '?' | '。' | '！' | '？')
                    }))
        }
        _ => false,
    }
}

/// Words whose full stop does not end a sentence.
fn is_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "Mr" | "Mrs"
            | "Ms"
            | "Dr"
            | "Prof"
            | "Gen"
            | "Lt"
            | "Col"
            | "Maj"
            | "Capt"
            | "Sgt"
            | "Cpl"
            | "Sen"
            | "Rep"
            | "Gov"
            | "Rev"
            | "Hon"
            | "Pres"
            | "St"
            | "Mt"
            | "Ft"
            | "Ste"
            | "vs"
            | "No"
            | "Nos"
            | "Jr"
            | "Sr"
            | "Jan"
            | "Feb"
            | "Mar"
            | "Apr"
            | "Jun"
            | "Jul"
            | "Aug"
            | "Sep"
            | "Sept"
            | "Oct"
            | "Nov"
            | "Dec"
            | "Adm"
            | "Cmdr"
            | "Brig"
            | "Msgr"
            | "Mgr"
            | "Mlle"
            | "Mme"
            | "MM"
            | "Sra"
            | "Dra"
            | "Hr"
            | "Fr"
            | "approx"
            | "est"
            | "al"
            | "cf"
            | "etc"
            | "bzw"
            | "ca"
            | "Nr"
            | "janv"
            | "févr"
            | "juil"
            | "avr"
            | "déc"
    )
}

fn is_han(character: char) -> bool {
    matches!(u32::from(character), 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF | 0x3007)
}

/// Soft hyphens, joiners, direction marks and the byte order mark.
fn is_invisible(character: char) -> bool {
    matches!(u32::from(character), 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0x2066..=0x2069 | 0xFEFF)
}

/// A run of letters from `start`; moves `at` past it.
fn letters(text: &str, start: usize, at: &mut usize, folded: &mut String) -> (Shape, u64) {
    let bytes = text.as_bytes();
    let mut end = start;
    let mut capitals = 0;
    while end < bytes.len() && CLASSES[bytes[end] as usize] == Class::Letter {
        capitals += usize::from(bytes[end] < b'a');
        end += 1;
    }
    if end == bytes.len() || CLASSES[bytes[end] as usize] != Class::Wide {
        let word = &bytes[start..end];
        if word.len() == 1
            && capitals == 1
            && let Some(end) = dotted(bytes, start)
        {
            *at = end;
            let initials: Vec<u8> = bytes[start..end].iter().copied().filter(u8::is_ascii_alphabetic).collect();
            return (Shape::Dotted, hash_ascii_letters(&initials));
        }
        *at = end;
        return (case_shape(word.len(), capitals, word[0] < b'a'), hash_ascii_letters(word));
    }
    wide_letters(text, start, at, folded)
}

/// The end of `U.S.` or `U.S.A`, with its last dot where it has one.
fn dotted(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut count = 0;
    while bytes.get(at).is_some_and(u8::is_ascii_uppercase) && bytes.get(at + 1) == Some(&b'.') {
        at += 2;
        count += 1;
    }
    // `U.S` without its last dot: one capital, and nothing glued after it.
    if bytes.get(at).is_some_and(u8::is_ascii_uppercase)
        && !bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphanumeric() || *next >= 0x80)
    {
        at += 1;
        count += 1;
    } else if bytes.get(at).is_some_and(|next| next.is_ascii_alphanumeric() || *next >= 0x80) {
        // `J.K.Rowling`: the initials belong to a name.
        return None;
    }
    (count >= 2).then_some(at)
}

fn case_shape(length: usize, capitals: usize, first_is_capital: bool) -> Shape {
    match capitals {
        0 => Shape::Lower,
        1 if first_is_capital => Shape::Title,
        _ if capitals == length => Shape::Upper,
        _ => Shape::Mixed,
    }
}

/// A run of letters that is not all ASCII.
#[cold]
fn wide_letters(text: &str, start: usize, at: &mut usize, folded: &mut String) -> (Shape, u64) {
    let (mut length, mut capitals, mut cased) = (0, 0, false);
    let mut first_is_capital = false;
    let mut end = start;
    for character in text[start..].chars() {
        let joins = is_combining(character) || is_invisible(character);
        if !joins && (!character.is_alphabetic() || is_han(character)) && !is_vowel_sign(character) {
            break;
        }
        if !joins {
            let capital = character.is_uppercase();
            cased |= capital || character.is_lowercase();
            first_is_capital |= capital && length == 0;
            capitals += usize::from(capital);
            length += 1;
        }
        end += character.len_utf8();
    }
    if end == start {
        // A stray joiner: take it as it is, so that the pass goes on.
        end += char_at(text, start).len_utf8();
    }
    *at = end;
    folded.clear();
    fold(&text[start..end], folded);
    folded.retain(|character| !is_invisible(character));
    let shape = if cased { case_shape(length, capitals, first_is_capital) } else { Shape::Uncased };
    (shape, hash_folded(folded.as_bytes()))
}

/// Dependent vowels and viramas of the scripts of South and South-East Asia: marks that belong to a word.
fn is_vowel_sign(character: char) -> bool {
    matches!(u32::from(character), 0x900..=0xDFF | 0xE31..=0xE4E | 0xEB1..=0xECD | 0x102B..=0x103E)
        && !character.is_numeric()
        && !matches!(character, '।' | '॥')
}

/// A run of decimal digits of another script, hashed as their ASCII forms.
fn digits(text: &str, start: usize, at: &mut usize, folded: &mut String) -> (Shape, u64) {
    folded.clear();
    let mut end = start;
    for character in text[start..].chars().take_while(|character| character.is_numeric()) {
        match decimal(character) {
            Some(digit) => folded.push(digit),
            None => folded.push(character),
        }
        end += character.len_utf8();
    }
    *at = end;
    (Shape::Number, hash_folded(folded.as_bytes()))
}

/// The ASCII digit of an Arabic-Indic, Persian, Devanagari or full-width one.
pub fn decimal(character: char) -> Option<char> {
    let code = u32::from(character);
    let zero = match code {
        0x30..=0x39 => 0x30,
        0x660..=0x669 => 0x660,
        0x6F0..=0x6F9 => 0x6F0,
        0x966..=0x96F => 0x966,
        0xFF10..=0xFF19 => 0xFF10,
        _ => return None,
    };
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<(&str, Shape)> {
        let mut tokens = Vec::new();
        lex(text, &mut tokens);
        tokens.iter().map(|token| (&text[token.start as usize..token.end as usize], token.shape)).collect()
    }

    #[test]
    fn shapes() {
        use Shape::{Dotted, Han, Lower, Mark, Mixed, Number, Title, Uncased, Upper};
        assert_eq!(
            words("The FAMa in U.S. and École, 1990s 马里 مالي U.N."),
            [
                ("The", Title),
                ("FAMa", Mixed),
                ("in", Lower),
                ("U.S.", Dotted),
                ("and", Lower),
                ("École", Title),
                (",", Mark),
                ("1990", Number),
                ("s", Lower),
                ("马", Han),
                ("里", Han),
                ("مالي", Uncased),
                ("U.N.", Dotted),
            ]
        );
        assert_eq!(words("MALI A"), [("MALI", Upper), ("A", Title)]);
    }

    #[test]
    fn one_hash_for_every_way_to_write_a_word() {
        assert_eq!(hash_word("SEGOU"), hash_word("Ségou"));
        assert_eq!(hash_word("Straße"), hash_word("strasse"));
        assert_eq!(hash_name("Guinea-Bissau"), hash_name("guinea bissau"));
        assert_eq!(hash_name("Côte d’Ivoire"), hash_name("COTE D'IVOIRE"));
        assert_eq!(hash_name("U.S."), hash_name("US"));
        assert_ne!(hash_name("New York"), hash_name("York New"));
        assert_eq!(hash_name("–"), None);
    }

    #[test]
    fn sentences_begin_after_full_stops_but_not_after_initials() {
        let text = "Mr. J. Smith left. \"He ran,\" she said. Then 3.5 km.\n\nEnd";
        let mut tokens = Vec::new();
        lex(text, &mut tokens);
        let starts: Vec<&str> = tokens
            .iter()
            .filter(|token| token.starts_sentence && token.shape != Shape::Mark)
            .map(|token| &text[token.start as usize..token.end as usize])
            .collect();
        assert_eq!(starts, ["Mr", "He", "Then", "End"]);
    }

    #[test]
    fn capitals_throughout_are_noticed() {
        let upper = "THE MILITARY ATTACKED A TOWN IN THE NORTH OF THE COUNTRY YESTERDAY";
        assert!(Text::new("", upper, Vec::new()).upper);
        assert!(!Text::new("", &upper.to_lowercase(), Vec::new()).upper);
    }

    proptest! {
        #[test]
        fn tokens_lie_on_character_boundaries_in_order(text in "\\PC*|[ -~é日م.\\n\u{301}\u{200d}]*") {
            let mut tokens = Vec::new();
            lex(&text, &mut tokens);
            let mut at = 0;
            for token in tokens {
                prop_assert!(token.start as usize >= at && token.end > token.start);
                prop_assert!(text.get(token.start as usize..token.end as usize).is_some());
                at = token.end as usize;
            }
        }
    }
}
