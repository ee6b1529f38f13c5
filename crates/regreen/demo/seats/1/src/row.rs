//! One row of seats.

/// A row of seats, numbered from 1.
pub struct Row {
    seats: u32,
    sold: Vec<u32>,
}

impl Row {
    /// A row in which every seat is free.
    pub fn new(seats: u32) -> Self {
        Row { seats, sold: Vec::new() }
    }

    /// The free seats, in order.
    pub fn free(&self) -> Vec<u32> {
        let mut free = Vec::new();
        let mut seat = 1;
        while seat <= self.seats {
            if !self.sold.contains(&seat) {
                free.push(seat);
            }
            seat += 1;
        }
        free
    }
}
