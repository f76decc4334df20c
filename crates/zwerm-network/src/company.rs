//! Company: how much speaks for the accounts that an account met.
//!
//! # What
//!
//! One step over the graph of co-actions. On each object the company of an account is the strongest
//! evidence among those it met there within the window; over its objects, the mean. It is measured
//! where a meeting says something: on the kinds and the widest window at which ordinary accounts
//! hardly ever meet ([`QUIET_RATE_MAX`]), and on objects under the cap.
//!
//! Company enters the ranking figure alone, and only so far: however strong, it adds less than
//! [`COMPANY_MAX`]. It moves no probability, no tier and no score.
//!
//! # Why
//!
//! Members of a group who took part once or twice have little evidence of their own. The bound
//! keeps a bystander, who met a strong group once, below whoever has much. `cargo xtask show
//! evidence` prints the average precision of the ranking as a whole.
//!
//! # Cost
//!
//! Per object of q accounts O(q²) at worst, as the count of pairs; mostly O(q log q).

use rayon::prelude::*;
use zwerm_stats::{from_fixed, to_fixed};

use crate::acts::{Act, SharedActs};
use crate::channels::{Channel, Null};
use crate::co_action::smallest_gap;
use crate::evidence::QUIET_RATE_MAX;
use crate::observe::partitions;

/// What company adds to an account's evidence stays below this: five orders of magnitude.
pub const COMPANY_MAX: f64 = 5.0;

/// What company adds, by account number, given everybody's own evidence.
#[must_use]
pub fn company(
    acts: &[&SharedActs],
    channels: &[Channel],
    own: &[f64],
    accounts_max: usize,
) -> Vec<f64> {
    // Objects with company and their sum in fixed point, so that the order of objects cannot show.
    let mut sums = vec![(0_u32, 0_i64); own.len()];
    for acts in acts {
        let Some(window) = widest_quiet_window(acts, channels) else { continue };
        let of_object = |object| on_object(acts.on(object), window, own, accounts_max);
        let parts: Vec<Vec<(u32, i64)>> = partitions(acts)
            .into_par_iter()
            .map(|objects| objects.flat_map(of_object).collect())
            .collect();
        for (account, best) in parts.into_iter().flatten() {
            let (objects, sum) = &mut sums[account as usize];
            (*objects, *sum) = (*objects + 1, *sum + best);
        }
    }
    sums.into_iter()
        .map(|(objects, sum)| {
            let mean = from_fixed(sum) / f64::from(objects.max(1));
            COMPANY_MAX * mean / (mean + COMPANY_MAX)
        })
        .collect()
}

/// In ticks; none if ordinary accounts meet too often on this kind at every window.
fn widest_quiet_window(acts: &SharedActs, channels: &[Channel]) -> Option<i64> {
    let quiet =
        |c: &&Channel| c.kind == acts.kind && c.null == Null::Burst && c.rate <= QUIET_RATE_MAX;
    let windows = channels.iter().filter(quiet).map(|c| c.rung.window_ticks(acts.resolution));
    windows.max()
}

/// Who met somebody on one object, and the strongest evidence met; nobody on an object over the
/// cap.
fn on_object(acts: &[Act], window: i64, own: &[f64], accounts_max: usize) -> Vec<(u32, i64)> {
    let runs: Vec<&[Act]> = acts.chunk_by(|a, b| a.account == b.account).collect();
    if runs.len() > accounts_max {
        return Vec::new();
    }
    let evidence = |run: &[Act]| own[run[0].account as usize];
    let mut strongest = runs.clone();
    strongest.sort_by(|a, b| evidence(b).total_cmp(&evidence(a)));
    let best = |run: &&[Act]| {
        let met = |other: &&&[Act]| {
            other[0].account != run[0].account && smallest_gap(run, other, |act| act.tick) <= window
        };
        let other = strongest.iter().find(met)?;
        Some((run[0].account, to_fixed(evidence(other))))
    };
    runs.iter().filter_map(best).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use zwerm_model::TraceKind;

    use super::*;
    use crate::ages::tests::acts;
    use crate::clock::Rung;

    fn burst(rate: f64) -> Channel {
        let rung = Rung { window_ms: 60_000, context_ms: 3_600_000 };
        let kind = TraceKind("near_text");
        let asked = Arc::default();
        Channel { kind, null: Null::Burst, rung, rate, asked, readings: Vec::new() }
    }

    /// 10 met 0 on the first object and nobody on the second; 11 met 0 and 1 on two objects.
    const ROWS: [(u32, i64, u32); 7] =
        [(0, 0, 0), (0, 30, 10), (0, 40, 11), (1, 0, 10), (1, 500, 1), (1, 510, 11), (2, 0, 0)];

    #[test]
    fn company_is_the_mean_of_the_strongest_met_and_bounded() {
        let acts = acts("near_text", ROWS.to_vec());
        let mut own = vec![0.0; 12];
        (own[0], own[1]) = (20.0, 5.0);
        let found = company(&[&acts], &[burst(0.01)], &own, 100);
        let bounded = |mean: f64| COMPANY_MAX * mean / (mean + COMPANY_MAX);
        assert!((found[10] - bounded(20.0)).abs() < 1e-6, "{found:?}");
        assert!((found[11] - bounded(12.5)).abs() < 1e-6, "{found:?}");
        assert_eq!(found[0], 0.0);
        own[0] = 1e9;
        let found = company(&[&acts], &[burst(0.01)], &own, 100);
        assert!(found.iter().all(|&company| company < COMPANY_MAX));
    }

    #[test]
    fn loud_kinds_and_objects_over_the_cap_give_no_company() {
        let acts = acts("near_text", ROWS.to_vec());
        let own = vec![9.0; 12];
        assert!(company(&[&acts], &[burst(0.1)], &own, 100).iter().all(|&c| c == 0.0));
        assert!(company(&[&acts], &[burst(0.01)], &own, 2).iter().all(|&c| c == 0.0));
    }
}
