//! An invented world of posts in which it is known who acts together.
//!
//! [`generate()`] streams the posts of a [`World`] and then one [`TruthRow`] per account. There is
//! organic life (originals, cascades, replies, articles, a breaking-news burst), there are planted
//! groups, legitimate groups that act together in the open, and innocents who look suspicious once.
//! Places, parties, people, sites and programs are invented; sites end in `.example`.
//!
//! # How it is built
//!
//! Days are outermost. A day holds the acts of every group that fall on it and then organic
//! *episodes* (a root post with its cascade, replies and quotes) until the day's share is used up.
//! Each unit draws from [`Seed::for_unit`](zwerm_model::Seed::for_unit) of what it is, so any unit
//! can be told again without the others: a ring that reposts an organic root asks for that root
//! alone. Rows come roughly by day, never sorted.
//!
//! # Memory
//!
//! One post, the accounts of one cascade, the headers of the groups and four bytes per account (the
//! counts for the truth). Nothing grows with the number of posts.
//!
//! # Where it flatters a detector
//!
//! Organic texts are word salad: no two strangers ever say the same thing by chance, which real
//! people do. Groups keep to one behaviour and to one set of accounts. Figures from such a world
//! say that a detector works as meant, not how well it does on real posts.

mod draw;
mod edits;
mod episode;
mod generate;
mod groups;
mod ids;
pub mod inject;
mod language;
mod objects;
mod out;
mod people;
mod post;
mod rhythm;
mod setting;
mod text;
mod world;

pub use generate::generate;
pub use language::Language;
pub use post::{Role, SimPost, TruthRow};
pub use world::{Groups, Preset, World};
