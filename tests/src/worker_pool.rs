//! Many measurements with a few workers; what they answer keeps the order of the questions.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Asks for every item, so many at the same time.
///
/// # Panics
/// When a question does.
pub fn ask_all<T: Sync, A: Send>(items: &[T], workers: usize, ask: impl Fn(&T) -> A + Sync) -> Vec<A> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, A)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            scope.spawn(|| {
                while let Some((at, item)) = claim(&next, items) {
                    let answer = ask(item);
                    done.lock().expect("no panic").push((at, answer));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no panic");
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, answer)| answer).collect()
}

fn claim<'a, T>(next: &AtomicUsize, items: &'a [T]) -> Option<(usize, &'a T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, items.get(at)?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_keep_the_order_of_the_questions() {
        let items: Vec<u64> = (0..20).collect();
        let answers = super::ask_all(&items, 4, |item| {
            std::thread::sleep(std::time::Duration::from_millis(20 - item));
            item * 2
        });
        assert_eq!(answers, (0..20).map(|item| item * 2).collect::<Vec<u64>>());
    }
}
