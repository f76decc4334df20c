//! Innocent explanations: one file each, and one row in [`TABLE`].
//!
//! Each asks whether the co-actions of a network have an everyday cause that the data can show. All
//! that fit are printed beside the tier. None changes it: each can be imitated.

use crate::Inputs;
use crate::acts::PostsOf;
use crate::joint::JointObject;

use self::announced_event::Hours;

pub mod allow_listed;
pub mod announced_event;
pub mod declared_automation;
pub mod one_client;
pub mod own_domain_syndication;
pub mod share_button_headline;

/// What an explanation may look at.
#[derive(Debug)]
pub struct Case<'a> {
    /// What the stage reads.
    pub inputs: &'a Inputs<'a>,
    /// Each account's posts.
    pub posts_of: &'a PostsOf,
    /// The posts of each hour.
    pub hours: &'a Hours,
    /// The network's accounts.
    pub members: &'a [u32],
    /// The objects that its members share.
    pub joint: &'a [JointObject],
    /// Its members' posts on those, rising.
    pub joint_posts: &'a [u32],
}

/// An everyday cause.
#[derive(Clone, Copy, Debug)]
pub struct Explanation {
    /// Its name in files.
    pub name: &'static str,
    /// Whether it fits.
    pub fits: fn(&Case<'_>) -> bool,
}

/// All explanations, by name.
pub const TABLE: &[Explanation] = &[
    allow_listed::EXPLANATION,
    announced_event::EXPLANATION,
    declared_automation::EXPLANATION,
    one_client::EXPLANATION,
    own_domain_syndication::EXPLANATION,
    share_button_headline::EXPLANATION,
];

/// The names of those that fit, sorted.
#[must_use]
pub fn that_fit(case: &Case<'_>) -> Vec<String> {
    TABLE.iter().filter(|e| (e.fits)(case)).map(|e| e.name.to_owned()).collect()
}

/// Whether `part` is at least nine tenths of `whole`, and there is a whole.
fn is_nearly_all(part: usize, whole: usize) -> bool {
    whole > 0 && 10 * part >= 9 * whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_by_name() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
    }
}
