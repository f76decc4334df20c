//! `zwerm explain`.

use anyhow::Result;
use zwerm::{ConfigFile, Settings, Status};

use super::{pairs, print};
use crate::args::{Explain, Output};

pub(super) fn run(args: &Explain, output: &Output) -> Result<Status> {
    let mut explained = zwerm::explain::explain(&args.results, &args.id)?;
    if !args.inputs.is_empty() {
        let mut file = match &args.config {
            Some(path) => ConfigFile::read(path)?,
            None => ConfigFile::default(),
        };
        file.map.extend(pairs(&args.map)?);
        file.schema = args.schema.clone().or(file.schema);
        let settings = Settings::resolve(args.inputs.clone(), args.results.clone(), file)?;
        zwerm::explain::add_times(&mut explained, &settings)?;
    }
    if output.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&explained)?));
    } else {
        print(&zwerm::explain::lines(&explained));
    }
    Ok(Status::Done)
}
