//! Where.

use serde::{Deserialize, Serialize};

use super::Mention;

/// What sort of place a name stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PlaceKind {
    /// A continent, or a region of several countries.
    Region,
    /// A country or a territory with a code of its own.
    Country,
    /// A first-level division.
    Division,
    /// A second-level division.
    District,
    /// A city, town or village.
    #[default]
    Settlement,
    /// A sea, river, mountain, desert or island.
    Feature,
}

impl PlaceKind {
    /// Every kind, widest first.
    pub const ALL: [PlaceKind; 6] = [
        PlaceKind::Region,
        PlaceKind::Country,
        PlaceKind::Division,
        PlaceKind::District,
        PlaceKind::Settlement,
        PlaceKind::Feature,
    ];
}

/// A place that an article names, resolved to one spot on the map or honestly left without one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Its usual English name, or the words of the text where no gazetteer lists it.
    pub name: String,
    /// Its ancestors and itself, widest first, parted by `/`: `Africa/Mali/Mopti/Djenné`.
    pub path: String,
    /// ISO 3166-1 alpha-2, where it lies in one country.
    pub country: Option<String>,
    /// GeoNames identifier, where GeoNames lists it.
    pub geoname_id: Option<u32>,
    /// Latitude and longitude in degrees (WGS 84), where known.
    pub point: Option<(f32, f32)>,
    /// What sort of place.
    pub kind: PlaceKind,
    /// How sure, from 0 to 1.
    pub confidence: f32,
    /// Why this place and not a namesake, in words for a reader; names the candidates rejected.
    pub reason: String,
    /// The words that name it, in the order of the text; never empty after extraction.
    pub mentions: Vec<Mention>,
}

impl Place {
    /// A place by its path; the last part is its name.
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        Place {
            name: path.rsplit('/').next().unwrap_or_default().to_owned(),
            path,
            confidence: 1.0,
            ..Place::default()
        }
    }

    /// Its path and the paths above it, widest first: `Africa`, `Africa/Mali`, `Africa/Mali/Mopti`.
    pub fn ancestors(&self) -> impl Iterator<Item = &str> {
        self.path
            .match_indices('/')
            .map(|(at, _)| &self.path[..at])
            .chain(std::iter::once(self.path.as_str()))
            .filter(|path| !path.is_empty())
    }
}
