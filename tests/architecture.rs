//! Rooms may only use the rooms below them, and only two rooms know the engine.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::{fs, path::Path};

/// Each room and the rooms it may use.
const ROOMS: &[(&str, &[&str])] = &[
    ("article", &[]),
    ("analysis", &[]),
    ("schema", &["article"]),
    ("ingest", &["article"]),
    ("extract", &["article", "analysis"]),
    ("query", &["article", "schema"]),
    ("search", &["article", "query"]),
    ("index", &["article", "analysis", "schema", "query", "search"]),
];

fn files(folder: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&path);
        }
    }
}

/// The rooms that a file's `crate::` paths name; a group `crate::{a, b::c}` names each of its heads.
fn rooms(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        let head = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            None => found.push(head(rest)),
            Some(group) => {
                let (mut depth, mut fresh) = (0, true);
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => fresh = true,
                        c if fresh && c.is_alphabetic() => {
                            found.push(head(&group[at..]));
                            fresh = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

#[test]
fn rooms_only_use_the_rooms_below_them() {
    let names: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for (room, allowed) in ROOMS {
        files(&Path::new("src").join(room), &mut |path| {
            // What a test uses is its own affair.
            let source = fs::read_to_string(path).unwrap();
            let code = source.split("#[cfg(test)]").next().unwrap();
            for used in rooms(code) {
                if names.contains(&used.as_str()) && used != *room && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{} uses {used}", path.display()));
                }
            }
            let engine = code.contains("tantivy::") && *room != "analysis" && !path.starts_with("src/index/embedded");
            if engine {
                wrong.push(format!("{} names the engine", path.display()));
            }
        });
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn groups_are_read() {
    assert_eq!(rooms("use crate::{article::{A, B}, index::C};use crate::query::D;"), ["article", "index", "query"]);
}
