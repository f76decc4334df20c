//! Values that can account for themselves.

use serde::{Deserialize, Serialize};

/// A value with the parts that it was computed from.
///
/// `formula` is the name of one of the few rules in [`Explained::recompute`], so that a test (and a
/// sceptic) can check that the parts give the value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// What it is (`campaign_score`, `posts`, …).
    pub name: String,
    /// Its value.
    pub value: f64,
    /// How `value` follows from `parts`: see [`Explained::recompute`]; `given` has no parts.
    pub formula: String,
    /// One sentence for the reader.
    pub because: String,
    /// What it follows from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Explained>,
    /// Facts that stand beside the value and do not enter it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Explained>,
}

impl Explained {
    /// A measured value, with nothing below it.
    #[must_use]
    pub fn given(name: &str, value: f64, because: impl Into<String>) -> Self {
        Explained {
            name: name.to_owned(),
            value,
            formula: "given".to_owned(),
            because: because.into(),
            parts: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// A value computed from parts by one of the rules of [`Explained::recompute`].
    ///
    /// # Panics
    ///
    /// If there is no rule called `formula`, or it does not take these parts: a mistake in our
    /// code.
    #[must_use]
    pub fn derived(
        name: &str,
        formula: &str,
        because: impl Into<String>,
        parts: Vec<Explained>,
    ) -> Self {
        let value = rule(formula, &parts).expect("a rule by this name that takes these parts");
        Explained {
            name: name.to_owned(),
            value,
            formula: formula.to_owned(),
            because: because.into(),
            parts,
            beside: Vec::new(),
        }
    }

    /// The same value with facts beside it.
    #[must_use]
    pub fn with_beside(self, beside: Vec<Explained>) -> Self {
        Explained { beside, ..self }
    }

    /// The value as it follows from the parts, all the way down; `None` if a formula is unknown.
    ///
    /// | formula | value |
    /// |---|---|
    /// | `given` | the value itself |
    /// | `min`, `max`, `sum`, `median` | of the parts (the lower median) |
    /// | `percent_mean` | 100 · the mean of the parts |
    /// | `percent_of` | 100 · x / y for parts x, y |
    /// | `saturate` | 100 · x / (x + h) for parts x, h |
    /// | `noisy_or` | 1 − Π (1 − part) |
    /// | `diversity` | 1 − 2^(1 − x) |
    /// | `excess` | max(0, 1 − y / x) for parts x, y; 0 if x is 0 |
    /// | `hundredfold_product` | 100 · Π parts |
    #[must_use]
    pub fn recompute(&self) -> Option<f64> {
        if self.formula == "given" {
            return Some(self.value);
        }
        let mut parts = self.parts.clone();
        for part in &mut parts {
            part.value = part.recompute()?;
        }
        rule(&self.formula, &parts)
    }
}

/// Applies one rule of [`Explained::recompute`] to the values of some parts.
fn rule(formula: &str, parts: &[Explained]) -> Option<f64> {
    let mut values: Vec<f64> = parts.iter().map(|part| part.value).collect();
    let pair = || match parts {
        [x, y] => Some((x.value, y.value)),
        _ => None,
    };
    match formula {
        "min" => values.into_iter().reduce(f64::min),
        "max" => values.into_iter().reduce(f64::max),
        "sum" => Some(values.into_iter().fold(0.0, |a, b| a + b)),
        "percent_mean" => mean(&values).map(|mean| 100.0 * mean),
        "median" => {
            values.sort_unstable_by(f64::total_cmp);
            values.get(values.len().checked_sub(1)? / 2).copied()
        }
        "percent_of" => pair().map(|(x, y)| 100.0 * x / y),
        "saturate" => pair().map(|(x, half)| 100.0 * x / (x + half)),
        "noisy_or" => Some(1.0 - values.into_iter().fold(1.0, |a, b| a * (1.0 - b))),
        "diversity" => match values.as_slice() {
            // 2^(1 − x) for a whole x ≥ 1, exact.
            [x] if *x >= 1.0 => Some(1.0 - 2.0_f64.powi(1 - *x as i32)),
            _ => None,
        },
        "excess" => pair().map(|(x, y)| if x > 0.0 { (1.0 - y / x).max(0.0) } else { 0.0 }),
        "hundredfold_product" => Some(100.0 * values.into_iter().fold(1.0, |a, b| a * b)),
        _ => None,
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    (count > 0.0).then(|| values.iter().fold(0.0, |a, b| a + b) / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_give_the_value() {
        let half = Explained::given("half", 3.0, "");
        let score =
            Explained::derived("score", "saturate", "", vec![Explained::given("x", 9.0, ""), half]);
        assert_eq!(score.value, 75.0);
        assert_eq!(score.recompute(), Some(75.0));
    }

    #[test]
    fn what_stands_beside_a_value_does_not_enter_it() {
        let parts = vec![Explained::given("x", 3.0, ""), Explained::given("y", 12.0, "")];
        let bare = Explained::derived("share", "percent_of", "", parts);
        let share = bare.clone().with_beside(vec![Explained::given("z", 99.0, "")]);
        assert_eq!((share.value, share.recompute()), (25.0, Some(25.0)));
        assert_eq!((share.value, &share.parts), (bare.value, &bare.parts));
    }

    #[test]
    fn a_changed_part_is_noticed() {
        let mut score =
            Explained::derived("score", "max", "", vec![Explained::given("x", 9.0, "")]);
        score.parts[0].value = 8.0;
        assert_ne!(score.recompute(), Some(score.value));
    }

    #[test]
    fn an_unknown_formula_gives_nothing() {
        let mut score = Explained::given("x", 1.0, "");
        score.formula = "magic".to_owned();
        assert_eq!(score.recompute(), None);
    }
}
