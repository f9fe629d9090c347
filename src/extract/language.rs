//! Which language a text is written in.

use super::text::Text;
use crate::article::UNDETERMINED;

/// BCP 47 code of the language, or [`UNDETERMINED`].
pub fn detect(text: &Text<'_>) -> &'static str {
    let sample = if text.body.is_empty() { text.title } else { text.body };
    let end = sample.char_indices().nth(400).map_or(sample.len(), |(at, _)| at);
    match whatlang::detect(&sample[..end]) {
        Some(found) if found.lang() == whatlang::Lang::Eng => "en",
        Some(found) if found.lang() == whatlang::Lang::Fra => "fr",
        Some(found) if found.lang() == whatlang::Lang::Cmn => "zh",
        _ => UNDETERMINED,
    }
}
