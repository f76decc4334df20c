//! What this process has used so far, as the kernel counts it; zero where it cannot be told.

#![allow(clippy::disallowed_methods, reason = "reads the kernel's counters, not data")]

use std::fs;

/// Clock ticks per second of `/proc/self/stat`: `USER_HZ`, 100 on x86 and ARM.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor time of all threads, in seconds.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field may hold spaces: count from the parenthesis that ends it.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|f| f.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_SECOND
}

/// The most memory that was resident at once, in bytes.
pub(crate) fn peak_rss_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok())
        .map_or(0, |kib| kib * 1_024)
}
