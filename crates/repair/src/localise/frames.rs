//! Suspects from stack traces.

use regreen_case::FailedTest;

use super::Regions;
use crate::language::DefinitionSort;
use crate::project::Project;

/// Adds the functions around the frames that lie in the project, the innermost first.
pub(super) fn add(project: &Project, failures: &[FailedTest], regions: &mut Regions) {
    for failure in failures {
        let mut score = 1.0;
        for frame in failure.frames.iter().rev() {
            let Some(file) = project.find(&frame.file).filter(|file| project.is_searchable(*file)) else {
                continue;
            };
            let Some(source) = project.source(file) else { continue };
            let around = project
                .definitions(file)
                .iter()
                .filter(|definition| {
                    let lines = source.line_of(definition.span.start)..=source.line_of(definition.span.end);
                    definition.sort != DefinitionSort::Type && lines.contains(&frame.line)
                })
                .min_by_key(|definition| definition.span.len());
            // The panic of an assertion in a unit test lies in the test.
            if let Some(definition) = around.filter(|definition| !definition.in_test) {
                let region = regions.add(file, definition, score, "stack");
                region.hot_lines.insert(frame.line);
                score *= 0.7;
            }
        }
    }
}
