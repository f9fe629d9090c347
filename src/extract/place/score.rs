//! How likely a place is meant before the text is looked at.

use super::gazetteer::Facts;
use crate::article::PlaceKind;

/// A place's weight by its kind and inhabitants: higher is likelier.
pub(super) fn prior(facts: &Facts) -> u32 {
    let size = u32::from(facts.log_population);
    match facts.kind {
        PlaceKind::Country => 100 + size,
        PlaceKind::Region => 90,
        PlaceKind::Division => 12 + size,
        PlaceKind::District => size / 2,
        PlaceKind::Settlement => size,
        _ => 4,
    }
}
