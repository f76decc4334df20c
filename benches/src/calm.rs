//! Waiting for a machine that is shared to be calm, before a run and never after a look at one.
//!
//! A loop of known work takes longer while somebody else uses the same cores or caches. Each run
//! waits until the loop takes about as long as it took at best, for some seconds and not for ever:
//! a machine that stays busy is measured as it is.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::{Serialize, Serializer};

/// Numbers that the loop walks over: half of a near cache, which neighbours share with us.
const NUMBERS: usize = 1 << 16;

/// Walks of a loop: some milliseconds.
const WALKS: usize = 100;

/// Loops before the first run, to see how fast the machine can be.
const LOOPS_BEFORE: usize = 100;

/// Loops of one look, of which the slowest counts: calm that does not last is none.
const LOOPS: usize = 5;

/// The machine is calm if the loop takes at most this many times its least time.
const SLOWER_MAX: f64 = 1.05;

/// Between two loops of a wait.
const PAUSE: Duration = Duration::from_millis(50);

/// How calm the machine was.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Calm {
    /// The least time of the loop, in milliseconds.
    #[serde(serialize_with = "hundredths")]
    loop_ms_least: f64,
    /// How long runs waited in all, looks included, in seconds.
    #[serde(serialize_with = "hundredths")]
    waited_s: f64,
    /// Runs that began although the machine was not calm.
    runs_not_calm: u32,
    /// How long a run waits at the most.
    #[serde(skip)]
    patience: Duration,
}

impl Calm {
    /// Sees how fast the machine is.
    pub(crate) fn new(patience: Duration) -> Self {
        let least = (0..LOOPS_BEFORE).map(|_| loop_ms()).fold(f64::INFINITY, f64::min);
        Calm { loop_ms_least: least, waited_s: 0.0, runs_not_calm: 0, patience }
    }

    /// Waits until the machine is calm, or as long as patience lasts.
    pub(crate) fn wait(&mut self) {
        self.wait_for(loop_ms, std::thread::sleep);
    }

    fn wait_for(&mut self, mut loop_ms: impl FnMut() -> f64, mut pause: impl FnMut(Duration)) {
        let start = Instant::now();
        loop {
            let ms = (0..LOOPS).map(|_| loop_ms()).fold(0.0, f64::max);
            self.loop_ms_least = self.loop_ms_least.min(ms);
            let is_calm = ms <= self.loop_ms_least * SLOWER_MAX;
            if is_calm || start.elapsed() >= self.patience {
                self.runs_not_calm += u32::from(!is_calm);
                break;
            }
            pause(PAUSE);
        }
        self.waited_s += start.elapsed().as_secs_f64();
    }
}

fn hundredths<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value * 100.0).round() / 100.0)
}

/// How long the loop takes on all cores at once, in milliseconds: as long as on the slowest.
fn loop_ms() -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| black_box(walk(black_box(WALKS))));
        }
    });
    start.elapsed().as_secs_f64() * 1_000.0
}

/// Work that keeps a core busy: no number waits for the one before.
fn walk(times: usize) -> u64 {
    let numbers: Vec<u64> = (0..NUMBERS as u64).collect();
    let mut sum = 0_u64;
    for time in 0..times as u64 {
        for &number in &numbers {
            let mixed = (number ^ time).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            sum = sum.wrapping_add((mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb) >> 7);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm(patience: Duration) -> Calm {
        Calm { loop_ms_least: 10.0, waited_s: 0.0, runs_not_calm: 0, patience }
    }

    #[test]
    fn a_run_waits_while_the_loop_is_slow() {
        let mut calm = calm(Duration::from_secs(60));
        let looks = [[20.0; LOOPS], [10.0, 14.0, 10.0, 10.0, 10.0], [10.2; LOOPS], [1.0; LOOPS]];
        let mut loops = looks.into_iter().flatten();
        let mut pauses = 0;
        calm.wait_for(|| loops.next().unwrap_or(0.0), |_| pauses += 1);
        assert_eq!((pauses, calm.runs_not_calm, loops.next()), (2, 0, Some(1.0)));
    }

    #[test]
    fn patience_ends() {
        let mut calm = calm(Duration::ZERO);
        calm.wait_for(|| 20.0, |_| panic!("no pause"));
        assert_eq!(calm.runs_not_calm, 1);
    }

    #[test]
    fn a_faster_loop_is_the_measure_from_then_on() {
        let mut calm = calm(Duration::ZERO);
        calm.wait_for(|| 8.0, |_| ());
        assert_eq!((calm.loop_ms_least, calm.runs_not_calm), (8.0, 0));
        assert!(loop_ms() > 0.0);
    }
}
