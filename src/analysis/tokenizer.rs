//! The analyzer as a tokenizer of the engine: one for every language, told by a tag in front of the text.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::{Analyzer, LANGUAGES, Language, Term};

/// First of the private-use characters that name a row of [`LANGUAGES`].
const FIRST_TAG: u32 = 0xE000;
const TAG_BYTES: usize = 3;

/// The character that, in front of a text, tells [`ArticleTokenizer`] the text's language.
pub fn tag(language: &'static Language) -> char {
    let row = LANGUAGES.iter().position(|row| std::ptr::eq(row, language)).unwrap_or(0);
    char::from_u32(FIRST_TAG + row as u32).unwrap_or('\u{E000}')
}

/// Cuts a tagged text with the analyzer of its language; an untagged one with the fallback.
#[derive(Clone, Debug, Default)]
pub struct ArticleTokenizer {
    token: Token,
}

impl Tokenizer for ArticleTokenizer {
    type TokenStream<'a> = ArticleTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ArticleTokens<'a> {
        let row = text.chars().next().and_then(|tag| u32::from(tag).checked_sub(FIRST_TAG));
        let (language, start) = match row.and_then(|row| LANGUAGES.get(row as usize)) {
            Some(language) => (language, TAG_BYTES),
            None => (&LANGUAGES[0], 0),
        };
        self.token.reset();
        let term = Term { text: std::mem::take(&mut self.token.text), ..Term::default() };
        ArticleTokens {
            analyzer: Some(Analyzer::reusing(language, &text[start..], term)),
            start,
            token: &mut self.token,
        }
    }
}

/// The tokens of one text.
#[derive(Debug)]
pub struct ArticleTokens<'a> {
    analyzer: Option<Analyzer<'a>>,
    start: usize,
    token: &'a mut Token,
}

impl TokenStream for ArticleTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some(term) = self.analyzer.as_mut().and_then(Analyzer::advance) else { return false };
        self.token.text.clear();
        self.token.text.push_str(&term.text);
        self.token.position = term.position;
        self.token.offset_from = self.start + term.range.start;
        self.token.offset_to = self.start + term.range.end;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

impl Drop for ArticleTokens<'_> {
    fn drop(&mut self) {
        if let Some(analyzer) = self.analyzer.take() {
            let mut term = analyzer.into_term();
            if self.token.text.capacity() < term.text.capacity() {
                term.text.clear();
                self.token.text = term.text;
            }
        }
    }
}
