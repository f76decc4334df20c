//! The evaluation kit: how well a ranking, a yes-or-no rule or a partition agrees with a truth, and
//! how sure such a figure is.
//!
//! Knows numbers only: no account, no post, no file. Every measure is a pure function with its
//! definition and its source; counts are integers and are divided once, at the end.

pub mod bootstrap;
pub mod correlation;
pub mod overlap;
pub mod partition;
pub mod ranking;
pub mod rates;

pub use partition::Contingency;
pub use ranking::{Cut, Ranking, Step};
pub use rates::Rates;
