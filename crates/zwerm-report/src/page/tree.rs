//! An explanation tree: a score, how it follows from its parts, and so on down. What stands beside
//! a score is no part of it and has its own place on the page.

use maud::{Markup, html};
use zwerm_model::Explained;

use super::{labels, stranger};
use crate::words::{decimal, probability};

/// Nodes shown of one tree.
const NODES_MAX: usize = 120;

/// Levels shown of one tree.
const DEPTH_MAX: usize = 12;

/// A score with all that it follows from, folded.
pub(super) fn render(root: &Explained) -> Markup {
    let mut left = NODES_MAX;
    html! {
        div.tree { (node(root, 0, &mut left)) }
    }
}

fn node(node_: &Explained, depth: usize, left: &mut usize) -> Markup {
    *left = left.saturating_sub(1);
    if node_.parts.is_empty() || depth == DEPTH_MAX {
        return html! { div.leaf { (line(node_)) } };
    }
    html! {
        details open[depth == 0] {
            summary { (line(node_)) }
            p.formula { (formula(&node_.formula)) }
            @for part in &node_.parts {
                @if *left > 0 { (node(part, depth + 1, left)) }
            }
            @if *left == 0 { p.more { "… the rest of this tree is in the Parquet file" } }
        }
    }
}

/// What stands beside a score, and what stands beside that.
pub(super) fn beside(score: &Explained) -> Markup {
    html! {
        @for fact in &score.beside {
            p.note { (line(fact)) }
            @if !fact.beside.is_empty() {
                ul { @for part in &fact.beside { li { (line(part)) } } }
            }
        }
    }
}

fn line(node: &Explained) -> Markup {
    html! {
        b { (stranger(&labels::plain(&node.name), 80)) }
        " = " span.number { (value(node.value)) }
        @if !node.because.is_empty() { " " span.because { (stranger(&node.because, 300)) } }
    }
}

fn value(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.001 && value > 0.0 {
        probability(value)
    } else {
        decimal(value, 3)
    }
}

/// How a value follows from its parts, in signs that a reader can check by hand.
fn formula(name: &str) -> &str {
    match name {
        "min" => "the smallest of:",
        "max" => "the largest of:",
        "sum" => "the sum of:",
        "median" => "the lower median of:",
        "saturate" => "100 · x ÷ (x + h), with x and h:",
        "percent_mean" => "100 · the mean of:",
        "percent_of" => "100 · x ÷ y, with x and y:",
        "noisy_or" => "1 − the product of (1 − part), over:",
        "diversity" => "1 − 2^(1 − x), with x:",
        "excess" => "the larger of 0 and 1 − y ÷ x, with x and y:",
        "hundredfold_product" => "100 · the product of:",
        other => other,
    }
}
