//! `zwerm edges`.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use zwerm::compat::{CntOptions, Compat, CoortweetOptions, FastOptions, Repeated, Table};
use zwerm::edges::{EdgesConfig, Linked};
use zwerm::{Format, Settings, Status};

use super::{config, print};
use crate::args::{Edges, FileFormat, Output, Peer, PeerTable};
use crate::progress::Progress;

pub(super) fn run(args: Edges, output: &Output) -> Result<Status> {
    let mut file = config(&args.input)?;
    file.threads = args.threads.or(file.threads);
    let format = match args.format {
        Some(FileFormat::Csv) => Format::Csv,
        Some(FileFormat::Parquet) => Format::Parquet,
        None => Format::of(&args.out),
    };
    let windows_ms: Vec<i64> =
        args.window.iter().map(|text| duration_ms("--window", text)).collect::<Result<_>>()?;
    let compat = args.compat.map(|peer| compat(peer, &args, &windows_ms)).transpose()?;
    let settings =
        Settings { force: args.force, ..Settings::resolve(args.input.inputs, args.out, file)? };
    let mut progress = Progress::new(output);
    if let Some(compat) = compat {
        let repeated = zwerm::compat::repeat(&settings, &compat, format, &mut progress);
        progress.finish();
        let repeated = repeated?;
        let json = serde_json::to_string(&repeated)?;
        return Ok(print_outcome(output, &json, &repeated_summary(&repeated)));
    }
    let co_actions_min = args.min_weight.unwrap_or(1);
    let edges = EdgesConfig {
        kinds: args.kind,
        windows_ms,
        co_actions_min,
        columns: args.columns,
        format,
        is_exact: args.exact,
        memory: args.memory.map(|size| size.as_u64()),
    };
    let linked = zwerm::edges::edges(&settings, &edges, &mut progress);
    progress.finish();
    let linked = linked?;
    Ok(print_outcome(output, &serde_json::to_string(&linked)?, &summary(&linked)))
}

fn print_outcome(output: &Output, json: &str, text: &str) -> Status {
    if output.json {
        print(&format!("{json}\n"));
    } else if !output.quiet {
        print(text);
    }
    Status::Done
}

fn repeated_summary(repeated: &Repeated) -> String {
    let Repeated { rows_read, rows_skipped, rows, out } = repeated;
    format!(
        "rows       {rows_read} read, {rows_skipped} of them skipped\n\
         written    {rows} to {}\n",
        out.display()
    )
}

/// What is repeated, from the flags.
fn compat(peer: Peer, args: &Edges, windows_ms: &[i64]) -> Result<Compat> {
    let &[window_ms] = windows_ms else {
        bail!("--window: expected one window with --compat, found {}", windows_ms.len());
    };
    let flags = &args.peer;
    let quirks = flags.quirk.iter().map(|text| switch(text)).collect::<Result<_>>()?;
    if peer == Peer::Cnt {
        let Some(network) = flags.network.clone() else {
            bail!("--compat cnt: expected --network, such as --network co_link");
        };
        return Ok(Compat::Cnt(CntOptions {
            network,
            window_ms,
            weight_min: args.min_weight.unwrap_or(2),
            keep_loops: flags.keep_loops,
            similarity_min: flags.similarity.unwrap_or(0.8),
            words_min: flags.min_words.unwrap_or(1),
            quirks,
        }));
    }
    if args.min_weight.is_some() {
        bail!("--min-weight: not with --compat coortweet, which cuts at --quantile");
    }
    let participation_min = flags.min_participation.unwrap_or(2);
    let fast_ms = flags.fast_window.as_deref().map(|text| duration_ms("--fast-window", text));
    let fast = fast_ms.transpose()?.map(|window_ms| FastOptions {
        window_ms,
        participation_min: flags.fast_participation.unwrap_or(participation_min),
    });
    let default_object = || vec!["object_id".to_owned()];
    let objects = &flags.object;
    Ok(Compat::Coortweet(CoortweetOptions {
        table: match flags.table {
            None | Some(PeerTable::Edges) => Table::Edges,
            Some(PeerTable::Pairs) => Table::Pairs,
            Some(PeerTable::Accounts) => Table::Accounts,
            Some(PeerTable::Objects) => Table::Objects,
        },
        object_columns: if objects.is_empty() { default_object() } else { objects.clone() },
        window_ms,
        participation_min,
        keep_loops: flags.keep_loops,
        quantile: flags.quantile.unwrap_or(0.5),
        only_above: flags.only_above,
        fast,
        quirks,
    }))
}

/// A quirk and whether it is wanted.
fn switch(text: &str) -> Result<(String, bool)> {
    match text.split_once('=') {
        Some((name, "on")) => Ok((name.to_owned(), true)),
        Some((name, "off")) => Ok((name.to_owned(), false)),
        _ => bail!("--quirk: expected NAME=on or NAME=off, found \"{text}\""),
    }
}

/// A duration as people type it: a number and `ms`, `s`, `m`, `h` or `d`.
fn duration_ms(flag: &str, text: &str) -> Result<i64> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => bail!("{flag}: expected a number and ms, s, m, h or d, found \"{text}\""),
    };
    match number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit_ms)) {
        Some(ms) if ms >= 0 => Ok(ms),
        _ => bail!("{flag}: expected a whole number before {unit}, found \"{text}\""),
    }
}

fn summary(linked: &Linked) -> String {
    let mut text = format!("posts      {}\n", linked.posts);
    for layer in &linked.layers {
        let _ = writeln!(
            text,
            "{:<10} {} traces on {} objects, {} pairs of posts within the window, {} edges",
            layer.kind, layer.traces, layer.objects, layer.pairs_visited, layer.edges
        );
    }
    let _ = writeln!(text, "written    {}", linked.out.display());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        for (text, ms) in [("60s", 60_000), ("0s", 0), ("10m", 600_000), ("1d", 86_400_000)] {
            assert_eq!(duration_ms("--window", text).expect("a duration"), ms);
        }
        for text in ["60", "s", "-1s", "1.5h", "1w", "", "99999999999999999d"] {
            assert!(duration_ms("--window", text).is_err(), "{text}");
        }
    }
}
