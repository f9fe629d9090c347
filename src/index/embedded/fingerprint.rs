//! What built an index: schema, analyzers, extraction and the form of stored articles, as one short text.

use super::mapping::Mapping;
use crate::{analysis, schema};

/// Raised whenever stored articles or the ledger are written otherwise.
const STORED_REVISION: u32 = 1;

/// Sixteen hexadecimal digits; another program with the same ones reads and writes the same indexes.
pub(super) fn fingerprint(mapping: &Mapping) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(serde_json::to_string(&mapping.schema).unwrap_or_default().as_bytes());
    hasher.update(analysis::VERSION.as_bytes());
    for revision in [STORED_REVISION, schema::EXTRACTION_REVISION] {
        hasher.update(&revision.to_le_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}
