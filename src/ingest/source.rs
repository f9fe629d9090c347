//! Where bytes come from, and the one pass over them: hash, decompress, sniff, read.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use super::compression::{Compression, HEAD, peek};
use super::{FoundFile, Output, ReadOptions, Record, RecordError, Refusal, Summary, charset, format_named, sniff};

/// Where articles are read from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Source {
    /// A file that [`walk`](super::walk) found.
    File(FoundFile),
    /// Standard input.
    Stdin,
    /// Bytes in memory, with a name for messages.
    Bytes {
        /// As a file's name: its extension counts as evidence.
        name: String,
        /// The content.
        data: Vec<u8>,
    },
}

impl Source {
    /// Bytes in memory, with a name for messages.
    pub fn bytes(name: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Source::Bytes { name: name.into(), data: data.into() }
    }

    /// A file by its path.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, RecordError> {
        let roots = [path.as_ref().to_owned()];
        match super::walk(&roots, &[]).next() {
            Some(found) => found.map(Source::File),
            None => Err(RecordError::file(
                path.as_ref().display().to_string(),
                Refusal::Io(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")),
            )),
        }
    }

    /// The name for messages.
    pub fn name(&self) -> String {
        match self {
            Source::File(file) => file.path.display().to_string(),
            Source::Stdin => "-".to_owned(),
            Source::Bytes { name, .. } => name.clone(),
        }
    }

    /// What ids are made of beside the text: nothing where the same bytes may come by another way tomorrow.
    fn scope(&self) -> &str {
        match self {
            Source::File(file) => &file.relative,
            Source::Stdin | Source::Bytes { .. } => "",
        }
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Source::File(file) => Box::new(File::open(&file.path)?),
            Source::Stdin => Box::new(io::stdin().lock()),
            Source::Bytes { data, .. } => Box::new(&data[..]),
        })
    }

    /// BLAKE3 of the bytes, without reading articles: for a file whose size or time changed.
    ///
    /// # Errors
    /// When reading fails.
    pub fn hash(&self) -> io::Result<[u8; 32]> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(self.open()?)?;
        Ok(*hasher.finalize().as_bytes())
    }
}

/// The first bytes of a decompressed source, for telling its format.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// Up to 64 KB, as they are.
    pub bytes: &'a [u8],
    /// The same as text, whatever the charset.
    pub text: &'a str,
    /// Extension of the name in lower case, without that of a compression.
    pub extension: Option<&'a str>,
    /// Whether this is the whole source.
    pub complete: bool,
}

/// A decompressed source, for a format's reader.
pub struct Input<'a> {
    pub(super) reader: Box<dyn BufRead + 'a>,
    pub(super) head: &'a [u8],
    pub(super) complete: bool,
    pub(super) options: &'a ReadOptions,
    /// Name for messages; its last part tells what the file is.
    pub(super) name: &'a str,
    /// Charset that a container or transport declared.
    pub(super) declared: Option<&'a str>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Input<'_> {
    /// All bytes, up to the record limit.
    pub(super) fn whole(&mut self) -> Result<Vec<u8>, Refusal> {
        let limit = self.options.record_limit;
        let mut bytes = Vec::new();
        (&mut self.reader).take(limit + 1).read_to_end(&mut bytes).map_err(stream_error)?;
        if bytes.len() as u64 > limit { Err(Refusal::TooLarge { limit }) } else { Ok(bytes) }
    }

    /// All text, up to the record limit, as UTF-8 without byte order mark.
    pub(super) fn text(&mut self, declared: Option<&str>) -> Result<String, Refusal> {
        let bytes = self.whole()?;
        Ok(charset::decode(&bytes, self.declared.or(declared)).into_owned())
    }

    /// The stream as UTF-8 without byte order mark; a stream that claims UTF-8 is passed on unchecked.
    pub(super) fn utf8(&mut self, declared: Option<&str>) -> io::Result<Box<dyn BufRead + '_>> {
        let encoding = charset::detect(self.head, self.declared.or(declared), self.complete);
        if encoding == encoding_rs::UTF_8 {
            if self.head.starts_with(b"\xEF\xBB\xBF") {
                self.reader.read_exact(&mut [0; 3])?;
            }
            return Ok(Box::new(&mut self.reader));
        }
        Ok(Box::new(charset::Transcoder::new(&mut self.reader, encoding)))
    }
}

/// Whether a stream broke because it is damaged, or because the disk or pipe failed.
pub(super) fn stream_error(error: io::Error) -> Refusal {
    match error.kind() {
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::InvalidData
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::Other => Refusal::Damaged(error),
        _ => Refusal::Io(error),
    }
}

#[derive(Default)]
struct Tally {
    hasher: blake3::Hasher,
    bytes: u64,
    failed: bool,
}

/// Hashes and counts what passes.
struct Tallied<R> {
    inner: R,
    tally: Rc<RefCell<Tally>>,
}

impl<R: Read> Read for Tallied<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer);
        let mut tally = self.tally.borrow_mut();
        match &read {
            Ok(count) => {
                tally.hasher.update(&buffer[..*count]);
                tally.bytes += *count as u64;
            }
            Err(error) => tally.failed |= error.kind() != io::ErrorKind::Interrupted,
        }
        read
    }
}

/// See [`super::read`].
pub(super) fn read(source: &Source, options: &ReadOptions, take: &mut dyn FnMut(Record) -> ControlFlow<()>) -> Summary {
    let name = source.name();
    let mut output = Output::new(&name, source.scope(), options, take);
    let tally = Rc::new(RefCell::new(Tally::default()));
    let opened = match source.open() {
        Ok(opened) => opened,
        Err(error) => {
            output.refuse_file(Refusal::Io(error));
            return output.summary(None);
        }
    };
    let mut raw = BufReader::with_capacity(HEAD, Tallied { inner: opened, tally: Rc::clone(&tally) });
    let packed_size = match source {
        Source::File(file) => file.bytes,
        Source::Stdin => 0,
        Source::Bytes { data, .. } => data.len() as u64,
    };
    let format = read_stream(&mut raw, packed_size, &name, options, &mut output);
    let complete = !output.stopped() && io::copy(&mut raw, &mut io::sink()).is_ok();
    let mut summary = output.summary(format);
    let tally = tally.borrow();
    summary.bytes = tally.bytes;
    summary.hash = (complete && !tally.failed).then(|| *tally.hasher.finalize().as_bytes());
    summary
}

/// Decompresses, sniffs and reads one stream; refusals go to the output.
pub(super) fn read_stream(
    raw: &mut dyn BufRead,
    packed_size: u64,
    name: &str,
    options: &ReadOptions,
    output: &mut Output<'_>,
) -> Option<&'static str> {
    let result = open_stream(raw, packed_size, name, options, output);
    match result {
        Ok(format) => Some(format),
        Err(refusal) => {
            output.refuse_file(refusal);
            None
        }
    }
}

fn open_stream(
    raw: &mut dyn BufRead,
    packed_size: u64,
    name: &str,
    options: &ReadOptions,
    output: &mut Output<'_>,
) -> Result<&'static str, Refusal> {
    let packed_head = raw.fill_buf().map_err(Refusal::Io)?;
    if packed_head.is_empty() {
        return Err(Refusal::Empty);
    }
    let compression = Compression::of(packed_head);
    let unpacked = compression.reader(raw, packed_size).map_err(stream_error)?;
    let (head, reader) = peek(unpacked, HEAD).map_err(stream_error)?;
    if head.is_empty() {
        return Err(Refusal::Empty);
    }
    let complete = head.len() < HEAD;
    let encoding = charset::detect(&head, None, complete);
    let (text, _, _) = encoding.decode(&head);
    let extension = extension(name);
    let view = Head { bytes: &head, text: &text, extension: extension.as_deref(), complete };
    let format = match &options.format {
        Some(wanted) => format_named(wanted),
        None => sniff(&view),
    };
    let format =
        format.ok_or(if head.iter().all(u8::is_ascii_whitespace) { Refusal::Empty } else { Refusal::UnknownFormat })?;
    output.set_format(format.name());
    let mut input = Input { reader: Box::new(reader), head: &head, complete, options, name, declared: None };
    format.read(&mut input, output).map(|()| format.name())
}

/// The extension of a name in lower case, after those of compressions are taken off.
fn extension(name: &str) -> Option<String> {
    let mut name = name.rsplit(['/', '\\', '!']).next()?.to_ascii_lowercase();
    while let Some((stem, last)) = name.rsplit_once('.') {
        if !matches!(last, "gz" | "zst" | "zstd" | "bz2" | "xz" | "gzip") {
            return Some(last.to_owned());
        }
        name = stem.to_owned();
    }
    None
}
