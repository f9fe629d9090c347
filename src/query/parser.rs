//! What a user types → [`Query`]. Lenient: what cannot be understood is taken as words, with a warning.
//!
//! ```text
//! river flood            both words                 "river flood"     side by side
//! river OR flood         either                     "river flood"~5   at most five words apart
//! river -flood           the first without the second; NOT flood is the same
//! (mali OR niger) gold   grouping                   title:flood       in the headline; body: in the text
//! mour*  m?ura  /mou.a/  words of a pattern         moora~1           words one edit away
//! gold^3                 counts three times
//! place:Mali             the place and all below it; place:"New York", place:Africa/Mali/Mopti
//! actor:"Wagner Group"   kind:military  language:fr  source:AFP  author:NAME
//! date:2022-03           what it tells of; date:2022-03-01..2022-03-31, date:2022-03-27..
//! published:>=2022       when it was printed; since:2022-03, until:2022-05
//! has:place missing:date
//! ```
//! Operators are upper case; a field's name may be in another language (`lieu:`, `acteur:`, `地点:`).

use super::{Bounds, Query, QueryError};
use crate::{
    article::{Field, Span},
    schema::{self, FacetField, FacetKind},
};

/// Longest query in bytes.
pub const MAX_BYTES: usize = 16 << 10;
/// Deepest nesting of parentheses.
pub const MAX_DEPTH: usize = 64;
/// Most words, values and patterns.
pub const MAX_TERMS: usize = 512;

/// A query and what was understood otherwise than typed.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// What to match.
    pub query: Query,
    /// Notes for the user.
    pub warnings: Vec<String>,
}

/// Parses a query.
///
/// # Errors
/// When it is too long, too deep, or has too many words.
pub fn parse(text: &str) -> Result<Parsed, QueryError> {
    if text.len() > MAX_BYTES {
        return Err(QueryError::TooLong { bytes: text.len(), limit: MAX_BYTES });
    }
    let mut parser = Parser { text, at: 0, depth: 0, terms: 0, warnings: Vec::new() };
    let mut parts = Vec::new();
    loop {
        if let Some(part) = parser.either()? {
            parts.push(part);
        }
        // What stopped it is a parenthesis that nothing opened.
        match parser.peek() {
            None => break,
            Some(_) => {
                parser.warnings.push(format!("character {}: `)` closes nothing; left out", parser.column()));
                parser.at += 1;
            }
        }
    }
    let query = match parts.len() {
        0 => Query::All,
        1 => parts.remove(0),
        _ => Query::And(parts),
    };
    Ok(Parsed { query, warnings: parser.warnings })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    terms: usize,
    warnings: Vec<String>,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    /// Number of the next character, from 1.
    fn column(&self) -> usize {
        self.text[..self.at].chars().count() + 1
    }

    /// Takes an operator: upper case, with a blank or parenthesis after it.
    fn operator(&mut self, word: &str) -> bool {
        self.peek();
        let Some(after) = self.rest().strip_prefix(word) else { return false };
        let ends = after.chars().next().is_none_or(|next| next.is_whitespace() || next == '(');
        if ends {
            self.at += word.len();
        }
        ends
    }

    fn either(&mut self) -> Result<Option<Query>, QueryError> {
        let mut parts: Vec<Query> = self.all()?.into_iter().collect();
        while self.operator("OR") {
            parts.extend(self.all()?);
        }
        Ok(match parts.len() {
            0 => None,
            1 => Some(parts.remove(0)),
            _ => Some(Query::Or(parts)),
        })
    }

    fn all(&mut self) -> Result<Option<Query>, QueryError> {
        let mut parts = Vec::new();
        loop {
            if self.operator("AND") {
                continue;
            }
            let before = self.at;
            if self.operator("OR") {
                self.at = before;
                break;
            }
            match self.peek() {
                None | Some(')') => break,
                Some(_) => parts.extend(self.negated()?),
            }
        }
        Ok(match parts.len() {
            0 => None,
            1 => Some(parts.remove(0)),
            _ => Some(Query::And(parts)),
        })
    }

    fn negated(&mut self) -> Result<Option<Query>, QueryError> {
        let minus =
            self.peek() == Some('-') && self.rest()[1..].starts_with(|next: char| !next.is_whitespace() && next != '-');
        if minus {
            self.at += 1;
        }
        if minus || self.operator("NOT") {
            return Ok(self.nested(Self::negated)?.map(|part| Query::Not(Box::new(part))));
        }
        let Some(part) = self.primary()? else { return Ok(None) };
        let Some(after) = self.rest().strip_prefix('^') else { return Ok(Some(part)) };
        let digits = after.find(|next: char| !next.is_ascii_digit() && next != '.').unwrap_or(after.len());
        match after[..digits].parse::<f32>() {
            Ok(factor) if factor.is_finite() && factor <= 1000.0 => {
                self.at += 1 + digits;
                Ok(Some(Query::Boost(Box::new(part), factor)))
            }
            _ => Ok(Some(part)),
        }
    }

    fn nested(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<Option<Query>, QueryError>,
    ) -> Result<Option<Query>, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(QueryError::TooDeep { at: self.column(), limit: MAX_DEPTH });
        }
        let found = inner(self);
        self.depth -= 1;
        found
    }

    fn primary(&mut self) -> Result<Option<Query>, QueryError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(QueryError::TooMany { at: self.column(), limit: MAX_TERMS });
        }
        match self.peek() {
            None => Ok(None),
            Some('(') => {
                let opened = self.column();
                self.at += 1;
                let inner = self.nested(Self::either)?;
                if self.peek() == Some(')') {
                    self.at += 1;
                } else {
                    self.warnings.push(format!("character {opened}: `(` is never closed; closed at the end"));
                }
                Ok(inner)
            }
            Some('"' | '“' | '«') => Ok(self.phrase(None)),
            Some('/') if self.regex_end().is_some() => {
                let end = self.regex_end().unwrap_or(0);
                let pattern = self.rest()[1..end].to_owned();
                self.at += end + 1;
                Ok(Some(Query::Regex { field: None, pattern }))
            }
            Some(_) => self.word(),
        }
    }

    /// The closing slash of `/regex/`, which a blank or the end must follow.
    fn regex_end(&self) -> Option<usize> {
        let rest = self.rest();
        let end = rest[1..].find('/')? + 1;
        let ends = rest[end + 1..].chars().next().is_none_or(|next| next.is_whitespace() || next == ')');
        (ends && end > 1).then_some(end)
    }

    /// A quoted text at the parser's place, without its marks.
    fn quoted(&mut self) -> Option<String> {
        let open = self.rest().chars().next()?;
        let close = match open {
            '"' => '"',
            '“' => '”',
            '«' => '»',
            _ => return None,
        };
        let column = self.column();
        let inner = &self.rest()[open.len_utf8()..];
        let found = inner.find(close);
        let text = inner[..found.unwrap_or(inner.len())].to_owned();
        self.at += open.len_utf8() + text.len() + found.map_or(0, |_| close.len_utf8());
        if found.is_none() {
            self.warnings.push(format!("character {column}: the quotation is never closed; closed at the end"));
        }
        // A straight mark inside other marks would end the printed form.
        Some(text.replace('"', " ").trim().to_owned())
    }

    fn phrase(&mut self, field: Option<Field>) -> Option<Query> {
        let text = self.quoted()?;
        let (slop, ordered) = match self.rest().strip_prefix('~') {
            Some(after) => {
                let ordered = after.starts_with('>');
                let number = after.trim_start_matches('>');
                let digits = number.find(|next: char| !next.is_ascii_digit()).unwrap_or(number.len());
                let slop = number[..digits].parse::<u32>().ok();
                if slop.is_some() {
                    self.at += 1 + usize::from(ordered) + digits;
                }
                (slop.unwrap_or(0).min(1000), ordered)
            }
            None => (0, false),
        };
        (!text.is_empty()).then_some(Query::Phrase { field, text, slop, ordered })
    }

    /// One run without blanks: a word, a pattern, or `field:value`.
    fn word(&mut self) -> Result<Option<Query>, QueryError> {
        let rest = self.rest();
        let end = rest
            .find(|next: char| next.is_whitespace() || matches!(next, '(' | ')' | '"' | '“' | '«'))
            .unwrap_or(rest.len());
        let run = &rest[..end];
        if let Some((name, _)) = run.split_once(':')
            && !name.is_empty()
        {
            let name = name.to_owned();
            let colon = self.at + name.len() + 1;
            if let Some(query) = self.fielded(&name, colon)? {
                return Ok(query);
            }
        }
        let run = self.rest()[..end.max(1).min(self.rest().len())].to_owned();
        let end = if run.is_empty() { self.rest().chars().next().map_or(0, char::len_utf8) } else { run.len() };
        let run = self.rest()[..end].to_owned();
        self.at += end;
        // The boost stays for the caller.
        let run = match run.rsplit_once('^') {
            Some((word, factor)) if !word.is_empty() && factor.parse::<f32>().is_ok() => {
                self.at -= factor.len() + 1;
                word.to_owned()
            }
            _ => run,
        };
        // An operator with nothing to work on is a word.
        let run = if matches!(run.as_str(), "AND" | "OR" | "NOT") { run.to_lowercase() } else { run };
        // A slash in front would make it an expression when printed.
        Ok(word_query(None, run.trim_start_matches('/')))
    }

    /// `name:value` with the value from `colon` on; `None` where the name is no field's.
    #[expect(clippy::option_option, reason = "no field, or a field with nothing to match")]
    fn fielded(&mut self, name: &str, colon: usize) -> Result<Option<Option<Query>>, QueryError> {
        let lower = name.to_lowercase();
        let text_field = match lower.as_str() {
            "title" | "titre" | "título" | "titel" | "заголовок" | "标题" | "عنوان" => {
                Some(Field::Title)
            }
            "body" | "text" | "texte" | "texto" | "текст" | "正文" => Some(Field::Body),
            _ => None,
        };
        let special = matches!(lower.as_str(), "has" | "missing" | "since" | "until");
        let facet = schema::facet(&lower).filter(|facet| facet.listed);
        if text_field.is_none() && facet.is_none() && !special {
            return Ok(None);
        }
        let start = std::mem::replace(&mut self.at, colon);
        if let Some(field) = text_field {
            if matches!(self.rest().chars().next(), Some('"' | '“' | '«')) {
                return Ok(Some(self.phrase(Some(field))));
            }
            let value = self.bare_value();
            return Ok(Some(word_query(Some(field), &value)));
        }
        let value = match self.quoted() {
            Some(value) => value,
            None => self.bare_value(),
        };
        let value = value.trim();
        if value.is_empty() {
            self.warnings.push(format!("`{name}:` has no value; left out"));
            return Ok(Some(None));
        }
        if special {
            return Ok(Some(self.special(&lower, value, start)));
        }
        let Some(facet) = facet else { return Ok(None) };
        Ok(Some(Some(if facet.kind == FacetKind::Calendar {
            self.calendar(facet, value)
        } else {
            Query::Facet { facet, value: value.to_owned() }
        })))
    }

    fn bare_value(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|next: char| next.is_whitespace() || matches!(next, ')' | '"')).unwrap_or(rest.len());
        let value = rest[..end].to_owned();
        self.at += end;
        value
    }

    fn special(&mut self, name: &str, value: &str, start: usize) -> Option<Query> {
        let published = schema::facet("published")?;
        match name {
            "since" => Some(self.bounded(published, Some(value), None, value)),
            "until" => Some(self.bounded(published, None, Some(value), value)),
            _ => match schema::facet(value) {
                Some(facet) if name == "has" => Some(Query::Has(facet)),
                Some(facet) => Some(Query::Missing(facet)),
                None => {
                    let names: Vec<&str> = schema::FACETS.iter().filter(|row| row.listed).map(|row| row.name).collect();
                    let column = self.text[..start].chars().count() + 1;
                    self.warnings.push(format!(
                        "character {column}: there is no field `{value}`; there are {}",
                        names.join(", ")
                    ));
                    None
                }
            },
        }
    }

    fn calendar(&mut self, facet: &'static FacetField, value: &str) -> Query {
        if let Some(day) = value.strip_prefix(">=") {
            return self.bounded(facet, Some(day), None, value);
        }
        if let Some(day) = value.strip_prefix("<=") {
            return self.bounded(facet, None, Some(day), value);
        }
        if let Some(day) = value.strip_prefix('>') {
            let after = Span::parse(day).map(|span| (span.last + 1).to_string());
            return self.bounded(facet, Some(after.as_deref().unwrap_or(day)), None, value);
        }
        if let Some(day) = value.strip_prefix('<') {
            let before = Span::parse(day).map(|span| (span.first - 1).to_string());
            return self.bounded(facet, None, Some(before.as_deref().unwrap_or(day)), value);
        }
        if let Some((from, to)) = value.split_once("..") {
            let end = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
            let (from, to) = (end(from), end(to));
            return self.bounded(facet, from.as_deref(), to.as_deref(), value);
        }
        if Span::parse(value).is_ok() && value.len() <= 10 {
            return Query::Facet { facet, value: value.to_owned() };
        }
        self.bounded(facet, Some(value), Some(value), value)
    }

    fn bounded(&mut self, facet: &'static FacetField, from: Option<&str>, to: Option<&str>, typed: &str) -> Query {
        if let Some(wrong) = [from, to].into_iter().flatten().find(|end| Span::parse(end).is_err()) {
            self.warnings.push(format!("`{wrong}` is no date like 2022, 2022-03 or 2022-03-27; searched as a word"));
            return Query::Phrase { field: None, text: typed.to_owned(), slop: 0, ordered: false };
        }
        Query::Range { facet, bounds: Bounds { from: from.map(str::to_owned), to: to.map(str::to_owned) } }
    }
}

/// The query of one run without blanks; `None` where nothing in it is a letter or digit.
fn word_query(field: Option<Field>, run: &str) -> Option<Query> {
    if !run.chars().any(char::is_alphanumeric) {
        return None;
    }
    if let Some((word, edits)) = run.rsplit_once('~')
        && word.chars().any(char::is_alphanumeric)
        && matches!(edits, "" | "1" | "2")
    {
        let distance = if edits == "2" { 2 } else { 1 };
        return Some(Query::Fuzzy { field, text: word.to_owned(), distance });
    }
    let body = run.trim_end_matches('*');
    if body.len() < run.len() && !body.contains(['*', '?']) && body.chars().all(char::is_alphanumeric) {
        return Some(Query::Prefix { field, text: body.to_owned() });
    }
    let inside = run.char_indices().any(|(at, character)| {
        matches!(character, '*' | '?')
            && (run[at + 1..].starts_with(char::is_alphanumeric) || (character == '*' && at > 0))
    });
    if inside && run.chars().all(|character| character.is_alphanumeric() || matches!(character, '*' | '?')) {
        return Some(Query::Wildcard { field, pattern: run.to_owned() });
    }
    Some(Query::Word { field, text: run.to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        let parsed = parse(text).unwrap();
        format!("{} {}", parsed.query, parsed.warnings.len())
    }

    #[test]
    fn the_language() {
        for (typed, wanted) in [
            ("", "* 0"),
            ("river flood", "(river flood) 0"),
            ("river and flood", "(river and flood) 0"),
            ("river AND flood OR gold", "((river flood) OR gold) 0"),
            ("river -flood", "(river NOT flood) 0"),
            ("NOT (a OR b)", "NOT (a OR b) 0"),
            ("\"river flood\"~5", "\"river flood\"~5 0"),
            ("mour* m?ura moora~1 gold^3", "(mour* m?ura moora~1 gold^3) 0"),
            ("place:Mali actor:\"Wagner Group\"", "(place:\"Mali\" actor:\"Wagner Group\") 0"),
            ("lieu:Mali", "place:\"Mali\" 0"),
            ("date:2022-03", "date:\"2022-03\" 0"),
            ("date:2022-03-01..2022-03-31", "date:2022-03-01..2022-03-31 0"),
            ("published:>=2022 since:2021", "(published:2022.. published:2021..) 0"),
            ("has:place missing:date", "(has:place missing:date) 0"),
            ("title:\"a b\" title:c", "(title:\"a b\" title:c) 0"),
            ("/mou.a/", "/mou.a/ 0"),
            ("Cote d'Ivoire: report (", "(Cote d'Ivoire: report) 1"),
            ("a) b", "(a b) 1"),
            ("\"open", "\"open\" 1"),
            ("http://example.org/x", "http://example.org/x 0"),
            ("北京大学", "北京大学 0"),
            ("10-20 a-b", "(10-20 a-b) 0"),
        ] {
            assert_eq!(shown(typed), wanted, "{typed}");
        }
    }

    #[test]
    fn limits_have_their_errors() {
        assert!(matches!(parse(&"(".repeat(100)), Err(QueryError::TooDeep { .. })));
        assert!(matches!(parse(&"a ".repeat(600)), Err(QueryError::TooMany { .. })));
        assert!(matches!(parse(&"a".repeat(20_000)), Err(QueryError::TooLong { .. })));
    }

    proptest! {
        #[test]
        fn any_text_is_a_query_that_prints_and_parses_to_itself(text in "\\PC{0,60}|[a-c \"()*?~^:/.-]{0,40}|(place|date|has|title|NOT|OR|AND)[: a2\"().-]{0,20}") {
            if let Ok(parsed) = parse(&text) {
                let printed = parsed.query.to_string();
                let again = parse(&printed).map(|again| again.query.to_string());
                prop_assert_eq!(again.as_deref(), Ok(printed.as_str()));
            }
        }
    }
}
