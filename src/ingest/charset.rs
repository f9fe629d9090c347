//! Which charset a text is in, and its UTF-8.
//!
//! In the order of trust: byte order mark, UTF-8 that is valid, the charset declared, detection
//! (`chardetng`). Valid UTF-8 goes before a declaration because servers and templates lie.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The charset of a text by its first bytes; `declared` is what its format or transport says.
pub(super) fn detect(head: &[u8], declared: Option<&str>, complete: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    if let Some(encoding) = utf16_without_mark(head) {
        return encoding;
    }
    match std::str::from_utf8(head) {
        Ok(_) => return UTF_8,
        // A character cut by the end of the window is no error.
        Err(error) if error.error_len().is_none() && (!complete || error.valid_up_to() > 0) => return UTF_8,
        Err(_) => {}
    }
    if let Some(encoding) = declared.and_then(|label| Encoding::for_label(label.trim().as_bytes()))
        && encoding != UTF_8
    {
        return encoding;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(head, true);
    let guessed = detector.guess(None, chardetng::Utf8Detection::Allow);
    // GBK is what the Web calls GB18030's smaller part; the larger reads both.
    if guessed == encoding_rs::GBK { encoding_rs::GB18030 } else { guessed }
}

/// UTF-16 of mostly Latin text has a zero in every other byte.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let window = &head[..head.len().min(512) & !1];
    if window.len() < 16 {
        return None;
    }
    let zeros = |from: usize| window.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let half = window.len() / 2;
    match (zeros(0), zeros(1)) {
        (0, odd) if odd * 10 > half * 7 => Some(UTF_16LE),
        (even, 0) if even * 10 > half * 7 => Some(UTF_16BE),
        _ => None,
    }
}

/// A whole text as UTF-8, without its byte order mark; bytes that mean nothing become U+FFFD.
pub(super) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Cow<'a, str> {
    let encoding = detect(bytes, declared, true);
    if encoding == UTF_8
        && let Ok(text) = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))
    {
        return Cow::Borrowed(text);
    }
    encoding.decode(bytes).0
}

/// A record of a stream that is UTF-8 but for a slip: a line in another charset is read in that one.
pub(super) fn decode_record(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => decode(bytes, None),
    }
}

/// A stream in another charset, read as UTF-8.
pub(super) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    buffer: Vec<u8>,
    at: usize,
    done: bool,
}

impl<R: BufRead> Transcoder<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Transcoder { inner, decoder: encoding.new_decoder_with_bom_removal(), buffer: Vec::new(), at: 0, done: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        const BLOCK: usize = 32 * 1024;
        self.at = 0;
        self.buffer.resize(BLOCK, 0);
        let mut written = 0;
        while written == 0 && !self.done {
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            let (result, read, wrote, _) = self.decoder.decode_to_utf8(input, &mut self.buffer, last);
            self.inner.consume(read);
            written = wrote;
            self.done = last && result == CoderResult::InputEmpty;
        }
        self.buffer.truncate(written);
        Ok(())
    }
}

impl<R: BufRead> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Transcoder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() && !self.done {
            self.refill()?;
        }
        Ok(&self.buffer[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.buffer.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_are_detected() {
        let chinese = "巴马科消息，马里军队周日在莫拉村展开行动，造成数百人死亡。联合国呼吁进行独立调查。";
        let french =
            "À Ségou, l'armée a été accusée d'exactions ; des témoins évacués ont parlé à l'AFP, très inquiets.";
        let utf16: Vec<u8> = french.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases = [
            (encoding_rs::GB18030.encode(chinese).0.into_owned(), chinese),
            (encoding_rs::WINDOWS_1252.encode(french).0.into_owned(), french),
            ([b"\xEF\xBB\xBF", french.as_bytes()].concat(), french),
            (utf16, french),
        ];
        for (bytes, text) in cases {
            assert_eq!(decode(&bytes, None), text);
            let encoding = detect(&bytes, None, true);
            let mut out = String::new();
            Transcoder::new(&bytes[..], encoding).read_to_string(&mut out).unwrap();
            assert_eq!(out, text);
        }
    }

    #[test]
    fn a_character_cut_by_the_window_is_still_utf8() {
        let text = "Ségou é";
        assert_eq!(detect(&text.as_bytes()[..text.len() - 1], None, false), UTF_8);
    }
}
