//! Folding: what is left of a word when case and accents do not count.

use unicode_normalization::UnicodeNormalization;

/// Appends a word's folded form: lower case, accents off, ligatures apart.
pub fn fold(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.extend(word.bytes().map(|byte| byte.to_ascii_lowercase() as char));
        return;
    }
    // Hangul syllables and voiced Kana stay whole: their parts are no accents.
    let is_whole = |character: char| matches!(character, '\u{AC00}'..='\u{D7A3}' | '\u{3041}'..='\u{30FF}');
    let mut rest = word;
    while let Some(at) = rest.find(is_whole) {
        fold_decomposed(&rest[..at], out);
        let end = rest[at..].find(|character| !is_whole(character)).map_or(rest.len(), |end| at + end);
        out.push_str(&rest[at..end]);
        rest = &rest[end..];
    }
    fold_decomposed(rest, out);
}

fn fold_decomposed(word: &str, out: &mut String) {
    for character in word.nfkd() {
        match character {
            'ß' | 'ẞ' => out.push_str("ss"),
            'Æ' | 'æ' => out.push_str("ae"),
            'Œ' | 'œ' => out.push_str("oe"),
            'Ø' | 'ø' => out.push('o'),
            'Ł' | 'ł' => out.push('l'),
            'Đ' | 'đ' | 'Ð' | 'ð' => out.push('d'),
            'Þ' | 'þ' => out.push_str("th"),
            'ı' | 'İ' => out.push('i'),
            'ё' | 'Ё' => out.push('е'),
            // Arabic: alef forms, alef maksura, ta marbuta; tatweel is no letter.
            'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
            'ى' => out.push('ي'),
            'ة' => out.push('ه'),
            'ـ' => {}
            _ if is_combining(character) || is_invisible(character) => {}
            _ => out.extend(character.to_lowercase().filter(|lower| !is_combining(*lower))),
        }
    }
}

/// Accents and vowel points that stand on the letter before them.
pub fn is_combining(character: char) -> bool {
    matches!(u32::from(character), 0x300..=0x36F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE20..=0xFE2F
        | 0x591..=0x5BD | 0x5BF | 0x5C1 | 0x5C2 | 0x5C4 | 0x5C5 | 0x610..=0x61A | 0x64B..=0x65F | 0x670)
}

/// Soft hyphens, joiners, direction marks and the byte order mark.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(u32::from(character), 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0x2066..=0x2069 | 0xFEFF)
}
