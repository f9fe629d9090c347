//! An article as JSON: what `read` and `extract` print, and the extracted values that JSON lines may bring.
//!
//! Offsets in JSON count Unicode code points; [`Codepoints`] converts.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

use super::{Actor, ActorKind, Article, Date, DateRole, Field, Mention, Place, PlaceKind, Precision};

/// Converts between byte offsets and code point offsets of one text; ASCII text costs nothing.
#[derive(Debug)]
pub struct Codepoints<'a> {
    text: &'a str,
    /// Code points before every [`STRIDE`]th byte; empty for ASCII.
    checkpoints: Vec<u32>,
}

const STRIDE: usize = 256;

fn starts_code_point(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

impl<'a> Codepoints<'a> {
    /// Counts a text.
    pub fn new(text: &'a str) -> Self {
        let mut checkpoints = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for block in text.as_bytes().chunks(STRIDE) {
                checkpoints.push(count);
                count += block.iter().filter(|byte| starts_code_point(**byte)).count() as u32;
            }
        }
        Codepoints { text, checkpoints }
    }

    /// Code points before a byte offset; an offset past the end counts the whole text.
    pub fn from_byte(&self, byte: u32) -> u32 {
        let byte = (byte as usize).min(self.text.len());
        let Some(before) = self.checkpoints.get(byte / STRIDE) else {
            return match self.checkpoints.last() {
                None => byte as u32,
                // The text ends just at a checkpoint that was never written.
                Some(_) => self.text.chars().count() as u32,
            };
        };
        let from = byte - byte % STRIDE;
        let inside = &self.text.as_bytes()[from..byte];
        before + inside.iter().filter(|byte| starts_code_point(**byte)).count() as u32
    }

    /// The byte offset of a code point; `None` past the end.
    pub fn to_byte(&self, code_point: u32) -> Option<u32> {
        if self.checkpoints.is_empty() {
            return (code_point as usize <= self.text.len()).then_some(code_point);
        }
        let block = self.checkpoints.partition_point(|count| *count <= code_point) - 1;
        let mut left = code_point - self.checkpoints[block];
        let mut at = block * STRIDE;
        // A block may begin inside a code point that the block before counts.
        while at < self.text.len() && !self.text.is_char_boundary(at) {
            at += 1;
        }
        for character in self.text[at..].chars() {
            if left == 0 {
                return Some(at as u32);
            }
            left -= 1;
            at += character.len_utf8();
        }
        (left == 0).then_some(at as u32)
    }
}

/// `{"field","start","end","text"}`, in code points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionJson {
    /// The field that holds the words.
    #[serde(default)]
    pub field: Field,
    /// First code point.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// The words.
    #[serde(default)]
    pub text: String,
}

/// A place in JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceJson {
    /// As in [`Place::name`].
    pub name: String,
    /// As in [`Place::path`].
    pub path: String,
    /// As in [`Place::country`].
    pub country: Option<String>,
    /// As in [`Place::geoname_id`].
    pub geoname_id: Option<u32>,
    /// Degrees north.
    pub lat: Option<f32>,
    /// Degrees east.
    pub lon: Option<f32>,
    /// As in [`Place::kind`].
    pub kind: PlaceKind,
    /// As in [`Place::confidence`].
    pub confidence: Option<f32>,
    /// As in [`Place::reason`].
    pub reason: String,
    /// The words that name it.
    pub mentions: Vec<MentionJson>,
}

/// An actor in JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActorJson {
    /// As in [`Actor::name`].
    pub name: String,
    /// As in [`Actor::kind`].
    pub kind: ActorKind,
    /// As in [`Actor::country`].
    pub country: Option<String>,
    /// As in [`Actor::role`].
    pub role: Option<String>,
    /// As in [`Actor::confidence`].
    pub confidence: Option<f32>,
    /// As in [`Actor::reason`].
    pub reason: String,
    /// The words that name it.
    pub mentions: Vec<MentionJson>,
}

/// A date in JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DateJson {
    /// EDTF.
    pub value: String,
    /// As in [`Date::precision`].
    pub precision: Precision,
    /// As in [`Date::role`].
    pub role: DateRole,
    /// As in [`Date::confidence`].
    pub confidence: Option<f32>,
    /// As in [`Date::reason`].
    pub reason: String,
    /// The words that name it.
    pub mentions: Vec<MentionJson>,
}

/// Byte ranges of an article's two fields as JSON mentions, and back.
#[derive(Debug)]
pub struct Offsets<'a> {
    article: &'a Article,
    title: Codepoints<'a>,
    body: Codepoints<'a>,
}

impl<'a> Offsets<'a> {
    /// Counts the article's texts.
    pub fn new(article: &'a Article) -> Self {
        Offsets { article, title: Codepoints::new(&article.title), body: Codepoints::new(&article.body) }
    }

    fn of(&self, field: Field) -> &Codepoints<'a> {
        match field {
            Field::Title => &self.title,
            Field::Body => &self.body,
        }
    }

    fn mentions(&self, mentions: &[Mention]) -> Vec<MentionJson> {
        mentions
            .iter()
            .map(|mention| MentionJson {
                field: mention.field,
                start: self.of(mention.field).from_byte(mention.start),
                end: self.of(mention.field).from_byte(mention.end),
                text: self.article.mentioned(mention).unwrap_or_default().to_owned(),
            })
            .collect()
    }

    /// The byte ranges of JSON mentions; those outside the text are left out.
    pub fn bytes(&self, mentions: &[MentionJson]) -> Vec<Mention> {
        mentions
            .iter()
            .filter_map(|mention| {
                let text = self.of(mention.field);
                let (start, end) = (text.to_byte(mention.start)?, text.to_byte(mention.end)?);
                (start < end).then(|| Mention::new(mention.field, start, end))
            })
            .collect()
    }

    /// A place as JSON.
    pub fn place(&self, place: &Place) -> PlaceJson {
        PlaceJson {
            name: place.name.clone(),
            path: place.path.clone(),
            country: place.country.clone(),
            geoname_id: place.geoname_id,
            lat: place.point.map(|point| point.0),
            lon: place.point.map(|point| point.1),
            kind: place.kind,
            confidence: Some(round(place.confidence)),
            reason: place.reason.clone(),
            mentions: self.mentions(&place.mentions),
        }
    }

    /// An actor as JSON.
    pub fn actor(&self, actor: &Actor) -> ActorJson {
        ActorJson {
            name: actor.name.clone(),
            kind: actor.kind,
            country: actor.country.clone(),
            role: actor.role.clone(),
            confidence: Some(round(actor.confidence)),
            reason: actor.reason.clone(),
            mentions: self.mentions(&actor.mentions),
        }
    }

    /// A date as JSON.
    pub fn date(&self, date: &Date) -> DateJson {
        DateJson {
            value: date.value.clone(),
            precision: date.precision,
            role: date.role,
            confidence: Some(round(date.confidence)),
            reason: date.reason.clone(),
            mentions: self.mentions(&date.mentions),
        }
    }
}

/// Two digits are as much as a confidence means.
fn round(confidence: f32) -> f32 {
    (confidence * 100.0).round() / 100.0
}

impl PlaceJson {
    /// The place, with byte ranges of the article's text.
    pub fn into_place(self, offsets: &Offsets<'_>) -> Place {
        Place {
            mentions: offsets.bytes(&self.mentions),
            path: if self.path.is_empty() { self.name.replace('/', " ") } else { self.path },
            name: self.name,
            country: self.country,
            geoname_id: self.geoname_id,
            point: self.lat.zip(self.lon),
            kind: self.kind,
            confidence: self.confidence.unwrap_or(1.0),
            reason: self.reason,
        }
    }
}

impl ActorJson {
    /// The actor, with byte ranges of the article's text.
    pub fn into_actor(self, offsets: &Offsets<'_>) -> Actor {
        Actor {
            mentions: offsets.bytes(&self.mentions),
            name: self.name,
            kind: self.kind,
            country: self.country,
            role: self.role,
            confidence: self.confidence.unwrap_or(1.0),
            reason: self.reason,
        }
    }
}

impl DateJson {
    /// The date, with byte ranges of the article's text; `None` where its value is no date.
    pub fn into_date(self, offsets: &Offsets<'_>) -> Option<Date> {
        let date = Date::new(self.value).ok()?;
        Some(Date {
            mentions: offsets.bytes(&self.mentions),
            role: self.role,
            confidence: self.confidence.unwrap_or(1.0),
            reason: self.reason,
            ..date
        })
    }
}

/// An article as `search read` prints it.
#[derive(Debug)]
pub struct ReadJson<'a>(pub &'a Article);

impl Serialize for ReadJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let article = self.0;
        let mut object = serializer.serialize_struct("Article", 10)?;
        object.serialize_field("id", &article.id)?;
        object.serialize_field("title", &article.title)?;
        object.serialize_field("body", &article.body)?;
        object.serialize_field("published", &article.published.as_ref().map(|date| &date.value))?;
        object.serialize_field("updated", &article.updated)?;
        object.serialize_field("authors", &article.authors)?;
        object.serialize_field("source", &article.source)?;
        object.serialize_field("url", &article.url)?;
        object.serialize_field("language", &article.language)?;
        if article.metadata.is_empty() {
            object.skip_field("metadata")?;
        } else {
            object.serialize_field("metadata", &article.metadata)?;
        }
        object.end()
    }
}

/// What was read out of an article, as `search extract` prints it.
#[derive(Debug)]
pub struct ExtractJson<'a>(pub &'a Article);

impl Serialize for ExtractJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let article = self.0;
        let offsets = Offsets::new(article);
        let places: Vec<_> = article.places.iter().map(|place| offsets.place(place)).collect();
        let actors: Vec<_> = article.actors.iter().map(|actor| offsets.actor(actor)).collect();
        let dates: Vec<_> = article.dates.iter().map(|date| offsets.date(date)).collect();
        let mut object = serializer.serialize_struct("Extracted", 8)?;
        object.serialize_field("id", &article.id)?;
        object.serialize_field("title", &article.title)?;
        object.serialize_field("language", &article.language)?;
        object.serialize_field("published", &article.published.as_ref().map(|date| &date.value))?;
        object.serialize_field("published_from", &article.published.as_ref().map(|date| date.origin))?;
        object.serialize_field("places", &places)?;
        object.serialize_field("actors", &actors)?;
        object.serialize_field("dates", &dates)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_convert_both_ways_across_checkpoints() {
        for text in ["", "plain", "é", &"aé日😀".repeat(300), &"x".repeat(256), &"日".repeat(256)] {
            let points = Codepoints::new(text);
            let mut count = 0;
            for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
                assert_eq!(points.from_byte(byte as u32), count, "byte {byte}");
                assert_eq!(points.to_byte(count), Some(byte as u32), "code point {count}");
                count += 1;
            }
            assert_eq!(points.to_byte(count), None);
        }
    }

    #[test]
    fn mentions_are_printed_in_code_points_and_read_back() {
        let mut article = Article::new("1", "Ségou", "À Ségou, mardi.");
        article
            .places
            .push(Place { mentions: vec![Mention::new(Field::Body, 3, 9)], ..Place::new("Africa/Mali/Ségou") });
        let json = serde_json::to_value(ExtractJson(&article)).unwrap();
        assert_eq!(
            json["places"][0]["mentions"][0],
            serde_json::json!({"field": "body", "start": 2, "end": 7, "text": "Ségou"})
        );
        let place: PlaceJson = serde_json::from_value(json["places"][0].clone()).unwrap();
        assert_eq!(place.into_place(&Offsets::new(&article)), article.places[0]);
    }
}
