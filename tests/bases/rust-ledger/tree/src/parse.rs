//! Reads amounts.

/// `12.50` in cents.
pub fn amount(text: &str) -> Result<i64, std::num::ParseIntError> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
    Ok(whole.parse::<i64>()? * 100 + cents.parse::<i64>()?)
}
