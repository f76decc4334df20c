//! The ranking figure: how much speaks for an account, on a scale without an end.

use zwerm_model::Edge;

use crate::channels::Channel;

/// The evidence of every account, by number; 0 where nothing speaks.
#[must_use]
pub fn evidence(accounts: usize, channels: &[Channel], _edges: &[Edge]) -> Vec<f64> {
    let mut sum = vec![0.0; accounts];
    for channel in channels {
        for reading in &channel.readings {
            let slot: &mut f64 = &mut sum[reading.account as usize];
            *slot = slot.max(-reading.ln_p / core::f64::consts::LN_10);
        }
    }
    sum
}
