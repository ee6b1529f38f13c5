//! Chance that can be replayed: a small generator (SplitMix64) whose seed the documents record.

/// A source of numbers; the same seed gives the same ones on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // Multiply and shift: the bias is below 2^-32 for everything that is counted here.
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// From 0 up to, not including, 1.
    #[cfg(test)]
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_fair_and_can_be_replayed() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..30_000).map(|_| chance.below(3)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        for wanted in 0..3 {
            let seen = draw(7).into_iter().filter(|one| *one == wanted).count();
            assert!((9_600..10_400).contains(&seen), "{wanted}: {seen}");
        }
        assert_eq!(Chance::new(1).below(0), 0);
        assert!((0.0..1.0).contains(&Chance::new(3).fraction()));
    }
}
