//! Latencies, counted in buckets whose width grows with the value.

/// Buckets within each doubling are `2^PRECISION`: a bucket is at most 1/64 of its value wide.
const PRECISION: u32 = 6;
/// Values from `2^LIMIT` nanoseconds (36 minutes) on share the last bucket.
const LIMIT: u32 = 41;
const BUCKETS: usize = ((LIMIT - PRECISION + 1) as usize) << PRECISION;

/// Counts of durations in nanoseconds: 18 KiB, one addition a value, percentiles within 0.8 %; the maximum is exact.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Box<[u64]>,
    total: u64,
    max: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS].into_boxed_slice(), total: 0, max: 0 }
    }
}

impl Histogram {
    /// Counts one duration of `nanos` nanoseconds.
    pub fn record(&mut self, nanos: u64) {
        if let Some(count) = self.counts.get_mut(bucket(nanos)) {
            *count += 1;
        }
        self.total += 1;
        self.max = self.max.max(nanos);
    }

    /// Adds what another histogram counted.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
        self.max = self.max.max(other.max);
    }

    /// How many durations were counted.
    pub fn len(&self) -> u64 {
        self.total
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// The longest duration, in nanoseconds, exact.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// The duration in nanoseconds that a share `p` (0 to 1) of all does not exceed: 0.99 gives the p99.
    /// 0 where nothing was counted.
    pub fn percentile(&self, p: f64) -> u64 {
        let rank = ((p * self.total as f64).ceil() as u64).clamp(1, self.total.max(1));
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return middle(index).min(self.max);
            }
        }
        self.max
    }
}

/// The bucket of a value. The first two doublings have buckets of width 1, every further one twice the width before.
fn bucket(value: u64) -> usize {
    let value = value.min((1 << LIMIT) - 1);
    let shift = (u64::BITS - value.leading_zeros()).saturating_sub(PRECISION + 1);
    ((shift as usize) << PRECISION) + (value >> shift) as usize
}

/// The middle of a bucket.
fn middle(index: usize) -> u64 {
    let shift = (index >> PRECISION).saturating_sub(1);
    let low = (index - (shift << PRECISION)) << shift;
    (low + (1 << shift) / 2) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream of numbers that look random, the same in every run.
    fn noise(seed: u64) -> impl Iterator<Item = u64> {
        std::iter::successors(Some(seed), |x| Some(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1)))
            .map(|x| x >> 33)
    }

    #[test]
    fn percentiles_agree_with_a_sorted_sample() {
        // Heavy-tailed, from microseconds to seconds.
        let sample: Vec<u64> = noise(7).take(100_000).map(|x| 1_000 + (x % 1_000) * (1 << (x % 21))).collect();
        let mut histogram = Histogram::default();
        sample.iter().for_each(|v| histogram.record(*v));
        let mut sorted = sample;
        sorted.sort_unstable();
        for p in [0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0] {
            let rank = ((p * sorted.len() as f64).ceil() as usize).max(1);
            let exact = sorted[rank - 1] as f64;
            let got = histogram.percentile(p) as f64;
            assert!((got - exact).abs() <= exact * 0.008, "p{p}: {got} is not near {exact}");
        }
        assert_eq!(histogram.max(), *sorted.last().unwrap());
        assert_eq!(histogram.len(), 100_000);
    }

    #[test]
    fn every_value_falls_into_a_bucket_whose_middle_is_near_it() {
        for value in (0..LIMIT).flat_map(|b| [(1u64 << b) - 1, 1 << b, (1 << b) + (1 << b) / 3]) {
            let middle = middle(bucket(value));
            assert!(middle.abs_diff(value) * 128 <= value.max(128), "{value}: {middle}");
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn small_values_are_exact_and_an_empty_histogram_answers_zero() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.percentile(0.5), 0);
        assert!(histogram.is_empty());
        [1, 2, 3, 4].iter().for_each(|v| histogram.record(*v));
        assert_eq!([0.25, 0.5, 0.75, 1.0].map(|p| histogram.percentile(p)), [1, 2, 3, 4]);
    }

    #[test]
    fn merging_is_the_same_as_recording_in_one() {
        let (mut one, mut two, mut all) = (Histogram::default(), Histogram::default(), Histogram::default());
        for (i, v) in noise(1).take(1_000).enumerate() {
            if i % 3 == 0 { &mut one } else { &mut two }.record(v);
            all.record(v);
        }
        one.merge(&two);
        assert_eq!((one.len(), one.max(), one.percentile(0.5)), (all.len(), all.max(), all.percentile(0.5)));
    }
}
