//! Tests that write whole result folders.

mod contract;
mod fixture;
mod hostile;
mod page;
mod same_bytes;
mod staging;
