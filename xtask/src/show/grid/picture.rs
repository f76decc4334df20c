//! The recall surface as an SVG file: one panel per manner, a square per cell, darker for more of
//! the group found, ringed where half of it is in one network.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Cell, Seen, time};

/// A square's side, the room left of and above a panel, and between panels, in pixels.
const SIDE: usize = 30;
const LEFT: usize = 132;
const TOP: usize = 92;
const GAP: usize = 26;

const STYLE: &str = "text{font:11px system-ui,sans-serif;fill:var(--ink)}\
    .head{font-size:15px;font-weight:600}.panel{font-size:13px;font-weight:600}\
    .found{fill:none;stroke:var(--ring);stroke-width:2}.dark{fill:#ffffff}.pale{fill:#1a1a1a}\
    .ground{fill:var(--ground)}svg{--ground:#ffffff;--ink:#1a1a1a;--ring:#b34700}\
    @media(prefers-color-scheme:dark){svg{--ground:#16181c;--ink:#ececec;--ring:#f0a050}}";

/// See the [module documentation](self).
pub(super) fn svg(background: &str, cells: &BTreeMap<Cell, Seen>) -> String {
    let manners: BTreeSet<&str> = cells.keys().map(|cell| cell.manner.as_str()).collect();
    let columns: BTreeSet<(u32, u32)> = cells.keys().map(|c| (c.objects, c.jitter_s)).collect();
    let rows: BTreeSet<(u32, u32)> = cells.keys().map(|c| (c.camouflage, c.accounts)).collect();
    let panel = rows.len() * SIDE + GAP + 20;
    let width = LEFT + columns.len() * SIDE + 24;
    let height = TOP + manners.len() * panel + 30;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"t d\">\n\
         <title id=\"t\">Which injected groups are found</title>\n<desc id=\"d\">{}</desc>\n\
         <style>{STYLE}</style>\n<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n\
         <text class=\"head\" x=\"14\" y=\"24\">Which injected groups are found: {background}</text>\n\
         <text x=\"14\" y=\"42\">Members with a tier, in percent, mean over \
         seeds.</text>\n\
         <text x=\"14\" y=\"57\">Ringed: half of them in one network. Columns: objects, within what \
         time.</text>",
        description(cells),
    );
    for (place, manner) in manners.iter().enumerate() {
        let top = TOP + place * panel;
        let _ = writeln!(out, "<text class=\"panel\" x=\"14\" y=\"{}\">{manner}</text>", top - 8);
        heads(&columns, &rows, top, &mut out);
        for (cell, seen) in cells.iter().filter(|(cell, _)| cell.manner == *manner) {
            let x = position(&columns, (cell.objects, cell.jitter_s));
            let y = position(&rows, (cell.camouflage, cell.accounts));
            square((LEFT + x * SIDE, top + y * SIDE), seen, &mut out);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn position(set: &BTreeSet<(u32, u32)>, wanted: (u32, u32)) -> usize {
    set.iter().take_while(|&&entry| entry < wanted).count()
}

fn heads(
    columns: &BTreeSet<(u32, u32)>,
    rows: &BTreeSet<(u32, u32)>,
    top: usize,
    out: &mut String,
) {
    for (place, (objects, jitter_s)) in columns.iter().enumerate() {
        let x = LEFT + place * SIDE + SIDE / 2;
        let within = time(*jitter_s).replace([':', ' '], "").replace("min", "m");
        let _ = writeln!(
            out,
            "<text text-anchor=\"middle\" x=\"{x}\" y=\"{}\">{objects}</text>\
             <text text-anchor=\"middle\" x=\"{x}\" y=\"{}\">{within}</text>",
            top - 16,
            top - 4,
        );
    }
    for (place, (camouflage, accounts)) in rows.iter().enumerate() {
        let y = top + place * SIDE + SIDE / 2 + 4;
        let _ = writeln!(
            out,
            "<text text-anchor=\"end\" x=\"{}\" y=\"{y}\">{accounts} accounts, +{camouflage}</text>",
            LEFT - 8
        );
    }
}

/// From pale to dark blue, readable on light and on dark ground.
fn square((x, y): (usize, usize), seen: &Seen, out: &mut String) {
    let recall = seen.recall();
    let mix = |pale: f64, dark: f64| (pale + (dark - pale) * recall).round() as u8;
    let colour =
        format!("#{:02x}{:02x}{:02x}", mix(236.0, 0.0), mix(240.0, 88.0), mix(245.0, 150.0));
    let class = if recall > 0.55 { "dark" } else { "pale" };
    let inner = SIDE - 2;
    let _ = writeln!(
        out,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{inner}\" height=\"{inner}\" fill=\"{colour}\"/>\
         <text class=\"{class}\" text-anchor=\"middle\" x=\"{}\" y=\"{}\">{:.0}</text>",
        x + SIDE / 2 - 1,
        y + SIDE / 2 + 3,
        100.0 * recall,
    );
    if seen.is_found() {
        let (x, y, inner) = (x + 1, y + 1, inner - 2);
        let _ = writeln!(
            out,
            "<rect class=\"found\" x=\"{x}\" y=\"{y}\" width=\"{inner}\" height=\"{inner}\"/>"
        );
    }
}

/// The picture in words.
fn description(cells: &BTreeMap<Cell, Seen>) -> String {
    let found = cells.values().filter(|seen| seen.is_found()).count();
    format!(
        "{found} of {} cells are found. Rows: accounts of a group, and ordinary acts of each member \
         for each that it does with the others.",
        cells.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_a_square_and_what_is_found_has_a_ring() {
        let mut cells = BTreeMap::new();
        for (name, hits) in [("5-objects3", 0), ("10-objects3", 3)] {
            let cell = Cell::of(&format!("accounts{name}-jitter0s-camouflage0-edit-1"));
            let seen = Seen {
                significant: vec![hits as f64 / 3.0; 3],
                in_network: (0..3).map(|n| n < hits).collect(),
            };
            cells.insert(cell.expect("a cell"), seen);
        }
        let svg = svg("x", &cells);
        assert_eq!(svg.matches("fill=\"#").count(), 2);
        assert_eq!(svg.matches("class=\"found\"").count(), 1);
        assert!(svg.contains("1 of 2 cells") && svg.contains("10 accounts, +0"), "{svg}");
        assert!(!svg.contains("<script") && !svg.contains("href"));
    }
}
