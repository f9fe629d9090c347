//! Cuts runs of scripts that put no blanks between words.
//!
//! Han is cut into the words of jieba's dictionary, and longer words again into the words that they are made of
//! (`北京大学` → `北京`, `大学`), so that a text and a query are cut alike. Without the `chinese` feature, in Japanese
//! and in Korean, and for Kana, Hangul and Thai, overlapping pairs of characters stand for words.

use std::ops::Range;

use super::Han;

/// A script that is cut here and not at blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Han,
    Kana,
    Hangul,
    Thai,
}

/// The script of a character, where it is one of those.
pub(super) fn script(character: char) -> Option<Script> {
    match u32::from(character) {
        0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF | 0x3005 | 0x3007 => Some(Script::Han),
        0x3041..=0x3096 | 0x30A1..=0x30FA | 0x30FC..=0x30FE | 0xFF66..=0xFF9F => Some(Script::Kana),
        0xAC00..=0xD7A3 | 0x1100..=0x11FF | 0x3131..=0x318E => Some(Script::Hangul),
        0xE01..=0xE4E => Some(Script::Thai),
        _ => None,
    }
}

/// Hands over the byte ranges of a run's words, in order. Pairs overlap.
pub(super) fn cut(run: &str, script: Script, han: Han, each: &mut dyn FnMut(Range<usize>)) {
    match script {
        #[cfg(feature = "chinese")]
        Script::Han if han == Han::Words => words::cut(run, each),
        _ => {
            let _ = han;
            pairs(run, each);
        }
    }
}

/// Every two neighbors; a single character stands alone.
fn pairs(run: &str, each: &mut dyn FnMut(Range<usize>)) {
    let mut before: Option<usize> = None;
    let mut count = 0;
    for (at, character) in run.char_indices() {
        if let Some(start) = before {
            each(start..at + character.len_utf8());
        }
        before = Some(at);
        count += 1;
    }
    if count == 1 {
        each(0..run.len());
    }
}

#[cfg(feature = "chinese")]
mod words {
    use std::{ops::Range, sync::LazyLock};

    use jieba_rs::Jieba;

    /// Costs about a tenth of a second, so only a text with Han in it pays.
    static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

    /// The longest run that is cut at once: the dictionary's search keeps a table of the whole run.
    const MAX_RUN_BYTES: usize = 3 * 512;

    pub(super) fn cut(run: &str, each: &mut dyn FnMut(Range<usize>)) {
        let mut start = 0;
        while start < run.len() {
            let mut end = (start + MAX_RUN_BYTES).min(run.len());
            while !run.is_char_boundary(end) {
                end -= 1;
            }
            let mut at = start;
            for word in JIEBA.cut(&run[start..end], true) {
                parts(word.word, at, each);
                at += word.word.len();
            }
            start = end;
        }
    }

    /// A long word as the shorter words that cover it, where the dictionary has them; else as it is.
    fn parts(word: &str, at: usize, each: &mut dyn FnMut(Range<usize>)) {
        let bounds: Vec<usize> = word.char_indices().map(|(byte, _)| byte).chain([word.len()]).collect();
        let length = bounds.len() - 1;
        if !(4..=16).contains(&length) {
            each(at..at + word.len());
            return;
        }
        // Fewest words first: `best[end]` is the word count and start of the last word.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; length + 1];
        best[0] = Some((0, 0));
        for end in 2..=length {
            for start in end.saturating_sub(4)..=end - 2 {
                if let Some((count, _)) = best[start]
                    && best[end].is_none_or(|(known, _)| count + 1 < known)
                    && JIEBA.has_word(&word[bounds[start]..bounds[end]])
                    && end - start < length
                {
                    best[end] = Some((count + 1, start));
                }
            }
        }
        let mut cuts = Vec::new();
        let mut end = length;
        while end > 0 {
            let Some((_, start)) = best[end] else {
                each(at..at + word.len());
                return;
            };
            cuts.push(at + bounds[start]..at + bounds[end]);
            end = start;
        }
        cuts.into_iter().rev().for_each(each);
    }
}
