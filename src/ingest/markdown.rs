//! Markdown with front matter (YAML's simple part between `---`, TOML's between `+++`).

use serde_json::{Map, Value};

use super::{Format, Head, Input, Output, Refusal, draft::Draft, plain::paragraphs};

/// A text with front matter.
pub(super) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn about(&self) -> &'static str {
        "Markdown, with front matter or without"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["md", "markdown", "mdx"]
    }

    fn sniff(&self, head: &Head<'_>) -> u8 {
        let text = head.text.trim_start_matches('\u{feff}').trim_start();
        let named = head.extension.is_some_and(|extension| self.extensions().contains(&extension));
        match front_matter(text) {
            Some((matter, _, _)) if matter.lines().any(|line| line.contains([':', '='])) => 60,
            _ if text.starts_with("# ") => 25,
            _ if named && !text.is_empty() => 20,
            _ => 0,
        }
    }

    fn read(&self, input: &mut Input<'_>, output: &mut Output<'_>) -> Result<(), Refusal> {
        let text = paragraphs(input.text(None)?.trim_start_matches('\u{feff}'));
        let text = text.trim_start();
        let (fields, story) = match front_matter(text) {
            Some((matter, story, mark)) => (fields(matter, mark), story),
            None => (Map::new(), text),
        };
        let mut draft = Draft::from_object(fields, &input.options.columns);
        let (heading, body) = plain(story);
        if draft.article.title.is_empty() {
            draft.article.title = heading.unwrap_or_default();
            draft.article.body = body;
        } else if let Some(heading) = heading.filter(|heading| *heading != draft.article.title) {
            draft.article.body = format!("{heading}\n\n{body}");
        } else {
            draft.article.body = body;
        }
        let _ = output.draft(draft, Some(0));
        Ok(())
    }
}

/// What stands between the marks, what follows, and what marks a value.
fn front_matter(text: &str) -> Option<(&str, &str, char)> {
    for (mark, sign) in [("---", ':'), ("+++", '=')] {
        if let Some(rest) =
            text.strip_prefix(mark).and_then(|rest| rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n")))
        {
            let mut at = 0;
            for line in rest.split_inclusive('\n') {
                if line.trim_end() == mark {
                    return Some((&rest[..at], &rest[at + line.len()..], sign));
                }
                at += line.len();
            }
        }
    }
    None
}

/// `key: value`, `key: [a, b]` and lists of `- item` below a key; deeper structure is kept as its text.
fn fields(matter: &str, sign: char) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut open: Option<String> = None;
    for line in matter.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let (Some(item), Some(key)) = (trimmed.strip_prefix("- "), &open) {
            if let Value::Array(items) = fields.entry(key.clone()).or_insert_with(|| Value::Array(Vec::new())) {
                items.push(scalar(item));
            }
            continue;
        }
        if line.starts_with([' ', '\t']) {
            // The text of a folded value.
            if let Some(key) = &open {
                match fields.get_mut(key) {
                    Some(Value::String(text)) => {
                        text.push(' ');
                        text.push_str(trimmed);
                    }
                    _ => {
                        fields.insert(key.clone(), trimmed.to_owned().into());
                    }
                }
            }
            continue;
        }
        let Some((key, value)) = trimmed.split_once(sign) else { continue };
        let (key, value) = (key.trim().trim_matches('"').to_owned(), value.trim());
        open = Some(key.clone());
        if !value.is_empty() && !matches!(value, "|" | ">" | "|-" | ">-") {
            fields.insert(key, scalar(value));
        }
    }
    fields
}

fn scalar(text: &str) -> Value {
    if let Some(list) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return Value::Array(list.split(',').map(|item| scalar(item.trim())).filter(|item| *item != "").collect());
    }
    let quoted = |mark: char| text.strip_prefix(mark).and_then(|text| text.strip_suffix(mark));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text).to_owned().into()
}

/// The first heading, if it opens the text, and the text without its marks.
fn plain(story: &str) -> (Option<String>, String) {
    let mut heading = None;
    let mut body = String::with_capacity(story.len());
    let mut fenced = false;
    for line in story.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            body.push_str(line);
            body.push('\n');
            continue;
        }
        let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
        let is_heading = (1..=6).contains(&hashes) && line[hashes..].starts_with(' ');
        let content = if is_heading {
            line[hashes..].trim().trim_end_matches('#').trim_end()
        } else {
            line.trim_start_matches("> ")
        };
        let content = inline(content);
        if is_heading && heading.is_none() && body.trim().is_empty() {
            heading = Some(content);
            continue;
        }
        body.push_str(&content);
        body.push('\n');
        if is_heading {
            body.push('\n');
        }
    }
    (heading, body.trim().to_owned())
}

/// A line without emphasis, and with a link's words for the link; an image goes.
fn inline(line: &str) -> String {
    if !line.contains(['*', '[', '`', '_', '\\']) {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '*' | '`' => rest = after.trim_start_matches(c),
            '_' => {
                let inside = out.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric);
                if inside {
                    out.push(c);
                }
                rest = after;
            }
            '\\' if after.starts_with(|c: char| c.is_ascii_punctuation()) => {
                let escaped = after.chars().next().unwrap_or_default();
                out.push(escaped);
                rest = &after[escaped.len_utf8()..];
            }
            '!' | '[' => {
                let label = if c == '!' { after.strip_prefix('[') } else { Some(after) };
                // Only a label on this line, with its target at once: one look ahead a bracket.
                let link = label.and_then(|label| {
                    let end = label.char_indices().take(2000).last().map_or(0, |(at, c)| at + c.len_utf8());
                    let window = &label[..end];
                    let (words, target) = window.split_once("](")?;
                    let end = target.find(')')?;
                    Some((words, words.len() + 2 + end + 1, label))
                });
                match link {
                    Some((words, used, label)) => {
                        if c == '[' {
                            out.push_str(words);
                        }
                        rest = &label[used..];
                    }
                    None => {
                        out.push(c);
                        rest = after;
                    }
                }
            }
            _ => {
                out.push(c);
                rest = after;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_and_marks_are_read() {
        let text = "---\ntitle: \"A: b\"\ndate: 2022-03-27\nauthors:\n  - Ann\n  - Bo\ntags: [mali, \"sahel\"]\n---\n\n# A: b\n\nThe **army** [said](http://x) so.\n";
        let (matter, story, sign) = front_matter(text).unwrap();
        let draft = Draft::from_object(fields(matter, sign), &[]);
        assert_eq!(draft.article.title, "A: b");
        assert_eq!(draft.article.authors, ["Ann", "Bo"]);
        assert_eq!(draft.article.metadata["tags"], serde_json::json!(["mali", "sahel"]));
        assert_eq!(plain(story), (Some("A: b".to_owned()), "The army said so.".to_owned()));
        assert_eq!(inline("snake_case _x_ ![img](y) 2 \\* 3 [no"), "snake_case x  2 * 3 [no");
    }
}
