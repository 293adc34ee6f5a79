//! Reads a pack's folder from disk into memory. The only place where a pack meets the file system.
//!
//! Never interprets what it reads: that is `flow::source`.

use std::fs;
use std::io;
use std::path::Path;

use crate::flow::limits;
use crate::flow::source::PackFiles;

/// Endings of the files a pack is made of; anything else in the folder is left alone.
const ENDINGS: [&str; 5] = ["toml", "csv", "geojson", "md", "transcript"];

/// Reads the text files directly inside `folder`. A file over its limit is read as far as shows that it is too large.
///
/// # Errors
/// When the folder or one of its files cannot be read, or is no UTF-8 text; the message names the file.
pub fn read(folder: &Path) -> io::Result<PackFiles> {
    let named = |error: io::Error, path: &Path| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut files = PackFiles::default();
    for entry in fs::read_dir(folder).map_err(|error| named(error, folder))? {
        let path = entry.map_err(|error| named(error, folder))?.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if name.starts_with('.') || !ENDINGS.contains(&ending) || !path.is_file() {
            continue;
        }
        files.insert(name, text_of(&path).map_err(|error| named(error, &path))?);
    }
    Ok(files)
}

fn text_of(path: &Path) -> io::Result<String> {
    use io::Read;
    let mut bytes = Vec::new();
    let most = limits::FILE_BYTES_MAX as u64 + 1;
    fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    if bytes.len() > limits::FILE_BYTES_MAX {
        // Too large to be used, and maybe cut inside a letter: kept only so that it is refused by name.
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack_embedded::MALI;

    #[test]
    fn the_embedded_list_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("flows/mali");
        let on_disk = read(&folder).expect("the folder is there");
        let names: Vec<&str> = on_disk.iter().map(|(name, _)| name).collect();
        assert_eq!(names, MALI.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for (name, text) in MALI {
            assert_eq!(on_disk.get(name), Some(*text), "{name}");
        }
    }

    #[test]
    fn a_missing_folder_and_a_binary_file_are_named() {
        assert!(read(Path::new("/nowhere/at-all")).is_err_and(|error| error.to_string().contains("/nowhere/at-all")));
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("dep.toml"), [0xff, 0xfe, 0]).expect("written");
        let error = read(folder.path()).expect_err("not text");
        assert!(error.to_string().contains("dep.toml"), "{error}");
    }

    #[test]
    fn only_pack_files_are_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["dep.toml", "notes.docx", ".hidden.toml"] {
            fs::write(folder.path().join(name), "x").expect("written");
        }
        let files = read(folder.path()).expect("read");
        assert_eq!(files.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["dep.toml"]);
    }
}
