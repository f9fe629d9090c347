//! Streaming decompression, chosen by content and never by name.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

/// How many bytes are looked at to tell what a stream is.
pub(super) const HEAD: usize = 64 * 1024;

/// How far one file may swell: past a gigabyte, more than this many times its packed size is a bomb.
const MAX_RATIO: u64 = 200;
const FREE: u64 = 1 << 30;

/// Reads until the buffer is full or the stream ends.
pub(super) fn fill(reader: &mut dyn Read, buffer: &mut Vec<u8>, limit: usize) -> io::Result<()> {
    let wanted = limit.saturating_sub(buffer.len()) as u64;
    reader.take(wanted).read_to_end(buffer).map(|_| ())
}

/// A stream whose first bytes were looked at and are read again.
pub(super) type Peeked<R> = BufReader<Chain<Cursor<Vec<u8>>, R>>;

/// Looks at the first bytes of a stream.
pub(super) fn peek<R: Read>(mut reader: R, limit: usize) -> io::Result<(Vec<u8>, Peeked<R>)> {
    let mut head = Vec::new();
    let mut failed = None;
    if let Err(error) = fill(&mut reader, &mut head, limit) {
        // A truncated stream may still have whole records in front.
        if head.is_empty() {
            failed = Some(error);
        }
    }
    match failed {
        Some(error) => Err(error),
        None => {
            let chained = Cursor::new(head.clone()).chain(reader);
            Ok((head, BufReader::with_capacity(HEAD, chained)))
        }
    }
}

/// A compression that is told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, 8, ..] => Compression::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Compression::Bzip2,
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
            _ => Compression::None,
        }
    }

    /// The plain bytes of a stream that starts with this compression.
    pub(super) fn reader<'a>(self, packed: impl BufRead + 'a, size: u64) -> io::Result<Box<dyn Read + 'a>> {
        let inner: Box<dyn Read + 'a> = match self {
            Compression::None => return Ok(Box::new(packed)),
            Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
            Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(packed)?),
            Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
            Compression::Xz => Box::new(lzma_rust2::XzReader::new(packed, true)),
        };
        Ok(Box::new(Swelling { inner, left: FREE.max(size.saturating_mul(MAX_RATIO)) }))
    }
}

/// Ends a stream that swells beyond belief.
struct Swelling<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Swelling<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::other("it unpacks to more than 200 times its size: a decompression bomb"))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn plain(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        Compression::of(packed).reader(packed, packed.len() as u64)?.read_to_end(&mut out)?;
        Ok(out)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_compression_is_told_by_content() {
        let text = b"the town of Moura".repeat(100);
        let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
        bz.write_all(&text).unwrap();
        let samples = [text.clone(), gzip(&text), zstd::encode_all(&text[..], 1).unwrap(), bz.finish().unwrap()];
        for packed in samples {
            assert_eq!(plain(&packed).unwrap(), text);
        }
    }

    #[test]
    fn gzip_members_are_joined_and_a_cut_is_an_error() {
        let two = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(plain(&two).unwrap(), b"one two");
        assert!(plain(&two[..two.len() - 4]).is_err());
    }

    #[test]
    fn a_bomb_ends_in_an_error() {
        let mut bomb = Swelling { inner: io::repeat(b'0'), left: 1 << 20 };
        assert!(bomb.read_to_end(&mut Vec::new()).is_err());
    }
}
