//! `random.random()`: another result in every run.

use super::{Proposals, Site, Template, python};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "seed",
    doc: "Draws from a generator with a fixed seed instead of the global one.",
    prior: 0.02,
    trust: 0.4,
    caution: Some("the result no longer varies: check that nothing relies on randomness"),
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a):\n    return random.choice(a)\n",
            "def f(a):\n    return random.Random(0).choice(a)\n",
        ),
        python("def f(a):\n    g = random.Random()\n", "def f(a):\n    g = random.Random(0)\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    for (random, seeded) in site.idioms().seeds {
        if site.text() == *random && site.is_value {
            out.replace(site, site.node, *seeded, 1.0);
        }
    }
    if !site.is_python() || site.role != Role::Call {
        return;
    }
    if matches!(site.text(), "random.Random()" | "Random()" | "default_rng()" | "np.random.default_rng()") {
        out.replace(site, site.node, site.text().replace("()", "(0)"), 1.0);
    } else if let Some((name, Some(object))) = site.callee()
        && site.text_of(object) == "random"
        && site.text_of(name) != "Random"
        && site.text_of(name) != "seed"
    {
        out.replace(site, object, "random.Random(0)", 0.6);
    }
}
