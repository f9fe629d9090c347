//! When: the day of publication, and the dates that a text tells of.

use super::{Context, text::Text};
use crate::article::{Article, Date, Day, Published};

/// The publication date that the text's dateline, the article's address or its file name gives.
pub fn published(_text: &Text<'_>, _article: &Article, _language: &str, _today: Day) -> Option<Published> {
    None
}

/// The dates that a text names, each with its mentions.
pub fn extract(_text: &Text<'_>, _context: &Context<'_>) -> Vec<Date> {
    Vec::new()
}
