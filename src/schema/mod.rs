//! What is indexed, in one table. Adding a facet is adding a row.

use crate::article::{Actor, Article, Day, Place, Precision, Span};

/// Raised whenever extraction reads the same text otherwise: an index built before must be built anew.
pub const EXTRACTION_REVISION: u32 = 1;

/// How a facet's values are ordered and nested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FacetKind {
    /// Paths parted by `/`; an article carries every ancestor of its values too.
    Path,
    /// Years, months and days: `2022`, `2022-03`, `2022-03-27`; an article carries every level.
    Calendar,
    /// Names without order.
    Keyword,
}

/// Hands an article's values over, one by one.
pub type Values = fn(&Article, &mut dyn FnMut(&str));

/// A field whose values are counted beside the hits.
#[derive(Debug)]
pub struct FacetField {
    /// Name in queries, responses and the index.
    pub name: &'static str,
    /// Other names that a query may use, in several languages.
    pub aliases: &'static [&'static str],
    /// How its values are ordered and nested.
    pub kind: FacetKind,
    /// Whether it is offered to users; a hidden one serves another.
    pub listed: bool,
    /// Hands over the article's values, ancestors among them; repeats are allowed.
    pub values: Values,
}

/// Every facet, in display order.
pub static FACETS: &[FacetField] = &[
    FacetField {
        name: "place",
        aliases: &["where", "lieu", "lugar", "ort", "local", "место", "地点", "مكان"],
        kind: FacetKind::Path,
        listed: true,
        values: |article, each| article.places.iter().flat_map(Place::ancestors).for_each(each),
    },
    FacetField {
        name: "actor",
        aliases: &["who", "acteur", "actor", "akteur", "ator", "актор", "人物", "جهة"],
        kind: FacetKind::Keyword,
        listed: true,
        values: |article, each| article.actors.iter().map(|actor| actor.name.as_str()).for_each(each),
    },
    FacetField {
        name: "kind",
        aliases: &["type"],
        kind: FacetKind::Keyword,
        listed: true,
        values: |article, each| article.actors.iter().map(|actor| actor.kind.as_str()).for_each(each),
    },
    FacetField {
        name: "actor_by_kind",
        aliases: &[],
        kind: FacetKind::Path,
        listed: false,
        values: |article, each| {
            let path = |actor: &Actor| format!("{}/{}", actor.kind.as_str(), actor.name.replace('/', " "));
            article.actors.iter().for_each(|actor| each(&path(actor)));
        },
    },
    FacetField {
        name: "date",
        aliases: &["when", "event", "fecha", "datum", "data", "дата", "日期", "تاريخ"],
        kind: FacetKind::Calendar,
        listed: true,
        values: |article, each| article.dates.iter().for_each(|date| calendar(&date.value, each)),
    },
    FacetField {
        name: "published",
        aliases: &["printed", "publié", "publicado", "veröffentlicht", "опубликовано", "发布"],
        kind: FacetKind::Calendar,
        listed: true,
        values: |article, each| {
            if let Some(published) = &article.published {
                calendar(&published.value, each);
            }
        },
    },
    FacetField {
        name: "language",
        aliases: &["lang", "langue", "idioma", "sprache", "язык", "语言", "لغة"],
        kind: FacetKind::Keyword,
        listed: true,
        values: |article, each| each(&article.language),
    },
    FacetField {
        name: "source",
        aliases: &["outlet", "quelle", "fuente", "fonte", "источник", "来源", "مصدر"],
        kind: FacetKind::Keyword,
        listed: true,
        values: |article, each| article.source.iter().map(String::as_str).for_each(each),
    },
    FacetField {
        name: "author",
        aliases: &["byline", "auteur", "autor", "автор", "作者"],
        kind: FacetKind::Keyword,
        listed: true,
        values: |article, each| article.authors.iter().map(String::as_str).for_each(each),
    },
];

/// Looks a facet up by its name or one of its aliases, whatever their case.
pub fn facet(name: &str) -> Option<&'static FacetField> {
    let name = name.to_lowercase();
    FACETS.iter().find(|facet| facet.name == name || facet.aliases.contains(&name.as_str()))
}

/// Longest interval that is counted day by day; a longer one is counted by month, or by year.
const MAX_DAYS: i32 = 62;
/// Longest interval that is counted by month.
const MAX_MONTHS_IN_DAYS: i32 = 366 * 2;

/// The calendar buckets of an EDTF value: its years, and months and days as far as it is that precise.
pub fn calendar(value: &str, each: &mut dyn FnMut(&str)) {
    let Ok(span) = Span::parse(value) else { return };
    let (first, last) = match (span.first, span.last) {
        (Day(i32::MIN), last) => (last, last),
        (first, Day(i32::MAX)) => (first, first),
        both => both,
    };
    let length = last.0 - first.0;
    let by_day = matches!(span.precision, Precision::Day | Precision::Time | Precision::Interval) && length <= MAX_DAYS;
    let by_month = by_day
        || matches!(span.precision, Precision::Month | Precision::Season | Precision::Interval)
            && length <= MAX_MONTHS_IN_DAYS;
    let (first_year, first_month, _) = first.ymd();
    let (last_year, last_month, _) = last.ymd();
    for year in first_year..=last_year {
        each(&format!("{year:04}"));
    }
    if by_month {
        let months = first_year * 12 + first_month as i32 - 1..=last_year * 12 + last_month as i32 - 1;
        for month in months {
            each(&format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1));
        }
    }
    if by_day {
        for day in first.0..=last.0 {
            each(&Day(day).to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_are_unique() {
        let mut seen = std::collections::HashSet::new();
        for facet in FACETS {
            assert!(seen.insert(facet.name), "{}", facet.name);
            for alias in facet.aliases.iter().filter(|alias| **alias != facet.name) {
                assert!(seen.insert(alias), "{alias}");
            }
        }
    }

    #[test]
    fn calendar_buckets_respect_precision() {
        let buckets = |value| {
            let mut all = Vec::new();
            calendar(value, &mut |bucket| all.push(bucket.to_owned()));
            all
        };
        assert_eq!(buckets("2022-03-27"), ["2022", "2022-03", "2022-03-27"]);
        assert_eq!(buckets("2022-03"), ["2022", "2022-03"]);
        assert_eq!(buckets("2022"), ["2022"]);
        assert_eq!(
            buckets("2022-02-27/2022-03-01"),
            ["2022", "2022-02", "2022-03", "2022-02-27", "2022-02-28", "2022-03-01"]
        );
        assert_eq!(buckets("202X").len(), 10);
        assert_eq!(buckets("2022-03-27/.."), ["2022", "2022-03", "2022-03-27"]);
        assert!(buckets("soon").is_empty());
    }
}
