//! Days, months and years.

/// Whether a year has a 29th of February.
pub fn is_leap(year: u32) -> bool {
    if year % 400 == 0 {
        return true;
    }
    if year % 100 == 0 {
        return false;
    }
    year % 4 == 0
}

/// How many days a month has; months count from 1.
pub fn days_of_month(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// How many days a year has.
pub fn days_of_year(year: u32) -> u32 {
    (1..=12).map(|month| days_of_month(year, month)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fourth_year_is_a_leap_year_but_not_every_century() {
        let leap: Vec<u32> = (1896..=2004).filter(|year| is_leap(*year)).collect();
        assert_eq!(leap.len(), 27);
        assert!(leap.contains(&2000) && !leap.contains(&1900));
    }

    #[test]
    fn february_is_longer_in_leap_years() {
        assert_eq!(days_of_month(2024, 2), 29);
        assert_eq!(days_of_month(2023, 2), 28);
        assert_eq!(days_of_month(2023, 4), 30);
    }

    #[test]
    fn years_add_up() {
        assert_eq!(days_of_year(2023), 365);
    }
}
