//! A stored article as bytes, and back: everything a hit or an answer shows, with the evidence.
//!
//! What every hit shows stands first ([`Head`]), then the body, then the rest, so that a search decodes no evidence
//! that nobody asked for. Integers are LEB128; a text is its length and its bytes.

use crate::{
    article::{
        Actor, ActorKind, Article, Date, DateRole, Field, Mention, Place, PlaceKind, Precision, Published,
        PublishedOrigin,
    },
    index::IndexError,
};

/// First byte of every stored article.
const VERSION: u8 = 1;

/// What a hit shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) published: Option<(&'a str, PublishedOrigin)>,
    pub(super) source: Option<&'a str>,
    pub(super) url: Option<&'a str>,
    pub(super) language: &'a str,
    /// The text under the headline.
    pub(super) body: &'a str,
}

impl Head<'_> {
    /// The publication date as the article has it.
    pub(super) fn published(&self) -> Option<Published> {
        self.published.map(|(value, origin)| Published::new(value, origin))
    }
}

/// Appends an article.
pub(super) fn encode(article: &Article, out: &mut Vec<u8>) {
    out.push(VERSION);
    text(&article.id, out);
    text(&article.title, out);
    match &article.published {
        None => out.push(0),
        Some(published) => {
            out.push(1 + origin_code(published.origin));
            text(&published.value, out);
        }
    }
    optional(article.source.as_deref(), out);
    optional(article.url.as_deref(), out);
    text(&article.language, out);
    text(&article.body, out);
    optional(article.updated.as_deref(), out);
    number(article.authors.len() as u64, out);
    article.authors.iter().for_each(|author| text(author, out));
    if article.metadata.is_empty() {
        text("", out);
    } else {
        text(&serde_json::to_string(&article.metadata).unwrap_or_default(), out);
    }
    number(article.places.len() as u64, out);
    article.places.iter().for_each(|each| place(each, out));
    number(article.actors.len() as u64, out);
    article.actors.iter().for_each(|each| actor(each, out));
    number(article.dates.len() as u64, out);
    article.dates.iter().for_each(|each| date(each, out));
}

fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn text(value: &str, out: &mut Vec<u8>) {
    number(value.len() as u64, out);
    out.extend_from_slice(value.as_bytes());
}

/// A text that may be missing: its length and one, or 0.
fn optional(value: Option<&str>, out: &mut Vec<u8>) {
    match value {
        None => out.push(0),
        Some(value) => {
            number(value.len() as u64 + 1, out);
            out.extend_from_slice(value.as_bytes());
        }
    }
}

/// Steps of 1/200: two decimals come back as they were.
fn confidence(value: f32, out: &mut Vec<u8>) {
    out.push((value.clamp(0.0, 1.0) * 200.0).round() as u8);
}

fn mentions(all: &[Mention], out: &mut Vec<u8>) {
    number(all.len() as u64, out);
    let mut last = 0;
    for mention in all {
        let step = i64::from(mention.start) - last;
        last = i64::from(mention.start);
        let zigzag = ((step << 1) ^ (step >> 63)) as u64;
        number(zigzag << 1 | u64::from(mention.field == Field::Title), out);
        number(u64::from(mention.end.saturating_sub(mention.start)), out);
    }
}

const NAME_ENDS_PATH: u8 = 1;
const HAS_COUNTRY: u8 = 2;
const HAS_ID: u8 = 4;
const HAS_POINT: u8 = 8;

fn place(place: &Place, out: &mut Vec<u8>) {
    let ends_path = place.path.rsplit('/').next() == Some(place.name.as_str());
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    out.push(
        flag(ends_path, NAME_ENDS_PATH)
            | flag(place.country.is_some(), HAS_COUNTRY)
            | flag(place.geoname_id.is_some(), HAS_ID)
            | flag(place.point.is_some(), HAS_POINT)
            | (place.kind as u8) << 4,
    );
    text(&place.path, out);
    if !ends_path {
        text(&place.name, out);
    }
    if let Some(country) = &place.country {
        text(country, out);
    }
    if let Some(id) = place.geoname_id {
        number(u64::from(id), out);
    }
    if let Some((north, east)) = place.point {
        out.extend_from_slice(&north.to_le_bytes());
        out.extend_from_slice(&east.to_le_bytes());
    }
    confidence(place.confidence, out);
    text(&place.reason, out);
    mentions(&place.mentions, out);
}

fn actor(actor: &Actor, out: &mut Vec<u8>) {
    out.push(actor.kind as u8);
    text(&actor.name, out);
    optional(actor.country.as_deref(), out);
    optional(actor.role.as_deref(), out);
    confidence(actor.confidence, out);
    text(&actor.reason, out);
    mentions(&actor.mentions, out);
}

fn date(date: &Date, out: &mut Vec<u8>) {
    out.push(date.precision as u8 | u8::from(date.role == DateRole::Published) << 4);
    text(&date.value, out);
    confidence(date.confidence, out);
    text(&date.reason, out);
    mentions(&date.mentions, out);
}

const ORIGINS: [PublishedOrigin; 4] =
    [PublishedOrigin::Metadata, PublishedOrigin::Dateline, PublishedOrigin::Url, PublishedOrigin::File];

fn origin_code(origin: PublishedOrigin) -> u8 {
    ORIGINS.iter().position(|known| *known == origin).unwrap_or(0) as u8
}

const PRECISIONS: [Precision; 8] = [
    Precision::Century,
    Precision::Decade,
    Precision::Year,
    Precision::Season,
    Precision::Month,
    Precision::Interval,
    Precision::Day,
    Precision::Time,
];

/// What a hit shows, borrowed from the stored bytes.
///
/// # Errors
/// When the bytes are not a stored article.
pub(super) fn head(bytes: &[u8]) -> Result<Head<'_>, IndexError> {
    Reader { bytes, at: 0 }.head()
}

/// The whole article.
///
/// # Errors
/// When the bytes are not a stored article.
pub(super) fn decode(bytes: &[u8]) -> Result<Article, IndexError> {
    let mut reader = Reader { bytes, at: 0 };
    let head = reader.head()?;
    let mut article = Article {
        id: head.id.to_owned(),
        title: head.title.to_owned(),
        body: head.body.to_owned(),
        published: head.published(),
        source: head.source.map(str::to_owned),
        url: head.url.map(str::to_owned),
        language: head.language.to_owned(),
        updated: reader.optional()?.map(str::to_owned),
        ..Article::default()
    };
    for _ in 0..reader.count()? {
        article.authors.push(reader.text()?.to_owned());
    }
    let metadata = reader.text()?;
    if !metadata.is_empty() {
        article.metadata = serde_json::from_str(metadata).map_err(|_| reader.damaged())?;
    }
    for _ in 0..reader.count()? {
        article.places.push(reader.place()?);
    }
    for _ in 0..reader.count()? {
        article.actors.push(reader.actor()?);
    }
    for _ in 0..reader.count()? {
        article.dates.push(reader.date()?);
    }
    Ok(article)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn damaged(&self) -> IndexError {
        IndexError::Stored { at: self.at }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], IndexError> {
        let end = self.at.checked_add(length).ok_or_else(|| self.damaged())?;
        let taken = self.bytes.get(self.at..end).ok_or_else(|| self.damaged())?;
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, IndexError> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Result<u64, IndexError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.damaged())
    }

    /// A number of things that follow, each at least one byte long.
    fn count(&mut self) -> Result<usize, IndexError> {
        let count = self.number()?;
        if count > (self.bytes.len() - self.at) as u64 { Err(self.damaged()) } else { Ok(count as usize) }
    }

    fn text_of(&mut self, length: u64) -> Result<&'a str, IndexError> {
        let bytes = self.take(usize::try_from(length).map_err(|_| self.damaged())?)?;
        std::str::from_utf8(bytes).map_err(|_| self.damaged())
    }

    fn text(&mut self) -> Result<&'a str, IndexError> {
        let length = self.number()?;
        self.text_of(length)
    }

    fn optional(&mut self) -> Result<Option<&'a str>, IndexError> {
        match self.number()? {
            0 => Ok(None),
            length => self.text_of(length - 1).map(Some),
        }
    }

    fn confidence(&mut self) -> Result<f32, IndexError> {
        Ok(f32::from(self.byte()?) / 200.0)
    }

    fn float(&mut self) -> Result<f32, IndexError> {
        Ok(f32::from_le_bytes(self.take(4)?.try_into().unwrap_or_default()))
    }

    fn mentions(&mut self) -> Result<Vec<Mention>, IndexError> {
        let count = self.count()?;
        let mut all = Vec::with_capacity(count);
        let mut last = 0i64;
        for _ in 0..count {
            let packed = self.number()?;
            let zigzag = packed >> 1;
            last = last.wrapping_add((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64));
            let start = u32::try_from(last).map_err(|_| self.damaged())?;
            let length = u32::try_from(self.number()?).map_err(|_| self.damaged())?;
            let field = if packed & 1 == 1 { Field::Title } else { Field::Body };
            all.push(Mention::new(field, start, start.saturating_add(length)));
        }
        Ok(all)
    }

    fn head(&mut self) -> Result<Head<'a>, IndexError> {
        if self.byte()? != VERSION {
            return Err(self.damaged());
        }
        Ok(Head {
            id: self.text()?,
            title: self.text()?,
            published: match self.byte()? {
                0 => None,
                code => {
                    let origin = *ORIGINS.get(usize::from(code) - 1).ok_or_else(|| self.damaged())?;
                    Some((self.text()?, origin))
                }
            },
            source: self.optional()?,
            url: self.optional()?,
            language: self.text()?,
            body: self.text()?,
        })
    }

    fn place(&mut self) -> Result<Place, IndexError> {
        let flags = self.byte()?;
        let path = self.text()?.to_owned();
        let name = if flags & NAME_ENDS_PATH != 0 {
            path.rsplit('/').next().unwrap_or_default().to_owned()
        } else {
            self.text()?.to_owned()
        };
        Ok(Place {
            name,
            path,
            country: if flags & HAS_COUNTRY != 0 { Some(self.text()?.to_owned()) } else { None },
            geoname_id: if flags & HAS_ID != 0 {
                Some(u32::try_from(self.number()?).map_err(|_| self.damaged())?)
            } else {
                None
            },
            point: if flags & HAS_POINT != 0 { Some((self.float()?, self.float()?)) } else { None },
            kind: *PlaceKind::ALL.get(usize::from(flags >> 4)).ok_or_else(|| self.damaged())?,
            confidence: self.confidence()?,
            reason: self.text()?.to_owned(),
            mentions: self.mentions()?,
        })
    }

    fn actor(&mut self) -> Result<Actor, IndexError> {
        let kind = usize::from(self.byte()?);
        let (kind, _) = *ActorKind::ALL.get(kind).ok_or_else(|| self.damaged())?;
        Ok(Actor {
            kind,
            name: self.text()?.to_owned(),
            country: self.optional()?.map(str::to_owned),
            role: self.optional()?.map(str::to_owned),
            confidence: self.confidence()?,
            reason: self.text()?.to_owned(),
            mentions: self.mentions()?,
        })
    }

    fn date(&mut self) -> Result<Date, IndexError> {
        let flags = self.byte()?;
        Ok(Date {
            precision: *PRECISIONS.get(usize::from(flags & 0xF)).ok_or_else(|| self.damaged())?,
            role: if flags >> 4 == 1 { DateRole::Published } else { DateRole::Mentioned },
            value: self.text()?.to_owned(),
            confidence: self.confidence()?,
            reason: self.text()?.to_owned(),
            mentions: self.mentions()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn full() -> Article {
        let mut article = Article::new("a/1", "Thirty dead in Ségou", "The army said on 27 March…")
            .with_language("en")
            .with_published("2022-03-28T10:00Z")
            .with_source("Radio")
            .with_actor(Actor {
                country: Some("ML".to_owned()),
                role: Some("spokesman".to_owned()),
                reason: "in the table".to_owned(),
                confidence: 0.85,
                mentions: vec![Mention::new(Field::Body, 4, 8), Mention::new(Field::Title, 0, 6)],
                ..Actor::new("Malian Armed Forces", ActorKind::Military)
            })
            .with_date(Date { role: DateRole::Published, ..Date::new("2022-03-27").unwrap() });
        for kind in PlaceKind::ALL {
            article.places.push(Place {
                kind,
                country: Some("ML".to_owned()),
                geoname_id: Some(2_451_185),
                point: Some((13.4317, -6.2157)),
                confidence: 0.07,
                mentions: vec![Mention::new(Field::Title, 15, 21)],
                ..Place::new("Africa/Mali/Ségou")
            });
        }
        article.places.push(Place { name: "elsewhere".to_owned(), ..Place::new("Africa/Mali") });
        article.url = Some(String::new());
        article.updated = Some("2022-04-01".to_owned());
        article.authors = vec!["A. Writer".to_owned(), String::new()];
        article.metadata.insert("desk".to_owned(), serde_json::json!({"name": ["Sahel", 1]}));
        article
    }

    #[test]
    fn an_article_comes_back_as_it_was() {
        for article in [full(), Article::default()] {
            let mut bytes = Vec::new();
            encode(&article, &mut bytes);
            assert_eq!(decode(&bytes).unwrap(), article);
            let head = head(&bytes).unwrap();
            assert_eq!((head.title, head.body), (article.title.as_str(), article.body.as_str()));
            assert_eq!(head.published(), article.published);
        }
    }

    #[test]
    fn every_code_has_its_value() {
        for (code, precision) in PRECISIONS.into_iter().enumerate() {
            assert_eq!(precision as usize, code);
        }
        for (code, kind) in PlaceKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, code);
        }
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_an_error_not_a_panic(at in 0usize..400, byte: u8, length in 0usize..400) {
            let mut bytes = Vec::new();
            encode(&full(), &mut bytes);
            let index = at % bytes.len();
            bytes[index] = byte;
            bytes.truncate(bytes.len() - length.min(bytes.len()));
            let _ = decode(&bytes);
        }
    }
}
