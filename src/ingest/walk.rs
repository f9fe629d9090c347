//! Which files there are: folders walked in a stable order, with sizes and times.
//!
//! Hidden files, sockets, fifos, devices and directories that hold an index are passed over;
//! symbolic links are followed, loops are not.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::{DirEntry, WalkDir};

use super::{RecordError, Refusal};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Where it is, as the user named it.
    pub path: PathBuf,
    /// Its path below the folder that was named, parts joined by `/` on every system; for a file that was named itself,
    /// its file name. Ids are made of it, so that moving or renaming the folder keeps them.
    pub relative: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Time of last change, nanoseconds since 1970; 0 where the system does not tell.
    pub modified: i64,
}

/// Every file below the roots: the roots in the order given, each folder sorted by name.
///
/// What cannot be read is an item, not the end. `passed_over` are directories to leave out (an index among the articles).
pub fn walk<'a>(
    roots: &'a [PathBuf],
    passed_over: &'a [PathBuf],
) -> impl Iterator<Item = Result<FoundFile, RecordError>> + 'a {
    let passed_over: Vec<PathBuf> = passed_over.iter().filter_map(|path| path.canonicalize().ok()).collect();
    roots.iter().flat_map(move |root| {
        let passed_over = passed_over.clone();
        WalkDir::new(root)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(move |entry| entry.depth() == 0 || wanted(entry, &passed_over))
            .filter_map(move |entry| found(root, entry))
    })
}

fn wanted(entry: &DirEntry, passed_over: &[PathBuf]) -> bool {
    if entry.file_name().as_encoded_bytes().starts_with(b".") {
        return false;
    }
    if !entry.file_type().is_dir() {
        return true;
    }
    let path = entry.path();
    if path.join(".managed.json").exists() && path.join("meta.json").exists() {
        return false;
    }
    passed_over.is_empty() || path.canonicalize().map_or(true, |path| !passed_over.contains(&path))
}

fn found(root: &Path, entry: walkdir::Result<DirEntry>) -> Option<Result<FoundFile, RecordError>> {
    let entry = match entry {
        Ok(entry) => entry,
        // A loop leads back to what is read already.
        Err(error) if error.loop_ancestor().is_some() => return None,
        Err(error) => {
            let path = error.path().unwrap_or(root).display().to_string();
            return Some(Err(RecordError::file(path, Refusal::Io(error.into()))));
        }
    };
    if !entry.file_type().is_file() {
        return None;
    }
    let metadata = match entry.metadata() {
        Ok(metadata) => metadata,
        Err(error) => {
            return Some(Err(RecordError::file(entry.path().display().to_string(), Refusal::Io(error.into()))));
        }
    };
    let modified = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_nanos()).ok())
        .unwrap_or(0);
    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let below = if below.as_os_str().is_empty() { Path::new(entry.file_name()) } else { below };
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Some(Ok(FoundFile { relative: parts.join("/"), path: entry.into_path(), bytes: metadata.len(), modified }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn folders_are_walked_in_order_and_what_is_no_article_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for directory in ["b", "a", "b/index", "other-index", ".hidden"] {
            fs::create_dir(at(directory)).unwrap();
        }
        for file in [
            "b/2.txt",
            "b/1.txt",
            "a/3.txt",
            ".hidden/4.txt",
            "b/.5.txt",
            "b/index/meta.json",
            "b/index/.managed.json",
            "other-index/x.txt",
        ] {
            fs::write(at(file), "text").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), at("a/loop")).unwrap();
        let roots = [folder.path().to_owned()];
        let passed_over = [at("other-index")];
        let names: Vec<_> = walk(&roots, &passed_over).map(|found| found.unwrap().relative).collect();
        assert_eq!(names, ["a/3.txt", "b/1.txt", "b/2.txt"]);
        let one = [at("b/1.txt")];
        assert_eq!(walk(&one, &[]).next().unwrap().unwrap().relative, "1.txt");
        let gone = [at("gone")];
        assert_eq!(walk(&gone, &[]).next().unwrap().unwrap_err().refusal.kind(), "io");
    }
}
