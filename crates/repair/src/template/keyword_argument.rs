//! `sorted(a)` to `sorted(a, reverse=True)`: an option of a well-known function.

use super::{Proposals, Site, Template, python};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "keyword_argument",
    doc: "Gives a well-known function the option or the second argument it is usually missing.",
    prior: 0.3,
    trust: 0.6,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a):\n    return sorted(a)\n", "def f(a):\n    return sorted(a, reverse=True)\n"),
        python("def f(a):\n    return max(a)\n", "def f(a):\n    return max(a, default=0)\n"),
        python("def f(a):\n    return a.get('x')\n", "def f(a):\n    return a.get('x', 0)\n"),
    ],
};

fn options(name: &str) -> &'static [(&'static str, f64)] {
    match name {
        "sorted" | "sort" => {
            &[("reverse=True", 1.0), ("key=len", 0.5), ("key=str.lower", 0.3), ("key=str", 0.2)]
        }
        "max" | "min" => &[("default=0", 0.8), ("default=None", 0.5), ("key=len", 0.4)],
        "sum" => &[("[]", 0.2), ("0.0", 0.1)],
        "enumerate" => &[("1", 0.9), ("start=1", 0.3)],
        "get" => &[("0", 0.6), ("\"\"", 0.5), ("[]", 0.4), ("{}", 0.3), ("False", 0.2)],
        "pop" => &[("None", 0.7), ("0", 0.3)],
        "getattr" | "next" => &[("None", 1.0)],
        "split" => &[("\" \"", 0.3), ("\",\"", 0.4), ("maxsplit=1", 0.4)],
        "open" => &[("encoding=\"utf-8\"", 0.8), ("newline=\"\"", 0.2)],
        "zip" => &[("strict=True", 0.2)],
        "dumps" => &[("sort_keys=True", 0.8)],
        "round" => &[("2", 0.6), ("1", 0.2)],
        "join" => &[("timeout=1", 0.1)],
        "makedirs" | "mkdir" => &[("exist_ok=True", 0.9), ("parents=True", 0.3)],
        "int" => &[("2", 0.2), ("16", 0.2)],
        "findall" | "search" | "match" | "sub" | "compile" => &[("flags=re.IGNORECASE", 0.3)],
        _ => &[],
    }
}

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Call {
        return;
    }
    let (Some((name, _)), Some(list)) = (site.callee(), site.argument_list()) else {
        return;
    };
    if !list.kind().contains("argument") {
        return;
    }
    let arguments = site.arguments();
    let name = site.text_of(name);
    let known = if site.is_python() { options(name) } else { (site.idioms().options)(name) };
    for (option, weight) in known {
        let keyword = option.split('=').next().unwrap_or(option);
        let given = arguments.iter().any(|argument| site.text_of(*argument).starts_with(keyword));
        if !given {
            let separator = if arguments.is_empty() { "" } else { ", " };
            let at = arguments.last().map_or(list.end_byte() - 1, |last| last.end_byte());
            out.splice(
                site,
                at..at,
                format!("{separator}{option}"),
                *weight,
                format!("add the argument `{option}`"),
            );
        }
    }
}
