//! Suspects from the failing test itself: what its body calls, through helpers and fixtures.

use std::collections::BTreeSet;

use regreen_case::{FailedTest, TestTarget};

use super::resolve::is_imported;
use super::test_id::TestId;
use crate::language::{Definition, DefinitionSort, Reference, language_of};
use crate::project::Project;

/// A test, or something that a test uses and that is test code itself.
pub(super) struct Body {
    file: usize,
    definition: Option<Definition>,
    weight: f64,
}

impl Body {
    /// The test, where this is one and not what surrounds it.
    pub(super) fn into_test(self) -> Option<(usize, Definition)> {
        self.definition.filter(|_| self.weight >= 1.0).map(|definition| (self.file, definition))
    }
}

/// A reference from test code.
pub(super) struct Lead {
    pub(super) reference: Reference,
    pub(super) imports: Vec<String>,
    pub(super) from: usize,
    pub(super) weight: f64,
}

/// Finds the bodies of the failing tests.
pub(super) fn find(project: &Project, tests: &[TestTarget], failures: &[FailedTest]) -> Vec<Body> {
    let mut wanted: Vec<(TestId, Option<String>)> = tests
        .iter()
        .map(|test| (TestId::read(&test.id, test.framework, test.file.as_deref()), test.file.clone()))
        .collect();
    if wanted.is_empty() {
        wanted.extend(failures.iter().map(|failure| {
            let id = TestId::read(&failure.id, failure.framework, failure.file.as_deref());
            (id, failure.file.clone())
        }));
    }
    let mut bodies = Vec::new();
    for (id, file) in wanted {
        let file = file.or(id.file.clone()).and_then(|path| project.find(&path));
        let before = bodies.len();
        let files = match file {
            Some(file) => vec![file],
            None if id.is_row() => project.tests_holding(&id.name),
            None => {
                id.functions().into_iter().flat_map(|name| project.files_defining(name).to_vec()).collect()
            }
        };
        for file in files {
            for definition in project.definitions(file) {
                let test = definition.in_test || !project.is_searchable(file);
                if definition.sort == DefinitionSort::Function && test && id.names(definition) {
                    bodies.push(Body { file, definition: Some(definition.clone()), weight: 1.0 });
                }
            }
        }
        if bodies.len() == before && !id.is_row() {
            in_test_files(project, id.whole(), &mut bodies);
        }
        fixtures(project, before, &mut bodies);
        // Nothing by that name: all test code of the file.
        if let (true, Some(file)) = (bodies.len() == before, file) {
            whole_file(project, file, &mut bodies);
        }
    }
    bodies
}

/// What a framework runs around the tests of the same class: methods of the test code that no test calls, and fields.
fn fixtures(project: &Project, from: usize, bodies: &mut Vec<Body>) {
    let mut found = Vec::new();
    for body in bodies.iter().skip(from).filter(|body| project.has_implicit_receiver(body.file)) {
        let Some(test) = &body.definition else { continue };
        let around = project.definitions(body.file).iter().filter(|other| {
            let runs = other.in_test && is_fixture(&other.name);
            other.owner == test.owner && (runs || other.sort == DefinitionSort::Constant)
        });
        found.extend(around.map(|other| Body {
            file: body.file,
            definition: Some(other.clone()),
            weight: 0.7 * body.weight,
        }));
    }
    bodies.extend(found);
}

/// Names that people give to what runs before a test.
fn is_fixture(name: &str) -> bool {
    let name = name.to_lowercase();
    ["setup", "init", "before", "prepare", "create"].iter().any(|start| name.starts_with(start))
}

/// Tests whose id is no path of the file's names: `Suite.Name`, with `Instance/` before and `/0` behind it, a title,
/// or the program that is built of a test file.
fn in_test_files(project: &Project, id: &str, bodies: &mut Vec<Body>) {
    if id.trim().is_empty() {
        return;
    }
    let before = bodies.len();
    let (suite, name) = id.split_once('.').unwrap_or(("", id));
    // Types of a suite are counted behind its name.
    let counted = |part: &&str| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit());
    let suite = suite.rsplit('/').find(counted).unwrap_or_default();
    let name = name.split('/').next().unwrap_or(name);
    for file in 0..project.len() {
        if !project.text(file).contains(name) {
            continue;
        }
        // Code that is searched has its tests marked; to look for them there means to parse every file.
        let marked = !suite.is_empty() && project.text(file).contains(suite);
        if project.is_searchable(file) && !marked {
            continue;
        }
        for definition in
            project.definitions(file).iter().filter(|found| found.sort == DefinitionSort::Function)
        {
            let test = definition.in_test || !project.is_searchable(file);
            let titled = definition.name == id && definition.in_test;
            let of_suite = definition.name == name && definition.owner.as_deref() == Some(suite);
            if test && (titled || of_suite) {
                bodies.push(Body { file, definition: Some(definition.clone()), weight: 1.0 });
            }
        }
    }
    if bodies.len() > before {
        return;
    }
    for file in (0..project.len()).filter(|&file| !project.is_searchable(file)) {
        let stem = project.path(file).rsplit('/').next().and_then(|name| name.split('.').next());
        if stem.is_some_and(|stem| stem == id) {
            whole_file(project, file, bodies);
        }
    }
}

fn whole_file(project: &Project, file: usize, bodies: &mut Vec<Body>) {
    if project.is_searchable(file) {
        let tests = project.definitions(file).iter().filter(|definition| definition.in_test);
        bodies.extend(tests.map(|definition| Body {
            file,
            definition: Some(definition.clone()),
            weight: 0.8,
        }));
    } else {
        bodies.push(Body { file, definition: None, weight: 0.8 });
    }
}

/// What the bodies refer to. Helpers and fixtures of the test code are followed, two levels.
pub(super) fn references(project: &Project, bodies: &[Body], failures: &[FailedTest]) -> Vec<Lead> {
    let mut leads = Vec::new();
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut frontier: Vec<Body> = bodies
        .iter()
        .map(|body| Body { file: body.file, definition: body.definition.clone(), weight: body.weight })
        .collect();
    for _ in 0..3 {
        let mut next = Vec::new();
        for body in std::mem::take(&mut frontier) {
            let start = body.definition.as_ref().map_or(0, |definition| definition.span.start);
            if !seen.insert((body.file, start)) {
                continue;
            }
            let Some(source) = project.source(body.file) else { continue };
            let root = source.tree.root_node();
            let node = body
                .definition
                .as_ref()
                .and_then(|definition| source.node_at(&definition.span))
                .unwrap_or(root);
            let imports = project.imports(body.file);
            let failing = failing_lines(source, failures);
            for reference in source.language.references(node, &source.text) {
                next.extend(helpers(project, &reference, &body, imports));
                let on_line = failing.iter().any(|line| line.contains(&reference.name));
                let line = if on_line || failing.is_empty() { 1.0 } else { 0.6 };
                // A member that is not called may still be computed.
                let used = reference.called || reference.qualifier.is_some();
                let use_weight = if used { 1.0 } else { 0.6 };
                leads.push(Lead {
                    weight: body.weight * line * use_weight,
                    reference,
                    imports: imports.to_vec(),
                    from: body.file,
                });
            }
        }
        frontier = next;
    }
    leads
}

/// Test code that a reference leads to: helpers of the file, fixtures of `conftest.py`, `setUp`.
fn helpers(project: &Project, reference: &Reference, body: &Body, imports: &[String]) -> Vec<Body> {
    let (from, weight) = (body.file, body.weight);
    let mut found = Vec::new();
    for &file in project.files_defining(&reference.name) {
        let shared = file == from
            || project.are_neighbours(file, from)
            || project.path(file).ends_with("conftest.py")
            || project.path(file).contains("tests/common")
            || is_titled_helper(project, file, from)
            || (project.has_implicit_receiver(file) && is_imported(project.path(file), imports));
        if !shared {
            continue;
        }
        for definition in project.definitions(file) {
            let test = definition.in_test || !project.is_searchable(file);
            if test && definition.name == reference.name {
                found.push(Body { file, definition: Some(definition.clone()), weight: weight * 0.9 });
            }
        }
    }
    found
}

/// Where tests have titles, their helpers are modules like any other: test code that the test imports.
fn is_titled_helper(project: &Project, file: usize, from: usize) -> bool {
    let path = project.path(file);
    language_of(path).is_some_and(|language| language.has_titled_tests() && language.is_test_path(path))
        && is_imported(path, project.imports(from))
}

/// Text of the lines of test code that the failures name.
fn failing_lines<'a>(source: &'a crate::source::SourceFile, failures: &[FailedTest]) -> Vec<&'a str> {
    let name = |path: &str| path.rsplit(['/', '\\']).next().map(str::to_owned);
    let own = name(&source.path);
    let mut lines = Vec::new();
    for failure in failures {
        let places = failure
            .frames
            .iter()
            .map(|frame| (name(&frame.file), frame.line))
            .chain(failure.file.as_deref().map(name).zip(failure.line));
        for (file, line) in places {
            if file == own
                && let Some(text) = source.text.lines().nth(line.saturating_sub(1) as usize)
            {
                lines.push(text);
            }
        }
    }
    lines
}
