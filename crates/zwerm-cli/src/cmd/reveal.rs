//! `zwerm reveal`.

use std::time::SystemTime;

use anyhow::Result;
use zwerm::{Audit, ConfigFile, Settings, Status};

use super::{pairs, print};
use crate::args::{Output, Reveal};

pub(super) fn run(args: Reveal, output: &Output) -> Result<Status> {
    let mut file = match &args.config {
        Some(path) => ConfigFile::read(path)?,
        None => ConfigFile::default(),
    };
    file.map.extend(pairs(&args.map)?);
    file.schema = args.schema.or(file.schema);
    // The dump is read as it is.
    file.pseudonymise = None;
    let settings = Settings::resolve(args.inputs, args.out, file)?;
    let audit = Audit { at: now(), by: login(), reason: args.reason };
    let revealed = zwerm::reveal(&args.results, &settings, &args.keyfile, &audit)?;
    if output.json {
        print(&format!("{}\n", serde_json::to_string(&revealed)?));
    } else if !output.quiet {
        print(&format!(
            "revealed   {} accounts, {} posts; {} pseudonyms are not in the dump\n\
             written    {}\n\
             audit      {}\n",
            revealed.accounts,
            revealed.posts,
            revealed.unknown,
            revealed.out.display(),
            revealed.audit.display()
        ));
    }
    Ok(Status::Done)
}

#[expect(clippy::disallowed_methods, reason = "the program may look at the clock")]
fn now() -> String {
    zwerm::moment_of(SystemTime::now())
}

/// Who is logged in, as the system says.
fn login() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"];
    names.iter().find_map(|name| std::env::var(name).ok()).unwrap_or_else(|| "unknown".to_owned())
}
