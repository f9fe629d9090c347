//! Reuters-21578: newswire of 1987 in SGML, latin-1, with control characters.
//!
//! The topics, places, people and organisations that its editors gave are kept as stored labels in the metadata; they are never
//! handed on as places or actors.

use std::io::BufRead;

use memchr::memmem::{self, Finder};
use serde_json::Value;

use super::markup::unescape;
use super::source::stream_error;
use super::{Format, Head, Input, Output, Refusal, draft::Draft, stamp};

/// The collection's SGML.
pub(super) struct Reuters;

impl Format for Reuters {
    fn name(&self) -> &'static str {
        "reuters"
    }

    fn about(&self) -> &'static str {
        "Reuters-21578 SGML"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["sgm", "sgml"]
    }

    fn sniff(&self, head: &Head<'_>) -> u8 {
        let start = head.bytes.trim_ascii_start();
        let begins = start.starts_with(b"<REUTERS ") || start.starts_with(b"<!DOCTYPE lewis");
        if begins && memmem::find(head.bytes, b"<REUTERS ").is_some() { 95 } else { 0 }
    }

    fn read(&self, input: &mut Input<'_>, output: &mut Output<'_>) -> Result<(), Refusal> {
        let limit = input.options.record_limit;
        let mut elements = Enclosed::new(&mut input.reader, b"<REUTERS", b"</REUTERS>", limit);
        loop {
            let flow = match elements.next()? {
                None => return Ok(()),
                Some(Enclosure::Whole { bytes, start }) => {
                    // Latin-1 as it is, not windows-1252: the bytes 0x80 to 0x9F are controls here.
                    let text = encoding_rs::mem::decode_latin1(bytes);
                    output.draft(story(&text), Some(start))
                }
                Some(Enclosure::TooLong { start }) => output.refuse(Some(start), Refusal::TooLarge { limit }),
                Some(Enclosure::CutOff { start }) => {
                    output.refuse(Some(start), Refusal::malformed("the record is cut off: `</REUTERS>` is missing"))
                }
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }
}

/// One record between its tags.
fn story(record: &str) -> Draft {
    let mut draft = Draft::default();
    let article = &mut draft.article;
    let open = record.split('>').next().unwrap_or_default();
    if let Some(number) = attribute(open, "NEWID") {
        article.id = format!("reut-{number}");
    }
    article.language = "en".to_owned();
    article.source = Some("Reuters".to_owned());
    for (tag, key) in [
        ("TOPICS", "topics"),
        ("PLACES", "place_labels"),
        ("PEOPLE", "people_labels"),
        ("ORGS", "org_labels"),
        ("EXCHANGES", "exchanges"),
    ] {
        let labels = labels(element(record, tag).unwrap_or_default());
        if !labels.is_empty() {
            article.metadata.insert(key.to_owned(), Value::Array(labels));
        }
    }
    let text = element(record, "TEXT").unwrap_or_default();
    article.title = super::draft::one_line(&clean(element(text, "TITLE").unwrap_or_default()));
    if let Some(author) = element(text, "AUTHOR") {
        article.authors = super::draft::split_names(&clean(author));
    }
    let dateline = clean(element(text, "DATELINE").unwrap_or_default());
    let body = match element(text, "BODY") {
        Some(body) => clean(body),
        None => clean(&without(text, &["TITLE", "DATELINE", "AUTHOR"])),
    };
    article.body = unwrap_lines(&dateline, &body);
    if let Some(date) = element(record, "DATE").and_then(|date| stamp::normalize(&clean(date))) {
        draft.set_published(date);
    }
    draft
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let at = tag.find(name)? + name.len();
    tag[at..].strip_prefix("=\"")?.split('"').next()
}

/// What an element holds.
fn element<'t>(text: &'t str, tag: &str) -> Option<&'t str> {
    let mut at = 0;
    let bytes = text.as_bytes();
    loop {
        let open = at + memmem::find(&bytes[at..], b"<")?;
        let inside = &text[open + 1..];
        if let Some(rest) = inside.strip_prefix(tag)
            && rest.starts_with(['>', ' '])
        {
            let content = &rest[rest.find('>')? + 1..];
            let mut close = 0;
            loop {
                let found = close + memmem::find(&content.as_bytes()[close..], b"</")?;
                if content[found + 2..].starts_with(tag) {
                    return Some(&content[..found]);
                }
                close = found + 2;
            }
        }
        at = open + 1;
    }
}

/// Text without some of its elements.
fn without(text: &str, tags: &[&str]) -> String {
    let mut left = text.to_owned();
    for tag in tags {
        if let (Some(open), Some(close)) = (left.find(&format!("<{tag}>")), left.find(&format!("</{tag}>")))
            && open < close
        {
            left.replace_range(open..close + tag.len() + 3, "");
        }
    }
    left
}

fn labels(text: &str) -> Vec<Value> {
    text.split("<D>")
        .skip(1)
        .filter_map(|part| part.split("</D>").next())
        .map(|label| label.to_owned().into())
        .collect()
}

/// References resolved, control characters taken out.
fn clean(text: &str) -> String {
    let text = unescape(text);
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// The dateline and the story after it: a line's end is a blank, an indented line opens a paragraph, the agency's sign-off is dropped.
fn unwrap_lines(dateline: &str, body: &str) -> String {
    let body = body.trim();
    let body = ["REUTER", "Reuter", "REUTERS", "Reuters"]
        .iter()
        .find_map(|sign| body.strip_suffix(sign))
        .filter(|rest| rest.ends_with(char::is_whitespace))
        .map_or(body, str::trim_end);
    let mut text = String::with_capacity(dateline.len() + body.len() + 8);
    for word in dateline.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    for (number, line) in body.lines().enumerate() {
        let opens = line.starts_with([' ', '\t']) && number > 0;
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push_str(if opens { "\n\n" } else { " " });
        }
        text.push_str(line);
    }
    text
}

/// Finds records between an opening and a closing mark, in a stream, with bounded memory.
pub(super) struct Enclosed<'a, R> {
    inner: R,
    open: Finder<'a>,
    close: Finder<'a>,
    limit: u64,
    buffer: Vec<u8>,
    /// Where in the buffer the unread part starts.
    at: usize,
    /// Where in the stream the buffer starts.
    base: u64,
    ended: bool,
}

/// What [`Enclosed`] found.
pub(super) enum Enclosure<'b> {
    /// A record with its marks.
    Whole { bytes: &'b [u8], start: u64 },
    /// A record longer than the limit; it is passed over.
    TooLong { start: u64 },
    /// A record whose closing mark is missing.
    CutOff { start: u64 },
}

const BLOCK: usize = 256 * 1024;

impl<'a, R: BufRead> Enclosed<'a, R> {
    pub(super) fn new(inner: R, open: &'a [u8], close: &'a [u8], limit: u64) -> Self {
        let (open, close) = (Finder::new(open), Finder::new(close));
        Enclosed { inner, open, close, limit, buffer: Vec::new(), at: 0, base: 0, ended: false }
    }

    /// Reads a block more, after dropping what is read.
    fn more(&mut self) -> Result<(), Refusal> {
        if self.at > 0 {
            self.buffer.drain(..self.at);
            self.base += self.at as u64;
            self.at = 0;
        }
        let before = self.buffer.len();
        let read = super::compression::fill(&mut self.inner, &mut self.buffer, before + BLOCK);
        self.ended = self.buffer.len() < before + BLOCK;
        // What came before a break is read first; the break is met again.
        match read {
            Err(error) if self.buffer.len() == before => Err(stream_error(error)),
            Err(_) => {
                self.ended = false;
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Enclosure<'_>>, Refusal> {
        let opened = loop {
            if let Some(found) = self.open.find(&self.buffer[self.at..]) {
                break self.at + found;
            }
            if self.ended {
                return Ok(None);
            }
            // A mark may lie across the blocks' border.
            self.at = self.buffer.len().saturating_sub(self.open.needle().len() - 1).max(self.at);
            self.more()?;
        };
        self.at = opened;
        let start = self.base + opened as u64;
        let mut searched = self.at;
        let mut long = false;
        loop {
            if let Some(found) = self.close.find(&self.buffer[searched..]) {
                let end = searched + found + self.close.needle().len();
                let from = self.at;
                self.at = end;
                if long || (end - from) as u64 > self.limit {
                    return Ok(Some(Enclosure::TooLong { start }));
                }
                // A record that was never closed must not swallow the next.
                let needle = self.open.needle().len();
                if let Some(again) = self.open.find(&self.buffer[from + needle..end]) {
                    self.at = from + needle + again;
                    return Ok(Some(Enclosure::CutOff { start }));
                }
                return Ok(Some(Enclosure::Whole { bytes: &self.buffer[from..end], start }));
            }
            if self.ended {
                let again = self.open.find(&self.buffer[self.at + self.open.needle().len()..]);
                self.at = match again {
                    Some(again) => self.at + self.open.needle().len() + again,
                    None => self.buffer.len(),
                };
                return Ok(Some(Enclosure::CutOff { start }));
            }
            let keep = self.close.needle().len() - 1;
            if (self.buffer.len() - self.at) as u64 > self.limit {
                long = true;
                self.at = self.buffer.len() - keep;
            }
            let tail = self.buffer.len().saturating_sub(keep).max(self.at) - self.at;
            self.more()?;
            searched = tail;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ReadOptions, Source, read};
    use super::*;
    use std::ops::ControlFlow;

    const STORY: &str = "<REUTERS TOPICS=\"YES\" NEWID=\"7\">\n<DATE> 2-MAR-1987 04:50:51.34</DATE>\n<PLACES><D>mali</D></PLACES>\n\
        <TEXT>&#2;\n<TITLE>ARMY &lt;XYZ> MOVES</TITLE>\n<DATELINE>    BAMAKO, March 2 - </DATELINE><BODY>The army\nmoved.\n    \
        It went on.\n REUTER\n&#3;</BODY></TEXT>\n</REUTERS>\n";

    #[test]
    fn a_story_is_its_dateline_and_its_text() {
        let article = story(STORY.trim()).article;
        assert_eq!(article.id, "reut-7");
        assert_eq!(article.title, "ARMY <XYZ> MOVES");
        assert_eq!(article.body, "BAMAKO, March 2 - The army moved.\n\nIt went on.");
        assert_eq!(article.published.unwrap().value, "1987-03-02T04:50:51");
        assert_eq!(article.metadata["place_labels"], serde_json::json!(["mali"]));
        assert!(article.places.is_empty());
    }

    #[test]
    fn a_record_that_is_cut_off_costs_itself_alone() {
        let cut = &STORY[..STORY.len() - 12];
        let data = format!("<!DOCTYPE lewis>\n{cut}{STORY}<REUTERS NEWID=\"9\"></REUTERS>{cut}");
        let mut seen = Vec::new();
        read(&Source::bytes("x.sgm", data.clone()), &ReadOptions::default(), &mut |record| {
            seen.push(
                record.map(|article| article.id).map_err(|error| (error.record, error.offset, error.refusal.kind())),
            );
            ControlFlow::Continue(())
        });
        let offsets: Vec<u64> = data.match_indices("<REUTERS").map(|(at, _)| at as u64).collect();
        assert_eq!(
            seen,
            [
                Err((1, Some(offsets[0]), "malformed")),
                Ok("reut-7".to_owned()),
                Err((3, Some(offsets[2]), "no-text")),
                Err((4, Some(offsets[3]), "malformed")),
            ]
        );
    }
}
