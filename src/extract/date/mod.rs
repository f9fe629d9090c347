//! When: the day of publication, and the dates that a text tells of.
//!
//! Months, weekdays and numbers that can be years start a reading. Dates are read first as they stand, with or without
//! their year; the years that are missing are then told by the day of publication, or else by a weekday ("Sunday March
//! 27" names few years; the latest before the day of indexing is taken), or by another date of the article.

mod words;

use words::{Word, word};

use super::{
    Context,
    text::{Gap, Shape, Text},
};
use crate::article::{Article, Date, DateRole, Day, Mention, Precision, Published, PublishedOrigin, Span};

/// Whether a word is of the calendar: a month or weekday, in any of the languages.
pub(super) fn is_calendar_word(hash: u64) -> bool {
    matches!(word(hash), Some(Word::Month(_) | Word::Weekday(_)))
}

/// A dateline stands within so many tokens of the body's start.
const DATELINE_TOKENS: usize = 24;

/// The publication date that the text's dateline, the article's address or its file name gives.
pub fn published(text: &Text<'_>, article: &Article, _language: &str, today: Day) -> Option<Published> {
    if let Some(day) = article.url.as_deref().and_then(|url| day_in_path(url, today)) {
        return Some(Published::new(day.to_string(), PublishedOrigin::Url));
    }
    // Only with its year written: a dateline alone does not tell it.
    let end = (text.body_at + DATELINE_TOKENS).min(text.tokens.len());
    let dash = (text.body_at..end).find(|at| text.mark(*at) == b'-' && text.tokens[*at].gap == Gap::Space)?;
    let mut reader = Reader { text, found: Vec::new() };
    reader.read(text.body_at..dash);
    reader.found.iter().find_map(|raw| {
        let day = Day::from_ymd(raw.year?, raw.month?, raw.day?)?;
        (day <= today + 1).then(|| Published::new(day.to_string(), PublishedOrigin::Dateline))
    })
}

/// `/2022/03/27/` or `2022-03-27` in an address.
fn day_in_path(path: &str, today: Day) -> Option<Day> {
    let numbers: Vec<&str> = path.split(|character: char| !character.is_ascii_digit()).collect();
    numbers.windows(3).find_map(|window| {
        let [year, month, day] = window else { return None };
        if year.len() != 4 || month.len() > 2 || day.len() > 2 {
            return None;
        }
        let found = Day::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
        (found <= today + 1 && found.ymd().0 >= 1700).then_some(found)
    })
}

/// A date as it stands in the text.
#[derive(Clone, Debug, Default)]
struct Raw {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    /// Last day of a range within the month.
    until: Option<u32>,
    weekday: Option<u32>,
    /// Days from publication.
    offset: Option<i32>,
    first: usize,
    last: usize,
}

/// The dates that a text names, each with its mentions.
pub fn extract(text: &Text<'_>, context: &Context<'_>) -> Vec<Date> {
    let mut reader = Reader { text, found: Vec::new() };
    reader.read(0..text.tokens.len());
    let year = article_year(&reader.found, context);
    let mut dates: Vec<Date> = Vec::new();
    for raw in &reader.found {
        let Some((value, confidence, reason)) = resolve(raw, context, year) else { continue };
        let mention: Mention = text.mention(raw.first, raw.last);
        match dates.iter_mut().find(|date| date.value == value) {
            Some(date) => {
                date.mentions.push(mention);
                if confidence > date.confidence {
                    date.confidence = confidence;
                    date.reason = reason.to_owned();
                }
            }
            None => dates.push(Date {
                precision: Span::parse(&value).map_or(Precision::Day, |span| span.precision),
                value,
                role: DateRole::Mentioned,
                confidence,
                reason: reason.to_owned(),
                mentions: vec![mention],
            }),
        }
    }
    dates
}

/// The year of dates without one: of the first date whose weekday tells it, where nothing was published.
fn article_year(found: &[Raw], context: &Context<'_>) -> Option<i32> {
    if context.published.is_some() {
        return None;
    }
    let by_weekday = found.iter().filter(|raw| raw.year.is_none()).find_map(|raw| {
        let (weekday, month, day) = (raw.weekday?, raw.month?, raw.day?);
        let (this_year, _, _) = context.today.ymd();
        (this_year - 40..=this_year).rev().find(|year| {
            Day::from_ymd(*year, month, day).is_some_and(|date| date <= context.today && date.weekday() == weekday)
        })
    });
    by_weekday.or_else(|| found.iter().filter(|raw| raw.month.is_some()).find_map(|raw| raw.year))
}

/// EDTF, confidence and reason of a date; `None` where the text does not tell enough.
fn resolve(raw: &Raw, context: &Context<'_>, article_year: Option<i32>) -> Option<(String, f32, &'static str)> {
    if let Some(offset) = raw.offset {
        let day = context.published? + offset;
        return Some((day.to_string(), 0.9, "counted from the day of publication"));
    }
    let Some(month) = raw.month else {
        if let Some(year) = raw.year {
            return Some((format!("{year:04}"), 0.85, "written"));
        }
        // A bare weekday: the last one up to the day of publication.
        let published = context.published?;
        let back = (published.weekday() as i32 - raw.weekday? as i32).rem_euclid(7);
        return Some(((published - back).to_string(), 0.75, "the last such weekday before publication"));
    };
    let (year, confidence, reason) = match (raw.year, context.published) {
        (Some(year), _) => (year, 0.97, "written"),
        (None, Some(published)) => (nearest_year(raw, published), 0.9, "the year nearest to publication"),
        (None, None) => (article_year?, 0.8, "the year that weekday or another date of the article tells"),
    };
    let Some(day) = raw.day else { return Some((format!("{year:04}-{month:02}"), confidence, reason)) };
    let first = Day::from_ymd(year, month, day)?;
    if let Some(until) = raw.until {
        let last = Day::from_ymd(year, month, until)?;
        return (last > first).then(|| (format!("{first}/{last}"), confidence, reason));
    }
    Some((first.to_string(), confidence, reason))
}

/// The year that puts a date closest to publication; news looks back more often than ahead.
fn nearest_year(raw: &Raw, published: Day) -> i32 {
    let (year, _, _) = published.ymd();
    let distance = |year: &i32| {
        let date = Day::from_ymd(*year, raw.month.unwrap_or(1), raw.day.unwrap_or(15).min(28)).unwrap_or(published);
        let days = date.0 - published.0;
        if days > 0 { days * 2 } else { -days }
    };
    (year - 1..=year + 1).min_by_key(distance).unwrap_or(year)
}

struct Reader<'a, 't> {
    text: &'t Text<'a>,
    found: Vec<Raw>,
}

impl Reader<'_, '_> {
    fn read(&mut self, range: std::ops::Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            at = match self.at(at) {
                Some(raw) if raw.last < range.end => {
                    let next = raw.last + 1;
                    self.found.push(raw);
                    next
                }
                _ => at + 1,
            };
        }
    }

    fn word(&self, at: usize) -> Option<Word> {
        let token = self.text.tokens.get(at)?;
        if token.shape.is_word() { word(token.hash) } else { None }
    }

    /// The value of a number of at most `digits` digits.
    fn number(&self, at: usize, digits: u32) -> Option<u32> {
        let token = self.text.tokens.get(at)?;
        if token.shape != Shape::Number || token.end - token.start > digits {
            return None;
        }
        self.text.word(at).parse().ok()
    }

    fn year(&self, at: usize) -> Option<i32> {
        let token = self.text.tokens.get(at)?;
        let year = self.number(at, 4).filter(|_| token.end - token.start == 4)?;
        (1000..=2100).contains(&year).then_some(year as i32)
    }

    fn day(&self, at: usize) -> Option<u32> {
        self.number(at, 2).filter(|day| (1..=31).contains(day))
    }

    /// The token after a day's "st" or "th".
    fn past_ordinal(&self, at: usize) -> usize {
        let glued = self.text.tokens.get(at).is_some_and(|token| token.gap == Gap::Glued);
        if glued && self.word(at) == Some(Word::Ordinal) { at + 1 } else { at }
    }

    /// A date that begins at a token.
    fn at(&self, first: usize) -> Option<Raw> {
        let token = self.text.tokens[first];
        if token.shape == Shape::Number {
            return self.iso(first).or_else(|| self.day_first(first)).or_else(|| self.chinese(first));
        }
        // Months and weekdays are names where the language writes them so; "march" and "may" are verbs.
        let capital = token.shape != Shape::Lower;
        match self.word(first)? {
            Word::Weekday(weekday) if capital || self.text.word(first).len() > 4 => {
                let comma = first + 1 + usize::from(self.text.mark(first + 1) == b',');
                let comma = comma + usize::from(self.text.mark(comma) == b'.');
                let full = self.day_first(comma).or_else(|| self.month_first(comma, true));
                if let Some(raw) = full.filter(|raw| raw.day.is_some()) {
                    return Some(Raw { weekday: Some(weekday), first, ..raw });
                }
                (self.text.word(first).len() > 3).then(|| Raw {
                    weekday: Some(weekday),
                    first,
                    last: first,
                    ..Raw::default()
                })
            }
            Word::Month(_) => self.month_first(first, capital),
            Word::Offset(offset) => Some(Raw { offset: Some(offset), first, last: first, ..Raw::default() }),
            Word::In => {
                let year = self.year(first + 1)?;
                let glued = self
                    .text
                    .tokens
                    .get(first + 2)
                    .is_some_and(|next| next.gap == Gap::Glued && next.shape != Shape::Mark);
                (!glued).then(|| Raw { year: Some(year), first: first + 1, last: first + 1, ..Raw::default() })
            }
            _ => None,
        }
    }

    /// `2022-03-27`
    fn iso(&self, first: usize) -> Option<Raw> {
        let year = self.year(first)?;
        let dash = |at: usize| self.text.mark(at) == b'-' && self.text.tokens[at].gap == Gap::Glued;
        if !dash(first + 1) || !dash(first + 3) {
            return None;
        }
        let (month, day) = (self.number(first + 2, 2)?, self.day(first + 4)?);
        Day::from_ymd(year, month, day)?;
        Some(Raw { year: Some(year), month: Some(month), day: Some(day), first, last: first + 4, ..Raw::default() })
    }

    /// `2022年3月27日`, `3月27日`, `2022年3月`
    fn chinese(&self, first: usize) -> Option<Raw> {
        let is = |at: usize, mark: &str| {
            self.text.tokens.get(at).is_some_and(|token| token.shape == Shape::Han) && self.text.word(at) == mark
        };
        let mut raw = Raw { first, last: first, ..Raw::default() };
        let mut at = first;
        if let Some(year) = self.year(at).filter(|_| is(at + 1, "年")) {
            raw.year = Some(year);
            raw.last = at + 1;
            at += 2;
        }
        if let Some(month) = self.number(at, 2).filter(|month| (1..=12).contains(month) && is(at + 1, "月")) {
            raw.month = Some(month);
            raw.last = at + 1;
            at += 2;
            if let Some(day) = self.day(at).filter(|_| is(at + 1, "日") || is(at + 1, "号")) {
                raw.day = Some(day);
                raw.last = at + 1;
            }
        }
        (raw.year.is_some() || raw.day.is_some()).then_some(raw)
    }

    /// `27 March 2022`, `27th of March`, `23 au 31 mars`, `1er mars`
    fn day_first(&self, first: usize) -> Option<Raw> {
        let day = self.day(first)?;
        let mut at = self.past_ordinal(first + 1);
        let mut until = None;
        let joins = self.word(at) == Some(Word::To) || self.text.mark(at) == b'-';
        if joins && let Some(last) = self.day(at + 1) {
            until = Some(last);
            at = self.past_ordinal(at + 2);
        }
        if self.word(at) == Some(Word::Of) {
            at += 1;
        }
        let Some(Word::Month(month)) = self.word(at) else { return None };
        let mut raw = Raw { month: Some(month), day: Some(day), until, first, last: at, ..Raw::default() };
        at += 1;
        if self.text.mark(at) == b'.' || self.text.mark(at) == b',' || self.word(at) == Some(Word::Of) {
            at += 1;
        }
        if let Some(year) = self.year(at) {
            raw.year = Some(year);
            raw.last = at;
        }
        Some(raw)
    }

    /// `March 27, 2022`, `March 23 to 31`, `March 2022`, `March`
    fn month_first(&self, first: usize, capital: bool) -> Option<Raw> {
        let Some(Word::Month(month)) = self.word(first) else { return None };
        let mut raw = Raw { month: Some(month), first, last: first, ..Raw::default() };
        let mut at = first + 1 + usize::from(self.text.mark(first + 1) == b'.');
        if let Some(day) = self.day(at) {
            raw.day = Some(day);
            raw.last = at;
            at = self.past_ordinal(at + 1);
            let joins = self.word(at) == Some(Word::To) || self.text.mark(at) == b'-';
            if joins && let Some(last) = self.day(at + 1) {
                raw.until = Some(last);
                raw.last = at + 1;
                at = self.past_ordinal(at + 2);
            }
        }
        let year_at = at + usize::from(self.text.mark(at) == b',' || self.word(at) == Some(Word::Of));
        if let Some(year) = self.year(year_at) {
            raw.year = Some(year);
            raw.last = year_at;
        }
        // A month alone is too often a verb or a name where its first letter is small, or the sentence begins.
        let alone = raw.day.is_none() && raw.year.is_none();
        let short = self.text.word(first).len() <= 4;
        if alone && (!capital || short || self.text.tokens[first].starts_with_name()) {
            return None;
        }
        Some(raw)
    }
}

impl super::text::Token {
    fn starts_with_name(&self) -> bool {
        self.starts_sentence || self.shape == Shape::Upper
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        article::{Article, Day},
        extract::{ExtractOptions, Extractor},
    };

    fn values(published: Option<&str>, body: &str) -> Vec<String> {
        let extractor = Extractor::new(ExtractOptions::on(Day::from_ymd(2026, 11, 27).unwrap()));
        let mut article = Article::new("1", "", body);
        if let Some(published) = published {
            article = article.with_published(published);
        }
        extractor.extract(&mut article);
        article.dates.into_iter().map(|date| date.value).collect()
    }

    #[test]
    fn dates_with_their_year() {
        for (text, wanted) in [
            ("It began on 27 March 2022 at dawn.", "2022-03-27"),
            ("It began on March 27, 2022.", "2022-03-27"),
            ("It began on the 27th of March 2022.", "2022-03-27"),
            ("Il a commencé le 1er mars 2022.", "2022-03-01"),
            ("From March 23 to 31, 2022 they fought.", "2022-03-23/2022-03-31"),
            ("Du 23 au 31 mars 2022, ils ont combattu.", "2022-03-23/2022-03-31"),
            ("The law of March 2022 was dropped.", "2022-03"),
            ("In 2019 it was calm.", "2019"),
            ("Logged 2022-03-27 by hand.", "2022-03-27"),
            ("袭击发生在2022年3月27日。", "2022-03-27"),
        ] {
            assert_eq!(values(None, text), [wanted], "{text}");
        }
    }

    #[test]
    fn a_weekday_tells_the_year_of_the_article() {
        assert_eq!(
            values(None, "A raid lasted from March 23 to 31. On Sunday March 27 helicopters came."),
            ["2022-03-23/2022-03-31", "2022-03-27"]
        );
        assert_eq!(values(Some("2011-04-02"), "On Sunday March 27 helicopters came."), ["2011-03-27"]);
    }

    #[test]
    fn publication_anchors_what_is_relative() {
        assert_eq!(values(Some("2022-03-30"), "They left yesterday."), ["2022-03-29"]);
        assert_eq!(values(Some("2022-03-30"), "They left on Sunday."), ["2022-03-27"]);
        assert_eq!(values(Some("2022-01-05"), "They left on December 28."), ["2021-12-28"]);
    }

    #[test]
    fn numbers_and_verbs_are_no_dates() {
        assert!(values(Some("2022-03-30"), "They may march 300 km for 27 days and 2000 dollars.").is_empty());
    }
}
