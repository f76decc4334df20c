//! Other tools' networks, row for row: for those who must reproduce a result, or leave a tool.
//!
//! What a peer does is repeated word for word, what surprises included. Surprises have names
//! ([`Quirk`]) and can be switched off one by one; with all of them on, tables are identical to the
//! peer's (`tests/it/compat`).
//!
//! Times are seconds as the peers hold them, in double precision, so that a gap of exactly one
//! window is in or out here where it is there.

pub mod cnt;
pub mod coortweet;

/// A surprise in what a peer does, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirk {
    /// Its name.
    pub name: &'static str,
    /// What happens because of it.
    pub about: &'static str,
    /// Whether the peer has it as it stands.
    pub is_on: bool,
}

/// Which quirks of a peer are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quirks(Vec<Quirk>);

impl Quirks {
    /// The peer as it stands.
    #[must_use]
    pub fn of(table: &[Quirk]) -> Self {
        Quirks(table.to_vec())
    }

    /// Switches one on or off; says whether there is one of this name.
    pub fn switch(&mut self, name: &str, is_on: bool) -> bool {
        let found = self.0.iter_mut().find(|quirk| quirk.name == name);
        found.map(|quirk| quirk.is_on = is_on).is_some()
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|quirk| quirk.name)
    }

    /// Whether one is on.
    ///
    /// # Panics
    ///
    /// If there is none of this name: a mistake in our code.
    fn has(&self, name: &str) -> bool {
        let found = self.0.iter().find(|quirk| quirk.name == name);
        found.expect("a quirk of the peer's table").is_on
    }
}
