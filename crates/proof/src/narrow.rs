//! Delta debugging: the parts of something that are needed, found by leaving out ever fewer of them at a time.
//!
//! It knows nothing of patches or tests: whoever asks says whether the rest still does what it has to.

/// The parts that are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowed<T> {
    /// In the order they came in.
    pub needed: Vec<T>,
    /// Whether leaving out any single one of them was tried. False when the answers ended before.
    pub complete: bool,
}

/// Looks for the fewest parts that do. `still_does` is asked whether some of the parts do without the others, never about
/// all of them and never about none; `None` ends the search with what is known by then.
///
/// # Errors
/// Those of `still_does`.
pub fn narrow<T: Clone, E>(
    parts: &[T],
    mut still_does: impl FnMut(&[T]) -> Result<Option<bool>, E>,
) -> Result<Narrowed<T>, E> {
    let mut needed = parts.to_vec();
    let mut size = parts.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut dropped = false;
        while at < needed.len() && needed.len() > 1 {
            let left_out = at..at.saturating_add(size);
            let rest: Vec<T> = needed
                .iter()
                .enumerate()
                .filter(|(index, _)| !left_out.contains(index))
                .map(|(_, part)| part.clone())
                .collect();
            match if rest.is_empty() { Some(false) } else { still_does(&rest)? } {
                None => return Ok(Narrowed { needed, complete: false }),
                Some(true) => {
                    needed = rest;
                    dropped = true;
                }
                Some(false) => at += size,
            }
        }
        // With one part at a time, another round only helps when the last one dropped something.
        if size == 1 && !dropped {
            return Ok(Narrowed { needed, complete: true });
        }
        size = size.div_ceil(2).max(1);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn narrowed(count: u32, needed: &[u32]) -> (Narrowed<u32>, usize) {
        let parts: Vec<u32> = (0..count).collect();
        let mut asked = 0;
        let found = narrow::<_, Infallible>(&parts, |rest| {
            asked += 1;
            assert!(!rest.is_empty() && rest.len() < parts.len());
            Ok(Some(needed.iter().all(|part| rest.contains(part))))
        });
        (found.unwrap(), asked)
    }

    #[test]
    fn exactly_what_is_needed_is_left() {
        for count in 1..12_u32 {
            for wanted in 1..(1_u32 << count) {
                let needed: Vec<u32> = (0..count).filter(|part| wanted & (1 << part) != 0).collect();
                let (found, _) = narrowed(count, &needed);
                assert_eq!(found, Narrowed { needed, complete: true }, "of {count}");
            }
        }
    }

    #[test]
    fn one_of_many_is_found_with_few_questions() {
        let (found, asked) = narrowed(200, &[137]);
        assert_eq!(found.needed, [137]);
        assert!(asked <= 20, "{asked}");
    }

    #[test]
    fn without_an_answer_what_is_known_counts() {
        let mut asked = 0;
        let found = narrow::<_, Infallible>(&[1, 2, 3, 4], |rest| {
            asked += 1;
            Ok((asked < 2).then(|| rest.contains(&3)))
        });
        assert_eq!(found.unwrap(), Narrowed { needed: vec![3, 4], complete: false });
    }
}
