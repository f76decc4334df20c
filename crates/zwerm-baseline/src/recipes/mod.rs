//! The recipes: one file each, and one row in [`TABLE`].
//!
//! To add one, write its file (what the publication does, where its code or we differ, when it
//! misleads) and its row. Nothing else knows the list.

use crate::{Inputs, Ranked, TooManyPairs};

pub mod luceri_2024;
pub mod nizzoli_2021;
pub mod pacheco_2021;
pub mod schoch_2022;

/// Which of two things a publication is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// What its text says.
    Paper,
    /// What the code beside it does.
    Code,
}

impl Variant {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Variant::Paper => "paper",
            Variant::Code => "code",
        }
    }
}

/// A published detector.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// Its name: first author, year, and what tells it from others of theirs.
    pub name: &'static str,
    /// One sentence for the list of recipes.
    pub about: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// The kinds of trace that it reads.
    pub kinds: &'static [&'static str],
    /// Its variants; the first is the default.
    pub variants: &'static [Variant],
    /// Scores every account.
    pub run: fn(&Inputs<'_>, Variant) -> Result<Ranked, TooManyPairs>,
}

/// All recipes, by name.
pub const TABLE: &[Recipe] =
    &[luceri_2024::RECIPE, nizzoli_2021::RECIPE, pacheco_2021::RECIPE, schoch_2022::RECIPE];

/// The recipe called `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Recipe> {
    TABLE.iter().find(|recipe| recipe.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_by_name() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
        assert!(TABLE.iter().all(|recipe| !recipe.variants.is_empty()));
    }
}
