//! Who, where and when, read out of an article's text. Pure: no input or output.
//!
//! One pass cuts the text into tokens ([`text`]); every extractor reads those. Names are recognised first
//! ([`actor::recognise`]), so that the place extractor knows which capitals belong to a person or a body; then
//! places are resolved; then names are merged into actors, which may need the places; dates need none of them.

pub mod actor;
pub mod date;
pub mod language;
mod names;
pub mod place;
pub mod text;

use std::{cell::RefCell, sync::Arc};

pub use names::{NameKind, NameSpan};
use place::Gazetteer;
use text::{Text, Token};

use crate::article::{Article, Day, UNDETERMINED};

/// How to extract.
#[derive(Clone, Debug)]
pub struct ExtractOptions {
    /// The day of indexing: a date without a year lies before it where nothing else tells.
    pub today: Day,
    /// Values less sure than this are left out, from 0 to 1.
    pub min_confidence: f32,
}

impl ExtractOptions {
    /// Options for texts read on a day.
    pub fn on(today: Day) -> Self {
        ExtractOptions { today, min_confidence: 0.5 }
    }
}

/// What the extractors know of an article beside its tokens.
#[derive(Debug)]
pub struct Context<'a> {
    /// The article as it was read: metadata, source, URL.
    pub article: &'a Article,
    /// BCP 47 code of the text's language.
    pub language: &'a str,
    /// The day it was printed, where known.
    pub published: Option<Day>,
    /// The day of indexing.
    pub today: Day,
    /// Names of places.
    pub gazetteer: &'a Gazetteer,
}

/// Reads places, actors and dates out of articles. Shared by all threads.
#[derive(Clone, Debug)]
pub struct Extractor {
    options: ExtractOptions,
    gazetteer: Arc<Gazetteer>,
}

thread_local! {
    /// Memory for tokens, reused by every article of a thread.
    static TOKENS: RefCell<Vec<Token>> = const { RefCell::new(Vec::new()) };
}

impl Extractor {
    /// An extractor with the embedded gazetteer.
    pub fn new(options: ExtractOptions) -> Self {
        Extractor { options, gazetteer: Gazetteer::embedded() }
    }

    /// Fills an article's language, publication date, places, actors and dates. What the record brought is kept.
    pub fn extract(&self, article: &mut Article) {
        let tokens = TOKENS.take();
        let text = Text::new(&article.title, &article.body, tokens);
        let language = match article.language.as_str() {
            UNDETERMINED | "" => language::detect(&text).to_owned(),
            known => known.to_owned(),
        };
        let published =
            article.published.clone().or_else(|| date::published(&text, article, &language, self.options.today));
        let context = Context {
            article,
            language: &language,
            published: published.as_ref().and_then(|date| date.day()),
            today: self.options.today,
            gazetteer: &self.gazetteer,
        };
        let names = actor::recognise(&text, &context);
        let mut places = place::resolve(&text, &context, &names);
        let mut actors = actor::merge(&text, &context, names, &places);
        let mut dates = date::extract(&text, &context);
        let floor = self.options.min_confidence;
        places.retain(|place| place.confidence >= floor);
        actors.retain(|actor| actor.confidence >= floor);
        dates.retain(|date| date.confidence >= floor);
        TOKENS.set(text.tokens);
        if article.places.is_empty() {
            article.places = places;
        }
        if article.actors.is_empty() {
            article.actors = actors;
        }
        if article.dates.is_empty() {
            article.dates = dates;
        }
        article.published = published;
        article.language = language;
    }
}
