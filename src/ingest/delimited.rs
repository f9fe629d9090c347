//! CSV, TSV and their like with a header: comma, tab, semicolon or bar, told by content.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::draft::{Draft, Key, key_of};
use super::source::stream_error;
use super::{Format, Head, Input, Output, Refusal, charset};

/// A table with a header.
pub(super) struct Delimited;

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

impl Format for Delimited {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "CSV or TSV with a header; --map title=COLUMN,body=COLUMN for other names"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv", "tab", "psv"]
    }

    fn sniff(&self, head: &Head<'_>) -> u8 {
        let line = header_line(head.text);
        if line.len() > 10_000 {
            return 0;
        }
        let columns = columns(line, delimiter(line));
        let known: Vec<Key> = columns.iter().filter_map(|name| key_of(name)).map(|(key, _)| key).collect();
        let has_text = known.iter().any(|key| matches!(key, Key::Title | Key::Body | Key::Summary));
        match (columns.len(), known.len()) {
            (2.., 2..) if has_text => 70,
            (2.., 1) if has_text => 25,
            // A table whose columns need a map; the extension must say that it is one.
            (2.., _) if matches!(head.extension, Some("csv" | "tsv" | "tab" | "psv")) => 20,
            _ => 0,
        }
    }

    fn read(&self, input: &mut Input<'_>, output: &mut Output<'_>) -> Result<(), Refusal> {
        let limit = input.options.record_limit;
        let map = input.options.columns.clone();
        let (head, _, _) = charset::detect(input.head, input.declared, input.complete).decode(input.head);
        let delimiter = delimiter(header_line(&head));
        let since = Rc::new(Cell::new(0));
        let bounded = Bounded {
            inner: input.utf8(None).map_err(stream_error)?,
            since: Rc::clone(&since),
            limit: limit.saturating_mul(2),
        };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bounded);
        let names: Vec<String> = match reader.byte_headers() {
            Ok(header) => header
                .iter()
                .map(|name| charset::decode_record(name).trim().trim_start_matches('\u{feff}').to_owned())
                .collect(),
            Err(error) => return Err(refusal(error)),
        };
        let holds_text = |name: &String| {
            map.iter().any(|(_, column)| column == name)
                || key_of(name).is_some_and(|(key, _)| matches!(key, Key::Title | Key::Body | Key::Summary))
        };
        if !names.iter().any(holds_text) {
            let found = names.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(Refusal::malformed(format!("no column holds a title or text; map one of: {found}")));
        }
        let mut record = csv::ByteRecord::new();
        loop {
            since.set(0);
            let start = reader.position().byte();
            let flow = match reader.read_byte_record(&mut record) {
                Ok(false) => return Ok(()),
                Ok(true) if record.len() == 1 && record.get(0).is_none_or(|field| field.trim_ascii().is_empty()) => {
                    continue;
                }
                Ok(true) if record.as_slice().len() as u64 > limit => {
                    output.refuse(Some(start), Refusal::TooLarge { limit })
                }
                Ok(true) if record.len() > names.len() => output.refuse(
                    Some(start),
                    Refusal::malformed(format!(
                        "{} fields under {} columns: a quote may be missing",
                        record.len(),
                        names.len()
                    )),
                ),
                Ok(true) => {
                    let object: Map<String, Value> = names
                        .iter()
                        .zip(record.iter())
                        .filter(|(_, field)| !field.is_empty())
                        .map(|(name, field)| (name.clone(), Value::String(charset::decode_record(field).into_owned())))
                        .collect();
                    output.draft(Draft::from_object(object, &map), Some(start))
                }
                Err(error) => return Err(refusal(error)),
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }
}

fn refusal(error: csv::Error) -> Refusal {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => stream_error(error),
        other => Refusal::malformed(format!("{other:?}")),
    }
}

fn header_line(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// What parts the header: the mark that gives most columns.
fn delimiter(line: &str) -> u8 {
    DELIMITERS.into_iter().rev().max_by_key(|mark| columns(line, *mark).len()).unwrap_or(b',')
}

fn columns(line: &str, delimiter: u8) -> Vec<String> {
    line.split(delimiter as char).map(|name| name.trim().trim_matches('"').to_owned()).collect()
}

/// Ends a stream in which one record has no end (a quote that never closes).
struct Bounded<R> {
    inner: R,
    since: Rc<Cell<u64>>,
    limit: u64,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.since.set(self.since.get() + count as u64);
        if self.since.get() > self.limit {
            return Err(io::Error::other("a record does not end: look for a quote that is not closed"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ReadOptions, Source, read};
    use std::ops::ControlFlow;

    fn articles(name: &str, data: &str, options: &ReadOptions) -> Vec<super::super::Record> {
        let mut all = Vec::new();
        read(&Source::bytes(name, data), options, &mut |record| {
            all.push(record);
            ControlFlow::Continue(())
        });
        all
    }

    #[test]
    fn tables_are_read_by_their_header() {
        for (name, data) in [
            ("a.csv", "Headline,date,text\n\"A, b\",2022-03-27,\"One\nTwo\"\n"),
            ("a.tsv", "Headline\tdate\ttext\nA, b\t2022-03-27\t\"One\nTwo\"\n"),
            ("a.csv", "Headline;date;text\nA, b;27.03.2022;\"One\nTwo\"\n"),
        ] {
            let all = articles(name, data, &ReadOptions::default());
            let article = all[0].as_ref().unwrap();
            assert_eq!((article.title.as_str(), article.body.as_str()), ("A, b", "One\nTwo"));
            assert_eq!(article.published.as_ref().unwrap().value, "2022-03-27");
        }
    }

    #[test]
    fn columns_can_be_mapped_and_a_row_too_wide_is_told() {
        let data = "kop;tekst\nA;B\nA;B;C\n";
        assert_eq!(
            articles("a.csv", data, &ReadOptions::default())[0].as_ref().unwrap_err().refusal.kind(),
            "malformed"
        );
        let map = vec![("title".to_owned(), "kop".to_owned()), ("body".to_owned(), "tekst".to_owned())];
        let all = articles("a.csv", data, &ReadOptions::default().with_columns(map));
        assert_eq!(all[0].as_ref().unwrap().body, "B");
        assert_eq!(all[1].as_ref().unwrap_err().offset, Some(14));
    }
}
