//! The best passages of an article for a query: by coverage of its words, cut at sentences or words.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::{
    analysis::{Analyzer, language},
    article::{Article, Field},
    search::Snippet,
};

/// What a query looks for in a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Single terms.
    pub(super) terms: FxHashSet<String>,
    /// Terms that count only side by side.
    pub(super) phrases: Vec<Vec<String>>,
    /// Facet values by facet name; the words behind them count.
    pub(super) values: Vec<(&'static str, String)>,
}

/// About how long a passage is, in bytes.
const PASSAGE: usize = 240;

/// One place in the text that the query looks for; `what` tells different wishes apart.
#[derive(Clone, Debug)]
struct Match {
    range: Range<usize>,
    what: usize,
}

/// Cuts at most `count` passages out of an article's body; its head where nothing in it matches.
pub(super) fn cut(article: &Article, wanted: &Wanted, count: usize) -> Vec<Snippet> {
    let matches = matches(article, wanted);
    let body = article.body.as_str();
    let mut snippets: Vec<(usize, Snippet)> = Vec::new();
    let mut seen: FxHashSet<usize> = FxHashSet::default();
    let mut left = matches.clone();
    while snippets.len() < count && !left.is_empty() {
        let mut best = (0, 0);
        for (at, first) in left.iter().enumerate() {
            let mut kinds: FxHashSet<usize> = FxHashSet::default();
            let mut total = 0;
            for other in left[at..].iter().take(64).take_while(|other| other.range.end <= first.range.start + PASSAGE) {
                total += 1;
                if !seen.contains(&other.what) {
                    kinds.insert(other.what);
                }
            }
            let score = kinds.len() * 100 + total.min(9);
            if score > best.0 {
                best = (score, at);
            }
            if at > 2000 {
                break;
            }
        }
        let range = passage(body, left[best.1].range.start);
        seen.extend(left.iter().filter(|found| range.contains(&found.range.start)).map(|found| found.what));
        left.retain(|found| found.range.end <= range.start || found.range.start >= range.end);
        snippets.push((range.start, snippet(body, range, &matches)));
    }
    if snippets.is_empty() && !body.is_empty() && count > 0 {
        snippets.push((0, snippet(body, passage(body, 0), &[])));
    }
    snippets.sort_by_key(|(start, _)| *start);
    snippets.into_iter().map(|(_, snippet)| snippet).collect()
}

fn snippet(body: &str, range: Range<usize>, matches: &[Match]) -> Snippet {
    let mut highlights: Vec<Range<usize>> = Vec::new();
    for found in matches {
        if found.range.start >= range.start && found.range.end <= range.end {
            let shifted = found.range.start - range.start..found.range.end - range.start;
            match highlights.last_mut() {
                Some(last) if shifted.start <= last.end => last.end = last.end.max(shifted.end),
                _ => highlights.push(shifted),
            }
        }
    }
    // Line breaks become blanks of the same length, so that the ranges stay true.
    let text =
        body[range].chars().map(|character| if matches!(character, '\n' | '\r' | '\t') { ' ' } else { character });
    Snippet { field: Field::Body, text: text.collect(), highlights }
}

/// The passage around a byte: from the start of its sentence where that is near, else from a word.
fn passage(body: &str, at: usize) -> Range<usize> {
    let floor = |mut byte: usize| {
        while !body.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    };
    let earliest = floor(at.saturating_sub(PASSAGE / 2));
    let before = &body[earliest..at];
    let sentence = before
        .rmatch_indices(['.', '!', '?', '\n', '。', '！', '？'])
        .map(|(mark, text)| (earliest + mark + text.len(), text))
        .find(|(end, text)| !text.is_ascii() || body[*end..].starts_with(char::is_whitespace) || *text == "\n");
    let start = match sentence {
        Some((end, _)) => end,
        None if earliest == 0 => 0,
        None => {
            let near = floor(at.saturating_sub(60).max(earliest));
            body[near..at].find(char::is_whitespace).map_or(near, |blank| near + blank)
        }
    };
    let start = start + (body[start..at.max(start)].len() - body[start..at.max(start)].trim_start().len());
    let latest = floor((start + PASSAGE).min(body.len()));
    if latest == body.len() {
        return start..latest;
    }
    let after = &body[start..latest];
    let end = after
        .rfind(['.', '!', '?', '。', '！', '？'])
        .filter(|end| start + end > at + 40 && *end > PASSAGE / 2)
        .map(|end| start + end + after[end..].chars().next().map_or(1, char::len_utf8))
        .or_else(|| after.rfind(char::is_whitespace).filter(|end| start + end > at).map(|end| start + end))
        .unwrap_or(latest);
    start..end
}

/// Everything in the body that the query looks for, in order.
fn matches(article: &Article, wanted: &Wanted) -> Vec<Match> {
    let mut found = Vec::new();
    if !wanted.terms.is_empty() || !wanted.phrases.is_empty() {
        terms(article, wanted, &mut found);
    }
    for (at, (facet, value)) in wanted.values.iter().enumerate() {
        let below =
            |path: &str| path == value || path.strip_prefix(value.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let mentions = match *facet {
            "place" => {
                article.places.iter().filter(|place| below(&place.path)).flat_map(|place| &place.mentions).collect()
            }
            "actor" => {
                article.actors.iter().filter(|actor| actor.name == *value).flat_map(|actor| &actor.mentions).collect()
            }
            "date" => article
                .dates
                .iter()
                .filter(|date| date.value.starts_with(value.as_str()))
                .flat_map(|date| &date.mentions)
                .collect(),
            _ => Vec::new(),
        };
        let in_body =
            mentions.into_iter().filter(|mention| mention.field == Field::Body && article.mentioned(mention).is_some());
        found.extend(
            in_body.map(|mention| Match { range: mention.start as usize..mention.end as usize, what: 1_000_000 + at }),
        );
    }
    found.sort_by_key(|found| (found.range.start, found.range.end));
    found
}

fn terms(article: &Article, wanted: &Wanted, found: &mut Vec<Match>) {
    let mut analyzer = Analyzer::new(language(&article.language), &article.body);
    let mut ids: rustc_hash::FxHashMap<&str, usize> = rustc_hash::FxHashMap::default();
    let mut window: Vec<(usize, String, Range<usize>)> = Vec::new();
    let longest = wanted.phrases.iter().map(Vec::len).max().unwrap_or(0);
    while let Some(term) = analyzer.advance() {
        if let Some(known) = wanted.terms.get(&term.text) {
            let next = ids.len();
            let what = *ids.entry(known.as_str()).or_insert(next);
            found.push(Match { range: term.range.clone(), what });
        }
        if longest > 0 {
            window.push((term.position, term.text.clone(), term.range.clone()));
            if window.len() > longest * 2 {
                window.remove(0);
            }
            for (at, phrase) in wanted.phrases.iter().enumerate() {
                if let Some(range) = ends_phrase(&window, phrase) {
                    found.push(Match { range, what: 100_000 + at });
                }
            }
        }
    }
}

/// The range of a phrase whose last term was read last.
fn ends_phrase(window: &[(usize, String, Range<usize>)], phrase: &[String]) -> Option<Range<usize>> {
    let (last, text, range) = window.last()?;
    if phrase.last()? != text {
        return None;
    }
    let mut start = range.start;
    for (back, term) in phrase.iter().rev().enumerate().skip(1) {
        let position = last.checked_sub(back)?;
        let (_, _, range) = window.iter().rev().find(|(at, text, _)| *at == position && text == term)?;
        start = start.min(range.start);
    }
    Some(start..range.end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wanted(terms: &[&str]) -> Wanted {
        Wanted { terms: terms.iter().map(|term| (*term).to_owned()).collect(), ..Wanted::default() }
    }

    #[test]
    fn the_passage_that_covers_most_words_wins() {
        let filler = "Nothing of note was said here at all. ".repeat(20);
        let body = format!("Rivers rose. {filler}Rivers flooded the market in spring. {filler}");
        let article = Article::new("1", "", body).with_language("en");
        let snippets = cut(&article, &wanted(&["river", "market"]), 1);
        assert_eq!(snippets[0].highlighted().collect::<Vec<_>>(), ["Rivers", "market"]);
        assert!(snippets[0].text.starts_with("Rivers flooded"), "{:?}", snippets[0]);
    }

    #[test]
    fn words_of_a_phrase_count_only_together() {
        let article = Article::new("1", "", "The group met. Wagner sang. The Wagner Group left.").with_language("en");
        let phrase = Wanted { phrases: vec![vec!["wagner".into(), "group".into()]], ..Wanted::default() };
        let snippets = cut(&article, &phrase, 1);
        assert_eq!(snippets[0].highlighted().collect::<Vec<_>>(), ["Wagner Group"]);
    }

    proptest! {
        #[test]
        fn highlights_lie_in_their_snippet(body in "[a-c .\\n。é北京]{0,900}") {
            let article = Article::new("1", "", body).with_language("en");
            for snippet in cut(&article, &wanted(&["a", "b", "北京"]), 3) {
                for range in &snippet.highlights {
                    prop_assert!(snippet.text.get(range.clone()).is_some());
                }
            }
        }
    }
}
