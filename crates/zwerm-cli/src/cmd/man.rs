//! `zwerm man` and `zwerm completions`: from the same definition as the help.

use anyhow::Result;
use clap::CommandFactory;
use zwerm::Status;

use super::print;
use crate::args::{Args, Completions};

pub(super) fn page() -> Result<Status> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Args::command()).render(&mut page)?;
    print(&String::from_utf8_lossy(&page));
    Ok(Status::Done)
}

pub(super) fn completions(args: &Completions) -> Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "zwerm", &mut script);
    print(&String::from_utf8_lossy(&script));
    Ok(Status::Done)
}
