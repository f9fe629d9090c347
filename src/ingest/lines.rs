//! Records that end with a line, read from a stream with bounded memory.

use std::io::{self, BufRead};

/// Reads lines and knows where they start.
pub(super) struct Lines<R> {
    inner: R,
    limit: usize,
    /// Where the next line starts, in bytes.
    pub(super) offset: u64,
}

/// What came of reading a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The buffer holds it, without its end.
    Whole,
    /// It was longer than the limit; it is skipped.
    TooLong,
    /// There is no more.
    End,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(inner: R, limit: u64) -> Self {
        Lines { inner, limit: usize::try_from(limit).unwrap_or(usize::MAX), offset: 0 }
    }

    /// Reads the next line into the buffer.
    pub(super) fn next_into(&mut self, line: &mut Vec<u8>) -> io::Result<Line> {
        line.clear();
        let mut long = false;
        let mut any = false;
        loop {
            let available = match self.inner.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                break;
            }
            any = true;
            let (part, used, ended) = match memchr::memchr(b'\n', available) {
                Some(at) => (&available[..at], at + 1, true),
                None => (available, available.len(), false),
            };
            if !long && line.len() + part.len() > self.limit {
                long = true;
                *line = Vec::new();
            }
            if !long {
                line.extend_from_slice(part);
            }
            self.inner.consume(used);
            self.offset += used as u64;
            if ended {
                break;
            }
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(match (any, long) {
            (false, _) => Line::End,
            (true, true) => Line::TooLong,
            (true, false) => Line::Whole,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_skipped_and_the_next_is_whole() {
        let text = format!("one\r\n{}\nthree", "x".repeat(100));
        let mut lines = Lines::new(io::BufReader::with_capacity(7, text.as_bytes()), 10);
        let mut line = Vec::new();
        assert_eq!(lines.next_into(&mut line).unwrap(), Line::Whole);
        assert_eq!(line, b"one");
        assert_eq!(lines.next_into(&mut line).unwrap(), Line::TooLong);
        assert_eq!(lines.offset, 106);
        assert_eq!(lines.next_into(&mut line).unwrap(), Line::Whole);
        assert_eq!(line, b"three");
        assert_eq!(lines.next_into(&mut line).unwrap(), Line::End);
    }
}
