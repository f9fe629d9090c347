//! Who: names recognised in the text, and merged into actors.

use super::{Context, NameSpan, text::Text};
use crate::article::{Actor, Place};

/// The names in a text, in its order and apart from each other.
pub fn recognise(_text: &Text<'_>, _context: &Context<'_>) -> Vec<NameSpan> {
    Vec::new()
}

/// The actors of a text: its names without the places, those of one actor merged.
pub fn merge(_text: &Text<'_>, _context: &Context<'_>, _names: Vec<NameSpan>, _places: &[Place]) -> Vec<Actor> {
    Vec::new()
}
