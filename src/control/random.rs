//! Random numbers that are the same on every machine: whole numbers of a fixed generator, then additions, products
//! and comparisons only. No function of a system's library of mathematics takes part, since these differ in their
//! last digit, and no two streams of different purpose share numbers.

use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

/// A stream of random numbers.
pub(super) struct Stream(XorShiftRng);

impl Stream {
    /// The stream of a seed for one purpose: a text that names it.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a: spreads the purpose over the bits of the seed.
        let hash = |state: u64, byte: &u8| (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let mixed = purpose.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325 ^ seed.rotate_left(17), hash);
        Self(XorShiftRng::seed_from_u64(mixed))
    }

    /// From 0 up to, not including, 1.
    pub(super) fn uniform(&mut self) -> f64 {
        // 53 bits fit a double exactly.
        (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// From −1 to 1.
    pub(super) fn symmetric(&mut self) -> f64 {
        2.0 * self.uniform() - 1.0
    }

    /// Mean 0, variance 1, within ±6: twelve uniform numbers less 6 (Irwin and Hall), normal up to a kurtosis of −0.1.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// Exponential of mean 1, by comparisons alone (von Neumann, NBS Applied Mathematics Series 12, 1951, p. 36): the
    /// length of the first falling run decides, and each run of even length counts one unit.
    pub(super) fn exponential(&mut self) -> f64 {
        let mut units = 0.0;
        loop {
            let first = self.uniform();
            let mut last = first;
            let mut length = 1_u32;
            loop {
                let next = self.uniform();
                if next >= last {
                    break;
                }
                last = next;
                length += 1;
            }
            if length % 2 == 1 {
                return units + first;
            }
            units += 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: usize = 200_000;

    /// Mean and variance of many numbers.
    fn moments(mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let numbers: Vec<f64> = (0..COUNT).map(|_| draw()).collect();
        let mean = numbers.iter().sum::<f64>() / COUNT as f64;
        (mean, numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / COUNT as f64)
    }

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1_and_exponential_ones_1_and_1() {
        let mut stream = Stream::new(7, "test");
        // Five standard errors: 5/√n for the mean, 5·√((κ − 1)/n) for the variance with κ = 2.9 and 9.
        let error = 5.0 / (COUNT as f64).sqrt();
        let (mean, variance) = moments(|| stream.normal());
        assert!(mean.abs() < error && (variance - 1.0).abs() < error * 1.9_f64.sqrt(), "{mean} {variance}");
        let (mean, variance) = moments(|| stream.exponential());
        assert!(
            (mean - 1.0).abs() < error && (variance - 1.0).abs() < error * 8.0_f64.sqrt(),
            "{mean} {variance}"
        );
    }

    #[test]
    fn one_exponential_number_in_e_is_above_1() {
        let mut stream = Stream::new(7, "tail");
        let above = (0..COUNT).filter(|_| stream.exponential() > 1.0).count() as f64 / COUNT as f64;
        let expected = (-1.0_f64).exp();
        assert!(
            (above - expected).abs() < 5.0 * (expected * (1.0 - expected) / COUNT as f64).sqrt(),
            "{above}"
        );
    }

    #[test]
    fn a_seed_and_purpose_give_the_same_numbers_on_every_machine() {
        let mut stream = Stream::new(1, "die");
        let found = [stream.uniform(), stream.normal(), stream.exponential()];
        assert_eq!(found.map(f64::to_bits), PINNED, "{found:?} {:?}", found.map(f64::to_bits));
        assert_ne!(Stream::new(1, "die").uniform(), Stream::new(1, "jitter").uniform());
        assert_ne!(Stream::new(1, "die").uniform(), Stream::new(2, "die").uniform());
    }

    /// As computed once: the generator and the arithmetic are fixed, so no machine may differ in a bit.
    const PINNED: [u64; 3] =
        [4_598_446_661_851_154_458, 4_607_660_292_112_992_844, 4_610_038_046_829_990_194];
}
