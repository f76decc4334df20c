//! The columns of an edge list: what each says of an edge, and how it is filled.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, LargeStringArray, UInt32Array, UInt64Array};
use zwerm_model::{CoActions, Strings, TraceKind};

use crate::columns::{self, Kind};
use crate::sheet::{guarded, number};

/// A column of an edge list.
#[derive(Clone, Copy, Debug)]
pub struct EdgeColumn {
    /// Its name.
    pub name: &'static str,
    cells: Cells,
}

/// The columns whose cells hardly come again (the sums over objects), or stand in runs that zstd
/// folds up for less than a dictionary costs: rows are sorted by kind and the first account.
pub(crate) const WITHOUT_DICTIONARY: [&str; 4] = ["a", "kind", "window_ms", "weight"];

/// The columns by which rows are sorted before all others.
pub(crate) const ROWS_BY: [&str; 2] = ["kind", "a"];

/// Appends what a column says of some edges.
type Fill<T> = fn(&[CoActions], &mut Vec<T>);

/// What the cells of a column are.
#[derive(Clone, Copy, Debug)]
enum Cells {
    Account(Fill<u32>),
    Kind,
    Window,
    Objects(Fill<u32>),
    Count(Fill<u64>),
    Millis(Fill<i64>),
    Number(Fill<f64>),
}

/// All columns, in their order.
pub const EDGE_COLUMNS: [EdgeColumn; 12] = [
    column("a", Cells::Account(|edges, to| to.extend(edges.iter().map(|edge| edge.a)))),
    column("b", Cells::Account(|edges, to| to.extend(edges.iter().map(|edge| edge.b)))),
    column("kind", Cells::Kind),
    column("window_ms", Cells::Window),
    column("objects", Cells::Objects(|edges, to| to.extend(edges.iter().map(|e| e.objects)))),
    column("co_actions", Cells::Count(|edges, to| to.extend(edges.iter().map(|e| e.co_actions)))),
    column("a_first", Cells::Count(|edges, to| to.extend(edges.iter().map(|e| e.a_first)))),
    column("b_first", Cells::Count(|edges, to| to.extend(edges.iter().map(|e| e.b_first)))),
    column("gap_ms_min", Cells::Millis(|edges, to| to.extend(edges.iter().map(|e| e.gap_ms_min)))),
    column("gap_ms_mean", Cells::Number(|edges, to| to.extend(edges.iter().map(gap_mean)))),
    column("weight", Cells::Number(|edges, to| to.extend(edges.iter().map(weight)))),
    column(
        "co_actions_estimated",
        Cells::Number(|edges, to| to.extend(edges.iter().map(estimate))),
    ),
];

const fn column(name: &'static str, cells: Cells) -> EdgeColumn {
    EdgeColumn { name, cells }
}

/// The mean over objects of the smallest gap.
fn gap_mean(edge: &CoActions) -> f64 {
    edge.gap_ms_sum as f64 / f64::from(edge.objects.max(1))
}

/// What the objects weigh together.
fn weight(edge: &CoActions) -> f64 {
    edge.weight as f64 / CoActions::WEIGHT_ONE as f64
}

/// How many co-actions there are, as far as a sample tells.
fn estimate(edge: &CoActions) -> f64 {
    edge.estimate as f64 / CoActions::ESTIMATE_ONE as f64
}

impl EdgeColumn {
    /// Its name and its type.
    pub(crate) fn field(&self) -> (&'static str, Kind) {
        let kind = match self.cells {
            Cells::Account(_) | Cells::Kind => Kind::Named,
            Cells::Objects(_) => Kind::U32,
            Cells::Count(_) => Kind::U64,
            Cells::Millis(_) | Cells::Window => Kind::I64,
            Cells::Number(_) => Kind::F64,
        };
        (self.name, kind)
    }

    /// The column without a row.
    pub(crate) fn begin(&self) -> Filling {
        match self.cells {
            Cells::Account(fill) => Filling::Accounts(fill, Vec::new()),
            Cells::Kind => Filling::Kinds(Vec::new(), Vec::new()),
            Cells::Window => Filling::Windows(Vec::new()),
            Cells::Objects(fill) => Filling::Objects(fill, Vec::new()),
            Cells::Count(fill) => Filling::Counts(fill, Vec::new()),
            Cells::Millis(fill) => Filling::Millis(fill, Vec::new()),
            Cells::Number(fill) => Filling::Numbers(fill, Vec::new()),
        }
    }
}

/// A column that is being filled.
pub(crate) enum Filling {
    Accounts(Fill<u32>, Vec<u32>),
    /// The kinds that were met, and the place of each row's among them.
    Kinds(Vec<TraceKind>, Vec<u32>),
    Windows(Vec<i64>),
    Objects(Fill<u32>, Vec<u32>),
    Counts(Fill<u64>, Vec<u64>),
    Millis(Fill<i64>, Vec<i64>),
    Numbers(Fill<f64>, Vec<f64>),
}

impl Filling {
    /// Appends some edges of one kind.
    pub(crate) fn fill(&mut self, kind: TraceKind, edges: &[CoActions], windows_ms: &[i64]) {
        match self {
            Filling::Accounts(fill, to) | Filling::Objects(fill, to) => fill(edges, to),
            Filling::Kinds(kinds, to) => {
                if kinds.last() != Some(&kind) {
                    kinds.push(kind);
                }
                to.resize(to.len() + edges.len(), kinds.len() as u32 - 1);
            }
            Filling::Windows(to) => {
                to.extend(edges.iter().map(|edge| windows_ms[edge.window as usize]));
            }
            Filling::Counts(fill, to) => fill(edges, to),
            Filling::Millis(fill, to) => fill(edges, to),
            Filling::Numbers(fill, to) => fill(edges, to),
        }
    }

    /// The rows so far as an array; the next one starts a new column.
    pub(crate) fn take(&mut self, accounts: &Arc<LargeStringArray>) -> ArrayRef {
        match self {
            Filling::Accounts(_, numbers) => columns::named(taken(numbers), accounts),
            Filling::Kinds(kinds, numbers) => {
                let names: Strings = std::mem::take(kinds).iter().map(|kind| kind.0).collect();
                columns::named(taken(numbers), &columns::names(names))
            }
            Filling::Objects(_, values) => Arc::new(UInt32Array::from(taken(values))),
            Filling::Counts(_, values) => Arc::new(UInt64Array::from(taken(values))),
            Filling::Windows(values) | Filling::Millis(_, values) => {
                Arc::new(Int64Array::from(taken(values)))
            }
            Filling::Numbers(_, values) => columns::f64s(taken(values)),
        }
    }

    /// A cell as text.
    pub(crate) fn text(&self, row: usize, accounts: &LargeStringArray) -> String {
        match self {
            Filling::Accounts(_, numbers) => guarded(accounts.value(numbers[row] as usize)),
            Filling::Kinds(kinds, numbers) => guarded(kinds[numbers[row] as usize].0),
            Filling::Objects(_, values) => values[row].to_string(),
            Filling::Counts(_, values) => values[row].to_string(),
            Filling::Windows(values) | Filling::Millis(_, values) => values[row].to_string(),
            Filling::Numbers(_, values) => number(values[row]),
        }
    }
}

/// The values, and room for as many in their place.
fn taken<T>(values: &mut Vec<T>) -> Vec<T> {
    let room = Vec::with_capacity(values.len());
    std::mem::replace(values, room)
}
