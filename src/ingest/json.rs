//! JSON: one object, an array of them, such an array inside a wrapper, or one object a line.
//!
//! Arrays are read element by element: their ends are found first, so that a broken element costs itself alone and a
//! large file needs no more memory than its largest element.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::lines::{Line, Lines};
use super::source::stream_error;
use super::{Format, Head, Input, Output, Refusal, charset, draft::Draft};

/// One object a line.
pub(super) struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn about(&self) -> &'static str {
        "JSON lines: one object a line"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson", "jsonlines", "ldjson"]
    }

    fn sniff(&self, head: &Head<'_>) -> u8 {
        let mut lines = head.text.lines().map(str::trim).filter(|line| !line.is_empty());
        let Some(first) = lines.next().filter(|line| line.starts_with('{')) else { return 0 };
        let whole = first.ends_with('}') && serde_json::from_str::<Map<String, Value>>(first).is_ok();
        match lines.next() {
            Some(second) if whole && second.starts_with('{') => 90,
            None if whole => 55,
            // A first line longer than the window.
            None if !head.complete => 60,
            // The first line may be the bad one.
            Some(second) if second.starts_with("{\"") && first.starts_with("{\"") => 50,
            _ => 0,
        }
    }

    fn read(&self, input: &mut Input<'_>, output: &mut Output<'_>) -> Result<(), Refusal> {
        let limit = input.options.record_limit;
        let mut lines = Lines::new(input.utf8(None).map_err(stream_error)?, limit);
        let mut line = Vec::new();
        loop {
            let start = Some(lines.offset);
            let flow = match lines.next_into(&mut line).map_err(stream_error)? {
                Line::End => return Ok(()),
                Line::TooLong => output.refuse(start, Refusal::TooLarge { limit }),
                Line::Whole if line.iter().all(u8::is_ascii_whitespace) => continue,
                Line::Whole => object(&line, start, output),
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }
}

/// Gives the article of one object's text.
fn object(bytes: &[u8], start: Option<u64>, output: &mut Output<'_>) -> std::ops::ControlFlow<()> {
    match serde_json::from_str::<Value>(&charset::decode_record(bytes)) {
        Ok(Value::Object(object)) => give(object, start, output),
        Ok(_) => output.refuse(start, Refusal::malformed("not a JSON object")),
        Err(error) => output.refuse(start, Refusal::malformed(error)),
    }
}

fn give(object: Map<String, Value>, start: Option<u64>, output: &mut Output<'_>) -> std::ops::ControlFlow<()> {
    let draft = Draft::from_object(object, &output.options.columns);
    output.draft(draft, start)
}

/// One document: an object, an array, or an array in a wrapper.
pub(super) struct Json;

/// Keys whose array holds the articles.
const WRAPPERS: &[&str] = &[
    "articles",
    "items",
    "stories",
    "documents",
    "docs",
    "results",
    "data",
    "news",
    "entries",
    "hits",
    "response",
    "records",
    "_items",
];

/// How many wrappers may lie in one another.
const MAX_WRAPPERS: u32 = 4;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "JSON: an object, an array of objects, or {\"articles\": [...]}"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, head: &Head<'_>) -> u8 {
        let text = head.text.trim_start();
        let Some(inner) = text.strip_prefix(['{', '[']) else { return 0 };
        match inner.trim_start().bytes().next() {
            Some(b'"' | b'}') if text.starts_with('{') => 50,
            Some(b'{' | b']' | b'[') if text.starts_with('[') => 60,
            _ => 0,
        }
    }

    fn read(&self, input: &mut Input<'_>, output: &mut Output<'_>) -> Result<(), Refusal> {
        let limit = input.options.record_limit;
        let mut elements = Elements { inner: input.utf8(None).map_err(stream_error)?, offset: 0, limit };
        match elements.skip_blanks()? {
            None => Err(Refusal::Empty),
            Some(b'[') => {
                elements.next_byte()?;
                elements.array(output)
            }
            Some(b'{') => elements.document(output, 0),
            Some(_) => Err(Refusal::malformed("neither a JSON object nor an array")),
        }
    }
}

/// Walks JSON text by its brackets and quotes.
struct Elements<R> {
    inner: R,
    offset: u64,
    limit: u64,
}

impl<R: BufRead> Elements<R> {
    fn peek(&mut self) -> Result<Option<u8>, Refusal> {
        loop {
            match self.inner.fill_buf() {
                Ok(available) => return Ok(available.first().copied()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(stream_error(error)),
            }
        }
    }

    fn next_byte(&mut self) -> Result<Option<u8>, Refusal> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.inner.consume(1);
            self.offset += 1;
        }
        Ok(byte)
    }

    fn skip_blanks(&mut self) -> Result<Option<u8>, Refusal> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.next_byte()?;
        }
        Ok(None)
    }

    /// Reads one value into the buffer, up to the comma or bracket that ends it; `false` where it was too long.
    fn value(&mut self, value: &mut Vec<u8>) -> Result<bool, Refusal> {
        value.clear();
        let (mut depth, mut quoted, mut escaped, mut fits) = (0u64, false, false, true);
        loop {
            let available = match self.inner.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(stream_error(error)),
            };
            if available.is_empty() {
                return Ok(fits);
            }
            let mut used = available.len();
            let mut ended = false;
            for (at, byte) in available.iter().enumerate() {
                if quoted {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => quoted = false,
                        _ => {}
                    }
                    continue;
                }
                match byte {
                    b'"' => quoted = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' if depth > 0 => depth -= 1,
                    b'}' | b']' | b',' | b':' if depth == 0 => {
                        used = at;
                        ended = true;
                        break;
                    }
                    _ => {}
                }
            }
            fits &= (value.len() + used) as u64 <= self.limit;
            if fits {
                value.extend_from_slice(&available[..used]);
            } else {
                *value = Vec::new();
            }
            self.inner.consume(used);
            self.offset += used as u64;
            if ended {
                return Ok(fits);
            }
        }
    }

    /// The elements of an array whose bracket is open.
    fn array(&mut self, output: &mut Output<'_>) -> Result<(), Refusal> {
        let mut value = Vec::new();
        loop {
            match self.skip_blanks()? {
                None => return Err(Refusal::malformed("the array is cut off: its closing bracket is missing")),
                Some(b']') => {
                    self.next_byte()?;
                    return Ok(());
                }
                Some(b',' | b'}' | b':') => {
                    self.next_byte()?;
                    continue;
                }
                Some(_) => {}
            }
            let start = Some(self.offset);
            let flow = if self.value(&mut value)? {
                object(&value, start, output)
            } else {
                output.refuse(start, Refusal::TooLarge { limit: self.limit })
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }

    /// An object: an article, or a wrapper whose array is read element by element.
    fn document(&mut self, output: &mut Output<'_>, depth: u32) -> Result<(), Refusal> {
        let start = Some(self.offset);
        self.next_byte()?;
        let mut fields = Map::new();
        let (mut key, mut value) = (Vec::new(), Vec::new());
        let mut size = 0;
        let mut wrapped = false;
        loop {
            match self.skip_blanks()? {
                None => return self.cut_off(wrapped),
                Some(b'}') => {
                    self.next_byte()?;
                    break;
                }
                Some(b',' | b':') => {
                    self.next_byte()?;
                    continue;
                }
                Some(_) => {}
            }
            if !self.value(&mut key)? {
                return Err(Refusal::TooLarge { limit: self.limit });
            }
            let name: String = serde_json::from_slice(&key).map_err(Refusal::malformed)?;
            if self.skip_blanks()? != Some(b':') {
                return Err(Refusal::malformed(format!("no value for the key `{name}`")));
            }
            self.next_byte()?;
            let first = self.skip_blanks()?;
            let wrapper = WRAPPERS.contains(&name.as_str());
            if first == Some(b'[') && wrapper && self.holds_objects()? {
                wrapped = true;
                self.array(output)?;
                if output.stopped() {
                    return Ok(());
                }
                continue;
            }
            if first == Some(b'{') && wrapper && depth < MAX_WRAPPERS {
                self.document(output, depth + 1)?;
                wrapped = true;
                continue;
            }
            if !self.value(&mut value)? {
                return Err(Refusal::TooLarge { limit: self.limit });
            }
            size += value.len() as u64;
            if size > self.limit {
                return Err(Refusal::TooLarge { limit: self.limit });
            }
            if !wrapped {
                let text = charset::decode_record(&value);
                fields.insert(name, serde_json::from_str(&text).map_err(Refusal::malformed)?);
            }
        }
        if !wrapped {
            let _ = give(fields, start, output);
        }
        Ok(())
    }

    fn cut_off(&self, wrapped: bool) -> Result<(), Refusal> {
        Err(Refusal::malformed(if wrapped { "the wrapper is cut off" } else { "the object is cut off" }))
    }

    /// Opens an array and tells whether its first element is an object; an array of anything else stays closed.
    fn holds_objects(&mut self) -> Result<bool, Refusal> {
        let available = self.inner.fill_buf().map_err(stream_error)?;
        let first = available.iter().skip(1).find(|byte| !byte.is_ascii_whitespace());
        if matches!(first, Some(b'{')) {
            self.next_byte()?;
            return Ok(true);
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ReadOptions, Source, read};
    use std::ops::ControlFlow;

    fn titles(name: &str, data: &str) -> Vec<Result<String, (u64, Option<u64>)>> {
        let mut all = Vec::new();
        read(&Source::bytes(name, data), &ReadOptions::default(), &mut |record| {
            all.push(record.map(|article| article.title).map_err(|error| (error.record, error.offset)));
            ControlFlow::Continue(())
        });
        all
    }

    #[test]
    fn objects_arrays_and_wrappers_are_read() {
        let one = r#"{"title": "A, b", "text": "x]}"}"#;
        for data in [
            one.to_owned(),
            format!("[{one}]"),
            format!("{{\"status\": \"ok\", \"articles\": [ {one} ], \"total\": 1}}"),
            format!("{{\"response\": {{\"results\": [{one}]}}}}"),
        ] {
            assert_eq!(titles("a.json", &data), [Ok("A, b".to_owned())], "{data}");
        }
    }

    #[test]
    fn a_bad_element_costs_itself_alone() {
        let data = r#"[{"title": "A"}, {"title": }, 7, {"title": "B"}]"#;
        assert_eq!(
            titles("a.json", data),
            [Ok("A".to_owned()), Err((2, Some(17))), Err((3, Some(30))), Ok("B".to_owned())]
        );
        let cut = r#"[{"title": "A"}, {"title": "B"#;
        assert_eq!(titles("a.json", cut).len(), 3);
        assert_eq!(titles("a.json", cut)[0], Ok("A".to_owned()));
        let lines = "{\"title\": \"A\"}\n{bad\n\n{\"title\": \"B\"}\n";
        assert_eq!(titles("a.jsonl", lines), [Ok("A".to_owned()), Err((2, Some(15))), Ok("B".to_owned())]);
    }

    #[test]
    fn deep_nesting_is_refused_and_not_a_crash() {
        let deep = format!("[{}", "[".repeat(100_000));
        assert!(titles("a.json", &deep).iter().all(Result::is_err));
        assert!(titles("a.jsonl", &format!("{{\"a\":{deep}")).iter().all(Result::is_err));
        // A wrapper in a wrapper, without end.
        let wrappers = "{\"data\":".repeat(100_000);
        assert!(titles("a.json", &wrappers).iter().all(Result::is_err));
    }
}
