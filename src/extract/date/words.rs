//! Words of dates in several languages, by their folded hash.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::extract::text::hash_word;

/// What a word says about a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// 1 to 12.
    Month(u32),
    /// Monday 0 to Sunday 6.
    Weekday(u32),
    /// Days from the day of publication.
    Offset(i32),
    /// Joins the ends of a range: "to", "au", "bis".
    To,
    /// May stand between a day and its month: "of", "de".
    Of,
    /// Makes a bare year a date: "in 2019".
    In,
    /// Behind a day: "st", "th", "er".
    Ordinal,
}

const MONTHS: [&str; 12] = [
    "january jan janvier janv enero januar janeiro января январь januari gennaio",
    "february feb fevrier fevr febrero februar fevereiro февраля февраль februari febbraio",
    "march mar mars marzo marz marco марта март maart",
    "april apr avril avr abril апреля апрель aprile",
    "may mai mayo maio мая май mei maggio",
    "june jun juin junio juni junho июня июнь giugno",
    "july jul juillet juil julio juli julho июля июль luglio",
    "august aug aout agosto августа август augustus",
    "september sep sept septembre septiembre setembro сентября сентябрь settembre",
    "october oct octobre octubre oktober outubro октября октябрь ottobre",
    "november nov novembre noviembre novembro ноября ноябрь",
    "december dec decembre diciembre dezember dezembro декабря декабрь dicembre",
];

const WEEKDAYS: [&str; 7] = [
    "monday mon lundi lunes montag понедельник",
    "tuesday tue tues mardi martes dienstag вторник",
    "wednesday wed mercredi miercoles mittwoch среда среду",
    "thursday thu thurs jeudi jueves donnerstag четверг",
    "friday fri vendredi viernes freitag пятница пятницу",
    "saturday sat samedi sabado samstag суббота субботу",
    "sunday sun dimanche domingo sonntag воскресенье",
];

static WORDS: LazyLock<FxHashMap<u64, Word>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    let mut add = |list: &str, word: Word| {
        for form in list.split(' ') {
            words.entry(hash_word(form)).or_insert(word);
        }
    };
    for (at, list) in MONTHS.iter().enumerate() {
        add(list, Word::Month(at as u32 + 1));
    }
    for (at, list) in WEEKDAYS.iter().enumerate() {
        add(list, Word::Weekday(at as u32));
    }
    add("yesterday hier ayer gestern ontem вчера", Word::Offset(-1));
    add("today aujourd hoy heute hoje сегодня", Word::Offset(0));
    add("tomorrow demain morgen завтра", Word::Offset(1));
    add("to through until au bis al hasta", Word::To);
    add("of de del", Word::Of);
    add("in since en depuis desde seit em", Word::In);
    add("st nd rd th er", Word::Ordinal);
    words
});

pub(super) fn word(hash: u64) -> Option<Word> {
    WORDS.get(&hash).copied()
}
