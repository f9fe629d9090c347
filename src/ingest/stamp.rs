//! Publication dates as records write them, normalised to EDTF: a day, a day and time (RFC 3339 where the zone is known),
//! a month or a year.
//!
//! The day as written is kept: a time with an offset stays in that offset. What a story tells of is not this
//! module's: it reads fields that hold a date and little else.

use crate::article::{Day, Span};

/// The longest field that is looked at, in bytes.
const LONGEST: usize = 200;

/// A date field as EDTF; `None` where it holds no date.
///
/// ```
/// use dateline::ingest::normalize_date;
///
/// for (written, value) in [
///     ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01"),
///     ("Sun, 27 Mar 2022 10:00:00 GMT", "2022-03-27T10:00:00Z"),
///     ("27 March 2022", "2022-03-27"),
///     ("1648375200", "2022-03-27T10:00:00Z"),
///     ("2022-03", "2022-03"),
/// ] {
///     assert_eq!(normalize_date(written).as_deref(), Some(value));
/// }
/// ```
pub fn normalize(written: &str) -> Option<String> {
    let text = written.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits(text);
    }
    if let Some(number) =
        text.strip_prefix('-').filter(|rest| rest.len() >= 6 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return epoch(-number.parse::<i64>().ok()?);
    }
    if let Some((whole, fraction)) = text.split_once('.')
        && whole.len() == 10
        && [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return epoch(whole.parse().ok()?);
    }
    if text.len() <= 10 && Span::parse(text).is_ok() && !text.contains('/') {
        return Some(text.to_owned());
    }
    Fields::read(text)?.value()
}

/// A date of digits alone: a year, `20220327`, `202203271000`, or seconds, milliseconds, microseconds since 1970.
fn digits(text: &str) -> Option<String> {
    let number: i64 = text.parse().ok()?;
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u32>().ok());
    match text.len() {
        4 => (1500..2100).contains(&number).then(|| text.to_owned()),
        8 => plausible(Day::from_ymd(part(0, 4)? as i32, part(4, 6)?, part(6, 8)?)?).map(|day| day.to_string()),
        12 | 14 if plausible_year(part(0, 4)? as i32) && (1..=12).contains(&part(4, 6)?) => {
            let day = Day::from_ymd(part(0, 4)? as i32, part(4, 6)?, part(6, 8)?)?;
            let clock = (part(8, 10)?, part(10, 12)?, if text.len() == 14 { part(12, 14)? } else { 0 });
            (clock.0 < 24 && clock.1 < 60 && clock.2 < 61)
                .then(|| format!("{day}T{:02}:{:02}:{:02}", clock.0, clock.1, clock.2))
        }
        9 | 10 => epoch(number),
        12 | 13 => epoch(number / 1_000),
        16 => epoch(number / 1_000_000),
        _ => None,
    }
}

fn plausible_year(year: i32) -> bool {
    (1500..2100).contains(&year)
}

fn plausible(day: Day) -> Option<Day> {
    plausible_year(day.ymd().0).then_some(day)
}

fn epoch(seconds: i64) -> Option<String> {
    let day = plausible(Day(i32::try_from(seconds.div_euclid(86_400)).ok()?))?;
    let clock = seconds.rem_euclid(86_400);
    Some(format!("{day}T{:02}:{:02}:{:02}Z", clock / 3600, clock / 60 % 60, clock % 60))
}

/// The first letters of months in the languages whose outlets write them out, folded to lower case.
const MONTHS: &[(&str, u32)] = &[
    ("janv", 1),
    ("jan", 1),
    ("ene", 1),
    ("gen", 1),
    ("jän", 1),
    ("янв", 1),
    ("يناير", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("фев", 2),
    ("فبراير", 2),
    ("mar", 3),
    ("mär", 3),
    ("maa", 3),
    ("mrt", 3),
    ("мар", 3),
    ("مارس", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("апр", 4),
    ("أبريل", 4),
    ("ابريل", 4),
    ("may", 5),
    ("mai", 5),
    ("mei", 5),
    ("mag", 5),
    ("май", 5),
    ("мая", 5),
    ("مايو", 5),
    ("juin", 6),
    ("jun", 6),
    ("giu", 6),
    ("июн", 6),
    ("يونيو", 6),
    ("juil", 7),
    ("jul", 7),
    ("lug", 7),
    ("июл", 7),
    ("يوليو", 7),
    ("aug", 8),
    ("aoû", 8),
    ("aou", 8),
    ("ago", 8),
    ("авг", 8),
    ("أغسطس", 8),
    ("اغسطس", 8),
    ("sep", 9),
    ("set", 9),
    ("сен", 9),
    ("سبتمبر", 9),
    ("oct", 10),
    ("okt", 10),
    ("out", 10),
    ("ott", 10),
    ("окт", 10),
    ("أكتوبر", 10),
    ("اكتوبر", 10),
    ("nov", 11),
    ("ноя", 11),
    ("نوفمبر", 11),
    ("dec", 12),
    ("déc", 12),
    ("dez", 12),
    ("dic", 12),
    ("дек", 12),
    ("ديسمبر", 12),
];

/// Words that begin like a month and are none.
const NO_MONTHS: &[&str] =
    &["mardi", "martes", "martedì", "marted", "maandag", "marketing", "market", "markets", "mariage"];

fn month_named(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    if NO_MONTHS.contains(&word.as_str()) || word.chars().count() > 11 {
        return None;
    }
    MONTHS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

/// Hours east of Greenwich of the zone names that mail and feeds use (RFC 2822 and the common European ones), in minutes.
fn zone_named(word: &str) -> Option<i32> {
    Some(match word.to_ascii_uppercase().as_str() {
        "Z" | "GMT" | "UTC" | "UT" | "WET" => 0,
        "EST" => -300,
        "EDT" => -240,
        "CST" => -360,
        "CDT" => -300,
        "MST" => -420,
        "MDT" => -360,
        "PST" => -480,
        "PDT" => -420,
        "BST" | "CET" | "MEZ" => 60,
        "CEST" | "MESZ" | "EET" | "SAST" => 120,
        "EEST" | "MSK" => 180,
        "IST" => 330,
        "JST" | "KST" => 540,
        "AEST" => 600,
        "AEDT" => 660,
        _ => return None,
    })
}

#[derive(Clone, Debug, Default)]
struct Fields {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    clock: Option<(u32, u32, u32)>,
    zone: Option<i32>,
    /// Numbers whose place tells what they are: 27/03/2022.
    loose: Vec<(u32, usize)>,
    /// What stood between the first two loose numbers.
    separator: Option<u8>,
}

impl Fields {
    fn read(text: &str) -> Option<Fields> {
        let mut fields = Fields::default();
        let mut rest = text;
        let mut before = b' ';
        while let Some(first) = rest.chars().next() {
            if first.is_ascii_digit() {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let (number, after) = rest.split_at(end);
                rest = fields.number(number, after, before)?;
                before = b'0';
            } else if first.is_alphabetic() {
                let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                fields.word(word)?;
                before = b'a';
                rest = after;
            } else {
                if matches!(first, '+' | '-' | '−')
                    && fields.clock.is_some()
                    && fields.zone.is_none_or(|zone| zone == 0)
                {
                    let (zone, after) = offset(&rest[first.len_utf8()..], first != '+')?;
                    if let Some(zone) = zone {
                        fields.zone = Some(zone);
                        rest = after;
                        before = b'0';
                        continue;
                    }
                }
                before = if first.is_ascii() { first as u8 } else { b' ' };
                rest = &rest[first.len_utf8()..];
            }
        }
        Some(fields)
    }

    /// Takes a number; gives what is left to read.
    fn number<'t>(&mut self, number: &str, after: &'t str, before: u8) -> Option<&'t str> {
        let value: u32 = number.parse().ok()?;
        let bytes = after.as_bytes();
        // A clock: 15:01, 15:01:01.79, 15h01, 10 am.
        if self.clock.is_none() && number.len() <= 2 && value < 25 {
            let marked = matches!(bytes, [b':' | b'h' | b'H', b'0'..=b'9', b'0'..=b'9', ..]);
            // 14.30 is a clock only once a day is known, and before another dot a date.
            let dotted = matches!(bytes, [b'.', b'0'..=b'9', b'0'..=b'9', end @ ..] if !matches!(end.first(), Some(b'.' | b'0'..=b'9')))
                && self.year.is_some();
            if marked || dotted {
                let minutes: u32 = after.get(1..3)?.parse().ok()?;
                let mut rest = &after[3..];
                let mut seconds = 0;
                if matches!(rest.as_bytes(), [b':' | b'.', b'0'..=b'9', b'0'..=b'9', ..]) {
                    seconds = rest.get(1..3)?.parse().ok()?;
                    rest = &rest[3..];
                    if let [b'.' | b',' | b':', b'0'..=b'9', ..] = rest.as_bytes() {
                        rest = rest[1..].trim_start_matches(|c: char| c.is_ascii_digit());
                    }
                }
                if minutes < 60 && seconds < 62 {
                    self.clock = Some((value, minutes, seconds));
                    return Some(rest);
                }
            }
            let word = after.trim_start();
            if (1..=12).contains(&value) && self.day.is_some() {
                if let Some(rest) = strip_word(word, &["pm", "p.m.", "PM", "P.M."]) {
                    self.clock = Some((value % 12 + 12, 0, 0));
                    return Some(rest);
                }
                if let Some(rest) = strip_word(word, &["am", "a.m.", "AM", "A.M."]) {
                    self.clock = Some((value % 12, 0, 0));
                    return Some(rest);
                }
            }
        }
        match number.len() {
            // 20220327T100000
            8 if self.year.is_none() => {
                let day = digits(number)?;
                let (year, month, day) = Span::parse(&day).ok()?.first.ymd();
                (self.year, self.month, self.day) = (Some(year), Some(month), Some(day));
                if let Some(time) =
                    after.strip_prefix(['T', 't']).filter(|time| time.len() >= 4 && time.is_char_boundary(4))
                {
                    let end = time.find(|c: char| !c.is_ascii_digit()).unwrap_or(time.len());
                    let two = |from: usize| time.get(from..from + 2).and_then(|part| part.parse::<u32>().ok());
                    if end == 4 || end == 6 {
                        self.clock = Some((two(0)?, two(2)?, if end == 6 { two(4)? } else { 0 }));
                        return Some(&time[end..]);
                    }
                }
            }
            4 if self.year.is_none() && plausible_year(value as i32) => {
                self.year = Some(value as i32);
                self.loose.push((value, 4));
            }
            1 | 2 => {
                if self.loose.len() == 1 && self.separator.is_none() {
                    self.separator = Some(before);
                }
                self.loose.push((value, number.len()));
            }
            _ => {}
        }
        Some(after)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        if let Some(month) = month_named(word).filter(|_| self.month.is_none()) {
            self.month = Some(month);
        } else if let Some((hour, minute, second)) = self.clock {
            let lower = word.to_ascii_lowercase();
            match lower.as_str() {
                "pm" if hour < 12 => self.clock = Some((hour + 12, minute, second)),
                "am" if hour == 12 => self.clock = Some((0, minute, second)),
                _ => {
                    if let Some(zone) = zone_named(word).filter(|_| self.zone.is_none()) {
                        self.zone = Some(zone);
                    }
                }
            }
        }
        Some(())
    }

    fn value(mut self) -> Option<String> {
        let mut loose: Vec<(u32, usize)> = self.loose.iter().copied().filter(|(_, digits)| *digits < 4).collect();
        if self.month.is_some() {
            if self.day.is_none() {
                self.day = loose.first().map(|(value, _)| *value);
                // 27-Mar-22
                if self.year.is_none() && loose.len() > 1 && loose[1].1 == 2 {
                    self.year = Some(century(loose[1].0));
                }
            }
        } else if self.day.is_none() {
            let year_first = matches!(self.loose.first(), Some((_, 4)));
            if self.year.is_none() {
                // 27/03/22, and nothing else tells the year.
                if loose.len() < 3 || loose[2].1 != 2 {
                    return None;
                }
                self.year = Some(century(loose[2].0));
                loose.truncate(2);
            }
            match loose.as_slice() {
                [] => {}
                [(month, _)] => self.month = Some(*month),
                [(first, _), (second, _), ..] => {
                    // Slashes without a clue are American; dots and dashes are not.
                    let month_first = year_first || *second > 12 || (*first <= 12 && self.separator == Some(b'/'));
                    let (month, day) = if month_first { (*first, *second) } else { (*second, *first) };
                    (self.month, self.day) = (Some(month), Some(day));
                }
            }
        }
        let year = self.year.filter(|year| plausible_year(*year))?;
        let Some(month) = self.month else { return Some(format!("{year:04}")) };
        let Some(day) = self.day else {
            return (1..=12).contains(&month).then(|| format!("{year:04}-{month:02}"));
        };
        let day = Day::from_ymd(year, month, day)?;
        let Some((hour, minute, second)) = self.clock.filter(|clock| clock.0 < 24) else {
            return Some(day.to_string());
        };
        let zone = match self.zone {
            None => String::new(),
            Some(0) => "Z".to_owned(),
            Some(zone) => {
                format!("{}{:02}:{:02}", if zone < 0 { '-' } else { '+' }, zone.abs() / 60, zone.abs() % 60)
            }
        };
        Some(format!("{day}T{hour:02}:{minute:02}:{:02}{zone}", second.min(59)))
    }
}

fn century(year: u32) -> i32 {
    year as i32 + if year < 70 { 2000 } else { 1900 }
}

fn strip_word<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().find_map(|word| text.strip_prefix(word)).filter(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// `0200`, `02:00`, `02` after a sign, in minutes; `Some((None, _))` where it is something else.
fn offset(text: &str, west: bool) -> Option<(Option<i32>, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == ':')).unwrap_or(text.len());
    let plain: String = text[..end].chars().filter(char::is_ascii_digit).collect();
    let minutes = match plain.len() {
        1 | 2 => plain.parse::<i32>().ok()? * 60,
        4 => plain[..2].parse::<i32>().ok()? * 60 + plain[2..].parse::<i32>().ok()?,
        _ => return Some((None, text)),
    };
    if minutes > 18 * 60 {
        return Some((None, text));
    }
    Some((Some(if west { -minutes } else { minutes }), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn common_forms_are_read() {
        let cases = [
            ("2022-03-27", "2022-03-27"),
            ("2022-03-27T10:00:00Z", "2022-03-27T10:00:00Z"),
            ("2022-03-27T10:00:00.123+02:00", "2022-03-27T10:00:00+02:00"),
            ("2022-03-27T23:30:00-0500", "2022-03-27T23:30:00-05:00"),
            ("2022-03-27 10:00", "2022-03-27T10:00:00"),
            ("2022-03-27 10:00:00 +0000 UTC", "2022-03-27T10:00:00Z"),
            ("20220327T100000Z", "2022-03-27T10:00:00Z"),
            ("20220327T100000+0200", "2022-03-27T10:00:00+02:00"),
            ("20220327", "2022-03-27"),
            ("2022", "2022"),
            ("March 2022", "2022-03"),
            ("2022/03/27", "2022-03-27"),
            ("03/27/2022", "2022-03-27"),
            ("27/03/2022", "2022-03-27"),
            ("27.03.2022, 14:30 Uhr", "2022-03-27T14:30:00"),
            ("3.4.2022", "2022-04-03"),
            ("4/3/2022", "2022-04-03"),
            ("Sun, 27 Mar 2022 10:00:00 GMT", "2022-03-27T10:00:00Z"),
            ("Sun, 27 Mar 22 10:00:00 EST", "2022-03-27T10:00:00-05:00"),
            ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01"),
            (" 2-MAR-1987 04:50:51.34", "1987-03-02T04:50:51"),
            ("March 27, 2022 at 5:30 pm", "2022-03-27T17:30:00"),
            ("le mardi 27 décembre 2022 à 14h30", "2022-12-27T14:30:00"),
            ("27 мая 2022", "2022-05-27"),
            ("2022年3月27日", "2022-03-27"),
            ("1648375200", "2022-03-27T10:00:00Z"),
            ("1648375200000", "2022-03-27T10:00:00Z"),
            ("Sunday 27th March 2022", "2022-03-27"),
            ("27-Mar-22", "2022-03-27"),
            ("Mar 5th, 2021", "2021-03-05"),
        ];
        for (written, value) in cases {
            assert_eq!(normalize(written).as_deref(), Some(value), "{written}");
            assert!(Span::parse(value).is_ok(), "{value}");
        }
        for none in ["", "yesterday", "2022-13-45", "0", "12", "no date", "31/31/2022", "99999999999999999999"] {
            assert_eq!(normalize(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_out_is_edtf(text in "[0-9:/. TZ+a-zéمая-]{0,30}") {
            if let Some(value) = normalize(&text) {
                prop_assert!(Span::parse(&value).is_ok(), "{} from {}", value, text);
            }
        }
    }
}
