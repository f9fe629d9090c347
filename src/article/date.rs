//! When: calendar days, and the EDTF values that say how much of a date is known.
//!
//! EDTF is the Extended Date/Time Format of ISO 8601-2:2019. This room reads and writes the part that news
//! needs: `2022`, `2022-03`, `2022-03-27`, `2022-03-27T10:00`, intervals `A/B` with `..` for an open end,
//! decades `202X`, centuries `19XX`, seasons `2022-21` to `-24` (spring to winter), quarters `2022-33` to
//! `-36`, and a trailing `~` or `?` for approximate and uncertain.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Mention;

/// A day of the proleptic Gregorian calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day of a year, month (1 to 12) and day of the month; `None` where the calendar has no such day.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        // Days from civil, H. Hinnant, "chrono-compatible low-level date algorithms".
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let day_of_year = (153 * ((month as i32 + 9) % 12) + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Day(era * 146_097 + day_of_era - 719_468))
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let part = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * part + 2) / 5 + 1) as u32;
        let month = if part < 10 { part + 3 } else { part - 9 } as u32;
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }

    /// Day of the week, Monday 0 to Sunday 6.
    pub fn weekday(self) -> u32 {
        (self.0 + 3).rem_euclid(7) as u32
    }
}

impl std::ops::Add<i32> for Day {
    type Output = Day;
    fn add(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }
}

impl std::ops::Sub<i32> for Day {
    type Output = Day;
    fn sub(self, days: i32) -> Day {
        Day(self.0.saturating_sub(days))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// How many days a month has; 0 for a month that does not exist.
pub(crate) fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// How much of a date is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Precision {
    /// A hundred years.
    Century,
    /// Ten years.
    Decade,
    /// A calendar year.
    Year,
    /// A season or quarter of a year.
    Season,
    /// A month.
    Month,
    /// From one date to another.
    Interval,
    /// A day.
    #[default]
    Day,
    /// A time of a day.
    Time,
}

/// The days that an EDTF value covers, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// First day; [`Day`]`(i32::MIN)` where the start is open.
    pub first: Day,
    /// Last day; [`Day`]`(i32::MAX)` where the end is open.
    pub last: Day,
    /// How much of the date is known.
    pub precision: Precision,
}

/// A text that is no EDTF value of the supported part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a date like 2022, 2022-03, 2022-03-27 or 2022-03-23/2022-03-31")]
pub struct EdtfError {
    /// The text.
    pub value: String,
}

impl Span {
    /// The days of an EDTF value.
    ///
    /// # Errors
    /// When the text is outside the supported part, or names a day that does not exist.
    pub fn parse(value: &str) -> Result<Self, EdtfError> {
        parse(value).ok_or_else(|| EdtfError { value: value.chars().take(64).collect() })
    }
}

fn parse(value: &str) -> Option<Span> {
    if let Some((first, last)) = value.split_once('/') {
        let open = |part: &str| part.is_empty() || part == "..";
        let first = if open(first) { None } else { Some(parse_single(first)?) };
        let last = if open(last) { None } else { Some(parse_single(last)?) };
        let span = Span {
            first: first.map_or(Day(i32::MIN), |span| span.first),
            last: last.map_or(Day(i32::MAX), |span| span.last),
            precision: Precision::Interval,
        };
        return (span.first <= span.last && (first.is_some() || last.is_some())).then_some(span);
    }
    parse_single(value)
}

fn parse_single(value: &str) -> Option<Span> {
    let value = value.strip_suffix(['~', '?', '%']).unwrap_or(value);
    if !value.is_ascii() || value.len() < 4 {
        return None;
    }
    let (year, rest) = value.split_at(4);
    let years = |first: i32, count: i32, precision| {
        Some(Span { first: Day::from_ymd(first, 1, 1)?, last: Day::from_ymd(first + count - 1, 12, 31)?, precision })
    };
    let number = |text: &str, digits: usize| -> Option<u32> {
        (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
    };
    if let Some(century) = year.strip_suffix("XX").filter(|_| rest.is_empty()) {
        return years(number(century, 2)? as i32 * 100, 100, Precision::Century);
    }
    if let Some(decade) = year.strip_suffix('X').filter(|_| rest.is_empty()) {
        return years(number(decade, 3)? as i32 * 10, 10, Precision::Decade);
    }
    let year = number(year, 4)? as i32;
    if rest.is_empty() {
        return years(year, 1, Precision::Year);
    }
    let rest = rest.strip_prefix('-')?;
    let (month, rest) = rest.split_at_checked(2)?;
    let month = number(month, 2)?;
    let months = |first_month: u32, count: u32, precision| {
        let (last_year, last_month) = match first_month + count - 1 {
            last if last > 12 => (year + 1, last - 12),
            last => (year, last),
        };
        Some(Span {
            first: Day::from_ymd(year, first_month, 1)?,
            last: Day::from_ymd(last_year, last_month, days_in_month(last_year, last_month))?,
            precision,
        })
    };
    if rest.is_empty() {
        return match month {
            1..=12 => months(month, 1, Precision::Month),
            // Seasons of the northern hemisphere; winter runs into the next year.
            21..=24 => months((month - 21) * 3 + 3, 3, Precision::Season),
            33..=36 => months((month - 33) * 3 + 1, 3, Precision::Season),
            _ => None,
        };
    }
    let rest = rest.strip_prefix('-')?;
    let (day, time) = rest.split_at_checked(2)?;
    let day = Day::from_ymd(year, month, number(day, 2)?)?;
    let precision = match time.strip_prefix('T') {
        None if time.is_empty() => Precision::Day,
        Some(time) if is_clock(time) => Precision::Time,
        _ => return None,
    };
    Some(Span { first: day, last: day, precision })
}

/// `hh:mm`, `hh:mm:ss`, with an optional fraction and `Z` or offset.
fn is_clock(time: &str) -> bool {
    let bytes = time.as_bytes();
    let pair = |at: usize, limit: u8| {
        matches!((bytes.get(at), bytes.get(at + 1)), (Some(tens), Some(units))
            if tens.is_ascii_digit() && units.is_ascii_digit() && (tens - b'0') * 10 + units - b'0' < limit)
    };
    pair(0, 25)
        && bytes.get(2) == Some(&b':')
        && pair(3, 60)
        && bytes[5..].iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'+' | b'-' | b'Z'))
}

/// What a date is to its article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateRole {
    /// The day of the dateline or byline, written in the text.
    Published,
    /// A date that the text tells of.
    #[default]
    Mentioned,
}

/// A date that an article names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Date {
    /// EDTF.
    pub value: String,
    /// How much of it is known.
    pub precision: Precision,
    /// What it is to the article.
    pub role: DateRole,
    /// How sure, from 0 to 1.
    pub confidence: f32,
    /// Why this value, in words for a reader.
    pub reason: String,
    /// The words that name it, in the order of the text; never empty after extraction.
    pub mentions: Vec<Mention>,
}

impl Date {
    /// A mentioned date with the precision of its EDTF value.
    ///
    /// # Errors
    /// When the value is not EDTF of the supported part.
    pub fn new(value: impl Into<String>) -> Result<Self, EdtfError> {
        let value = value.into();
        Ok(Date { precision: Span::parse(&value)?.precision, value, confidence: 1.0, ..Date::default() })
    }
}

/// Where a publication date was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PublishedOrigin {
    /// A field of the record.
    #[default]
    Metadata,
    /// The dateline or byline in the text.
    Dateline,
    /// The article's address.
    Url,
    /// The file's name or path.
    File,
}

/// When an article was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// EDTF: a year, month, day, or a day and time with `Z` or an offset.
    pub value: String,
    /// Where it was read.
    pub origin: PublishedOrigin,
}

impl Published {
    /// A publication date and where it was read.
    pub fn new(value: impl Into<String>, origin: PublishedOrigin) -> Self {
        Published { value: value.into(), origin }
    }

    /// The first day it covers; `None` where the value is no date.
    pub fn day(&self) -> Option<Day> {
        Span::parse(&self.value).ok().map(|span| span.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_epoch_and_back() {
        assert_eq!(Day::from_ymd(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::from_ymd(2022, 3, 27).unwrap().weekday(), 6);
        for number in (-800_000..800_000).step_by(97) {
            let (year, month, day) = Day(number).ymd();
            assert_eq!(Day::from_ymd(year, month, day), Some(Day(number)));
        }
        assert_eq!(Day::from_ymd(2023, 2, 29), None);
    }

    #[test]
    fn edtf_values_cover_their_days() {
        let cases = [
            ("2022", "2022-01-01", "2022-12-31", Precision::Year),
            ("2022-02", "2022-02-01", "2022-02-28", Precision::Month),
            ("2022-03-27", "2022-03-27", "2022-03-27", Precision::Day),
            ("2022-03-27T10:00:00Z", "2022-03-27", "2022-03-27", Precision::Time),
            ("2022-03-23/2022-03-31", "2022-03-23", "2022-03-31", Precision::Interval),
            ("201X", "2010-01-01", "2019-12-31", Precision::Decade),
            ("19XX", "1900-01-01", "1999-12-31", Precision::Century),
            ("2022-24", "2022-12-01", "2023-02-28", Precision::Season),
            ("2022-34", "2022-04-01", "2022-06-30", Precision::Season),
            ("1984~", "1984-01-01", "1984-12-31", Precision::Year),
        ];
        for (value, first, last, precision) in cases {
            let span = Span::parse(value).unwrap();
            assert_eq!((span.first.to_string().as_str(), span.last.to_string().as_str()), (first, last), "{value}");
            assert_eq!(span.precision, precision, "{value}");
        }
        assert_eq!(Span::parse("2022/..").unwrap().last, Day(i32::MAX));
        for wrong in [
            "",
            "22",
            "2022-13",
            "2022-02-30",
            "2022-3-1",
            "../..",
            "2023/2022",
            "yesterday",
            "2022-03-27Tnoon",
            "2022-é1",
        ] {
            assert!(Span::parse(wrong).is_err(), "{wrong}");
        }
    }
}
