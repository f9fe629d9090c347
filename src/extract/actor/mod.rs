//! Who: names recognised in the text, and merged into actors.
//!
//! First version: actors of a table, organs of a state by demonym and noun ("Malian army"), and runs of capitalised
//! words that a title, a body's word or their number tells to be names. Acronyms and last names are merged into the
//! full names of the same article.

mod known;

use known::{Table, body, is_title, organ};

use super::{
    Context, NameKind, NameSpan,
    text::{Gap, Shape, Text, join},
};
use crate::article::{Actor, ActorKind, Place};

const LONGEST_NAME: usize = 9;

/// The names in a text, in its order and apart from each other.
pub fn recognise(text: &Text<'_>, context: &Context<'_>) -> Vec<NameSpan> {
    let mut spans: Vec<NameSpan> = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let span = if text.tokens[at].shape.is_word() {
            known_at(text, at).or_else(|| capitals_at(text, context, at))
        } else {
            None
        };
        at = match span {
            Some(span) => {
                spans.push(span);
                span.last as usize + 1
            }
            None => at + 1,
        };
    }
    spans
}

/// An actor of the table that begins at a token; it must hold a capital, or be of a script without.
fn known_at(text: &Text<'_>, first: usize) -> Option<NameSpan> {
    let table = Table::get();
    let (mut hash, mut words, mut best, mut capital) = (0, 0, None, false);
    for at in first..text.tokens.len().min(first + 2 * LONGEST_NAME) {
        let token = &text.tokens[at];
        if token.shape == Shape::Mark {
            if token.gap != Gap::Glued || at == first {
                break;
            }
            continue;
        }
        if at > first && token.gap > Gap::Line {
            break;
        }
        capital |= token.shape.may_begin_name();
        hash = if words == 0 { token.hash } else { join(hash, token.hash) };
        words += 1;
        // One plain word is a name only where it is written as one ("Fed", not "fed"; "WHO", not "who").
        let short = words == 1
            && matches!(token.shape, Shape::Title)
            && token.end - token.start <= 3
            && text.word(at).is_ascii();
        if capital
            && !short
            && let Some(row) = table.find(hash)
        {
            best = Some((at, row));
        }
        if !table.extends(hash) {
            break;
        }
    }
    let (last, row) = best?;
    let kind = NameKind::Organization;
    Some(NameSpan { first: first as u32, last: last as u32, kind, score: 0.95, known: Some(row) })
}

/// A run of capitalised words that is a person or a body.
fn capitals_at(text: &Text<'_>, context: &Context<'_>, first: usize) -> Option<NameSpan> {
    let starts = |at: usize| matches!(text.tokens[at].shape, Shape::Title | Shape::Mixed | Shape::Upper);
    if !starts(first) || text.upper {
        return None;
    }
    let field = text.field(first);
    let mut last = first;
    let mut at = first + 1;
    while at < text.tokens.len() && at < first + LONGEST_NAME && text.field(at) == field {
        let token = &text.tokens[at];
        if token.gap > Gap::Line || token.starts_sentence {
            break;
        }
        if starts(at) {
            last = at;
        } else {
            let glued = token.shape == Shape::Mark && token.gap == Gap::Glued && matches!(text.mark(at), b'-' | b'.');
            let particle = matches!(text.word(at), "de" | "van" | "von" | "bin" | "al" | "ben" | "del" | "da");
            if !glued && !particle {
                break;
            }
        }
        at += 1;
    }
    let tokens = &text.tokens[first..=last];
    let words: Vec<&super::text::Token> = tokens.iter().filter(|token| token.shape != Shape::Mark).collect();
    let before = first.checked_sub(1).map(|before| &text.tokens[before]);
    // Titles inside the run are no part of the name: "President Smith".
    let titles = words.iter().take_while(|token| is_title(token.hash)).count();
    if titles > 0 && titles < words.len() {
        let name = first + tokens.iter().position(|token| std::ptr::eq(token, words[titles])).unwrap_or(0);
        return Some(NameSpan {
            first: name as u32,
            last: last as u32,
            kind: NameKind::Person,
            score: 0.85,
            known: None,
        });
    }
    let titled = before.is_some_and(|before| is_title(before.hash) && before.shape.is_word());
    let by_body =
        words.last().and_then(|word| body(word.hash)).or_else(|| words.first().and_then(|word| body(word.hash)));
    if words.len() > 1 && by_body.is_some() {
        return Some(NameSpan {
            first: first as u32,
            last: last as u32,
            kind: NameKind::Organization,
            score: 0.75,
            known: None,
        });
    }
    if titled && words.len() <= 4 && context.gazetteer.country_of_word(words[0].hash).is_none() {
        return Some(NameSpan {
            first: first as u32,
            last: last as u32,
            kind: NameKind::Person,
            score: 0.8,
            known: None,
        });
    }
    None
}

/// The actors of a text: its names without the places, those of one actor merged.
pub fn merge(text: &Text<'_>, context: &Context<'_>, names: Vec<NameSpan>, _places: &[Place]) -> Vec<Actor> {
    let table = Table::get();
    let mut actors: Vec<Actor> = Vec::new();
    for span in &names {
        let (first, last) = (span.first as usize, span.last as usize);
        let words = text.slice(first, last);
        let actor = match span.known.and_then(|row| table.rows.get(row as usize)) {
            Some(known) => Actor {
                country: known.country.map(str::to_owned),
                reason: "a known name".to_owned(),
                ..Actor::new(known.name, known.kind)
            },
            None if span.kind == NameKind::Person => {
                Actor { reason: "a name behind a title".to_owned(), ..Actor::new(one_line(words), ActorKind::Person) }
            }
            None => {
                let ends = [last, first].into_iter().find_map(|at| body(text.tokens[at].hash));
                Actor {
                    reason: "a name with a word for a body".to_owned(),
                    ..Actor::new(one_line(words), ends.unwrap_or_default())
                }
            }
        };
        add(&mut actors, Actor { confidence: span.score, mentions: vec![text.mention(first, last)], ..actor });
    }
    organs(text, context, &mut actors);
    acronyms(text, &mut actors);
    last_names(&mut actors);
    for actor in &mut actors {
        actor.mentions.sort_by_key(|mention| (mention.field, mention.start));
        actor.mentions.dedup();
    }
    actors.sort_by_key(|actor| actor.mentions.first().copied());
    actors
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn add(actors: &mut Vec<Actor>, actor: Actor) {
    match actors.iter_mut().find(|known| known.name == actor.name) {
        Some(known) => {
            known.mentions.extend(actor.mentions);
            known.confidence = known.confidence.max(actor.confidence);
        }
        None => actors.push(actor),
    }
}

/// "Malian army", "Malian armed forces": one actor for each state and sort of organ.
fn organs(text: &Text<'_>, context: &Context<'_>, actors: &mut Vec<Actor>) {
    for first in 0..text.tokens.len().saturating_sub(1) {
        if !text.tokens[first].shape.may_begin_name() {
            continue;
        }
        let mut last = first + 1;
        let Some(kind) = organ(text.tokens[last].hash).filter(|_| text.tokens[last].gap == Gap::Space) else {
            continue;
        };
        let Some(word) = context.gazetteer.country_of_word(text.tokens[first].hash).filter(|word| word.demonym) else {
            continue;
        };
        if text.tokens.get(last + 1).is_some_and(|next| organ(next.hash) == Some(kind) && next.gap == Gap::Space) {
            last += 1;
        }
        let Ok(code) = std::str::from_utf8(&word.code) else { continue };
        let Some(country) = context.gazetteer.country_name(code) else { continue };
        let name = if kind == ActorKind::Military { "Armed Forces of" } else { "Government of" };
        let actor = Actor {
            country: Some(code.to_owned()),
            confidence: 0.85,
            reason: "a state's organ, by its adjective".to_owned(),
            mentions: vec![text.mention(first, last)],
            ..Actor::new(format!("{name} {country}"), kind)
        };
        add(actors, actor);
    }
}

/// "Malian armed forces (the FAMa)": what stands in brackets right behind an actor is another name of it.
fn acronyms(text: &Text<'_>, actors: &mut [Actor]) {
    for open in 1..text.tokens.len() {
        if !matches!(text.mark(open), b'(' | b'[') {
            continue;
        }
        let article =
            text.tokens.get(open + 1).is_some_and(|token| token.shape == Shape::Lower && token.end - token.start <= 3);
        let at = open + 1 + usize::from(article);
        let Some(token) = text.tokens.get(at) else { continue };
        if !matches!(token.shape, Shape::Upper | Shape::Mixed) || !matches!(text.mark(at + 1), b')' | b']') {
            continue;
        }
        let (field, end) = (text.field(open), text.tokens[open - 1].end);
        let actor = actors
            .iter_mut()
            .find(|actor| actor.mentions.iter().any(|mention| mention.field == field && mention.end == end));
        let Some(actor) = actor else { continue };
        let same = (0..text.tokens.len())
            .filter(|other| text.tokens[*other].hash == token.hash && text.tokens[*other].shape == token.shape);
        actor.mentions.extend(same.map(|other| text.mention(other, other)));
    }
}

/// A person named by the last name alone is the one named in full.
fn last_names(actors: &mut Vec<Actor>) {
    let full: Vec<String> = actors
        .iter()
        .filter(|actor| actor.kind == ActorKind::Person && actor.name.contains(' '))
        .map(|actor| actor.name.clone())
        .collect();
    for name in full {
        let last = name.rsplit(' ').next().unwrap_or_default().to_owned();
        let Some(short) = actors.iter().position(|actor| actor.kind == ActorKind::Person && actor.name == last) else {
            continue;
        };
        let short = actors.remove(short);
        if let Some(actor) = actors.iter_mut().find(|actor| actor.name == name) {
            actor.mentions.extend(short.mentions);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        article::{ActorKind, Article, Day},
        extract::{ExtractOptions, Extractor},
    };

    fn actors(body: &str) -> Vec<(String, ActorKind, usize)> {
        let extractor = Extractor::new(ExtractOptions::on(Day::from_ymd(2026, 11, 27).unwrap()));
        let mut article = Article::new("1", "", body).with_language("en");
        extractor.extract(&mut article);
        article.actors.into_iter().map(|actor| (actor.name, actor.kind, actor.mentions.len())).collect()
    }

    #[test]
    fn names_of_one_actor_are_merged() {
        let found = actors("The Kenyan armed forces (the KDF) left. The KDF said the Kenyan army and the UN met.");
        assert!(found.contains(&("Armed Forces of Kenya".to_owned(), ActorKind::Military, 4)), "{found:?}");
        assert!(found.iter().any(|(name, _, _)| name == "United Nations"));
    }

    #[test]
    fn persons_follow_titles() {
        let found = actors("President Ana Lopez spoke. Later Mr Lopez left with the bank.");
        assert!(found.contains(&("Ana Lopez".to_owned(), ActorKind::Person, 2)), "{found:?}");
    }
}
