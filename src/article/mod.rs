//! The news article as every other room sees it: plain data, no input or output.
//!
//! Offsets inside the library are byte ranges of UTF-8; [`json`] turns them into Unicode code points,
//! which is what the command prints and takes in.

mod actor;
mod date;
pub mod json;
mod mention;
mod place;

pub use actor::{Actor, ActorKind};
pub use date::{Date, DateRole, Day, EdtfError, Precision, Published, PublishedOrigin, Span};
pub use mention::{Field, Mention};
pub use place::{Place, PlaceKind};

/// The language code of an article whose language is not known (BCP 47).
pub const UNDETERMINED: &str = "und";

/// One article: what a reader made of a record, and what extraction added to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Stable identifier, unique in the corpus and the same on every run and machine.
    pub id: String,
    /// Headline, one line; may be empty.
    pub title: String,
    /// Plain text, paragraphs parted by a blank line.
    pub body: String,
    /// When it was printed, as far as that is known.
    pub published: Option<Published>,
    /// When it was last changed: RFC 3339, or an EDTF day.
    pub updated: Option<String>,
    /// Bylines, in the order given.
    pub authors: Vec<String>,
    /// Outlet or agency.
    pub source: Option<String>,
    /// Canonical address.
    pub url: Option<String>,
    /// BCP 47 code of the text's language, or [`UNDETERMINED`].
    pub language: String,
    /// Where it happened.
    pub places: Vec<Place>,
    /// Who did it.
    pub actors: Vec<Actor>,
    /// When it happened.
    pub dates: Vec<Date>,
    /// Whatever else the record held, by its own keys: kept, stored, not searched.
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

impl Default for Article {
    fn default() -> Self {
        Article {
            id: String::new(),
            title: String::new(),
            body: String::new(),
            published: None,
            updated: None,
            authors: Vec::new(),
            source: None,
            url: None,
            language: UNDETERMINED.to_owned(),
            places: Vec::new(),
            actors: Vec::new(),
            dates: Vec::new(),
            metadata: serde_json::Map::new(),
        }
    }
}

impl Article {
    /// An article in an undetermined language, with nothing extracted.
    pub fn new(id: impl Into<String>, title: impl Into<String>, body: impl Into<String>) -> Self {
        Article { id: id.into(), title: title.into(), body: body.into(), ..Article::default() }
    }

    /// Sets the language (BCP 47).
    #[must_use]
    pub fn with_language(mut self, code: impl Into<String>) -> Self {
        self.language = code.into();
        self
    }

    /// Sets the publication date, an EDTF value that its metadata gave.
    #[must_use]
    pub fn with_published(mut self, value: impl Into<String>) -> Self {
        self.published = Some(Published::new(value, PublishedOrigin::Metadata));
        self
    }

    /// Sets the outlet.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds a place.
    #[must_use]
    pub fn with_place(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// Adds an actor.
    #[must_use]
    pub fn with_actor(mut self, actor: Actor) -> Self {
        self.actors.push(actor);
        self
    }

    /// Adds a date.
    #[must_use]
    pub fn with_date(mut self, date: Date) -> Self {
        self.dates.push(date);
        self
    }

    /// The text of a field.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Title => &self.title,
            Field::Body => &self.body,
        }
    }

    /// The words of a mention; `None` when its range does not lie in the text.
    pub fn mentioned(&self, mention: &Mention) -> Option<&str> {
        self.text(mention.field).get(mention.start as usize..mention.end as usize)
    }
}
