//! Precision against recall, as an SVG file that needs nothing else: no script, no font, no load.
//!
//! Lines are drawn in steps, as average precision adds them up: the area below a line is the AUPRC
//! beside its name. Folders differ in colour and in dashes. Light or dark as the reader's system
//! says.

use std::fmt::Write as _;

use super::{Evaluated, Evaluation};
use crate::explain::visible;

/// The drawing's size and the square in it, in pixels.
const WIDTH: f64 = 600.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 48.0;
const SIDE: f64 = 440.0;
/// The height of a line of the key.
const KEY_LINE: f64 = 20.0;
/// Longer names are cut: the key has one line for each.
const NAME_CHARS_MAX: usize = 56;

/// Colours for light and for dark ground, readable on both and told apart by the colour-blind
/// (after Okabe and Ito 2008, <https://jfly.uni-koeln.de/color/>, darkened or lightened).
const COLOURS: [(&str, &str); 6] = [
    ("#00609c", "#56b4e9"),
    ("#b34700", "#f0a050"),
    ("#00734f", "#30c99b"),
    ("#8f3d74", "#e09cc6"),
    ("#6b5d00", "#e0d040"),
    ("#444444", "#bbbbbb"),
];
const DASHES: [&str; 4] = ["none", "7 3", "2 3", "9 3 2 3"];

/// See the [module documentation](self).
pub(super) fn svg(evaluation: &Evaluation) -> String {
    let height = TOP + SIDE + 68.0 + KEY_LINE * evaluation.results.len() as f64;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-labelledby=\"t d\">\n\
         <title id=\"t\">Precision against recall</title>\n\
         <desc id=\"d\">{}</desc>\n<style>{}</style>\n\
         <rect class=\"ground\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
         <text x=\"{LEFT}\" y=\"28\" class=\"head\">Precision against recall</text>",
        description(evaluation),
        style(),
    );
    axes(&mut out);
    chance(evaluation, &mut out);
    for (place, one) in evaluation.results.iter().enumerate() {
        curve(place, one, &mut out);
    }
    key(evaluation, &mut out);
    out.push_str("</svg>\n");
    out
}

fn style() -> String {
    let mut light = String::from(
        "text{font:13px system-ui,sans-serif;fill:var(--ink)}.head{font-size:16px;\
         font-weight:600}.ground{fill:var(--ground)}.grid{stroke:var(--grid)}\
         .chance{stroke:var(--ink);stroke-dasharray:1 4}.line{fill:none;stroke-width:2}\
         svg{--ground:#ffffff;--ink:#1a1a1a;--grid:#d8d8d8;",
    );
    let mut dark = String::from("svg{--ground:#16181c;--ink:#ececec;--grid:#3c4048;");
    let mut classes = String::new();
    for (place, (on_light, on_dark)) in COLOURS.iter().enumerate() {
        let _ = write!(light, "--c{place}:{on_light};");
        let _ = write!(dark, "--c{place}:{on_dark};");
        let _ = write!(classes, ".c{place}{{stroke:var(--c{place})}}");
    }
    format!("{light}}}{classes}@media(prefers-color-scheme:dark){{{dark}}}}}")
}

fn description(evaluation: &Evaluation) -> String {
    let of = |one: &Evaluated| match &one.ranking {
        Some(ranking) => format!("{}: AUPRC {:.3}", text(&one.results), ranking.auprc.value),
        None => format!("{}: nothing to rank", text(&one.results)),
    };
    evaluation.results.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn axes(out: &mut String) {
    for tenth in 0..=10 {
        let share = f64::from(tenth) / 10.0;
        let (x, y) = (px(across(share)), px(down(share)));
        let (left, right) = (px(across(0.0)), px(across(1.0)));
        let (top, bottom) = (px(down(1.0)), px(down(0.0)));
        let _ =
            writeln!(out, "<path class=\"grid\" d=\"M{x} {top}V{bottom}M{left} {y}H{right}\"/>");
        if tenth % 2 == 0 {
            let (under, beside) = (px(down(0.0) + 18.0), px(across(0.0) - 8.0));
            let at = px(down(share) + 4.0);
            let _ = writeln!(
                out,
                "<text x=\"{x}\" y=\"{under}\" text-anchor=\"middle\">{share:.1}</text>\n\
                 <text x=\"{beside}\" y=\"{at}\" text-anchor=\"end\">{share:.1}</text>"
            );
        }
    }
    let (middle, under) = (px(across(0.5)), px(down(0.0) + 40.0));
    let upright = px(down(0.5));
    let _ = writeln!(
        out,
        "<text x=\"{middle}\" y=\"{under}\" text-anchor=\"middle\">recall: share of coordinated \
         accounts flagged</text>\n\
         <text x=\"24\" y=\"{upright}\" text-anchor=\"middle\" \
         transform=\"rotate(-90 24 {upright})\">precision: share of flagged accounts \
         coordinated</text>"
    );
}

/// The precision of a ranking by lot.
fn chance(evaluation: &Evaluation, out: &mut String) {
    let truth = evaluation.truth;
    let y = px(down(truth.coordinated as f64 / truth.accounts.max(1) as f64));
    let (left, right) = (px(across(0.0)), px(across(1.0)));
    let beside = px(across(1.0) + 6.0);
    let _ = writeln!(
        out,
        "<path class=\"chance\" d=\"M{left} {y}H{right}\"/>\n\
         <text x=\"{beside}\" y=\"{y}\">by lot</text>"
    );
}

fn curve(place: usize, one: &Evaluated, out: &mut String) {
    let Some(ranking) = &one.ranking else { return };
    let mut path = String::new();
    let (mut at_x, mut at_y) = (String::new(), String::new());
    let mut recall_before = 0.0;
    for &(recall, precision) in &ranking.curve {
        // Where recall stays, nothing is added to the area.
        if recall == recall_before {
            continue;
        }
        recall_before = recall;
        let (x, y) = (px(across(recall)), px(down(precision)));
        if path.is_empty() {
            let _ = write!(path, "M{} {y}", px(across(0.0)));
        } else if x == at_x {
            continue;
        } else if y != at_y {
            let _ = write!(path, "V{y}");
        }
        let _ = write!(path, "H{x}");
        (at_x, at_y) = (x, y);
    }
    let _ = writeln!(out, "<path {} d=\"{path}\"/>", stroke(place));
}

fn key(evaluation: &Evaluation, out: &mut String) {
    for (place, one) in evaluation.results.iter().enumerate() {
        let y = TOP + SIDE + 66.0 + KEY_LINE * place as f64;
        let (line, under) = (px(y - 4.0), px(y));
        let figure = match &one.ranking {
            Some(ranking) => format!("AUPRC {:.3}", ranking.auprc.value),
            None => "nothing to rank".to_owned(),
        };
        let _ = writeln!(
            out,
            "<path {} d=\"M{LEFT} {line}h36\"/>\n\
             <text x=\"{}\" y=\"{under}\">{figure}: {}</text>",
            stroke(place),
            px(LEFT + 44.0),
            text(&one.results),
        );
    }
}

/// The attributes that tell a folder's line from others: its colour and its dashes.
fn stroke(place: usize) -> String {
    let dashes = DASHES[(place / COLOURS.len() + place) % DASHES.len()];
    format!("class=\"line c{}\" stroke-dasharray=\"{dashes}\"", place % COLOURS.len())
}

fn across(share: f64) -> f64 {
    LEFT + share * SIDE
}

fn down(share: f64) -> f64 {
    TOP + (1.0 - share) * SIDE
}

/// One decimal is finer than a screen shows.
fn px(length: f64) -> String {
    format!("{length:.1}")
}

/// A name that others chose: no markup, nothing invisible, no character that XML forbids.
fn text(name: &str) -> String {
    let mut shown = String::new();
    for (place, c) in name.chars().enumerate() {
        if place == NAME_CHARS_MAX {
            shown.push('…');
            break;
        }
        for c in visible(c) {
            match c {
                '<' => shown.push_str("&lt;"),
                '>' => shown.push_str("&gt;"),
                '&' => shown.push_str("&amp;"),
                '"' => shown.push_str("&quot;"),
                '\u{fffe}' | '\u{ffff}' => shown.push('\u{fffd}'),
                c => shown.push(c),
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_become_markup() {
        assert_eq!(text("a<b>&\"\u{7}\u{ffff}"), "a&lt;b&gt;&amp;&quot;\\u{7}\u{fffd}");
        assert_eq!(text(&"x".repeat(80)).chars().count(), NAME_CHARS_MAX + 1);
    }

    #[test]
    fn folders_look_different() {
        let strokes: std::collections::BTreeSet<String> = (0..12).map(stroke).collect();
        assert_eq!(strokes.len(), 12);
    }

    #[test]
    fn the_corners_are_where_they_belong() {
        assert_eq!((px(across(0.0)), px(down(0.0))), ("70.0".to_owned(), "488.0".to_owned()));
        assert_eq!((px(across(1.0)), px(down(1.0))), ("510.0".to_owned(), "48.0".to_owned()));
    }
}
