use seats::Row;

#[test]
fn a_seat_is_sold_once() {
    let mut row = Row::new(2);
    assert!(row.sell(2));
    assert!(!row.sell(2));
    assert!(!row.sell(0));
    assert!(!row.sell(3));
}
