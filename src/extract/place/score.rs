//! How likely a place is meant before the text is looked at.

use super::gazetteer::Facts;
use crate::article::PlaceKind;

/// Binary logarithm of the inhabitants of a place that needs no other evidence.
pub(super) const LARGE: u8 = 17;
/// The same of a place that is believed where nothing speaks against it.
pub(super) const TOWN: u8 = 13;

/// A place's weight by its kind and inhabitants: higher is likelier.
pub(super) fn prior(facts: &Facts) -> u32 {
    let size = u32::from(facts.log_population);
    match facts.kind {
        PlaceKind::Country => 100 + size,
        PlaceKind::Region => 90,
        PlaceKind::Division => 8 + size,
        PlaceKind::District => size / 2,
        PlaceKind::Settlement => 4 + size,
        _ => 4,
    }
}
