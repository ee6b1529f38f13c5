//! Turns a suspect region into candidates, each with the score that decides when its turn comes.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidate::Edit;
use crate::language::{Blocks, walk};
use crate::localise::Region;
use crate::scope::Scope;
use crate::source::SourceFile;
use crate::template::{Proposals, Site, TEMPLATES, Template};

/// At most this many candidates of one region are kept, best first.
const MAX_PER_REGION: usize = 8000;
/// How much a line that a stack trace names counts more than its neighbours.
const HOT: f64 = 3.0;

/// As many places of a constant are suspect by themselves: those of a longer table share what it is suspect of.
const PLACES_OF_A_CONSTANT: f64 = 8.0;

/// A change worth trying. Inert: it knows nothing of files on disk or of judges.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// Number of the file in the project.
    pub(crate) file: usize,
    pub(crate) edits: Vec<Edit>,
    pub(crate) template: &'static str,
    /// Higher comes first.
    pub(crate) score: f64,
    pub(crate) description: String,
    /// Name of the function, where there is one.
    pub(crate) function: Option<String>,
    /// Whether it may be tried together with another one.
    pub(crate) pairs: bool,
}

/// All candidates of a region, best first.
pub(crate) fn candidates(source: &SourceFile, region: &Region, message: &str) -> Vec<Candidate> {
    let Some(root) = source.node_at(&region.span) else { return Vec::new() };
    let scope = Scope::read(source, root, message);
    let mut made: Vec<Candidate> = Vec::new();
    let mut out = Proposals::default();
    walk(root, &mut |node| {
        if source.language.is_inert(node) {
            return false;
        }
        let site = Site::new(node, &scope);
        let line = u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX);
        let heat =
            if region.hot_lines.is_empty() || region.hot_lines.contains(&line) { 1.0 } else { 1.0 / HOT };
        for template in TEMPLATES {
            (template.propose)(&site, &mut out);
            made.extend(out.list.drain(..).map(|proposal| Candidate {
                file: region.file,
                edits: proposal.edits,
                template: template.id,
                score: region.score * template.prior * proposal.weight * heat,
                description: proposal.description,
                function: region.name.clone(),
                pairs: template.pairs,
            }));
        }
        true
    });
    if region.is_constant {
        let places: BTreeSet<usize> = made.iter().filter_map(|one| Some(one.edits.first()?.start)).collect();
        let share = (PLACES_OF_A_CONSTANT / places.len().max(1) as f64).min(1.0);
        made.iter_mut().for_each(|candidate| candidate.score *= share);
    }
    made.extend(coordinated(&made));
    // The order of the other languages' candidates was measured without it.
    if source.language.syntax().blocks == Blocks::ParenthesesAndBraces {
        made.extend(exchanged(&made));
    }
    made.sort_by(|a, b| b.score.total_cmp(&a.score));
    made.truncate(MAX_PER_REGION);
    made
}

/// The same edit at every place where it can be made: a mistake is often made twice.
fn coordinated(single: &[Candidate]) -> Vec<Candidate> {
    let mut groups: BTreeMap<(&str, String), Vec<&Candidate>> = BTreeMap::new();
    for candidate in single.iter().filter(|candidate| candidate.pairs) {
        if let [edit] = &candidate.edits[..] {
            let same = format!("{}>{}", edit.original, edit.replacement);
            groups.entry((candidate.template, same)).or_default().push(candidate);
            if let Some(case) = case_change(&edit.original, &edit.replacement) {
                groups.entry((candidate.template, case.to_owned())).or_default().push(candidate);
            }
        }
    }
    let mut made = Vec::new();
    for members in groups.values() {
        let mut edits: Vec<Edit> = members.iter().flat_map(|member| member.edits.clone()).collect();
        edits.sort();
        edits.dedup();
        let apart = edits.windows(2).all(|pair| pair[0].end <= pair[1].start);
        if (2..=8).contains(&edits.len()) && apart {
            let best = members.iter().map(|member| member.score).fold(0.0, f64::max);
            made.push(Candidate {
                score: best * 0.12,
                description: format!("{}; alike at {} more places", members[0].description, edits.len() - 1),
                edits,
                pairs: false,
                ..members[0].clone()
            });
        }
    }
    made
}

/// Two literals or operators that stand in each other's places: every one becomes the other.
fn exchanged(single: &[Candidate]) -> Vec<Candidate> {
    let mut groups: BTreeMap<(&str, &str, &str), Vec<&Candidate>> = BTreeMap::new();
    for candidate in single {
        let plain = matches!(
            candidate.template,
            "text" | "number" | "boolean" | "comparison" | "arithmetic" | "augmented"
        );
        if let ([edit], true) = (&candidate.edits[..], plain) {
            let (one, other) = (edit.original.as_str(), edit.replacement.as_str());
            groups.entry((candidate.template, one.min(other), one.max(other))).or_default().push(candidate);
        }
    }
    let mut made = Vec::new();
    for ((_, one, other), members) in groups {
        let mut edits: Vec<Edit> = members.iter().flat_map(|member| member.edits.clone()).collect();
        edits.sort();
        edits.dedup();
        let apart = edits.windows(2).all(|pair| pair[0].end <= pair[1].start);
        let both = [one, other].iter().all(|side| edits.iter().any(|edit| edit.original == *side));
        if (2..=6).contains(&edits.len()) && apart && both {
            let best = members.iter().map(|member| member.score).fold(0.0, f64::max);
            made.push(Candidate {
                score: best * 0.3,
                description: format!("exchange `{one}` and `{other}` at {} places", edits.len()),
                edits,
                pairs: false,
                ..members[0].clone()
            });
        }
    }
    made
}

/// Different texts can still be changed alike: all get a capital, all lose it.
fn case_change(original: &str, replacement: &str) -> Option<&'static str> {
    if original == replacement || original.to_lowercase() != replacement.to_lowercase() {
        return None;
    }
    if replacement == original.to_lowercase() {
        return Some("lower case");
    }
    Some(if replacement == original.to_uppercase() { "upper case" } else { "capitals" })
}

/// Two cheap candidates of one file at once.
pub(crate) fn pairs(cheap: &[Candidate]) -> Vec<Candidate> {
    let mut made = Vec::new();
    for (index, one) in cheap.iter().enumerate() {
        for other in &cheap[index + 1..] {
            if one.file != other.file {
                continue;
            }
            let mut edits: Vec<Edit> = one.edits.iter().chain(&other.edits).cloned().collect();
            edits.sort();
            if edits.windows(2).all(|pair| pair[0].end <= pair[1].start && pair[0].span() != pair[1].span()) {
                made.push(Candidate {
                    score: one.score * other.score,
                    description: format!("{}, and {}", one.description, other.description),
                    edits,
                    pairs: false,
                    ..one.clone()
                });
            }
        }
    }
    made
}

/// The template of a candidate.
pub(crate) fn template_of(candidate: &Candidate) -> Option<&'static Template> {
    crate::template::template(candidate.template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::localise::localise;
    use crate::project::Project;

    /// Score of the likeliest change of a table with so many entries.
    fn likeliest(entries: usize) -> f64 {
        let folder = tempfile::tempdir().unwrap();
        let table = "0, 1, ".repeat(entries / 2);
        let shop = format!("TABLE = [{table}]\n\n\ndef look_up(at):\n    return TABLE[at]\n");
        std::fs::write(folder.path().join("shop.py"), shop).unwrap();
        std::fs::write(folder.path().join("test_shop.py"), "from shop import TABLE\n\ndef test(): TABLE\n")
            .unwrap();
        let project = Project::read(folder.path(), &[]);
        let test = regreen_case::TestTarget {
            framework: regreen_case::Framework::Pytest,
            id: "test_shop.py::test".to_owned(),
            file: None,
            suite: None,
        };
        let regions = localise(&project, &[test], &[], &[], None);
        let table = regions.iter().find(|region| region.is_constant).unwrap();
        candidates(project.source(0).unwrap(), table, "")[0].score
    }

    #[test]
    fn the_entries_of_a_long_table_share_what_it_is_suspect_of() {
        let (short, long) = (likeliest(4), likeliest(400));
        assert!(long > 0.0 && long < short / 10.0, "{short} {long}");
    }
}
