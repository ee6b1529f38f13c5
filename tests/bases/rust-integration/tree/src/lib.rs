//! Counts words.

use std::collections::BTreeMap;

/// How often each word is in the text.
pub fn count(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for word in text.split(' ') {
        *found.entry(word.to_owned()).or_insert(0) += 1;
    }
    found
}

/// The first number in the text.
pub fn first_number(text: &str) -> Option<u32> {
    text.split_whitespace().find_map(|word| word.parse().ok())
}
