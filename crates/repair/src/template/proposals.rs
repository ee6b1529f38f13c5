//! Where templates put what they propose.

use std::ops::Range;

use tree_sitter::Node;

use super::Site;
use crate::candidate::Edit;

/// One proposed change of a template.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub(crate) edits: Vec<Edit>,
    /// How likely within its template, 1 being the most.
    pub(crate) weight: f64,
    pub(crate) description: String,
}

/// Collects proposals; drops those that change nothing.
#[derive(Debug, Default)]
pub(crate) struct Proposals {
    pub(crate) list: Vec<Proposal>,
}

impl Proposals {
    /// Replaces a node.
    pub(crate) fn replace(&mut self, site: &Site<'_>, node: Node<'_>, by: impl Into<String>, weight: f64) {
        let by = by.into();
        let description = format!("replace `{}` by `{}`", short(site.text_of(node)), short(&by));
        let start = site.scope.file.language.start(node, &site.scope.file.text);
        self.splice(site, start..node.end_byte(), by, weight, description);
    }

    /// Replaces a span, with a description of its own.
    pub(crate) fn splice(
        &mut self,
        site: &Site<'_>,
        span: Range<usize>,
        by: impl Into<String>,
        weight: f64,
        description: impl Into<String>,
    ) {
        self.several(site, vec![(span, by.into())], weight, description);
    }

    /// Replaces several spans at once; they are put in order here.
    pub(crate) fn several(
        &mut self,
        site: &Site<'_>,
        mut spans: Vec<(Range<usize>, String)>,
        weight: f64,
        description: impl Into<String>,
    ) {
        spans.sort_by_key(|(span, _)| span.start);
        let text = &site.scope.file.text;
        let edits: Option<Vec<Edit>> = spans
            .into_iter()
            .map(|(span, replacement)| {
                let original = text.get(span.clone())?.to_owned();
                Some(Edit { start: span.start, end: span.end, original, replacement })
            })
            .collect();
        let Some(edits) = edits else { return };
        if edits.iter().any(|edit| edit.original != edit.replacement) {
            self.list.push(Proposal { edits, weight, description: description.into() });
        }
    }

    /// Exchanges two nodes.
    pub(crate) fn exchange(&mut self, site: &Site<'_>, a: Node<'_>, b: Node<'_>, weight: f64) {
        let (one, other) = (site.text_of(a).to_owned(), site.text_of(b).to_owned());
        let start = |node| site.scope.file.language.start(node, &site.scope.file.text);
        let description = format!("exchange `{}` and `{}`", short(&one), short(&other));
        let spans = vec![(start(a)..a.end_byte(), other), (start(b)..b.end_byte(), one)];
        self.several(site, spans, weight, description);
    }
}

/// One line, cut to what a sentence can bear.
pub(crate) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 60 {
        line
    } else {
        format!("{}…", line.chars().take(59).collect::<String>())
    }
}
