//! A figure, its goal, and whether it is met.

use std::fmt::Write;

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    what: String,
    found: String,
    goal: Option<(String, bool)>,
    /// Depends on how busy the machine is: shown with its goal, never the reason to fail.
    is_timing: bool,
}

impl Figure {
    /// A figure without a goal of its own.
    pub(super) fn plain(what: impl Into<String>, found: impl Into<String>) -> Self {
        Figure { what: what.into(), found: found.into(), goal: None, is_timing: false }
    }

    /// A count or measure that should be at least so much.
    pub(super) fn at_least(what: &str, found: f64, goal: f64) -> Self {
        Figure::plain(what, number(found)).with_goal(format!("≥ {}", number(goal)), found >= goal)
    }

    /// A count or measure that should be at most so much.
    pub(super) fn at_most(what: &str, found: f64, goal: f64) -> Self {
        Figure::plain(what, number(found)).with_goal(format!("≤ {}", number(goal)), found <= goal)
    }

    /// A time that should be at most so much. A busy machine can miss it with no fault of ours: it
    /// is printed, and judged by whoever runs the benchmarks.
    pub(super) fn time_at_most(what: &str, found: f64, goal: f64) -> Self {
        Figure { is_timing: true, ..Figure::at_most(what, found, goal) }
    }

    /// The share `part` of `whole`.
    pub(super) fn share(what: &str, part: usize, whole: usize) -> Self {
        let share = part as f64 / whole.max(1) as f64;
        Figure::plain(what, format!("{part} of {whole} ({:.1} %)", 100.0 * share))
    }

    /// The share `part` of `whole`, which should be at least so much; no share of nothing meets it.
    pub(super) fn share_at_least(what: &str, part: usize, whole: usize, goal: f64) -> Self {
        let share = part as f64 / whole.max(1) as f64;
        Figure::share(what, part, whole)
            .with_goal(format!("≥ {} %", number(100.0 * goal)), whole > 0 && share >= goal)
    }

    /// Something that should be so; `found` says how it is.
    pub(super) fn holds(what: &str, found: impl Into<String>, holds: bool) -> Self {
        Figure::plain(what, found).with_goal("yes".to_owned(), holds)
    }

    fn with_goal(self, goal: String, is_met: bool) -> Self {
        Figure { goal: Some((goal, is_met)), ..self }
    }

    /// Whether there is a goal.
    pub(super) fn has_goal(&self) -> bool {
        self.goal.is_some()
    }

    /// Whether there is a goal and it is met.
    pub(super) fn is_met(&self) -> bool {
        self.goal.as_ref().is_some_and(|&(_, is_met)| is_met)
    }

    /// Whether there is a goal, it is missed, and the machine cannot be the reason.
    pub(super) fn is_missed(&self) -> bool {
        !self.is_timing && self.goal.as_ref().is_some_and(|&(_, is_met)| !is_met)
    }
}

/// At most three decimals, and none where there are none.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The figures as a table.
pub(super) fn table(figures: &[Figure]) -> String {
    let header = ["figure".to_owned(), "found".to_owned(), "goal".to_owned(), "met".to_owned()];
    let mut rows = vec![header];
    rows.extend(figures.iter().map(|figure| {
        let (goal, met) = match &figure.goal {
            Some((goal, true)) => (goal.as_str(), "yes"),
            Some((goal, false)) => (goal.as_str(), "MISSED"),
            None => ("", ""),
        };
        [figure.what.clone(), figure.found.clone(), goal.to_owned(), met.to_owned()]
    }));
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut table = String::new();
    for [what, found, goal, met] in &rows {
        let line =
            format!("{what:<0$}  {found:<1$}  {goal:<2$}  {met}", widths[0], widths[1], widths[2]);
        let _ = writeln!(table, "{}", line.trim_end());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_can_be_missed() {
        assert!(!Figure::at_least("a", 0.75, 0.75).is_missed());
        assert!(Figure::at_least("a", 0.749, 0.75).is_missed());
        assert!(!Figure::at_most("a", 0.0, 0.0).is_missed());
        assert!(Figure::at_most("a", 1.0, 0.0).is_missed());
        assert!(Figure::share_at_least("a", 0, 0, 0.5).is_missed());
        assert!(Figure::share_at_least("a", 1, 3, 0.5).is_missed());
        assert!(!Figure::share_at_least("a", 1, 2, 0.5).is_missed());
        assert!(!Figure::plain("a", "b").is_missed());
        let late = Figure::time_at_most("a", 2.0, 1.0);
        assert!(!late.is_missed() && !late.is_met() && table(&[late]).contains("MISSED"));
    }

    #[test]
    fn the_table_lines_up() {
        let table = table(&[Figure::at_least("AUPRC", 0.5, 0.75), Figure::plain("rows", "20000")]);
        let expected = "figure  found  goal    met\nAUPRC   0.5    ≥ 0.75  MISSED\nrows    20000\n";
        assert_eq!(table, expected);
    }
}
