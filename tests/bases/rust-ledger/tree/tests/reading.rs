use ledger::account::number;
use ledger::parse::amount;

#[test]
fn amounts_are_read() {
    assert_eq!(amount("12.50"), Ok(1250));
}

#[test]
fn numbers_are_read() {
    assert_eq!(number("1234 5678 9012").unwrap().0, "123456789012");
}
