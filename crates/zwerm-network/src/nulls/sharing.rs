//! Sharing null: do two accounts share too many objects?
//!
//! # What it measures
//!
//! With each account's number of objects and each object's number of accounts kept, two accounts
//! share about λ = kᵢ kⱼ G / E² objects, where E is the number of (account, object) pairs and G = Σ
//! q(q − 1) over objects with q accounts. The tail is Poisson's.
//!
//! # Assumptions, when it misleads
//!
//! One population with one taste. People with a shared interest (fans, activists) share more than
//! that without any coordination: alone, this null is wrong about every second pair. It is only
//! used together with [`super::synchrony`], which does not know taste.
//!
//! # Cost
//!
//! `O(1)` per pair.
//!
//! # Source
//!
//! The Chung–Lu form of the validated projection of Saracco et al. (2017),
//! <https://doi.org/10.1088/1367-2630/aa6b38>.

use zwerm_stats::tails::ln_poisson_tail;

use crate::layer::Layer;

/// The degrees that the null keeps, over objects under the cap.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Degrees {
    /// Distinct (account, object) pairs.
    pub pairs: u64,
    /// Σ q(q − 1) over objects with q accounts.
    pub chances: u64,
}

impl Degrees {
    /// Those of a layer.
    #[must_use]
    pub fn of(layer: &Layer) -> Self {
        let per_object = layer.accounts_per_object();
        let chances = per_object.iter().map(|&q| u64::from(q) * u64::from(q - 1)).sum();
        Degrees { pairs: layer.pair_count(), chances }
    }

    /// ln P(two accounts with `a` and `b` objects share at least `shared`).
    #[must_use]
    pub fn ln_p(self, a: u32, b: u32, shared: u32) -> f64 {
        let pairs = self.pairs.max(1) as f64;
        let lambda = f64::from(a) * f64::from(b) * (self.chances as f64 / pairs / pairs);
        ln_poisson_tail(u64::from(shared), lambda)
    }
}
