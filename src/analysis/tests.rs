//! The contract that every row of the table keeps, and what each script is cut into.

use proptest::prelude::*;

use super::*;

fn terms(code: &str, text: &str) -> Vec<String> {
    let mut analyzer = Analyzer::new(language(code), text);
    let mut all = Vec::new();
    while let Some(term) = analyzer.advance() {
        all.push(term.text.clone());
    }
    all
}

#[test]
fn rows_are_in_order_and_found() {
    for row in LANGUAGES {
        assert!(std::ptr::eq(language(row.code), row), "{}", row.code);
    }
    assert_eq!(language("en-GB").code, "en");
    assert_eq!(language("tlh").code, "und");
}

#[test]
fn accents_and_case_do_not_count() {
    for code in ["und", "en", "fr", "es", "de"] {
        for (typed, written) in [("segou", "Ségou"), ("COTE", "Côte"), ("strasse", "Straße"), ("declaree", "déclarée")]
        {
            let written = terms(code, written);
            assert!(terms(code, typed).iter().any(|term| written.contains(term)), "{code}: {typed} {written:?}");
        }
    }
}

#[test]
fn words_are_stemmed_in_their_language() {
    assert_eq!(terms("en", "soldiers"), terms("en", "soldier"));
    assert_eq!(terms("fr", "militaires"), terms("fr", "militaire"));
    assert_eq!(terms("und", "soldiers"), ["soldiers"]);
    assert_eq!(terms("en", "The U.S. said"), ["the", "us", "said"]);
}

#[cfg(feature = "chinese")]
#[test]
fn chinese_is_cut_into_words() {
    assert_eq!(terms("zh", "北京大学在马里"), ["北京", "大学", "在", "马里"]);
    assert!(terms("en", "in 北京 today").contains(&"北京".to_owned()));
}

#[test]
fn scripts_without_blanks_become_pairs() {
    assert_eq!(terms("ja", "東京都"), ["東京", "京都"]);
    assert_eq!(terms("ko", "서울"), ["서울"]);
    assert_eq!(terms("und", "バマコ"), ["バマ", "マコ"]);
}

#[test]
fn long_runs_are_kept() {
    let long = "x".repeat(100_000);
    assert_eq!(terms("en", &long).len(), 1);
    assert!(terms("zh", &"马".repeat(5000)).len() > 100);
}

#[test]
fn positions_count_words() {
    let mut analyzer = Analyzer::new(language("fr"), "une déclarée guerre");
    let mut seen = Vec::new();
    while let Some(term) = analyzer.advance() {
        seen.push((term.position, term.range.clone()));
    }
    assert_eq!(seen.first(), Some(&(0, 0..3)));
    assert_eq!(seen.last().map(|last| last.0), Some(2));
}

proptest! {
    #[test]
    fn ranges_lie_in_the_text_in_order(text in "\\PC*|[a-zÉé北京ไก่ \u{301}.']*", row in 0..LANGUAGES.len()) {
        let mut analyzer = Analyzer::new(&LANGUAGES[row], &text);
        let mut last = (0, 0);
        while let Some(term) = analyzer.advance() {
            prop_assert!(text.get(term.range.clone()).is_some_and(|word| !word.is_empty()));
            prop_assert!(!term.text.is_empty());
            prop_assert!((term.position, term.range.start) >= last);
            last = (term.position, term.range.start);
        }
    }
}
