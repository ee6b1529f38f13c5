//! `self.a` to `self.b`: the wrong member.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "member",
    doc: "Replaces a member by another one that the same object has elsewhere in the file.",
    prior: 0.16,
    trust: 0.5,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python(
            "def f(self):\n    self.b = 1\n    return self.a\n",
            "def f(self):\n    self.b = 1\n    return self.b\n",
        ),
        rust("fn f(a: &A) -> i32 { a.x - a.y }\n", "fn f(a: &A) -> i32 { a.y - a.y }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Member || site.field() == Some("function") {
        return;
    }
    let parts = site.parts();
    let (Some(object), Some(member)) = (parts.first(), parts.last()) else { return };
    let current = site.text_of(*member);
    if current.chars().all(|letter| !letter.is_lowercase()) {
        let families = site.vocabulary().families.iter().filter(|family| family.contains(&current));
        for other in families.flat_map(|family| family.iter()).filter(|other| **other != current) {
            out.replace(site, *member, *other, 0.8);
        }
    }
    let Some(others) = site.scope.members.get(site.text_of(*object)) else { return };
    let crowd = (4.0 / others.len() as f64).clamp(0.2, 1.0);
    for other in others.iter().filter(|other| *other != current) {
        let constant = other.chars().all(|letter| !letter.is_lowercase());
        let alike = constant == current.chars().all(|letter| !letter.is_lowercase());
        out.replace(site, *member, other.as_str(), crowd * if alike { 1.0 } else { 0.2 });
    }
}
