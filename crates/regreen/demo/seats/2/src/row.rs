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

    /// Sells a seat; says whether it was free.
    pub fn sell(&mut self, seat: u32) -> bool {
        let free = seat >= 1 && seat <= self.seats && !self.sold.contains(&seat);
        if free {
            self.sold.push(seat);
        }
        free
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
