//! Text out of small pieces of markup: feed items, story bodies in XML, paragraphs in JSON. Whole web pages have their own
//! reader, which also finds the story among the rest.

use std::borrow::Cow;

/// Whether text is rather markup: it holds a paragraph, break, link or division.
pub(super) fn looks_like_html(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        rest = &rest[at + 1..];
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let end = name.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
        if matches!(name.as_bytes().get(end), Some(b'>' | b' ' | b'/'))
            && matches!(
                name[..end].to_ascii_lowercase().as_str(),
                "p" | "br"
                    | "div"
                    | "a"
                    | "span"
                    | "ul"
                    | "li"
                    | "h1"
                    | "h2"
                    | "h3"
                    | "strong"
                    | "em"
                    | "b"
                    | "i"
                    | "img"
                    | "figure"
                    | "blockquote"
                    | "html"
            )
        {
            return true;
        }
    }
    false
}

/// What an element does to the text around it.
fn role(name: &str) -> Role {
    match name {
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "blockquote" | "section"
        | "article" | "pre" | "figure" | "header" | "footer" | "hl1" | "hl2" | "block" | "body" | "dl" | "hr"
        | "hedline" | "byline" | "dateline" | "nitf" => Role::Paragraph,
        "br" | "li" | "tr" | "dt" | "dd" => Role::Line,
        "td" | "th" => Role::Blank,
        "script" | "style" | "noscript" | "template" | "iframe" | "svg" | "figcaption" | "select" | "textarea"
        | "object" => Role::Hidden,
        _ => Role::Inline,
    }
}

#[derive(PartialEq, Eq)]
enum Role {
    Paragraph,
    Line,
    Blank,
    Hidden,
    Inline,
}

/// The text of markup: paragraphs parted by a blank line, blanks run together, entities resolved. Linear in its input; broken
/// markup reads as far as it makes sense.
pub(super) fn to_text(markup: &str) -> String {
    let mut text = Flow::default();
    let mut rest = markup;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        text.push(&unescape(&rest[..at]));
        let inside = &rest[at + 1..];
        if let Some(comment) = inside.strip_prefix("!--") {
            rest = memchr::memmem::find(comment.as_bytes(), b"-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        if let Some(data) = inside.strip_prefix("![CDATA[") {
            let end = memchr::memmem::find(data.as_bytes(), b"]]>").unwrap_or(data.len());
            text.push(&data[..end]);
            rest = data.get(end + 3..).unwrap_or("");
            continue;
        }
        let closing = inside.starts_with('/');
        let name = inside.strip_prefix('/').unwrap_or(inside);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
            text.push("<");
            rest = inside;
            continue;
        }
        let end = name
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || b":-_.".contains(&byte)))
            .unwrap_or(name.len());
        let local = name[..end].rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
        let Some(close) = memchr::memchr(b'>', inside.as_bytes()) else {
            break;
        };
        rest = &inside[close + 1..];
        match role(&local) {
            Role::Paragraph => text.gap(2),
            Role::Line => text.gap(1),
            Role::Blank => text.gap(0),
            Role::Hidden if !closing && !inside[..close].ends_with('/') => rest = after_element(rest, &local),
            Role::Hidden | Role::Inline => {}
        }
    }
    text.push(&unescape(rest));
    text.out
}

/// What follows the end tag of an element.
fn after_element<'t>(text: &'t str, name: &str) -> &'t str {
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&text.as_bytes()[at..], b"</") {
        let start = at + found + 2;
        if text.as_bytes()[start..].get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes())) {
            return memchr::memchr(b'>', &text.as_bytes()[start..]).map_or("", |end| &text[start + end + 1..]);
        }
        at = start;
    }
    ""
}

/// Text that flows: blanks run together, gaps between paragraphs never pile up.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) out: String,
    /// Line ends due before the next word; -1 for none, 0 for a blank.
    due: Option<u8>,
}

impl Flow {
    /// Asks for a blank (0), a line end (1) or an empty line (2) before the next word.
    pub(super) fn gap(&mut self, lines: u8) {
        if !self.out.is_empty() {
            self.due = self.due.max(Some(lines));
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) {
            self.gap(0);
        }
        for word in text.split_whitespace() {
            match self.due.take() {
                Some(0) => self.out.push(' '),
                Some(1) => self.out.push('\n'),
                Some(_) => self.out.push_str("\n\n"),
                None => {}
            }
            self.out.push_str(word);
            self.due = Some(0);
        }
        // The blank after the last word is due only if it was there.
        if self.due == Some(0) && !text.ends_with(char::is_whitespace) && !text.trim().is_empty() {
            self.due = None;
        }
    }
}

/// Character references resolved: those of XML, the common ones of HTML, numbers. Control characters vanish.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let window = &rest.as_bytes()[1..rest.len().min(34)];
        let name =
            window.iter().position(|byte| *byte == b';').and_then(|end| rest.get(1..=end).map(|name| (name, end + 2)));
        let resolved = name.and_then(|(name, used)| reference(name).map(|character| (character, used)));
        match resolved {
            Some((character, used)) => {
                if !character.is_control() || character == '\n' || character == '\t' {
                    out.push(character);
                }
                rest = &rest[used..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        // Windows-1252 in disguise, as HTML reads it.
        if (0x80..0xA0).contains(&code) {
            return encoding_rs::WINDOWS_1252.decode(&[code as u8]).0.chars().next();
        }
        return char::from_u32(code);
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)
}

/// The references that news text really has; others stay as they are.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("sbquo", '‚'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("deg", '°'),
    ("para", '¶'),
    ("sect", '§'),
    ("frac12", '½'),
    ("times", '×'),
    ("iexcl", '¡'),
    ("iquest", '¿'),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("atilde", 'ã'),
    ("auml", 'ä'),
    ("aring", 'å'),
    ("aelig", 'æ'),
    ("ccedil", 'ç'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("igrave", 'ì'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("iuml", 'ï'),
    ("ntilde", 'ñ'),
    ("ograve", 'ò'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("otilde", 'õ'),
    ("ouml", 'ö'),
    ("oslash", 'ø'),
    ("ugrave", 'ù'),
    ("uacute", 'ú'),
    ("ucirc", 'û'),
    ("uuml", 'ü'),
    ("yacute", 'ý'),
    ("szlig", 'ß'),
    ("Agrave", 'À'),
    ("Aacute", 'Á'),
    ("Acirc", 'Â'),
    ("Auml", 'Ä'),
    ("Aring", 'Å'),
    ("AElig", 'Æ'),
    ("Ccedil", 'Ç'),
    ("Egrave", 'È'),
    ("Eacute", 'É'),
    ("Ecirc", 'Ê'),
    ("Iacute", 'Í'),
    ("Ntilde", 'Ñ'),
    ("Oacute", 'Ó'),
    ("Ouml", 'Ö'),
    ("Oslash", 'Ø'),
    ("Uacute", 'Ú'),
    ("Uuml", 'Ü'),
    ("oelig", 'œ'),
    ("OElig", 'Œ'),
    ("scaron", 'š'),
    ("Scaron", 'Š'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_lines_and_references_are_kept() {
        let html = "<p>The  <b>army</b> said &ldquo;no&rdquo;.</p><script>var a = '<p>';</script><p>Caf&eacute;<br/>B&amp;B &bogus; 3 < 4</p>";
        assert_eq!(to_text(html), "The army said “no”.\n\nCafé\nB&B &bogus; 3 < 4");
        assert_eq!(to_text("one<b>two</b> <i>three</i>"), "onetwo three");
        assert!(looks_like_html("a <p>b") && !looks_like_html("3 < 4 and <REDACTED>"));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[<>/!a-z&;#0-9é\\[\\]-]{0,60}") {
            let _ = to_text(&text);
        }
    }
}
