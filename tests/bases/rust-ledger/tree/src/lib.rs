//! A ledger.

pub mod account;
pub mod parse;

/// Sum of all entries, in cents.
pub fn balance(entries: &[i64]) -> i64 {
    let mut sum = 0;
    for entry in entries.iter().skip(1) {
        sum += entry;
    }
    sum
}

/// Splits an amount evenly.
pub fn share(amount: i64, people: i64) -> i64 {
    amount / people
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balance_adds_up() {
        assert_eq!(balance(&[4200, -1350, 77]), 2927);
    }

    #[test]
    fn shares_are_even() {
        assert_eq!(share(900, 3), 300);
    }
}
