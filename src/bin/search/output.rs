//! Everything that is printed passes here.

use std::io::{self, BufWriter, Stdout, Write};

use serde::Serialize;

pub(crate) type Out = BufWriter<Stdout>;

pub(crate) fn stdout() -> Out {
    BufWriter::with_capacity(64 << 10, io::stdout())
}

pub(crate) fn line(out: &mut Out, text: &str) -> anyhow::Result<()> {
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    Ok(())
}

pub(crate) fn json<T: Serialize>(out: &mut Out, value: &T) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

pub(crate) fn flush(out: &mut Out) -> anyhow::Result<()> {
    out.flush()?;
    Ok(())
}

/// A line for the user, on stderr.
pub(crate) fn complain(text: &str) {
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Puts a style around a text where colors are wanted.
pub(crate) fn styled(text: &str, code: &str, color: bool) -> String {
    if color && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// A text for a terminal: what could steer it is left out.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().filter(|character| !character.is_control() || *character == '\n').collect()
}
