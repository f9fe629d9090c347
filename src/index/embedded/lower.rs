//! Query tree to the engine's queries, with what they look for in a text.

use rustc_hash::FxHashSet;
use tantivy::{
    Searcher, TantivyError, Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, ExistsQuery, FuzzyTermQuery, Occur,
        PhraseQuery, Query as EngineQuery, RegexQuery, TermQuery, TermSetQuery,
    },
    schema::{Field as EngineField, IndexRecordOption},
};

use super::{mapping::Mapping, snippets::Wanted};
use crate::{
    analysis::{Analyzer, LANGUAGES, Language, fold, language},
    article::{Field, Span},
    index::IndexError,
    query::{Bounds, Query},
    schema::{FacetField, FacetKind},
};

/// How much more a word in the headline counts.
const TITLE_WEIGHT: f32 = 2.0;
/// Most terms that a prefix, pattern or misspelling stands for.
const MAX_EXPANSIONS: usize = 1024;
const MAX_PATTERN_BYTES: usize = 200;

type Boxed = Box<dyn EngineQuery>;

/// Lowers one query.
pub(super) struct Lowering<'a> {
    searcher: &'a Searcher,
    mapping: &'a Mapping,
    languages: Vec<&'static Language>,
    pub(super) wanted: Wanted,
    pub(super) warnings: Vec<String>,
    /// Inside a NOT: nothing there is wanted.
    negated: bool,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(searcher: &'a Searcher, mapping: &'a Mapping) -> Result<Self, IndexError> {
        let mut codes: FxHashSet<&'static str> = FxHashSet::default();
        for reader in searcher.segment_readers() {
            let Some(column) = reader.fast_fields().str("language")? else { continue };
            let mut code = String::new();
            for ordinal in 0..column.num_terms() as u64 {
                code.clear();
                column.ord_to_str(ordinal, &mut code).map_err(TantivyError::from)?;
                codes.insert(language(&code).code);
            }
        }
        let languages = LANGUAGES.iter().filter(|row| codes.contains(row.code)).collect();
        Ok(Lowering { searcher, mapping, languages, wanted: Wanted::default(), warnings: Vec::new(), negated: false })
    }

    pub(super) fn lower(&mut self, query: &Query) -> Result<Boxed, IndexError> {
        Ok(match query {
            Query::All => Box::new(ConstScoreQuery::new(Box::new(AllQuery), 1.0)),
            Query::Word { field, text } => self.words(*field, text, 0, true),
            Query::Phrase { field, text, slop, .. } => self.words(*field, text, *slop, false),
            Query::Prefix { field, text } => {
                let prefix = folded(text);
                self.expand(*field, &format!("{}*", text), &format!("{}.*", escape(&prefix)))?
            }
            Query::Wildcard { field, pattern } => {
                let expression: String = folded(pattern)
                    .chars()
                    .map(|character| match character {
                        '*' => ".*".to_owned(),
                        '?' => ".".to_owned(),
                        other => escape(&other.to_string()),
                    })
                    .collect();
                self.expand(*field, pattern, &expression)?
            }
            Query::Regex { field, pattern } => self.expand(*field, pattern, &folded_pattern(pattern))?,
            Query::Fuzzy { field, text, distance } => self.fuzzy(*field, text, *distance),
            Query::Facet { facet, value } => self.facet(facet, value)?,
            Query::Range { facet, bounds } => self.range(facet, bounds)?,
            Query::Has(facet) => filter(Box::new(ExistsQuery::new(facet.name.to_owned(), false))),
            Query::Missing(facet) => {
                let has: Boxed = Box::new(ExistsQuery::new(facet.name.to_owned(), false));
                filter(except(vec![has]))
            }
            Query::And(parts) => self.all(parts)?,
            Query::Or(parts) => {
                let parts = parts.iter().map(|part| self.lower(part)).collect::<Result<Vec<_>, _>>()?;
                any(parts)
            }
            Query::Not(part) => filter(except(vec![self.not(part)?])),
            Query::Boost(part, factor) => Box::new(BoostQuery::new(self.lower(part)?, *factor)),
        })
    }

    fn all(&mut self, parts: &[Query]) -> Result<Boxed, IndexError> {
        let mut clauses: Vec<(Occur, Boxed)> = Vec::new();
        for part in parts {
            match part {
                Query::Not(inner) => clauses.push((Occur::MustNot, self.not(inner)?)),
                part => clauses.push((Occur::Must, self.lower(part)?)),
            }
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, filter(Box::new(AllQuery))));
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    fn not(&mut self, part: &Query) -> Result<Boxed, IndexError> {
        let before = std::mem::replace(&mut self.negated, true);
        let lowered = self.lower(part);
        self.negated = before;
        lowered
    }

    fn fields(&self, field: Option<Field>) -> Vec<(EngineField, f32)> {
        match field {
            Some(Field::Title) => vec![(self.mapping.title, 1.0)],
            Some(Field::Body) => vec![(self.mapping.body, 1.0)],
            None => vec![(self.mapping.title, TITLE_WEIGHT), (self.mapping.body, 1.0)],
        }
    }

    /// The distinct forms of a text in the languages of the index: each a list of alternatives per position.
    fn forms(&self, text: &str) -> Vec<Vec<Vec<String>>> {
        let mut forms: Vec<Vec<Vec<String>>> = Vec::new();
        for language in &self.languages {
            let mut form: Vec<Vec<String>> = Vec::new();
            let mut analyzer = Analyzer::new(language, text);
            while let Some(term) = analyzer.advance() {
                match form.get_mut(term.position) {
                    Some(alternatives) => alternatives.push(term.text.clone()),
                    None => form.push(vec![term.text.clone()]),
                }
            }
            if !form.is_empty() && !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms
    }

    fn words(&mut self, field: Option<Field>, text: &str, slop: u32, single: bool) -> Boxed {
        let forms = self.forms(text);
        let mut parts: Vec<Boxed> = Vec::new();
        for form in &forms {
            if !self.negated {
                match &form[..] {
                    [alternatives] => self.wanted.terms.extend(alternatives.iter().cloned()),
                    positions if slop == 0 => {
                        self.wanted
                            .phrases
                            .push(positions.iter().map(|alternatives| alternatives[0].clone()).collect());
                    }
                    positions => self.wanted.terms.extend(positions.iter().flatten().cloned()),
                }
            }
        }
        for (engine_field, weight) in self.fields(field) {
            let mut terms: FxHashSet<&str> = FxHashSet::default();
            for form in &forms {
                let part: Boxed = match &form[..] {
                    [alternatives] => {
                        // One posting list where the languages agree on a form.
                        let distinct: Vec<&String> =
                            alternatives.iter().filter(|term| terms.insert(term.as_str())).collect();
                        any(distinct.into_iter().map(|term| word(engine_field, term)).collect())
                    }
                    positions => {
                        let phrase =
                            positions.iter().map(|alternatives| Term::from_field_text(engine_field, &alternatives[0]));
                        let mut query = PhraseQuery::new(phrase.collect());
                        query.set_slop(slop);
                        Box::new(query)
                    }
                };
                parts.push(if weight == 1.0 { part } else { Box::new(BoostQuery::new(part, weight)) });
            }
        }
        let _ = single;
        any(parts)
    }

    fn fuzzy(&mut self, field: Option<Field>, text: &str, distance: u8) -> Boxed {
        let word = folded(text);
        let mut parts: Vec<Boxed> = Vec::new();
        for (engine_field, _) in self.fields(field) {
            let mut terms: FxHashSet<String> = FxHashSet::default();
            terms.insert(word.clone());
            terms.extend(self.forms(text).into_iter().flatten().flatten());
            let mut terms: Vec<String> = terms.into_iter().collect();
            terms.sort();
            for term in terms {
                let term = Term::from_field_text(engine_field, &term);
                parts.push(Box::new(FuzzyTermQuery::new(term, distance.min(2), true)));
            }
        }
        any(parts)
    }

    /// Every term that an expression matches, the search for them bounded.
    fn expand(&mut self, field: Option<Field>, typed: &str, expression: &str) -> Result<Boxed, IndexError> {
        let wrong = |reason: String| IndexError::Pattern { pattern: typed.to_owned(), reason };
        if expression.len() > MAX_PATTERN_BYTES {
            return Err(wrong(format!("a pattern has at most {MAX_PATTERN_BYTES} bytes; shorten it")));
        }
        let regex = tantivy_fst::Regex::new(expression)
            .map_err(|error| wrong(format!("not a regular expression that can be searched: {error:?}")))?;
        let regex = std::sync::Arc::new(regex);
        let mut parts: Vec<Boxed> = Vec::new();
        for (engine_field, _) in self.fields(field) {
            let mut count = 0;
            for reader in self.searcher.segment_readers() {
                let inverted = reader.inverted_index(engine_field)?;
                let mut stream = inverted.terms().search(regex.as_ref()).into_stream().map_err(TantivyError::from)?;
                while stream.advance() && count < MAX_EXPANSIONS {
                    count += 1;
                    if !self.negated
                        && let Ok(term) = std::str::from_utf8(stream.key())
                    {
                        self.wanted.terms.insert(term.to_owned());
                    }
                }
            }
            parts.push(Box::new(RegexQuery::from_regex(regex.clone(), engine_field)));
        }
        Ok(any(parts))
    }

    /// The values of a facet's dictionary that `each` accepts, over all segments.
    fn values(&self, facet: &FacetField, each: &dyn Fn(&str) -> bool) -> Result<Vec<String>, IndexError> {
        let mut found: FxHashSet<String> = FxHashSet::default();
        for reader in self.searcher.segment_readers() {
            let inverted = reader.inverted_index(self.mapping.facet(facet))?;
            let mut stream = inverted.terms().stream().map_err(TantivyError::from)?;
            while stream.advance() {
                if let Ok(value) = std::str::from_utf8(stream.key())
                    && each(value)
                    && !found.contains(value)
                {
                    found.insert(value.to_owned());
                }
            }
        }
        let mut found: Vec<String> = found.into_iter().collect();
        found.sort();
        Ok(found)
    }

    fn facet(&mut self, facet: &'static FacetField, typed: &str) -> Result<Boxed, IndexError> {
        let wanted = folded(typed);
        let values = match facet.kind {
            FacetKind::Calendar => vec![typed.to_owned()],
            // A name below another of the same name ("Bamako/Bamako") is covered by it.
            FacetKind::Path => {
                let suffix = format!("/{wanted}");
                let matching = self.values(facet, &|value| {
                    let value = folded(value);
                    value == wanted || value.ends_with(&suffix)
                })?;
                self.prominent(facet, typed, matching)?
            }
            FacetKind::Keyword => self.values(facet, &|value| folded(value) == wanted || bare(value) == bare(typed))?,
        };
        if values.is_empty() {
            self.warnings.push(format!("no article has the {} `{typed}`", facet.name));
            return Ok(Box::new(EmptyQuery));
        }
        if !self.negated {
            self.wanted.values.extend(values.iter().map(|value| (facet.name, value.clone())));
        }
        let field = self.mapping.facet(facet);
        let parts = values.iter().map(|value| -> Boxed {
            Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic))
        });
        Ok(filter(any(parts.collect())))
    }

    /// Of several places with one name, the widest; of equals, the one in most articles. The others are told.
    fn prominent(
        &mut self,
        facet: &FacetField,
        typed: &str,
        mut paths: Vec<String>,
    ) -> Result<Vec<String>, IndexError> {
        if paths.len() < 2 || typed.contains('/') {
            return Ok(paths);
        }
        let field = self.mapping.facet(facet);
        let mut ranked = Vec::new();
        for path in paths.drain(..) {
            let count = self.searcher.doc_freq(&Term::from_field_text(field, &path))?;
            ranked.push((path.matches('/').count() > 1, std::cmp::Reverse(count), path));
        }
        ranked.sort();
        let best = ranked[0].2.clone();
        let others: Vec<String> = ranked[1..]
            .iter()
            .map(|(_, _, path)| path.clone())
            .filter(|path| !path.starts_with(&best))
            .take(5)
            .collect();
        if !others.is_empty() {
            self.warnings.push(format!("{}:{typed} means {best}; also there: {}", facet.name, others.join(", ")));
        }
        Ok(vec![best])
    }

    fn range(&mut self, facet: &FacetField, bounds: &Bounds) -> Result<Boxed, IndexError> {
        let end = |value: &Option<String>| value.as_deref().and_then(|value| Span::parse(value).ok());
        let (from, to) = (end(&bounds.from), end(&bounds.to));
        let inside = |value: &str| {
            Span::parse(value).is_ok_and(|span| {
                from.is_none_or(|from| span.first >= from.first) && to.is_none_or(|to| span.last <= to.last)
            })
        };
        let field = self.mapping.facet(facet);
        let terms = self.values(facet, &inside)?;
        Ok(filter(Box::new(TermSetQuery::new(terms.iter().map(|value| Term::from_field_text(field, value))))))
    }
}

fn word(field: EngineField, term: &str) -> Boxed {
    Box::new(TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs))
}

fn any(mut parts: Vec<Boxed>) -> Boxed {
    match parts.len() {
        0 => Box::new(EmptyQuery),
        1 => parts.remove(0),
        _ => Box::new(BooleanQuery::union(parts)),
    }
}

/// Matches without a say in the score.
fn filter(query: Boxed) -> Boxed {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// Everything but these.
fn except(parts: Vec<Boxed>) -> Boxed {
    let not = parts.into_iter().map(|part| (Occur::MustNot, part));
    Box::new(BooleanQuery::new(not.chain([(Occur::Must, Box::new(AllQuery) as Boxed)]).collect()))
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold(text, &mut out);
    out
}

/// A name without what people leave out: a leading article, a trailing "group".
fn bare(name: &str) -> String {
    let name = folded(name);
    let name = name.strip_prefix("the ").unwrap_or(&name);
    name.strip_suffix(" group").unwrap_or(name).to_owned()
}

fn escape(text: &str) -> String {
    text.chars()
        .flat_map(|character| (!character.is_alphanumeric()).then_some('\\').into_iter().chain([character]))
        .collect()
}

/// A user's expression, its letters lowered as the terms are; escapes such as `\D` stay.
fn folded_pattern(pattern: &str) -> String {
    let mut out = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            out.push(character);
            out.extend(characters.next());
        } else {
            out.extend(character.to_lowercase());
        }
    }
    out
}
