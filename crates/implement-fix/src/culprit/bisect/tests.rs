//! Every history up to a size, and what is promised of all of them.

use super::*;

/// Plays a game against a history; the outcome and how many were asked.
fn play(history: &[Answer], hint: Option<usize>, lanes: usize) -> (Outcome, usize) {
    let mut game = Bisect::new(history.len(), hint);
    let mut asked = std::collections::BTreeSet::from([0]);
    loop {
        let next = game.next(lanes);
        if next.is_empty() {
            return (game.outcome(), asked.len() - 1);
        }
        assert!(next.len() <= lanes);
        for position in next {
            assert!(asked.insert(position), "{position} is asked about twice: {history:?}");
            game.learn(position, history[position]);
        }
    }
}

/// A history that broke at `culprit` and has these commits that cannot be asked.
fn broken_at(length: usize, culprit: usize, skipped: impl Fn(usize) -> bool) -> Vec<Answer> {
    let plain = |at: usize| if at <= culprit { Answer::Bad } else { Answer::Good };
    (0..length).map(|at| if at > 0 && skipped(at) { Answer::Skip } else { plain(at) }).collect()
}

#[test]
fn the_culprit_is_found_in_every_history_without_gaps() {
    for lanes in 1..4 {
        for length in 2..70 {
            for culprit in 0..length - 1 {
                let history = broken_at(length, culprit, |_| false);
                let (outcome, asked) = play(&history, None, lanes);
                assert_eq!(outcome, Outcome::Exact(culprit), "{length} {lanes}");
                let doubling = 2.0 * ((culprit + 2) as f64).log2() + 2.0;
                assert!(lanes > 1 || asked as f64 <= doubling, "{asked} for {culprit}");
                for hint in [culprit + 1, length - 1, length / 2, length + 7] {
                    assert_eq!(play(&history, Some(hint), lanes).0, Outcome::Exact(culprit), "hint {hint}");
                }
            }
        }
    }
}

#[test]
fn a_known_good_commit_makes_it_as_short_as_halving() {
    for culprit in 0..1000 {
        let (outcome, asked) = play(&broken_at(1001, culprit, |_| false), Some(1000), 1);
        assert_eq!(outcome, Outcome::Exact(culprit));
        assert!(asked <= 11, "{asked}");
    }
}

#[test]
fn gaps_are_told_and_never_guessed_over() {
    // Every history of ten commits with every set of gaps.
    for culprit in 0..9 {
        for gaps in 0..(1_usize << 9) {
            let skipped = |at: usize| gaps & (1 << (at - 1)) != 0;
            let history = broken_at(10, culprit, skipped);
            for (lanes, hint) in [(1, None), (2, None), (3, None), (1, Some(9)), (2, Some(5))] {
                check(&history, culprit, play(&history, hint, lanes).0);
            }
        }
    }
}

/// Whether the outcome is what can be known.
fn check(history: &[Answer], culprit: usize, outcome: Outcome) {
    let good = history.iter().position(|answer| *answer == Answer::Good);
    let bad = (0..=culprit).rev().find(|at| history[*at] == Answer::Bad).unwrap();
    match (outcome, good) {
        (Outcome::Exact(at), Some(good)) => assert_eq!((at, good), (culprit, culprit + 1), "{history:?}"),
        (Outcome::Among { newest, oldest }, Some(good)) => {
            assert_eq!((newest, oldest), (bad, good - 1), "{history:?}");
            assert!((newest..=oldest).contains(&culprit));
        }
        // Doubling steps and what lies between them need not meet a lonely good one among gaps.
        (Outcome::NoGood, None) => {}
        (Outcome::NoGood, Some(_)) => assert!(history.contains(&Answer::Skip), "{history:?}"),
        (outcome, None) => panic!("{outcome:?} of {history:?}"),
    }
}

#[test]
fn a_test_that_did_not_run_long_ago_is_bisected_where_it_did() {
    // Broken at 80; before 100 the code under test was not there at all.
    let mut history = broken_at(200, 80, |_| false);
    history[100..].fill(Answer::Skip);
    let (outcome, asked) = play(&history, None, 1);
    assert_eq!(outcome, Outcome::Exact(80));
    assert!(asked <= 24, "{asked}");
}

#[test]
fn a_run_of_commits_that_do_not_build_costs_few_questions() {
    let history = broken_at(256, 90, |at| (110..190).contains(&at));
    let (outcome, asked) = play(&history, Some(255), 1);
    assert_eq!(outcome, Outcome::Exact(90));
    assert!(asked <= 16, "{asked}");
}

#[test]
fn of_several_changes_from_good_to_bad_one_that_is_real_is_named() {
    for pattern in 0..(1_usize << 11) {
        let mut history: Vec<Answer> =
            (0..11).map(|at| if pattern & (1 << at) == 0 { Answer::Good } else { Answer::Bad }).collect();
        history.insert(0, Answer::Bad);
        for lanes in 1..4 {
            match play(&history, None, lanes).0 {
                Outcome::Exact(at) => {
                    assert_eq!((history[at], history[at + 1]), (Answer::Bad, Answer::Good));
                }
                outcome => {
                    assert_eq!(outcome, Outcome::NoGood);
                    let steps = [1, 2, 4, 8, 11];
                    assert!(steps.iter().all(|step| history[*step] == Answer::Bad), "{history:?}");
                }
            }
        }
    }
}

#[test]
fn without_a_good_commit_there_is_no_culprit() {
    assert_eq!(play(&[Answer::Bad; 40], None, 1).0, Outcome::NoGood);
    assert_eq!(play(&[Answer::Bad], None, 1), (Outcome::NoGood, 0));
    assert_eq!(Bisect::new(9, Some(8)).outcome(), Outcome::NoGood, "nobody looked yet");
}
