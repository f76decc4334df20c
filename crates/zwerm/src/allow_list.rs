//! The allow-list: accounts that whoever runs the scan knows.
//!
//! One account a line: its id, or `platform:id`. Empty lines and lines that begin with `#` say
//! nothing. A listed account is scored like any other; its tier does not move.

use std::path::Path;

use zwerm_ingest::Pseudonyms;
use zwerm_model::hash::Set;
use zwerm_model::{Accounts, Tally};

use crate::error::ScanError;
use crate::file_system;

/// Ids of accounts.
#[derive(Debug, Default)]
pub(crate) struct AllowList(Set<String>);

impl AllowList {
    /// Reads a list.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub(crate) fn read(path: &Path) -> Result<Self, ScanError> {
        Ok(AllowList::parse(&file_system::read_config(path)?))
    }

    fn parse(text: &str) -> Self {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let ids = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        AllowList(ids.map(str::to_owned).collect())
    }

    /// The same accounts by their pseudonyms, where a run has these in place of names.
    pub(crate) fn behind(mut self, pseudonyms: Option<&Pseudonyms>, accounts: &Accounts) -> Self {
        let Some(pseudonyms) = pseudonyms else { return self };
        let mut names: Vec<String> = self.0.drain().collect();
        names.sort_unstable();
        for platform in accounts.platforms.iter() {
            let of_platform = |name: &String| match name.split_once(':') {
                Some((start, id)) if start == platform => pseudonyms.account(platform, id),
                _ => pseudonyms.account(platform, name),
            };
            self.0.extend(names.iter().map(of_platform));
        }
        self
    }

    /// Whether each account is listed; empty without a list. The tally gains
    /// `assess.allow_listed`: how many are.
    pub(crate) fn listed(&self, accounts: &Accounts, tally: &mut Tally) -> Vec<bool> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let is_listed = |account: u32| {
            let id = accounts.id.get(account as usize);
            let qualified = format!("{}:{id}", accounts.platform_of(account));
            self.0.contains(id) || self.0.contains(&qualified)
        };
        let listed: Vec<bool> = (0..accounts.len() as u32).map(is_listed).collect();
        tally.add("assess.allow_listed", listed.iter().filter(|&&is| is).count() as u64);
        listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_account_is_found_behind_its_pseudonym() {
        let pseudonyms = Pseudonyms::new(b"key");
        let mut accounts = Accounts::default();
        accounts.platforms.push("x");
        for id in ["12", "13", "14"] {
            accounts.platform.push(0);
            accounts.id.push(&pseudonyms.account("x", id));
        }
        let list = AllowList::parse("12\nx:14\n").behind(Some(&pseudonyms), &accounts);
        assert_eq!(list.listed(&accounts, &mut Tally::default()), [true, false, true]);
    }

    #[test]
    fn lines_are_ids_and_comments_are_not() {
        let list = AllowList::parse("\u{feff}# press\n12\r\n\n  bluesky:did:plc:x \n");
        assert_eq!(list.0.len(), 2);
        assert!(list.0.contains("12") && list.0.contains("bluesky:did:plc:x"));
    }
}
