//! Plain text: one file, one article.

use super::{Format, Head, Input, Output, Refusal, draft::Draft};

/// A text file that holds one story.
pub(super) struct PlainText;

impl Format for PlainText {
    fn name(&self) -> &'static str {
        "text"
    }

    fn about(&self) -> &'static str {
        "plain text, one article a file, its title on the first line"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt", "text", "asc"]
    }

    fn sniff(&self, head: &Head<'_>) -> u8 {
        // Markup, archives and binary files are no plain text, whatever letters they hold.
        let start = head.text.trim_start();
        let markup = ["<!doctype", "<html", "<?xml", "warc/", "%pdf"];
        let begins = |mark: &&str| start.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
        if markup.iter().any(begins) || head.bytes.get(257..262) == Some(b"ustar") || start.contains('\0') {
            return 0;
        }
        // Text is what has no control characters; anything more telling goes before it.
        let control =
            head.text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')).count();
        let broken = head.text.chars().filter(|c| *c == '\u{fffd}').count();
        if head.text.trim().is_empty() || (control + broken) * 50 > head.text.chars().count() { 0 } else { 10 }
    }

    fn read(&self, input: &mut Input<'_>, output: &mut Output<'_>) -> Result<(), Refusal> {
        let text = input.text(None)?;
        let (title, body) = split_title(&text);
        let (body, furniture) = strip_furniture(body);
        let mut draft = Draft::default();
        draft.article.title = title.to_owned();
        draft.article.body = paragraphs(body);
        if let Some(line) = furniture {
            draft.article.source = named_source(line);
            draft.article.metadata.insert("furniture".to_owned(), line.into());
        }
        let _ = output.draft(draft, Some(0));
        Ok(())
    }
}

/// The longest line that is taken for a title, in code points.
const LONGEST_TITLE: usize = 200;

/// The title, where the first line reads like one, and the rest.
pub(super) fn split_title(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches('\u{feff}').trim();
    let Some((first, rest)) = text.split_once('\n') else {
        return ("", text);
    };
    let title = first.trim();
    let rest = rest.trim_start_matches(['\n', '\r']).trim_end();
    let next = rest.trim_start();
    if next.is_empty() || title.is_empty() {
        return ("", text);
    }
    let length = title.chars().count();
    let ends_sentence = title.ends_with(['.', '。', '،', ',', ';', ':', '；', '，']) && !title.ends_with("...");
    // Wrapped text goes on in lower case, and its lines are about as long as the first.
    let goes_on = next.starts_with(char::is_lowercase);
    let dateline = title.contains(" (AP)") || title.contains(" (Reuters)") || title.contains(" -- ");
    let reads_like_one =
        length <= LONGEST_TITLE && !ends_sentence && !goes_on && !dateline && title.chars().any(char::is_alphanumeric);
    if reads_like_one { (title, rest) } else { ("", text) }
}

/// Words that open a line of site furniture, in lower case.
const FURNITURE: &[&str] = &[
    "source ",
    "source:",
    "sources:",
    "via ",
    "copyright ",
    "©",
    "(c) ",
    "all rights reserved",
    "read more",
    "read also",
    "share this",
    "click here",
    "subscribe",
    "follow us",
    "advertisement",
    "lire aussi",
    "tous droits",
    "quelle:",
    "fuente:",
    "источник:",
    "来源",
    "责任编辑",
    "المصدر",
];

/// The story without trailing lines that belong to the site, and the last such line.
fn strip_furniture(body: &str) -> (&str, Option<&str>) {
    let mut body = body.trim_end();
    let mut found = None;
    for _ in 0..3 {
        let (rest, last) = body.rsplit_once('\n').unwrap_or(("", body));
        let last = last.trim();
        let lower = last.to_lowercase();
        let short = last.chars().count() <= 80 && last.split_whitespace().count() <= 8;
        if rest.trim().is_empty()
            || !short
            || last.ends_with(['.', '!', '?', '”', '"', '。'])
            || !FURNITURE.iter().any(|start| lower.starts_with(start))
        {
            break;
        }
        body = rest.trim_end();
        found = found.or(Some(last));
    }
    (body, found)
}

/// The outlet that a `source NAME` line names.
fn named_source(line: &str) -> Option<String> {
    let (word, name) = line.split_at_checked(6)?;
    let name = name.trim_start_matches([':', ' ']).trim();
    (word.eq_ignore_ascii_case("source") && !name.is_empty()).then(|| name.to_owned())
}

/// Line ends of one kind; nothing else is changed, so that the words stay where they are.
pub(super) fn paragraphs(body: &str) -> String {
    if body.contains('\r') { body.replace("\r\n", "\n").replace('\r', "\n") } else { body.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_that_reads_like_a_title_is_one() {
        let cases = [
            ("Army takes town\n\nThe army said.", ("Army takes town", "The army said.")),
            (
                "The army said on Sunday that it had taken\nthe town.",
                ("", "The army said on Sunday that it had taken\nthe town."),
            ),
            ("The army took it.\n\nMore.", ("", "The army took it.\n\nMore.")),
            ("Only a line", ("", "Only a line")),
            ("马里军队进入莫拉村\n\n巴马科消息。", ("马里军队进入莫拉村", "巴马科消息。")),
        ];
        for (text, parts) in cases {
            assert_eq!(split_title(text), parts);
        }
    }

    #[test]
    fn trailing_site_furniture_is_not_the_story() {
        assert_eq!(strip_furniture("One.\n\nTwo.\n\nsource site-28"), ("One.\n\nTwo.", Some("source site-28")));
        assert_eq!(strip_furniture("One.\n\nSource of the Niger found, he said.").1, None);
        assert_eq!(strip_furniture("source of all").1, None);
        assert_eq!(named_source("Source: AFP").as_deref(), Some("AFP"));
    }
}
