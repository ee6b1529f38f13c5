use words::{count, first_number};

#[test]
fn counts_words() {
    let found = count("red  green red");
    assert_eq!(found.len(), 2);
    assert_eq!(found["red"], 2);
}

#[test]
fn finds_numbers() {
    assert_eq!(first_number("take 25 of them"), Some(25));
}
