//! Where a name that is used somewhere may lead, with how well it fits: by what is imported, directly or over other files.
//!
//! By names alone, so it errs on the side of too many.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::language::{Definition, DefinitionSort, Reference};
use crate::project::Project;

/// How well a definition fits in a file that is imported, over others that are; and in one that is not at all, which hands
/// in what it defines at best.
const INDIRECT: f64 = 0.4;
const OUT_OF_REACH: f64 = 0.1;

/// Looks up names in a project.
pub(super) struct Resolver<'a> {
    project: &'a Project,
    /// Files by what they, and the folders around them, are called.
    by_part: HashMap<&'a str, Vec<usize>>,
    /// Of files that were asked for: what they import, over any number of others.
    reached: RefCell<HashMap<usize, HashSet<usize>>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn of(project: &'a Project) -> Self {
        let mut by_part: HashMap<&str, Vec<usize>> = HashMap::new();
        for file in 0..project.len() {
            for part in parts(project.path(file)) {
                by_part.entry(part).or_default().push(file);
            }
        }
        Resolver { project, by_part, reached: RefCell::default() }
    }

    /// Where a reference may lead, with how well it fits.
    pub(super) fn resolve(
        &self,
        imports: &[String],
        reference: &Reference,
        from: usize,
    ) -> Vec<(usize, Definition, f64)> {
        let project = self.project;
        let mut hits = Vec::new();
        for &file in project.files_defining(&reference.name) {
            if !project.is_searchable(file) {
                continue;
            }
            let near = self.nearness(file, from, imports);
            for definition in project.definitions(file) {
                if definition.name != reference.name || definition.in_test {
                    continue;
                }
                // A constant is used by its name, not through an object that happens to have such a member.
                let implicit = file == from && project.has_implicit_receiver(file);
                if definition.sort == DefinitionSort::Constant
                    && definition.owner.is_some() != reference.qualifier.is_some()
                    && !implicit
                {
                    continue;
                }
                let owned = match (&definition.owner, &reference.qualifier) {
                    (Some(owner), Some(qualifier)) if owner == qualifier => 1.0,
                    (Some(_), None) if implicit => 1.0,
                    (Some(_), Some(_)) => 0.9,
                    (Some(_), None) => 0.4,
                    (None, _) => 1.0,
                };
                hits.push((file, definition.clone(), owned * near));
            }
        }
        // A name that everybody uses says little, unless one of them is clearly meant.
        if hits.len() > 6 {
            let best = hits.iter().map(|hit| hit.2).fold(0.0, f64::max);
            hits.retain(|hit| hit.2 >= best);
            let crowd = (6.0 / hits.len() as f64).min(1.0);
            for hit in &mut hits {
                hit.2 *= crowd;
            }
            hits.truncate(20);
        }
        hits
    }

    /// From 0 to 1: whether a file may use what is defined in another one.
    fn nearness(&self, file: usize, from: usize, imports: &[String]) -> f64 {
        let (project, path) = (self.project, self.project.path(file));
        if file == from || project.are_neighbours(file, from) || is_imported(path, imports) {
            return 1.0;
        }
        let mut reached = self.reached.borrow_mut();
        let reached = reached.entry(from).or_insert_with(|| self.reach(from, imports));
        if reached.contains(&file) { INDIRECT } else { OUT_OF_REACH }
    }

    /// The files that are reached over any number of imports, and those beside each of them that share its names.
    fn reach(&self, from: usize, imports: &[String]) -> HashSet<usize> {
        let mut reached: HashSet<usize> = (0..self.project.len())
            .filter(|&file| {
                file == from || self.project.are_neighbours(file, from) || is_root(self.project.path(file))
            })
            .collect();
        let mut open: Vec<usize> = reached.iter().copied().collect();
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut fresh: Vec<String> = imports.to_vec();
        loop {
            for name in fresh.drain(..).filter(|name| names.insert(name.clone())).collect::<Vec<_>>() {
                for part in [name.replace('_', "-"), name] {
                    let files = self.by_part.get(part.as_str()).into_iter().flatten();
                    open.extend(files.filter(|file| reached.insert(**file)));
                }
            }
            let Some(file) = open.pop() else { return reached };
            fresh.extend(self.project.imports(file).iter().cloned());
        }
    }
}

/// The names by which the file can be imported: its own, and those of the folders that it lies in.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    stem.split('/').filter(|part| !matches!(*part, "src" | "lib" | "__init__" | "mod" | "python"))
}

/// Whether the file is, or lies in, a module that is imported by one of these names.
pub(super) fn is_imported(path: &str, imports: &[String]) -> bool {
    is_root(path)
        || parts(path)
            .any(|part| imports.iter().any(|import| import == part || import.replace('_', "-") == part))
}

/// Whether it is what a whole package is imported by.
fn is_root(path: &str) -> bool {
    path.starts_with("src/lib.") || path.starts_with("src/main.")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_nothing_imports_hardly_fits() {
        let dir = tempfile::tempdir().unwrap();
        let put = |package: &str| {
            "package PACKAGE\n\ntype S struct{}\n\nfunc (s *S) Put() {}\n".replace("PACKAGE", package)
        };
        for (path, text) in [
            ("near/near.go", format!("{}\nimport \"example.com/m/behind\"\n", put("near"))),
            ("behind/behind.go", put("behind")),
            ("nobody/nobody.go", put("nobody")),
            ("near_test/near_test.go", "package near_test\n".to_owned()),
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let project = Project::read(dir.path(), &[]);
        let from = project.find("near_test/near_test.go").unwrap();
        let put = Reference { name: "Put".to_owned(), qualifier: Some("s".to_owned()), called: true };
        let hits = Resolver::of(&project).resolve(&["near".to_owned()], &put, from);
        let fit = |path: &str| hits.iter().find(|hit| project.path(hit.0) == path).map(|hit| hit.2);
        let (near, behind, nobody) = (
            fit("near/near.go").unwrap(),
            fit("behind/behind.go").unwrap(),
            fit("nobody/nobody.go").unwrap(),
        );
        assert!(behind < near * 0.5 && nobody <= near * 0.12, "{near} {behind} {nobody}");
        assert!(nobody < behind, "{behind} {nobody}");
    }
}
