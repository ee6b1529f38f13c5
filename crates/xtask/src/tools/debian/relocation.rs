//! Makes Debian's packages work where they were unpacked: they are built to lie at `/usr`.
//!
//! Promises: only what lies below the folder is changed; doing it twice changes nothing more.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};

use super::entries;
use crate::chore::ChoreError;

/// Places that gradle's classes name.
const GRADLE_PLACES: &[&str] = &["/usr/share/gradle", "/usr/share/java"];
/// Where Ruby's gems lie, in the system and unpacked.
const GEMS: &str = "usr/share/rubygems-integration/all";

/// Turns links, completes Java's libraries, tells gradle where it is, and writes launchers for Ruby into
/// the folder `bin` beside `root`.
pub(super) fn relocate(root: &Path) -> Result<(), ChoreError> {
    turn_links(root, root)?;
    complete_java(root)?;
    let java = root.join("usr/share/java");
    let jars = fs::read_dir(java).into_iter().flatten().flatten().map(|entry| entry.path());
    let core = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("gradle-core-api-"))
    };
    if let Some(jar) = jars.filter(core).find(|jar| !jar.is_symlink()) {
        tell_gradle(root, &jar)?;
    }
    launch_ruby(root)
}

/// Turns links so that they point to where the file is: below `root`, or, for what the system had already
/// and was not unpacked, in the system.
fn turn_links(root: &Path, folder: &Path) -> Result<(), ChoreError> {
    for path in entries(folder)? {
        let Ok(kind) = path.symlink_metadata() else { continue };
        if kind.is_dir() {
            turn_links(root, &path)?;
        } else if kind.is_symlink() {
            let target = fs::read_link(&path).map_err(ChoreError::io("read", &path))?;
            if let Some(better) = better_target(root, &path, &target) {
                fs::remove_file(&path).map_err(ChoreError::io("remove", &path))?;
                symlink(&better, &path).map_err(ChoreError::io("link", &path))?;
            }
        }
    }
    Ok(())
}

/// Where a link below `root` should point instead.
fn better_target(root: &Path, link: &Path, target: &Path) -> Option<PathBuf> {
    if target.starts_with(root) {
        return None;
    }
    if let Ok(inner) = target.strip_prefix("/") {
        let within = root.join(inner);
        return within.symlink_metadata().is_ok().then_some(within);
    }
    let wanted = without_dots(&link.parent()?.join(target));
    let inner = wanted.strip_prefix(root).ok()?;
    let of_system = Path::new("/").join(inner);
    (wanted.symlink_metadata().is_err() && of_system.exists()).then_some(of_system)
}

/// A path without `.` and `..`, by its words alone.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Links to the libraries that the system has already: programs of Java look for all in one folder.
fn complete_java(root: &Path) -> Result<(), ChoreError> {
    let unpacked = root.join("usr/share/java");
    if !unpacked.is_dir() {
        return Ok(());
    }
    for of_system in fs::read_dir("/usr/share/java").into_iter().flatten().flatten() {
        let link = unpacked.join(of_system.file_name());
        if link.symlink_metadata().is_err() {
            symlink(of_system.path(), &link).map_err(ChoreError::io("link", &link))?;
        }
    }
    Ok(())
}

/// Debian's gradle does not ask where it lies: two of its classes name the place.
fn tell_gradle(root: &Path, jar: &Path) -> Result<(), ChoreError> {
    let broken = |error: zip::result::ZipError| ChoreError::Check(format!("{}: {error}", jar.display()));
    let file = fs::File::open(jar).map_err(ChoreError::io("open", jar))?;
    let mut old = zip::ZipArchive::new(file).map_err(broken)?;
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let mut entry = old.by_index(index).map_err(broken)?;
        if entry.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(ChoreError::io("read", jar))?;
        let name = entry.name().map_err(broken)?.into_owned();
        if name.ends_with(".class") {
            for place in GRADLE_PLACES {
                let now = format!("{}{place}", root.display());
                bytes = with_constant(&bytes, place, &now);
            }
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).map_err(broken)?;
        new.write_all(&bytes).map_err(ChoreError::io("write", jar))?;
    }
    let bytes = new.finish().map_err(broken)?.into_inner();
    fs::write(jar, bytes).map_err(ChoreError::io("write", jar))
}

/// A compiled class with another text for a constant: kind 1, the length in two bytes, the text
/// (section 4.4.7 of the Java virtual machine's specification).
fn with_constant(class: &[u8], old: &str, new: &str) -> Vec<u8> {
    let constant = |text: &str| {
        let length = u16::try_from(text.len()).unwrap_or_default().to_be_bytes();
        [&[1][..], &length, text.as_bytes()].concat()
    };
    let (wanted, replacement) = (constant(old), constant(new));
    let mut changed = Vec::with_capacity(class.len());
    let mut rest = class;
    while let Some(at) = rest.windows(wanted.len()).position(|window| window == wanted) {
        changed.extend_from_slice(&rest[..at]);
        changed.extend_from_slice(&replacement);
        rest = &rest[at + wanted.len()..];
    }
    changed.extend_from_slice(rest);
    changed
}

/// Ruby finds its library and its gems by variables, which a launcher sets.
fn launch_ruby(root: &Path) -> Result<(), ChoreError> {
    let unpacked = |name: &str| root.join("usr/bin").join(name);
    if !unpacked("rspec").exists() {
        return Ok(());
    }
    let ruby = if unpacked("ruby").exists() { unpacked("ruby") } else { PathBuf::from("/usr/bin/ruby") };
    // `usr/lib/ruby/3.1.0` and `usr/lib/<machine>/ruby/3.1.0`; beside the latter lie the shared libraries.
    let lib = root.join("usr/lib");
    let below = |folder: &Path| -> Vec<PathBuf> {
        let mut all = entries(folder).unwrap_or_default();
        all.sort();
        all
    };
    let mut library = below(&lib.join("ruby"));
    let machines: Vec<_> = below(&lib).into_iter().filter(|path| path.join("ruby").is_dir()).collect();
    library.extend(machines.iter().flat_map(|machine| below(&machine.join("ruby"))));
    let gems = [root.join(GEMS), Path::new("/").join(GEMS)];
    let variables = [("LD_LIBRARY_PATH", &machines[..]), ("RUBYLIB", &library), ("GEM_PATH", &gems)]
        .map(|(name, folders)| {
            let folders: Vec<_> = folders.iter().map(|path| path.display().to_string()).collect();
            format!("export {name}=\"{}${{{name}:+:${name}}}\"\n", folders.join(":"))
        })
        .concat();
    let bin = root.with_file_name("bin");
    fs::create_dir_all(&bin).map_err(ChoreError::io("create", &bin))?;
    let rspec = unpacked("rspec");
    for (name, script) in [("ruby", None), ("rspec", Some(rspec))] {
        let words: Vec<String> = [Some(ruby.clone()), script]
            .iter()
            .flatten()
            .map(|path| format!("\"{}\"", path.display()))
            .collect();
        let path = bin.join(name);
        let text = format!("#!/bin/sh\n{variables}exec {} \"$@\"\n", words.join(" "));
        fs::write(&path, text).map_err(ChoreError::io("write", &path))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
            .map_err(ChoreError::io("make executable", &path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_where_the_file_is() {
        let root = Path::new("/work/root");
        let link = Path::new("/work/root/usr/share/gradle/lib/a.jar");
        let to = |target: &str| better_target(root, link, Path::new(target));
        // Only the system has it.
        assert_eq!(to("../../../../bin/sh"), Some("/bin/sh".into()));
        // Nobody has it, or it points there already.
        assert_eq!(to("../../java/none.jar"), None);
        assert_eq!(to("/work/root/usr/share/java/a.jar"), None);
        assert_eq!(to("/bin/sh"), None, "nothing of that name below the root");
    }

    #[test]
    fn a_constant_of_a_class_is_another_text_of_another_length() {
        let class = b"\x01\x00\x04/usrX\x01\x00\x08/usr/libY";
        assert_eq!(with_constant(class, "/usr", "/a/usr"), b"\x01\x00\x06/a/usrX\x01\x00\x08/usr/libY");
        assert_eq!(with_constant(class, "/opt", "/a"), class);
    }
}
