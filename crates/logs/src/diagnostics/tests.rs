//! The table tests itself: each rule compiles, fits its own line, and is the one that counts for it.

use super::*;

#[test]
fn every_rule_fits_its_own_line() {
    let mut wrong = Vec::new();
    for (at, (rule, _)) in table().rules.iter().enumerate() {
        let Some(regex) = table().regex(at) else {
            wrong.push(format!("does not compile: {}", rule.shape));
            continue;
        };
        if !rule.keys.split('¦').any(|key| rule.sample.contains(key)) {
            wrong.push(format!("no key in its line: {}", rule.sample));
        }
        if !regex.is_match(rule.sample) {
            wrong.push(format!("does not fit: {}", rule.sample));
        }
        match classify(rule.sample) {
            Some(fit) if fit.rule().level == rule.level && fit.rule().tool == rule.tool => {}
            other => wrong.push(format!("{:?} {}: {:?}", rule.level, rule.sample, other.map(Fit::rule))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rules_have_room() {
    assert!(table().rules.len() <= WORDS * 64);
    assert!(table().rules.iter().all(|(rule, _)| rule.keys.split('¦').all(|key| key.len() >= 2)));
}
