//! Where: names looked up in a gazetteer and resolved with the whole article.

mod asset;
mod build;
mod gazetteer;
mod score;

pub use build::{BuildError, BuildReport, build};
pub use gazetteer::{CountryWord, Gazetteer, GazetteerError, PlaceInfo};

use super::{Context, NameSpan, text::Text};
use crate::article::Place;

/// The places that a text names, each with its mentions.
pub fn resolve(text: &Text<'_>, context: &Context<'_>, names: &[NameSpan]) -> Vec<Place> {
    let _ = (text, context, names);
    Vec::new()
}
