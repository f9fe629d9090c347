//! An article as the engine takes it, without a copy of its texts.
//!
//! The engine's threads ask a document for its values several times; the first time it completes the article
//! (extraction runs there) and puts its values side by side.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tantivy::schema::{
    Document, Field, Value,
    document::{
        DeserializeError, DocumentDeserialize, DocumentDeserializer, ReferenceValue, ReferenceValueLeaf,
        ValueDeserialize, ValueDeserializer,
    },
};

use super::{flow::Permit, mapping::Mapping, stored};
use crate::{
    analysis,
    article::{Article, Published, Span},
    index::Finish,
    schema::FACETS,
};

/// An article on its way into the index.
pub(super) struct NewsDocument(Box<Inner>);

struct Inner {
    mapping: Arc<Mapping>,
    /// Key of the source file in the ledger.
    file: Option<Arc<[u8]>>,
    unfinished: Mutex<Option<(Article, Option<Finish>)>>,
    prepared: OnceLock<Prepared>,
    /// Gives its share of the memory back when the document is dropped.
    _permit: Permit,
}

/// The values of an article.
#[derive(Default)]
struct Prepared {
    id: String,
    /// Both texts with the tag of their language in front, as the tokenizer takes them.
    title: String,
    body: String,
    published_at: Option<i64>,
    /// Facet values behind each other.
    values: String,
    /// Field and range of each.
    facets: Vec<(Field, u32, u32)>,
    stored: Vec<u8>,
}

impl NewsDocument {
    pub(super) fn new(
        mapping: Arc<Mapping>,
        article: Article,
        finish: Option<Finish>,
        file: Option<Arc<[u8]>>,
        permit: Permit,
    ) -> Self {
        NewsDocument(Box::new(Inner {
            mapping,
            file,
            unfinished: Mutex::new(Some((article, finish))),
            prepared: OnceLock::new(),
            _permit: permit,
        }))
    }

    fn prepared(&self) -> &Prepared {
        self.0.prepared.get_or_init(|| {
            let taken = self.0.unfinished.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some((mut article, finish)) = taken else { return Prepared::default() };
            if let Some(finish) = finish {
                finish(&mut article);
            }
            Prepared::new(&self.0.mapping, article)
        })
    }
}

impl Prepared {
    fn new(mapping: &Mapping, article: Article) -> Self {
        let mut stored = Vec::with_capacity(article.body.len() + article.title.len() + 512);
        stored::encode(&article, &mut stored);
        let mut values = String::new();
        let mut facets: Vec<(Field, u32, u32)> = Vec::new();
        for (facet, field) in FACETS.iter().zip(&mapping.facets) {
            let first = facets.len();
            (facet.values)(&article, &mut |value| {
                let value = clip(value);
                let repeated =
                    facets[first..].iter().any(|(_, start, end)| values[*start as usize..*end as usize] == *value);
                if value.is_empty() || repeated {
                    return;
                }
                let start = values.len() as u32;
                values.push_str(value);
                facets.push((*field, start, values.len() as u32));
            });
        }
        let tag = analysis::tag(analysis::language(&article.language));
        let tagged = |text: &str| {
            let mut tagged = String::with_capacity(text.len() + tag.len_utf8());
            tagged.push(tag);
            tagged.push_str(text);
            tagged
        };
        Prepared {
            published_at: article.published.as_ref().and_then(seconds),
            title: tagged(&article.title),
            body: tagged(&article.body),
            id: article.id,
            values,
            facets,
            stored,
        }
    }
}

/// Longest facet value in bytes; the engine takes no term of 64 KiB.
const MAX_VALUE_BYTES: usize = 4096;

/// As much of a value as the engine takes for a term.
fn clip(value: &str) -> &str {
    let mut end = value.len().min(MAX_VALUE_BYTES);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    &value[..end]
}

/// Seconds since 1970 of a publication date; the clock is taken as it stands, whatever its offset.
fn seconds(published: &Published) -> Option<i64> {
    let day = Span::parse(&published.value).ok()?.first;
    let clock = published.value.split_once('T').map_or(0, |(_, clock)| {
        let part = |at: usize| clock.get(at..at + 2).and_then(|two| two.parse::<i64>().ok()).unwrap_or(0);
        part(0) * 3600 + part(3) * 60 + if clock.as_bytes().get(5) == Some(&b':') { part(6) } else { 0 }
    });
    Some(i64::from(day.0) * 86_400 + clock)
}

/// One value, borrowed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Borrowed<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
    Number(i64),
}

impl<'a> Value<'a> for Borrowed<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self {
            Borrowed::Text(text) => ReferenceValueLeaf::Str(text),
            Borrowed::Bytes(bytes) => ReferenceValueLeaf::Bytes(bytes),
            Borrowed::Number(number) => ReferenceValueLeaf::I64(*number),
        })
    }
}

/// The values of a document, by field in the order of the schema.
pub(super) struct Values<'a> {
    document: &'a Inner,
    prepared: &'a Prepared,
    at: usize,
}

impl<'a> Iterator for Values<'a> {
    type Item = (Field, Borrowed<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (mapping, prepared) = (&self.document.mapping, self.prepared);
        let facets = prepared.facets.len();
        loop {
            let at = self.at;
            self.at += 1;
            return Some(match at {
                0 => (mapping.id, Borrowed::Text(&prepared.id)),
                1 => (mapping.title, Borrowed::Text(&prepared.title)),
                2 => (mapping.body, Borrowed::Text(&prepared.body)),
                _ if at < 3 + facets => {
                    let (field, start, end) = prepared.facets[at - 3];
                    (field, Borrowed::Text(&prepared.values[start as usize..end as usize]))
                }
                _ => match at - 3 - facets {
                    0 => match prepared.published_at {
                        Some(seconds) => (mapping.published_at, Borrowed::Number(seconds)),
                        None => continue,
                    },
                    1 => match &self.document.file {
                        Some(key) => (mapping.file, Borrowed::Bytes(key)),
                        None => continue,
                    },
                    2 => (mapping.stored, Borrowed::Bytes(&prepared.stored)),
                    _ => return None,
                },
            });
        }
    }
}

impl Document for NewsDocument {
    type Value<'a> = Borrowed<'a>;
    type FieldsValuesIter<'a> = Values<'a>;

    fn iter_fields_and_values(&self) -> Values<'_> {
        Values { document: &self.0, prepared: self.prepared(), at: 0 }
    }
}

/// The bytes of a stored article, as the engine hands them back.
#[derive(Debug, Default)]
pub(super) struct StoredBytes(pub(super) Vec<u8>);

struct Bytes(Vec<u8>);

impl ValueDeserialize for Bytes {
    fn deserialize<'de, D: ValueDeserializer<'de>>(deserializer: D) -> Result<Self, DeserializeError> {
        deserializer.deserialize_bytes().map(Bytes)
    }
}

impl DocumentDeserialize for StoredBytes {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut deserializer: D) -> Result<Self, DeserializeError> {
        let bytes = deserializer.next_field::<Bytes>()?.map(|(_, Bytes(bytes))| bytes);
        Ok(StoredBytes(bytes.unwrap_or_default()))
    }
}
