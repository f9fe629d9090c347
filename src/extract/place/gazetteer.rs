//! Names of places, their demonyms, and what is known of each: the embedded file, our own tables, users' overlays.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{asset::Asset, build::dump_row};
use crate::{
    article::PlaceKind,
    extract::text::{Shape, Token, hash_name, join, lex},
};

static FILE: &[u8] = include_bytes!("data/gazetteer.bin");
static COUNTRIES: &str = include_str!("data/countries.tsv");
static REGIONS: &str = include_str!("data/regions.tsv");
static DIVISIONS: &str = include_str!("data/divisions.tsv");
static ORDINARY: &str = include_str!("data/ordinary.txt");

/// An overlay that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GazetteerError {
    /// A file cannot be read.
    #[error("cannot read the gazetteer overlay {path}; check that it exists and is UTF-8")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is neither a GeoNames row nor a row of an overlay.
    #[error("{path}, line {line}: write name, path or country, latitude, longitude and other names, parted by tabs")]
    Row {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
    },
}

/// A place of the gazetteer, as look-ups show it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceInfo {
    /// Index in the gazetteer.
    pub id: u32,
    /// Its usual name.
    pub name: String,
    /// Its ancestors and itself, widest first, parted by `/`.
    pub path: String,
    /// ISO 3166-1 alpha-2, where it lies in one country.
    pub country: Option<String>,
    /// Latitude and longitude in degrees, to about 300 m.
    pub point: Option<(f32, f32)>,
    /// What sort of place.
    pub kind: PlaceKind,
    /// Inhabitants as a power of two, 0 where unknown: 10 for about a thousand, 20 for about a million.
    pub log_population: u8,
    /// GeoNames identifier, where GeoNames lists it.
    pub geoname_id: Option<u32>,
}

/// What a word says of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountryWord {
    /// ISO 3166-1 alpha-2, two capitals.
    pub code: [u8; 2],
    /// Whether the word names its people or what is theirs ("Malian"), not the country.
    pub demonym: bool,
}

/// A place of our own tables or of an overlay.
#[derive(Clone, Debug)]
struct Extra {
    path: String,
    point: Option<(f32, f32)>,
    geoname_id: Option<u32>,
    country: Option<u32>,
    kind: PlaceKind,
    log_population: u8,
}

/// What resolution needs of a candidate, without strings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Facts {
    pub(super) kind: PlaceKind,
    pub(super) country: Option<u32>,
    pub(super) parent: Option<u32>,
    pub(super) point: Option<(f32, f32)>,
    pub(super) log_population: u8,
}

/// Two probes of 2^16 bits: is a word in one of the small tables at all?
#[derive(Clone, Debug)]
struct Filter(Vec<u64>);

impl Filter {
    fn new() -> Self {
        Filter(vec![0; 1024])
    }
    fn add(&mut self, hash: u64) {
        for bit in [hash >> 48, hash >> 20 & 0xFFFF] {
            self.0[bit as usize / 64] |= 1 << (bit % 64);
        }
    }
    fn has(&self, hash: u64) -> bool {
        [hash >> 48, hash >> 20 & 0xFFFF].iter().all(|bit| self.0[*bit as usize / 64] >> (bit % 64) & 1 != 0)
    }
}

/// Names of places and what is known of them. Cheap to share, never changed while in use.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    asset: Option<Asset<'static>>,
    extra: Vec<Extra>,
    names: FxHashMap<u64, Vec<u32>>,
    prefixes: FxHashSet<u64>,
    begins: Filter,
    demonyms: FxHashMap<u64, u32>,
    demonym_prefixes: FxHashSet<u64>,
    demonym_begins: Filter,
    ordinary: FxHashSet<u64>,
    codes: Vec<[u8; 2]>,
    continents: Vec<&'static str>,
    tokens: Vec<Token>,
}

impl Default for Gazetteer {
    fn default() -> Self {
        let mut gazetteer = Gazetteer {
            asset: Asset::open(FILE),
            extra: Vec::new(),
            names: FxHashMap::default(),
            prefixes: FxHashSet::default(),
            begins: Filter::new(),
            demonyms: FxHashMap::default(),
            demonym_prefixes: FxHashSet::default(),
            demonym_begins: Filter::new(),
            ordinary: FxHashSet::default(),
            codes: Vec::new(),
            continents: Vec::new(),
            tokens: Vec::new(),
        };
        gazetteer.read_countries();
        gazetteer.read_regions();
        gazetteer.read_divisions();
        gazetteer.ordinary.extend(ORDINARY.lines().skip(1).filter_map(hash_name));
        gazetteer
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn field<'a>(row: &[&'a str], at: usize) -> &'a str {
    row.get(at).copied().unwrap_or_default().trim()
}

impl Gazetteer {
    /// The gazetteer that the program carries.
    pub fn embedded() -> Arc<Self> {
        static EMBEDDED: LazyLock<Arc<Gazetteer>> = LazyLock::new(Arc::default);
        EMBEDDED.clone()
    }

    /// The embedded gazetteer and the places of overlay files. A file is either a GeoNames country file (`ML.txt`)
    /// or a table of name, path or country, latitude, longitude, other names (parted by `|`), parted by tabs.
    ///
    /// # Errors
    /// When a file cannot be read, or a line is of neither sort.
    pub fn with_overlay(paths: &[PathBuf]) -> Result<Self, GazetteerError> {
        let mut gazetteer = Self::embedded().as_ref().clone();
        for path in paths {
            let text =
                fs::read_to_string(path).map_err(|source| GazetteerError::Read { path: path.clone(), source })?;
            gazetteer.overlay(path, &text)?;
        }
        Ok(gazetteer)
    }

    fn overlay(&mut self, path: &Path, text: &str) -> Result<(), GazetteerError> {
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(row) = dump_row(line) {
                let country = self.country_by_code(row.country);
                let above = country.map_or_else(String::new, |country| self.path(country));
                let kind = match row.kind {
                    2 => PlaceKind::Division,
                    3 => PlaceKind::District,
                    5 => PlaceKind::Feature,
                    _ => PlaceKind::Settlement,
                };
                let names: Vec<&str> = std::iter::once(row.name).chain(row.alternates.split(',')).collect();
                let extra = Extra {
                    path: format!("{above}/{}", row.name.replace('/', " ")),
                    point: row.point.map(|(lat, lon)| (lat as f32, lon as f32)),
                    geoname_id: Some(row.geoname_id),
                    country,
                    kind,
                    log_population: row.population.checked_ilog2().unwrap_or(0) as u8,
                };
                self.add(extra, &names);
                continue;
            }
            let fields: Vec<&str> = line.split('\t').collect();
            if fields.len() < 2 || field(&fields, 0).is_empty() {
                // A GeoNames row of a class that is left out is no mistake.
                if fields.len() >= 19 {
                    continue;
                }
                return Err(GazetteerError::Row { path: path.to_owned(), line: at + 1 });
            }
            if fields.len() >= 19 {
                continue;
            }
            let (name, above) = (field(&fields, 0), field(&fields, 1));
            let country = self.country_by_code(above).or_else(|| {
                above
                    .split('/')
                    .find_map(|part| self.candidates_of(part).into_iter().find(|place| self.is_country(*place)))
            });
            let above = match country {
                Some(country) if !above.contains('/') => self.path(country),
                _ => above.to_owned(),
            };
            let path = if above.rsplit('/').next() == Some(name) { above } else { format!("{above}/{name}") };
            let point = field(&fields, 2).parse().ok().zip(field(&fields, 3).parse().ok());
            let names: Vec<&str> = std::iter::once(name).chain(field(&fields, 4).split('|')).collect();
            let extra =
                Extra { path, point, geoname_id: None, country, kind: PlaceKind::Settlement, log_population: 10 };
            self.add(extra, &names);
        }
        Ok(())
    }

    fn first_extra(&self) -> u32 {
        self.asset.map_or(0, |asset| asset.len())
    }

    fn add(&mut self, extra: Extra, names: &[&str]) {
        let place = self.first_extra() + self.extra.len() as u32;
        self.extra.push(extra);
        for name in names {
            self.add_name(name, place);
        }
    }

    fn add_name(&mut self, name: &str, place: u32) {
        let mut tokens = std::mem::take(&mut self.tokens);
        tokens.clear();
        lex(name, &mut tokens);
        let mut hash: Option<u64> = None;
        for token in tokens.iter().filter(|token| token.shape != Shape::Mark) {
            hash = Some(match hash {
                None => {
                    self.begins.add(token.hash);
                    token.hash
                }
                Some(before) => {
                    self.prefixes.insert(before);
                    join(before, token.hash)
                }
            });
        }
        if let Some(hash) = hash {
            let places = self.names.entry(hash).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
        self.tokens = tokens;
    }

    fn add_demonym(&mut self, word: &str, country: u32) {
        let mut tokens = std::mem::take(&mut self.tokens);
        tokens.clear();
        lex(word, &mut tokens);
        let mut hash: Option<u64> = None;
        for token in tokens.iter().filter(|token| token.shape != Shape::Mark) {
            hash = Some(match hash {
                None => {
                    self.demonym_begins.add(token.hash);
                    token.hash
                }
                Some(before) => {
                    self.demonym_prefixes.insert(before);
                    join(before, token.hash)
                }
            });
        }
        if let Some(hash) = hash {
            self.demonyms.entry(hash).or_insert(country);
        }
        self.tokens = tokens;
    }

    fn read_countries(&mut self) {
        let mut table: Vec<Vec<&'static str>> = rows(COUNTRIES).collect();
        table.sort_by_key(|row| row[0]);
        for (at, row) in table.iter().enumerate() {
            let code = row[0].as_bytes();
            self.codes.push([code[0], code[1]]);
            self.continents.push(field(row, 1));
            let country = at as u32;
            for name in field(row, 2).split('|').filter(|name| !name.is_empty()) {
                self.add_name(name, country);
            }
            for (column, forms) in [
                (3, english_forms as fn(&str) -> Vec<String>),
                (4, french_forms),
                (5, spanish_forms),
                (6, german_forms),
            ] {
                for word in field(row, column).split('|').filter(|word| !word.is_empty()) {
                    for form in forms(word) {
                        self.add_demonym(&form, country);
                    }
                }
            }
        }
    }

    fn read_regions(&mut self) {
        for row in rows(REGIONS) {
            let path = field(&row, 0);
            let name = path.rsplit('/').next().unwrap_or_default();
            let kind = match field(&row, 1) {
                "region" => PlaceKind::Region,
                "division" => PlaceKind::Division,
                "district" => PlaceKind::District,
                _ => PlaceKind::Feature,
            };
            let point = field(&row, 3).parse().ok().zip(field(&row, 4).parse().ok());
            let names: Vec<&str> =
                std::iter::once(name).chain(field(&row, 5).split('|').filter(|name| !name.is_empty())).collect();
            let country = self.country_by_code(field(&row, 2));
            let extra = Extra { path: path.to_owned(), point, geoname_id: None, country, kind, log_population: 23 };
            self.add(extra, &names);
        }
    }

    fn read_divisions(&mut self) {
        for row in rows(DIVISIONS) {
            let country = self.country_by_code(field(&row, 0));
            let found =
                self.candidates_of(field(&row, 1)).into_iter().filter(|place| self.facts(*place).country == country);
            let rank = |place: &u32| {
                let facts = self.facts(*place);
                (facts.kind != PlaceKind::Division, std::cmp::Reverse(facts.log_population))
            };
            if let Some(place) = found.min_by_key(rank) {
                for name in field(&row, 2).split('|') {
                    self.add_name(name, place);
                }
            }
        }
    }

    /// Appends the places that a name's hash ([`hash_name`]) may mean, in no order.
    pub(super) fn candidates(&self, name: u64, out: &mut Vec<u32>) {
        if let Some(asset) = self.asset {
            asset.places(name, out);
        }
        for place in self.names.get(&name).into_iter().flatten() {
            if !out.contains(place) {
                out.push(*place);
            }
        }
    }

    fn candidates_of(&self, name: &str) -> Vec<u32> {
        let mut out = Vec::new();
        if let Some(hash) = hash_name(name) {
            self.candidates(hash, &mut out);
        }
        out
    }

    /// Whether a name of a place may begin with the word of this hash: wrong for some words that begin none,
    /// never for one that does.
    #[inline]
    pub fn may_begin(&self, word: u64) -> bool {
        self.asset.is_some_and(|asset| asset.begins(word)) || self.begins.has(word)
    }

    /// Whether a longer name may begin with the words of this hash.
    #[inline]
    pub(super) fn extends(&self, prefix: u64) -> bool {
        self.asset.is_some_and(|asset| asset.extends(prefix)) || self.prefixes.contains(&prefix)
    }

    /// Whether some place has the name of this hash ([`hash_name`]).
    pub fn is_name(&self, name: u64) -> bool {
        let mut out = Vec::new();
        self.candidates(name, &mut out);
        !out.is_empty()
    }

    /// Whether the word of this hash is an ordinary English word too ("reading", "mobile").
    pub(super) fn is_ordinary(&self, word: u64) -> bool {
        self.ordinary.contains(&word)
    }

    /// The country that a demonym names, and whether a longer demonym may begin so.
    #[inline]
    pub(super) fn demonym(&self, hash: u64) -> Option<u32> {
        self.demonyms.get(&hash).copied()
    }

    /// Whether a demonym may begin with the word of this hash.
    #[inline]
    pub(super) fn may_begin_demonym(&self, word: u64) -> bool {
        self.demonym_begins.has(word)
    }

    pub(super) fn extends_demonym(&self, prefix: u64) -> bool {
        self.demonym_prefixes.contains(&prefix)
    }

    /// The country that a name of one or more words, or a demonym, stands for, by its hash ([`hash_name`]).
    pub fn country_of_word(&self, hash: u64) -> Option<CountryWord> {
        if let Some(country) = self.demonyms.get(&hash) {
            return Some(CountryWord { code: self.codes[*country as usize], demonym: true });
        }
        let mut out = Vec::new();
        self.candidates(hash, &mut out);
        let country = out.into_iter().find(|place| self.is_country(*place))?;
        Some(CountryWord { code: *self.codes.get(country as usize)?, demonym: false })
    }

    /// The English name of a country by its ISO 3166-1 alpha-2 code.
    pub fn country_name(&self, code: &str) -> Option<&str> {
        let country = self.country_by_code(code)?;
        Some(self.asset?.record(country)?.name)
    }

    /// Every country: code and English name, in the order of the codes.
    pub fn countries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.codes.iter().filter_map(|code| {
            let code = std::str::from_utf8(code).ok()?;
            Some((code, self.country_name(code)?))
        })
    }

    pub(super) fn country_by_code(&self, code: &str) -> Option<u32> {
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        self.codes.binary_search(&code).ok().map(|at| at as u32)
    }

    pub(super) fn code(&self, country: u32) -> Option<&str> {
        std::str::from_utf8(self.codes.get(country as usize)?).ok()
    }

    pub(super) fn is_country(&self, place: u32) -> bool {
        (place as usize) < self.codes.len()
    }

    /// What is known of a place, without its names.
    pub(super) fn facts(&self, place: u32) -> Facts {
        let unknown =
            Facts { kind: PlaceKind::Settlement, country: None, parent: None, point: None, log_population: 0 };
        if let Some(at) = place.checked_sub(self.first_extra()) {
            return self.extra.get(at as usize).map_or(unknown, |extra| Facts {
                kind: extra.kind,
                country: extra.country,
                parent: extra.country,
                point: extra.point,
                log_population: extra.log_population,
            });
        }
        self.asset.and_then(|asset| asset.record(place)).map_or(unknown, |record| Facts {
            kind: record.kind,
            country: record.country,
            parent: record.parent,
            point: record.point,
            log_population: record.size / 2,
        })
    }

    pub(super) fn geoname_id(&self, place: u32) -> Option<u32> {
        match place.checked_sub(self.first_extra()) {
            Some(at) => self.extra.get(at as usize)?.geoname_id,
            None => Some(self.asset?.record(place)?.geoname_id).filter(|id| *id != 0),
        }
    }

    /// A place's usual name.
    pub(super) fn name(&self, place: u32) -> &str {
        match place.checked_sub(self.first_extra()) {
            Some(at) => self.extra.get(at as usize).and_then(|extra| extra.path.rsplit('/').next()).unwrap_or_default(),
            None => self.asset.and_then(|asset| asset.record(place)).map_or("", |record| record.name),
        }
    }

    /// A place's path: its ancestors and itself, widest first, parted by `/`.
    pub(super) fn path(&self, place: u32) -> String {
        if let Some(at) = place.checked_sub(self.first_extra()) {
            return self.extra.get(at as usize).map(|extra| extra.path.clone()).unwrap_or_default();
        }
        let Some(asset) = self.asset else { return String::new() };
        let mut parts: Vec<&str> = Vec::new();
        let mut next = Some(place);
        // Country, division, district, place: never deeper, whatever a file says.
        for _ in 0..5 {
            let Some(record) = next.and_then(|place| asset.record(place)) else { break };
            if let Some(country) = next.filter(|place| *place < asset.countries()) {
                parts.push(record.name);
                parts.extend(self.continents.get(country as usize).copied());
                break;
            }
            // "Bamako/Bamako/Bamako" tells no more than "Bamako/Bamako".
            if parts.last() != Some(&record.name) {
                parts.push(record.name);
            }
            next = record.parent;
        }
        let mut path = String::new();
        for part in parts.iter().rev() {
            if !path.is_empty() {
                path.push('/');
            }
            path.extend(part.chars().map(|character| if character == '/' { ' ' } else { character }));
        }
        path
    }

    /// Everything about a place.
    pub(super) fn info(&self, place: u32) -> PlaceInfo {
        let facts = self.facts(place);
        PlaceInfo {
            id: place,
            name: self.name(place).to_owned(),
            path: self.path(place),
            country: facts.country.and_then(|country| self.code(country)).map(str::to_owned),
            point: facts.point,
            kind: facts.kind,
            log_population: facts.log_population,
            geoname_id: self.geoname_id(place),
        }
    }

    /// The places of a name in any script, the likeliest first: countries, then by inhabitants.
    pub fn lookup(&self, name: &str) -> Vec<PlaceInfo> {
        let mut found = self.candidates_of(name);
        found.sort_by_key(|place| {
            let facts = self.facts(*place);
            (std::cmp::Reverse(super::score::prior(&facts)), *place)
        });
        found.into_iter().map(|place| self.info(place)).collect()
    }

    /// The paths of a name's places, the likeliest first: `巴马科` gives `Africa/Mali/Bamako`.
    pub fn paths(&self, name: &str) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for place in self.lookup(name) {
            if !paths.contains(&place.path) {
                paths.push(place.path);
            }
        }
        if let Some(country) = hash_name(name).and_then(|hash| self.demonym(hash)).filter(|_| paths.is_empty()) {
            paths.push(self.path(country));
        }
        paths
    }
}

fn english_forms(word: &str) -> Vec<String> {
    vec![word.to_owned(), format!("{word}s")]
}

/// Feminine and plural of a French adjective.
fn french_forms(word: &str) -> Vec<String> {
    let feminine = match word {
        _ if word.ends_with("ien") || word.ends_with("éen") => format!("{word}ne"),
        "grec" => "grecque".to_owned(),
        "turc" => "turque".to_owned(),
        _ if word.ends_with('e') || word.ends_with('è') => word.to_owned(),
        _ => format!("{word}e"),
    };
    vec![word.to_owned(), format!("{word}s"), format!("{feminine}s"), feminine]
}

/// Feminine and plural of a Spanish (and mostly of a Portuguese) adjective.
fn spanish_forms(word: &str) -> Vec<String> {
    if let Some(stem) = word.strip_suffix('o') {
        return ["o", "a", "os", "as"].iter().map(|ending| format!("{stem}{ending}")).collect();
    }
    if let Some(stem) = word.strip_suffix("és") {
        return ["és", "esa", "eses", "esas"].iter().map(|ending| format!("{stem}{ending}")).collect();
    }
    vec![word.to_owned(), format!("{word}s"), format!("{word}es")]
}

/// Endings of a German adjective.
fn german_forms(word: &str) -> Vec<String> {
    ["", "e", "en", "er", "es", "em"].iter().map(|ending| format!("{word}{ending}")).collect()
}
