//! The walk over the tokens that finds names of places and demonyms.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::gazetteer::Gazetteer;
use crate::extract::{
    NameKind, NameSpan,
    date::is_calendar_word,
    text::{Shape, Text, hash_word, join},
};

/// A name that may be a place's.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) hash: u64,
    /// Ids in the gazetteer, never none; a demonym's country.
    pub(super) candidates: Vec<u32>,
    pub(super) demonym: bool,
    /// An ordinary word, or the start of a sentence, with nothing before it that makes it a place.
    pub(super) weak: bool,
    /// A word before it says that a place follows: "villagers of", "town of", "in".
    pub(super) introduced: bool,
    /// The name behind its comma, which may hold it ("Paris, Texas").
    pub(super) container: Option<usize>,
}

const LONGEST_NAME: usize = 7;
/// Most candidates of one name that are weighed; the rest are villages of a very common name.
const MOST_CANDIDATES: usize = 64;

fn hashes(words: &str) -> FxHashSet<u64> {
    words.split_whitespace().map(hash_word).collect()
}

/// Words before a place.
static BEFORE: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    hashes(
        "in at near from to of around outside towards toward across through northern southern eastern western central
         à a au en dans près vers de du sur depuis nord sud est ouest centre
         hacia desde cerca del nach bei aus aus von em no na para perto в из под около",
    )
});

/// Words that make what follows their "of" a place.
static TYPES: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    hashes(
        "village villages villagers town towns city region province district area residents inhabitants market commune
         locality hamlet neighborhood neighbourhood suburb outskirts capital port airport governorate county massacre
         village ville habitants localité région cercle quartier aldea pueblo ciudad provincia habitantes dorf stadt",
    )
});

fn is_of(text: &Text<'_>, at: usize) -> bool {
    static OF: LazyLock<FxHashSet<u64>> = LazyLock::new(|| hashes("of de du del von"));
    OF.contains(&text.tokens[at].hash)
}

pub(super) fn find(text: &Text<'_>, gazetteer: &Gazetteer, names: &[NameSpan]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut scratch: Vec<u32> = Vec::new();
    let mut spans =
        names.iter().filter(|span| matches!(span.kind, NameKind::Person | NameKind::Organization)).peekable();
    let mut at = 0;
    while at < text.tokens.len() {
        while spans.next_if(|span| (span.last as usize) < at).is_some() {}
        let blocked = spans.peek().is_some_and(|span| span.first as usize <= at);
        let token = &text.tokens[at];
        if !token.shape.may_begin_name() {
            at += 1;
            continue;
        }
        if let Some((last, country)) = demonym(text, gazetteer, at) {
            found.push(Found {
                first: at,
                last,
                hash: 0,
                candidates: vec![country],
                demonym: true,
                weak: false,
                introduced: false,
                container: None,
            });
            at = last + 1;
            continue;
        }
        if blocked || !gazetteer.may_begin(token.hash) {
            at += 1;
            continue;
        }
        let Some((last, hash)) = longest(text, gazetteer, at, &mut scratch) else {
            at += 1;
            continue;
        };
        let short_han = token.shape == Shape::Han && last == at;
        let glued_name = last == at && neighbors_are_names(text, at);
        let calendar = last == at && is_calendar_word(token.hash);
        if !short_han && !glued_name && !calendar {
            found.push(describe(text, gazetteer, at, last, hash, &mut scratch));
        }
        at = last + 1;
    }
    for at in 0..found.len().saturating_sub(1) {
        let (one, next) = (&found[at], &found[at + 1]);
        let comma = one.last + 2 == next.first && matches!(text.mark(one.last + 1), b',' | b'(');
        if comma && !next.demonym && text.field(one.first) == text.field(next.first) {
            found[at].container = Some(at + 1);
        }
    }
    found
}

fn describe(
    text: &Text<'_>,
    gazetteer: &Gazetteer,
    first: usize,
    last: usize,
    hash: u64,
    scratch: &mut Vec<u32>,
) -> Found {
    scratch.truncate(MOST_CANDIDATES);
    let before = first.checked_sub(1).filter(|before| text.field(*before) == text.field(first));
    let preposition = before.is_some_and(|before| BEFORE.contains(&text.tokens[before].hash));
    let typed = before.is_some_and(|before| {
        TYPES.contains(&text.tokens[before].hash)
            || (is_of(text, before) && before > 0 && TYPES.contains(&text.tokens[before - 1].hash))
    });
    let token = &text.tokens[first];
    let doubtful = last == first
        && (token.starts_sentence || text.upper || gazetteer.is_ordinary(hash) || token.end - token.start < 4)
        && !scratch.iter().any(|id| gazetteer.is_country(*id));
    Found {
        first,
        last,
        hash,
        candidates: std::mem::take(scratch),
        demonym: false,
        weak: doubtful && !preposition && !typed,
        introduced: preposition || typed,
        container: None,
    }
}

/// The longest name that begins at a token: its last token and hash, its places in `scratch`.
fn longest(text: &Text<'_>, gazetteer: &Gazetteer, first: usize, scratch: &mut Vec<u32>) -> Option<(usize, u64)> {
    let mut best = None;
    let mut hash = 0;
    let mut words = 0;
    let field = text.field(first);
    let mut at = first;
    while at < text.tokens.len() && words < LONGEST_NAME && text.field(at) == field {
        let token = &text.tokens[at];
        if token.shape == Shape::Mark {
            // "Guinea-Bissau", "Côte d'Ivoire", "St. Louis": marks inside a name are glued or a full stop.
            let inside = matches!(text.mark(at), b'-' | b'\'' | b'.') || token.first == 0xE2;
            if !inside || at == first || token.gap != crate::extract::text::Gap::Glued {
                break;
            }
            at += 1;
            continue;
        }
        if at > first && token.gap > crate::extract::text::Gap::Line {
            break;
        }
        hash = if words == 0 { token.hash } else { join(hash, token.hash) };
        words += 1;
        let named = token.shape.may_begin_name() || token.shape == Shape::Number;
        if named {
            scratch.clear();
            gazetteer.candidates(hash, scratch);
            if !scratch.is_empty() {
                best = Some((at, hash));
            }
        }
        if !gazetteer.extends(hash) {
            break;
        }
        at += 1;
    }
    let (last, hash) = best?;
    scratch.clear();
    gazetteer.candidates(hash, scratch);
    Some((last, hash))
}

fn demonym(text: &Text<'_>, gazetteer: &Gazetteer, first: usize) -> Option<(usize, u32)> {
    let token = &text.tokens[first];
    if !gazetteer.may_begin_demonym(token.hash) {
        return None;
    }
    let mut hash = token.hash;
    let mut best = gazetteer.demonym(hash).map(|country| (first, country));
    let mut at = first + 1;
    while gazetteer.extends_demonym(hash) && at < text.tokens.len() && at < first + 4 {
        if text.tokens[at].shape != Shape::Mark {
            hash = join(hash, text.tokens[at].hash);
            if let Some(country) = gazetteer.demonym(hash) {
                best = Some((at, country));
            }
        }
        at += 1;
    }
    best
}

/// Whether a capital stands right before or behind, so that the word is part of a longer name.
fn neighbors_are_names(text: &Text<'_>, at: usize) -> bool {
    if text.upper {
        return false;
    }
    let name = |other: Option<&crate::extract::text::Token>| {
        other.is_some_and(|token| {
            matches!(token.shape, Shape::Title | Shape::Mixed) && token.end - token.start > 1 && !token.starts_sentence
        })
    };
    let near = |other: &crate::extract::text::Token| other.gap == crate::extract::text::Gap::Space;
    let before = at.checked_sub(1).and_then(|before| text.tokens.get(before));
    let after = text.tokens.get(at + 1).filter(|after| near(after));
    (name(before) && near(&text.tokens[at]) && text.tokens[at].shape == Shape::Title) || name(after)
}
