//! The nulls: what "by chance" means, one file each.
//!
//! Every file answers: what is assumed, when it misleads, what it costs, where it comes from.

pub mod burst;
pub mod own_time;
pub mod rarity;
pub mod sharing;
pub mod synchrony;
