//! Suspects by history: functions with lines that were changed lately, or by the commit that broke the test.

use super::{Region, Regions};
use crate::Touched;
use crate::language::DefinitionSort;
use crate::project::Project;
use crate::request::Changed;

/// What recent changes add to the score of a suspect.
const LATELY: f64 = 1.25;
/// The score of a function that the culprit changed, whatever else speaks for it.
const CULPRIT: f64 = 0.9;

/// Raises suspects with changed lines. What the culprit changed is suspect by that alone; other changes are too many
/// for that.
pub(super) fn boost(project: &Project, touched: &[Touched], regions: &mut Regions) {
    for change in touched.iter().filter(|change| change.by == Changed::ByCulprit) {
        let named = |file: &usize| project.path(*file) == change.file && project.is_searchable(*file);
        let Some(file) = project.find(&change.file).filter(named) else { continue };
        for definition in project.definitions(file) {
            let searched = definition.sort != DefinitionSort::Type && !definition.in_test;
            if searched && overlaps(project, file, &definition.span, change) {
                regions.add(file, definition, CULPRIT, &change.why);
            }
        }
    }
    for region in regions.found.values_mut() {
        let mut lately = touched.iter().filter(|change| change.by == Changed::Lately);
        if let Some(change) = lately.find(|change| touches(project, region, change)) {
            region.score *= LATELY;
            region.reasons.push(change.why.clone());
        }
    }
}

/// Whether the culprit changed a line of it.
pub(super) fn is_culprits(project: &Project, region: &Region, touched: &[Touched]) -> bool {
    touched.iter().any(|change| change.by == Changed::ByCulprit && touches(project, region, change))
}

fn touches(project: &Project, region: &Region, change: &Touched) -> bool {
    project.path(region.file) == change.file && overlaps(project, region.file, &region.span, change)
}

fn overlaps(project: &Project, file: usize, span: &std::ops::Range<usize>, change: &Touched) -> bool {
    let Some(source) = project.source(file) else { return false };
    let (first, last) = (source.line_of(span.start), source.line_of(span.end.saturating_sub(1)));
    change.first <= last && first <= change.last
}
