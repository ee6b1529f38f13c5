//! Where to look: suspect regions with a score and the reasons for it.
//!
//! Five sources, added up: stack frames inside the project; what the failing test calls, followed a
//! few levels down; names and quoted texts of the message; what the history knows of lines that were changed;
//! and, where it is there, which lines failing and passing tests executed.
//! Nothing found: every function, those named like the test first. Test code and locked files are read to find the way, but are never suspects.

mod coverage;
mod frames;
mod message;
mod names;
mod resolve;
mod test_body;
mod test_id;
mod touched;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regreen_case::{FailedTest, TestTarget};

use crate::language::{Definition, DefinitionSort};
use crate::project::Project;
use crate::{Coverage, Suspect, Touched};
use resolve::Resolver;

/// How many regions are searched at most.
const MAX_REGIONS: usize = 60;
/// What each level of the call graph takes off the score.
const FADE: f64 = 0.7;
/// How many levels of calls are followed from what the test calls itself.
const LEVELS: usize = 4;

/// A function or a constant that may hold the fault.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    pub(crate) file: usize,
    pub(crate) span: Range<usize>,
    pub(crate) name: Option<String>,
    /// Whether it is a constant: a value, or a table of them, and nothing that runs.
    pub(crate) is_constant: bool,
    /// Between 0 and 1.
    pub(crate) score: f64,
    /// One-based lines that a stack trace names.
    pub(crate) hot_lines: BTreeSet<u32>,
    pub(crate) reasons: Vec<String>,
}

/// Regions found so far, by file and place.
#[derive(Debug, Default)]
struct Regions {
    found: BTreeMap<(usize, usize), Region>,
}

impl Regions {
    fn add(&mut self, file: usize, definition: &Definition, score: f64, reason: &str) -> &mut Region {
        let name = match &definition.owner {
            Some(owner) => format!("{owner}.{}", definition.name),
            None => definition.name.clone(),
        };
        let region = self.found.entry((file, definition.span.start)).or_insert_with(|| Region {
            file,
            span: definition.span.clone(),
            name: Some(name),
            is_constant: definition.sort == DefinitionSort::Constant,
            score: 0.0,
            hot_lines: BTreeSet::new(),
            reasons: Vec::new(),
        });
        region.score = region.score.max(score);
        if !region.reasons.iter().any(|known| known == reason) {
            region.reasons.push(reason.to_owned());
        }
        region
    }
}

/// Finds the suspect regions, most suspicious first.
pub(crate) fn localise(
    project: &Project,
    tests: &[TestTarget],
    failures: &[FailedTest],
    touched: &[Touched],
    coverage: Option<&Coverage>,
) -> Vec<Region> {
    let mut regions = Regions::default();
    frames::add(project, failures, &mut regions);
    // A stack trace into the project is better evidence than what the test calls.
    let share = if regions.found.is_empty() { 1.0 } else { 0.5 };
    let bodies = test_body::find(project, tests, failures);
    let resolver = Resolver::of(project);
    for reference in test_body::references(project, &bodies, failures) {
        let hits = resolver.resolve(&reference.imports, &reference.reference, reference.from);
        for (file, definition, fit) in hits {
            add_definition(
                project,
                file,
                &definition,
                share * fit * reference.weight,
                "called by the test",
                &mut regions,
            );
        }
    }
    follow_calls(project, &resolver, &mut regions);
    message::boost(project, failures, &mut regions);
    if regions.found.is_empty() {
        everything(project, tests, &mut regions);
    }
    touched::boost(project, touched, &mut regions);
    if let Some(coverage) = coverage.filter(|coverage| coverage::is_useful(project, coverage)) {
        coverage::weigh(project, coverage, &mut regions);
    }
    test_name_boost(tests, &mut regions);
    let mut list: Vec<Region> = regions.found.into_values().collect();
    list.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then(a.file.cmp(&b.file)).then(a.span.start.cmp(&b.span.start))
    });
    list.truncate(MAX_REGIONS);
    list
}

/// The failing tests themselves, with their files.
pub(crate) fn tests_named(
    project: &Project,
    tests: &[TestTarget],
    failures: &[FailedTest],
) -> Vec<(usize, Definition)> {
    test_body::find(project, tests, failures).into_iter().filter_map(test_body::Body::into_test).collect()
}

/// Leaves only what the commit that broke the test changed.
pub(crate) fn keep_culprits(project: &Project, regions: &mut Vec<Region>, touched: &[Touched]) {
    regions.retain(|region| touched::is_culprits(project, region, touched));
}

/// As a report shows it.
pub(crate) fn suspects(project: &Project, regions: &[Region]) -> Vec<Suspect> {
    regions
        .iter()
        .filter_map(|region| {
            let source = project.source(region.file)?;
            Some(Suspect {
                file: source.path.clone(),
                function: region.name.clone(),
                line: source.line_of(region.span.start),
                last_line: source.line_of(region.span.end.saturating_sub(1)),
                score: (region.score * 1000.0).round() / 1000.0,
                reasons: region.reasons.clone(),
            })
        })
        .collect()
}

/// Adds a definition; for a type, what it runs without being named.
fn add_definition(
    project: &Project,
    file: usize,
    definition: &Definition,
    score: f64,
    reason: &str,
    regions: &mut Regions,
) {
    if definition.sort != DefinitionSort::Type {
        regions.add(file, definition, score, reason);
        return;
    }
    let Some(source) = project.source(file) else { return };
    for member in project.definitions(file) {
        if member.owner.as_deref() == Some(&definition.name) && !member.in_test {
            let implicit = source.language.is_implicit(&member.name)
                || member.name == "new"
                || (member.name == definition.name && member.sort == DefinitionSort::Function);
            let constant = member.sort == DefinitionSort::Constant;
            if implicit != constant {
                let built = matches!(
                    member.name.as_str(),
                    "__init__" | "__post_init__" | "new" | "default" | "constructor"
                ) || member.name == definition.name;
                let share = if built { FADE } else { 0.35 };
                regions.add(file, member, score * share, "belongs to a type that the test uses");
            }
        }
    }
}

/// What the suspects call, level by level.
fn follow_calls(project: &Project, resolver: &Resolver<'_>, regions: &mut Regions) {
    let mut frontier: Vec<Region> = regions.found.values().cloned().collect();
    for _ in 0..LEVELS {
        let mut next = Vec::new();
        for region in std::mem::take(&mut frontier) {
            let Some(source) = project.source(region.file) else { continue };
            let Some(node) = source.node_at(&region.span) else { continue };
            let imports = project.imports(region.file);
            for reference in source.language.references(node, &source.text) {
                let constant = !reference.called
                    && (reference.qualifier.is_none() || project.has_implicit_receiver(region.file));
                for (file, definition, fit) in resolver.resolve(imports, &reference, region.file) {
                    let useful =
                        reference.called || (constant && definition.sort == DefinitionSort::Constant);
                    let key = (file, definition.span.start);
                    let score = region.score * FADE * fit;
                    let known = regions.found.get(&key).map_or(0.0, |known| known.score);
                    if useful && score > known && score > 0.05 {
                        let before = regions.found.len();
                        add_definition(project, file, &definition, score, "called by a suspect", regions);
                        if regions.found.len() > before
                            && let Some(added) = regions.found.get(&key)
                        {
                            next.push(added.clone());
                        }
                    }
                }
            }
        }
        frontier = next;
    }
}

/// No lead at all: every function, those of the module that the test is named after first.
fn everything(project: &Project, tests: &[TestTarget], regions: &mut Regions) {
    let named: String = tests
        .iter()
        .map(|test| format!("{} {} ", test.id, test.file.as_deref().unwrap_or_default()))
        .collect::<String>()
        .to_lowercase();
    for file in 0..project.len() {
        if !project.is_searchable(file) || regions.found.len() > 4 * MAX_REGIONS {
            continue;
        }
        let stem =
            project.path(file).rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or("");
        let score = if stem.len() > 2 && named.contains(&stem.to_lowercase()) { 0.4 } else { 0.2 };
        for definition in project.definitions(file) {
            if definition.sort == DefinitionSort::Function && !definition.in_test {
                regions.add(file, definition, score, "no other lead");
            }
        }
    }
}

/// `test_total_of_empty_cart` is probably about `total`.
fn test_name_boost(tests: &[TestTarget], regions: &mut Regions) {
    let ids: Vec<String> = tests.iter().map(|test| test.id.to_lowercase()).collect();
    for region in regions.found.values_mut() {
        let name =
            region.name.as_deref().and_then(|name| name.rsplit('.').next()).unwrap_or("").to_lowercase();
        if name.len() > 2 && ids.iter().any(|id| id.contains(&name)) {
            region.score = (region.score * 1.25).min(1.0);
            region.reasons.push("the test is named after it".to_owned());
        }
    }
    // Leave room for the boost: the rest steps back instead of everything being certain.
    let best = regions.found.values().map(|region| region.score).fold(0.0, f64::max);
    if best > 0.0 {
        for region in regions.found.values_mut() {
            region.score /= best;
        }
    }
}
