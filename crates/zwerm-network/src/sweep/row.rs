//! One account's row of the matrix of co-actions, for all windows at once.

use zwerm_model::{CoActions, NONE};

/// What one co-action counts in an estimate, in fixed point: see [`CoActions::estimate`].
pub(super) const ONE: u64 = CoActions::ESTIMATE_ONE;

/// The windows, largest first, each with its place in the list that was asked for.
#[derive(Debug)]
pub(super) struct Windows(Vec<(i64, u32)>);

impl Windows {
    pub(super) fn of(windows_ms: &[i64]) -> Self {
        let mut windows: Vec<(i64, u32)> = windows_ms.iter().copied().zip(0..).collect();
        windows.sort_unstable_by_key(|&(ms, place)| (std::cmp::Reverse(ms), place));
        Windows(windows)
    }

    pub(super) fn largest(&self) -> Option<i64> {
        self.0.first().map(|&(ms, _)| ms)
    }
}

/// An object on which accounts meet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Object {
    /// Its number; any that differs from object to object.
    pub(super) number: u32,
    /// What it weighs: see [`CoActions::weight`].
    pub(super) weight: u64,
}

/// The counters of one row, reused for the next.
pub(super) struct Row<'a> {
    windows: &'a Windows,
    co_actions_min: u64,
    /// The place of each other account's first counter, or [`NONE`].
    place: Vec<u32>,
    /// One counter per account met and window, largest window first.
    counters: Vec<Counter>,
    /// What is handed on, to be sorted: (other account, place of its first counter).
    kept: Vec<(u32, u32)>,
}

/// What the row's account and another did together within one window.
#[derive(Clone, Copy, Debug)]
struct Counter {
    /// The other account.
    b: u32,
    /// The object counted last: acts are walked object by object.
    object: u32,
    objects: u32,
    co_actions: u64,
    a_first: u64,
    b_first: u64,
    /// The smallest gap on the object counted last.
    gap_here: i64,
    gap_min: i64,
    gap_sum: i64,
    weight: u64,
    estimate: u64,
}

impl Counter {
    fn new(b: u32) -> Self {
        Counter {
            b,
            object: NONE,
            objects: 0,
            co_actions: 0,
            a_first: 0,
            b_first: 0,
            gap_here: 0,
            gap_min: i64::MAX,
            gap_sum: 0,
            weight: 0,
            estimate: 0,
        }
    }

    /// One more pair of acts; `lead` is how much later the other account acted, `stands_for` how
    /// many pairs this one stands for.
    #[inline]
    fn add(&mut self, object: Object, lead: i64, stands_for: u64) {
        let gap = lead.saturating_abs();
        self.co_actions += 1;
        self.estimate += stands_for;
        self.a_first += u64::from(lead > 0);
        self.b_first += u64::from(lead < 0);
        if self.object != object.number {
            self.object = object.number;
            self.objects += 1;
            self.weight += object.weight;
            self.gap_here = gap;
            self.gap_sum = self.gap_sum.saturating_add(gap);
        } else if gap < self.gap_here {
            self.gap_sum -= self.gap_here - gap;
            self.gap_here = gap;
        }
        self.gap_min = self.gap_min.min(gap);
    }
}

impl<'a> Row<'a> {
    fn new(accounts: usize, windows: &'a Windows, co_actions_min: u64) -> Self {
        Row {
            windows,
            co_actions_min,
            place: vec![NONE; accounts],
            counters: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// A row for each thread.
    pub(super) fn per_thread(
        accounts: usize,
        windows: &'a Windows,
        co_actions_min: u64,
    ) -> Vec<Self> {
        let row = |_| Row::new(accounts, windows, co_actions_min);
        (0..rayon::current_num_threads()).map(row).collect()
    }

    /// Counts one meeting with another account. The meetings on an object come one after another.
    #[inline]
    pub(super) fn meet(&mut self, b: u32, object: Object, lead: i64, stands_for: u64) {
        let windows = &self.windows.0;
        let mut place = self.place[b as usize] as usize;
        if place == NONE as usize {
            place = self.counters.len();
            self.place[b as usize] = place as u32;
            self.counters.extend(windows.iter().map(|_| Counter::new(b)));
        }
        let gap = lead.saturating_abs();
        for (&(window, _), counter) in windows.iter().zip(&mut self.counters[place..]) {
            if gap > window {
                break;
            }
            counter.add(object, lead, stands_for);
        }
    }

    /// Appends the edges of the row by account and window, and empties the counters.
    pub(super) fn take(&mut self, account: u32, found: &mut Vec<CoActions>) {
        let windows = &self.windows.0;
        for (of_b, first) in self.counters.chunks(windows.len()).zip((0..).step_by(windows.len())) {
            self.place[of_b[0].b as usize] = NONE;
            // The largest window has the most.
            if of_b[0].co_actions >= self.co_actions_min {
                self.kept.push((of_b[0].b, first));
            }
        }
        self.kept.sort_unstable();
        for &(b, first) in &self.kept {
            let start = found.len();
            for (counter, &(_, window)) in self.counters[first as usize..].iter().zip(windows) {
                if counter.co_actions >= self.co_actions_min.max(1) {
                    found.push(CoActions {
                        a: account,
                        b,
                        window,
                        objects: counter.objects,
                        co_actions: counter.co_actions,
                        a_first: counter.a_first,
                        b_first: counter.b_first,
                        gap_ms_min: counter.gap_min,
                        gap_ms_sum: counter.gap_sum,
                        weight: counter.weight,
                        estimate: counter.estimate,
                    });
                }
            }
            found[start..].sort_unstable_by_key(|edge| edge.window);
        }
        self.kept.clear();
        self.counters.clear();
    }
}
