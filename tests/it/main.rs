//! Runs the real command on the seeds.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::process::{Command, Output};

use serde_json::Value;

fn search(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_search")).args(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn indexed() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index").display().to_string();
    assert_eq!(search(&["index", "seeds", "--index", &path]).status.code(), Some(0));
    (folder, path)
}

#[test]
fn moura_comes_first_with_snippets_and_counts() {
    let (_folder, index) = indexed();
    let answer = json(&search(&["query", "Moura", "--json", "--index", &index]));
    let hit = &answer["hits"][0];
    assert!(hit["title"].as_str().unwrap().starts_with("In Mali"));
    let snippet = &hit["snippets"][0];
    let range = &snippet["highlights"][0];
    let text: Vec<char> = snippet["text"].as_str().unwrap().chars().collect();
    let (start, end) = (range[0].as_u64().unwrap() as usize, range[1].as_u64().unwrap() as usize);
    assert_eq!(text[start..end].iter().collect::<String>(), "Moura");
    assert_eq!(answer["facets"]["place"]["exact"], true);
    let mali = json(&search(&["query", "place:Mali", "--json", "--index", &index]));
    assert!(mali["total"].as_u64().unwrap() >= 1);
}

#[test]
fn indexing_twice_reads_nothing_the_second_time() {
    let (_folder, index) = indexed();
    let again = json(&search(&["index", "seeds", "--json", "--index", &index]));
    assert_eq!(again["read"], 0);
    assert!(again["unchanged"].as_u64().unwrap() >= 1);
}

#[test]
fn exit_codes_tell_hits_none_and_errors() {
    let (folder, index) = indexed();
    assert_eq!(search(&["query", "xyzzyplugh", "--index", &index]).status.code(), Some(1));
    let missing = folder.path().join("none").display().to_string();
    let none = search(&["query", "Moura", "--index", &missing]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("search index"));
    assert!(none.stdout.is_empty());
}

#[test]
fn the_seed_article_is_read_right() {
    let found = json(&search(&["extract", "seeds/moura.txt"]));
    let places = found["places"].as_array().unwrap();
    let moura: Vec<&Value> = places.iter().filter(|place| place["name"] == "Moura").collect();
    assert_eq!(moura.len(), 1);
    assert_eq!(moura[0]["country"], "ML");
    let dates: Vec<&str> =
        found["dates"].as_array().unwrap().iter().filter_map(|date| date["value"].as_str()).collect();
    assert!(dates.contains(&"2022-03-27") && dates.contains(&"2022-03-23/2022-03-31"), "{dates:?}");
}
