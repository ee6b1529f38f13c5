use seats::Row;

#[test]
fn every_seat_of_an_empty_row_is_free() {
    assert_eq!(Row::new(4).free(), [1, 2, 3, 4]);
}

#[test]
fn a_row_without_seats_has_none() {
    assert!(Row::new(0).free().is_empty());
}
