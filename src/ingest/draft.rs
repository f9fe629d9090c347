//! From keys and values to an article: the names that fields go by in the records of the world.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::article::json::{ActorJson, DateJson, Offsets, PlaceJson};
use crate::article::{Article, Published, PublishedOrigin};

use super::stamp;

/// A field of an article that records name in many ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Id,
    Title,
    Body,
    /// Taken as the body where there is no other.
    Summary,
    Published,
    Updated,
    Authors,
    Source,
    Url,
    Language,
}

const KEYS: usize = 10;

/// Names in lower case without `_`, `-`, `.`, `:` and blanks; for one field the earlier name wins.
const ALIASES: &[(&str, Key)] = &[
    ("id", Key::Id),
    ("docid", Key::Id),
    ("docno", Key::Id),
    ("articleid", Key::Id),
    ("uuid", Key::Id),
    ("guid", Key::Id),
    ("identifier", Key::Id),
    ("title", Key::Title),
    ("headline", Key::Title),
    ("head", Key::Title),
    ("heading", Key::Title),
    ("dctitle", Key::Title),
    ("ogtitle", Key::Title),
    ("body", Key::Body),
    ("content", Key::Body),
    ("text", Key::Body),
    ("articlebody", Key::Body),
    ("articletext", Key::Body),
    ("maintext", Key::Body),
    ("fulltext", Key::Body),
    ("bodytext", Key::Body),
    ("contenttext", Key::Body),
    ("plaintext", Key::Body),
    ("cleanedtext", Key::Body),
    ("contents", Key::Body),
    ("article", Key::Body),
    ("story", Key::Body),
    ("bodyhtml", Key::Body),
    ("contenthtml", Key::Body),
    ("html", Key::Body),
    ("summary", Key::Summary),
    ("description", Key::Summary),
    ("abstract", Key::Summary),
    ("lead", Key::Summary),
    ("lede", Key::Summary),
    ("standfirst", Key::Summary),
    ("snippet", Key::Summary),
    ("published", Key::Published),
    ("pubdate", Key::Published),
    ("publishedat", Key::Published),
    ("datepublished", Key::Published),
    ("publishdate", Key::Published),
    ("publicationdate", Key::Published),
    ("datepublish", Key::Published),
    ("publishedon", Key::Published),
    ("publisheddate", Key::Published),
    ("firstpublished", Key::Published),
    ("pubtime", Key::Published),
    ("date", Key::Published),
    ("dcdate", Key::Published),
    ("datetime", Key::Published),
    ("time", Key::Published),
    ("timestamp", Key::Published),
    ("created", Key::Published),
    ("createdat", Key::Published),
    ("datecreated", Key::Published),
    ("issued", Key::Published),
    ("updated", Key::Updated),
    ("updatedat", Key::Updated),
    ("modified", Key::Updated),
    ("datemodified", Key::Updated),
    ("datemodify", Key::Updated),
    ("lastmodified", Key::Updated),
    ("lastmod", Key::Updated),
    ("authors", Key::Authors),
    ("author", Key::Authors),
    ("byline", Key::Authors),
    ("by", Key::Authors),
    ("creator", Key::Authors),
    ("dccreator", Key::Authors),
    ("writer", Key::Authors),
    ("source", Key::Source),
    ("outlet", Key::Source),
    ("publisher", Key::Source),
    ("publication", Key::Source),
    ("newspaper", Key::Source),
    ("sitename", Key::Source),
    ("sourcename", Key::Source),
    ("sourcedomain", Key::Source),
    ("agency", Key::Source),
    ("provider", Key::Source),
    ("domain", Key::Source),
    ("site", Key::Source),
    ("url", Key::Url),
    ("link", Key::Url),
    ("canonicalurl", Key::Url),
    ("permalink", Key::Url),
    ("articleurl", Key::Url),
    ("weburl", Key::Url),
    ("sourceurl", Key::Url),
    ("uri", Key::Url),
    ("language", Key::Language),
    ("lang", Key::Language),
    ("inlanguage", Key::Language),
    ("languagecode", Key::Language),
];

/// The field that a name stands for, and its rank among the field's names.
pub(super) fn key_of(name: &str) -> Option<(Key, usize)> {
    let mut plain = String::with_capacity(name.len());
    for byte in name.trim_start_matches('\u{feff}').bytes().filter(|byte| !b"_-. :".contains(byte)) {
        plain.push(byte.to_ascii_lowercase() as char);
    }
    static BY_NAME: LazyLock<FxHashMap<&str, usize>> =
        LazyLock::new(|| ALIASES.iter().enumerate().map(|(rank, (alias, _))| (*alias, rank)).collect());
    BY_NAME.get(plain.as_str()).map(|rank| (ALIASES[*rank].1, *rank))
}

/// An article in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) article: Article,
    /// The provider's word where the story is to be taken back.
    pub(super) withdrawn: Option<String>,
}

impl Draft {
    /// The article of a record with keys and values. `columns` says which keys hold which fields; the usual names say
    /// the rest, and what is no field is kept as metadata.
    pub(super) fn from_object(object: Map<String, Value>, columns: &[(String, String)]) -> Draft {
        let mut draft = Draft::default();
        let mut best: [Option<(usize, String, Value)>; KEYS] = Default::default();
        let mut known: [Option<Value>; 3] = Default::default();
        for (name, value) in object {
            match name.as_str() {
                "places" if is_objects(&value) => known[0] = Some(value),
                "actors" if is_objects(&value) => known[1] = Some(value),
                "dates" if is_objects(&value) => known[2] = Some(value),
                "metadata" if value.is_object() => {
                    if let Value::Object(inner) = value {
                        draft.article.metadata.extend(inner);
                    }
                }
                _ => {
                    let mapped = columns
                        .iter()
                        .find(|(_, column)| *column == name)
                        .and_then(|(field, _)| key_of(field))
                        .map(|(key, _)| (key, 0));
                    let Some((key, rank)) = mapped.or_else(|| key_of(&name)).filter(|_| has_text(&value)) else {
                        if !value.is_null() {
                            draft.article.metadata.insert(name, value);
                        }
                        continue;
                    };
                    let slot = &mut best[key as usize];
                    let (name, value) = match slot.take() {
                        Some(held) if held.0 <= rank => {
                            *slot = Some(held);
                            (name, value)
                        }
                        held => {
                            *slot = Some((rank, name, value));
                            match held {
                                Some((_, name, value)) => (name, value),
                                None => continue,
                            }
                        }
                    };
                    draft.article.metadata.insert(name, value);
                }
            }
        }
        let mut take = |key: Key| best[key as usize].take();
        let text = |found: Option<(usize, String, Value)>| found.and_then(|(_, _, value)| into_text(value));
        draft.article.id = text(take(Key::Id)).unwrap_or_default();
        draft.article.title = text(take(Key::Title)).map(|title| one_line(&title)).unwrap_or_default();
        let summary = take(Key::Summary);
        match text(take(Key::Body)) {
            Some(body) => {
                draft.article.body = body;
                if let Some((_, name, value)) = summary {
                    draft.article.metadata.insert(name, value);
                }
            }
            None => draft.article.body = text(summary).unwrap_or_default(),
        }
        if super::markup::looks_like_html(&draft.article.body) {
            draft.article.body = super::markup::to_text(&draft.article.body);
        }
        if let Some((_, name, value)) = take(Key::Published) {
            let written = as_text(&value);
            match written.as_deref().and_then(stamp::normalize) {
                Some(date) => draft.set_published(date),
                None => {
                    draft.article.metadata.insert(name, value);
                }
            }
        }
        draft.article.updated = text(take(Key::Updated)).and_then(|value| stamp::normalize(&value));
        draft.article.authors = take(Key::Authors).map(|(_, _, value)| names(value)).unwrap_or_default();
        draft.article.source = text(take(Key::Source)).map(|source| one_line(&source));
        draft.article.url = text(take(Key::Url));
        if let Some(language) = text(take(Key::Language)) {
            draft.article.language = language_code(&language);
        }
        draft.keep_known(known);
        draft
    }

    /// Sets the publication date from a field of the record.
    pub(super) fn set_published(&mut self, value: String) {
        self.article.published = Some(Published::new(value, PublishedOrigin::Metadata));
    }

    fn keep_known(&mut self, known: [Option<Value>; 3]) {
        let [places, actors, dates] = known;
        if places.is_none() && actors.is_none() && dates.is_none() {
            return;
        }
        let each = |value: Option<Value>| match value {
            Some(Value::Array(values)) => values,
            _ => Vec::new(),
        };
        let offsets = Offsets::new(&self.article);
        let places: Vec<_> = each(places)
            .into_iter()
            .filter_map(|value| serde_json::from_value::<PlaceJson>(value).ok())
            .map(|place| place.into_place(&offsets))
            .collect();
        let actors: Vec<_> = each(actors)
            .into_iter()
            .filter_map(|value| serde_json::from_value::<ActorJson>(value).ok())
            .map(|actor| actor.into_actor(&offsets))
            .collect();
        let dates: Vec<_> = each(dates)
            .into_iter()
            .filter_map(|value| serde_json::from_value::<DateJson>(value).ok())
            .filter_map(|date| date.into_date(&offsets))
            .collect();
        (self.article.places, self.article.actors, self.article.dates) = (places, actors, dates);
    }
}

/// Values that this program printed, not another's list of names.
fn is_objects(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(Value::is_object))
}

fn has_text(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(object) => !object.is_empty(),
        Value::Number(_) => true,
    }
}

/// The text of a value, without a copy where it is text.
fn into_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        other => as_text(&other),
    }
}

/// The text of a value: of `{"name": …}`, `{"rendered": …}` and the like, and of a list of paragraphs.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            let parts: Vec<_> = values.iter().filter_map(as_text).collect();
            (!parts.is_empty()).then(|| parts.join("\n\n"))
        }
        Value::Object(object) => ["name", "rendered", "value", "text", "content", "title", "$date", "#text", "$oid"]
            .iter()
            .find_map(|key| object.get(*key))
            .and_then(as_text),
        Value::Null | Value::Bool(_) => None,
    }
}

/// Names of people in a value: a list, or a byline that joins them.
fn names(value: Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(as_text).map(|name| one_line(&name)).collect(),
        other => as_text(&other).map(|line| split_names(&line)).unwrap_or_default(),
    }
}

/// The names that a byline joins: "By A and B" → A, B.
pub(super) fn split_names(line: &str) -> Vec<String> {
    let line = one_line(line);
    let line = line
        .strip_prefix("By ")
        .or_else(|| line.strip_prefix("by "))
        .or_else(|| line.strip_prefix("BY "))
        .unwrap_or(&line);
    line.split([';', '|'])
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(", "))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Text on one line, blanks run together.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A language as a BCP 47 code in its usual case: `en_US` → `en-US`, `French` → `fr`.
pub(super) fn language_code(text: &str) -> String {
    let text = text.trim();
    let named = match text.to_lowercase().as_str() {
        "english" | "eng" => "en",
        "french" | "français" | "fra" | "fre" => "fr",
        "german" | "deutsch" | "deu" | "ger" => "de",
        "spanish" | "español" | "spa" => "es",
        "chinese" | "中文" | "zho" | "chi" => "zh",
        "arabic" | "العربية" | "ara" => "ar",
        "russian" | "русский" | "rus" => "ru",
        "portuguese" | "português" | "por" => "pt",
        "italian" | "italiano" | "ita" => "it",
        "dutch" | "nederlands" | "nld" | "dut" => "nl",
        _ => "",
    };
    if !named.is_empty() {
        return named.to_owned();
    }
    let plausible = (2..=12).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !plausible {
        return crate::article::UNDETERMINED.to_owned();
    }
    let mut parts = text.split(['-', '_']);
    let mut code = parts.next().unwrap_or_default().to_ascii_lowercase();
    for part in parts {
        code.push('-');
        match part.len() {
            2 => code.push_str(&part.to_ascii_uppercase()),
            _ => code.push_str(part),
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(json: &str) -> Article {
        let Value::Object(object) = serde_json::from_str(json).unwrap() else { panic!("no object") };
        Draft::from_object(object, &[]).article
    }

    #[test]
    fn the_names_of_the_world_are_known() {
        let article = draft(
            r#"{"_id": 7, "headline": " A\n b ", "content": "Text.", "pubDate": "Sun, 27 Mar 2022 10:00:00 +0200",
                "byline": "By Ann Lee and Bo Li", "publisher": {"name": "Wire"}, "link": "https://example.org/a",
                "lang": "en_us", "section": "World"}"#,
        );
        assert_eq!((article.id.as_str(), article.title.as_str(), article.body.as_str()), ("7", "A b", "Text."));
        assert_eq!(article.published.unwrap().value, "2022-03-27T10:00:00+02:00");
        assert_eq!(article.authors, ["Ann Lee", "Bo Li"]);
        assert_eq!(article.source.as_deref(), Some("Wire"));
        assert_eq!(article.language, "en-US");
        assert_eq!(article.metadata["section"], "World");
    }

    #[test]
    fn of_two_names_the_better_one_wins_and_the_other_is_kept() {
        let article = draft(r#"{"date": "2020", "published": "2022-03-27", "description": "Lead", "text": "Body"}"#);
        assert_eq!(article.published.unwrap().value, "2022-03-27");
        assert_eq!(article.metadata["date"], "2020");
        assert_eq!(article.metadata["description"], "Lead");
        assert_eq!(article.body, "Body");
        assert_eq!(draft(r#"{"title": "T", "description": "Lead"}"#).body, "Lead");
    }

    #[test]
    fn known_places_are_kept_with_byte_ranges() {
        let article = draft(
            r#"{"title": "", "body": "À Ségou", "places": [{"name": "Ségou", "path": "Africa/Mali/Ségou",
                "mentions": [{"field": "body", "start": 2, "end": 7}]}]}"#,
        );
        assert_eq!(article.mentioned(&article.places[0].mentions[0]), Some("Ségou"));
    }
}
