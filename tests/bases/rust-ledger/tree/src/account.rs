//! Accounts.

/// An account's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(pub String);

/// Reads a number: digits in groups of four.
pub fn number(text: &str) -> Option<Number> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit()).collect();
    (digits.len() == 12).then_some(Number(digits))
}
