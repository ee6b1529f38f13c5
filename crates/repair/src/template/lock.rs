//! Two threads change the same thing: take the lock that is there.

use super::{Proposals, Site, Template, python, short};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "lock",
    doc: "Puts a statement that changes shared state under a lock that the code already has.",
    prior: 0.15,
    trust: 0.6,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[python(
        "class A:\n    def f(self):\n        x = self._lock\n        self.n += 1\n",
        "class A:\n    def f(self):\n        x = self._lock\n        with self._lock:\n            self.n += 1\n",
    )],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let statement =
        site.is_statement() && matches!(site.node.kind(), "expression_statement" | "if_statement");
    if !site.is_python() || !statement || !site.text().contains(['=', '(']) {
        return;
    }
    let changes = site
        .parts()
        .first()
        .is_some_and(|first| matches!(site.role_of(*first), Role::Augment | Role::Assign | Role::Call));
    if !changes && site.node.kind() != "if_statement" {
        return;
    }
    let mut locks: Vec<String> = Vec::new();
    for (object, members) in &site.scope.members {
        locks.extend(
            members.iter().filter(|member| is_lock(member)).map(|member| format!("{object}.{member}")),
        );
    }
    locks.extend(site.scope.globals.iter().map(|global| global.name.clone()).filter(|name| is_lock(name)));
    locks.retain(|lock| !site.text().contains(lock.as_str()));
    let indent = site.indent_of(site.node);
    for lock in locks.into_iter().take(3) {
        let body = site.text().replace(&format!("\n{indent}"), &format!("\n{indent}    "));
        let code = format!("with {lock}:\n{indent}    {body}");
        let description = format!("put `{}` under `{lock}`", short(site.text()));
        out.splice(site, site.node.byte_range(), code, 0.8, description);
    }
}

fn is_lock(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with("lock") || name.ends_with("mutex")
}
