//! Seats in a hall.

mod row;

pub use row::Row;
