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
///
/// No two threads' rows share a line of cache, nor a pair of lines that is fetched together: every
/// meeting writes here.
#[repr(align(128))]
pub(super) struct Row<'a> {
    windows: &'a Windows,
    co_actions_min: u64,
    /// The place of each other account among those met, or [`NONE`].
    place: Vec<u32>,
    met: Vec<Met>,
    /// One counter per account met twice and window, largest window first.
    counters: Vec<Counter>,
    /// What is handed on, to be sorted: (other account, place of its first counter).
    kept: Vec<(u32, u32)>,
}

/// Another account. Most are met once and never counted.
#[derive(Clone, Copy, Debug)]
struct Met {
    b: u32,
    /// The place of its first counter, or [`NONE`].
    counters: u32,
    first: Meeting,
}

impl Met {
    /// Starts counting, with the first meeting.
    #[inline]
    fn begin(&mut self, windows: &[(i64, u32)], counters: &mut Vec<Counter>) {
        let start = counters.len();
        self.counters = start as u32;
        counters.resize(start + windows.len(), Counter::NEW);
        add(windows, &mut counters[start..], self.first);
    }
}

/// An act of the row's account and one of another on an object.
#[derive(Clone, Copy, Debug)]
struct Meeting {
    object: Object,
    /// How much later the other account acted.
    lead: i64,
    /// How many pairs of acts this one stands for.
    stands_for: u64,
}

/// What the row's account and another did together within one window.
#[derive(Clone, Copy, Debug)]
struct Counter {
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
    const NEW: Counter = Counter {
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
    };

    /// One more pair of acts.
    #[inline]
    fn add(&mut self, Meeting { object, lead, stands_for }: Meeting) {
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
            met: Vec::new(),
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
        let meeting = Meeting { object, lead, stands_for };
        let place = &mut self.place[b as usize];
        if *place == NONE {
            *place = self.met.len() as u32;
            self.met.push(Met { b, counters: NONE, first: meeting });
            return;
        }
        let (met, windows) = (&mut self.met[*place as usize], &self.windows.0);
        if met.counters == NONE {
            met.begin(windows, &mut self.counters);
        }
        add(windows, &mut self.counters[met.counters as usize..], meeting);
    }

    /// Appends the edges of the row by account and window, and empties the counters.
    pub(super) fn take(&mut self, account: u32, found: &mut Vec<CoActions>) {
        let windows = &self.windows.0;
        for met in &mut self.met {
            self.place[met.b as usize] = NONE;
            if met.counters == NONE && self.co_actions_min <= 1 {
                met.begin(windows, &mut self.counters);
            }
            // The largest window has the most.
            let counter = self.counters.get(met.counters as usize);
            if counter.is_some_and(|counter| counter.co_actions >= self.co_actions_min) {
                self.kept.push((met.b, met.counters));
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
        self.met.clear();
        self.counters.clear();
    }
}

/// Counts a meeting in the windows that it lies in.
#[inline]
fn add(windows: &[(i64, u32)], counters: &mut [Counter], meeting: Meeting) {
    let gap = meeting.lead.saturating_abs();
    for (&(window, _), counter) in windows.iter().zip(counters) {
        if gap > window {
            break;
        }
        counter.add(meeting);
    }
}
