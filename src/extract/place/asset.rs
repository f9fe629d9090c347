//! The flat file that holds the gazetteer: read in place, nothing is parsed or copied when it is opened.
//!
//! All numbers are little-endian. A header of [`WORDS`] 32-bit words (magic, counts, offsets) is followed by
//! - the name directory: for every bucket the first entry, 4 bytes, and one closing word;
//! - the name entries, 5 bytes: 19 bits of place, 21 bits of hash; a bucket is chosen by 18 further bits of the hash;
//! - the first-word filter and the prefix filter: bit sets addressed by hash;
//! - the places, [`RECORD`] bytes each: countries first, in the order of their codes, then divisions, then settlements;
//! - the names of the places: a length byte and UTF-8.
//!
//! Alternate names are kept only as hashes of 39 bits: of half a million words that are no name, one meets a name by chance.

use crate::article::PlaceKind;

/// `DLG` and the version of the layout.
pub(super) const MAGIC: u32 = u32::from_le_bytes(*b"DLG1");
/// Header words: magic, places, countries, entries, offsets of directory, entries, first filter, prefix filter,
/// records, names; the end.
pub(super) const WORDS: usize = 11;
/// Bits of a hash that choose a bucket.
pub(super) const BUCKET_BITS: u32 = 18;
/// Bits of a place in a name entry.
pub(super) const PLACE_BITS: u32 = 19;
/// Bytes of a name entry.
pub(super) const ENTRY: usize = 5;
/// Bytes of a place.
pub(super) const RECORD: usize = 15;
/// Bits of the filter of first words (2^n): 256 KiB, so that it stays in the second-level cache.
pub(super) const FIRST_BITS: u32 = 21;
/// Bits of the filter of prefixes (2^n).
pub(super) const PREFIX_BITS: u32 = 22;
/// A place without a parent.
pub(super) const NO_PARENT: u32 = 0xFF_FFFF;

/// The bucket of a hash.
pub(super) fn bucket(hash: u64) -> usize {
    (hash >> (64 - BUCKET_BITS)) as usize
}

/// The bits of a hash that an entry keeps.
pub(super) fn tag(hash: u64) -> u64 {
    (hash >> 20) & ((1 << 21) - 1)
}

/// The bit of a hash in the filter of first words.
pub(super) fn first_bit(hash: u64) -> usize {
    (hash >> 40) as usize & ((1 << FIRST_BITS) - 1)
}

/// The bit of a hash in the filter of prefixes.
pub(super) fn prefix_bit(hash: u64) -> usize {
    (hash >> 12) as usize & ((1 << PREFIX_BITS) - 1)
}

/// What is known of a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Record<'a> {
    pub(super) name: &'a str,
    /// Latitude and longitude, to about 300 m.
    pub(super) point: Option<(f32, f32)>,
    pub(super) geoname_id: u32,
    /// The country's place.
    pub(super) country: Option<u32>,
    pub(super) kind: PlaceKind,
    /// Twice the binary logarithm of the inhabitants, 0 for none known: 20 for 1,000, 40 for a million.
    pub(super) size: u8,
    pub(super) parent: Option<u32>,
}

/// A gazetteer file in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asset<'a> {
    bytes: &'a [u8],
    header: [u32; WORDS],
}

fn word(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some(four) => u32::from_le_bytes([four[0], four[1], four[2], four[3]]),
        None => 0,
    }
}

impl<'a> Asset<'a> {
    /// Opens a file; `None` when it is of another layout or cut short.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut header = [0; WORDS];
        for (at, value) in header.iter_mut().enumerate() {
            *value = word(bytes, at * 4);
        }
        (header[0] == MAGIC && header[WORDS - 1] as usize == bytes.len()).then_some(Asset { bytes, header })
    }

    /// How many places.
    pub(super) fn len(&self) -> u32 {
        self.header[1]
    }

    /// How many of them, the first, are countries.
    pub(super) fn countries(&self) -> u32 {
        self.header[2]
    }

    fn bit(&self, section: usize, bit: usize) -> bool {
        self.bytes.get(self.header[section] as usize + bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 != 0)
    }

    /// Whether a name may begin with the word of this hash.
    #[inline]
    pub(super) fn begins(&self, word: u64) -> bool {
        self.bit(6, first_bit(word))
    }

    /// Whether a longer name may begin with the words of this hash.
    #[inline]
    pub(super) fn extends(&self, prefix: u64) -> bool {
        self.bit(7, prefix_bit(prefix))
    }

    /// Appends the places of a name, the biggest first.
    pub(super) fn places(&self, name: u64, out: &mut Vec<u32>) {
        let directory = self.header[4] as usize + bucket(name) * 4;
        let (first, last) = (word(self.bytes, directory) as usize, word(self.bytes, directory + 4) as usize);
        let base = self.header[5] as usize;
        let Some(entries) = self.bytes.get(base + first * ENTRY..base + last * ENTRY) else { return };
        let tag = tag(name);
        for entry in entries.chunks_exact(ENTRY) {
            let low = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            let value = u64::from(low) | u64::from(entry[4]) << 32;
            if value >> PLACE_BITS == tag {
                out.push((value & ((1 << PLACE_BITS) - 1)) as u32);
            }
        }
    }

    /// A place by its index.
    pub(super) fn record(&self, place: u32) -> Option<Record<'a>> {
        if place >= self.len() {
            return None;
        }
        let at = self.header[8] as usize + place as usize * RECORD;
        let record = self.bytes.get(at..at + RECORD)?;
        let three = |at: usize| u32::from_le_bytes([record[at], record[at + 1], record[at + 2], 0]);
        let half = |at: usize| f32::from(u16::from_le_bytes([record[at], record[at + 1]]));
        let name = self.header[9] as usize + three(12) as usize;
        let length = usize::from(*self.bytes.get(name)?);
        let kind = match record[8] >> 5 {
            1 => PlaceKind::Country,
            2 => PlaceKind::Division,
            3 => PlaceKind::District,
            5 => PlaceKind::Feature,
            0 => PlaceKind::Region,
            _ => PlaceKind::Settlement,
        };
        let unknown = record[..4] == [0xFF; 4];
        Some(Record {
            name: std::str::from_utf8(self.bytes.get(name + 1..name + 1 + length)?).ok()?,
            point: (!unknown).then(|| (half(0) * (180.0 / 65535.0) - 90.0, half(2) * (360.0 / 65535.0) - 180.0)),
            geoname_id: three(4),
            country: (record[7] != 0xFF).then(|| u32::from(record[7])),
            kind,
            size: (record[8] & 31) * 2,
            parent: Some(three(9)).filter(|parent| *parent != NO_PARENT),
        })
    }
}
