//! Traces: which account touched which object, when, and in which post.

use serde::Serialize;

use crate::names::Strings;

/// A kind of behaviour that accounts can share, by its name (`url`, `repost`, `near_text`, …).
///
/// The list of kinds is the table in `zwerm-trace`; kinds are ordered by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TraceKind(pub &'static str);

/// The traces of one kind, sorted by (object, post): posts are numbered by time, so also by time.
///
/// Columns of one length; 24 bytes a trace, and the objects' names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceTable {
    /// The behaviour.
    pub kind: TraceKind,
    /// The objects' names, sorted and distinct; an object's number is its place here.
    pub objects: Strings,
    /// Where each object's traces start; one more entry than objects.
    pub starts: Vec<u32>,
    /// Who.
    pub account: Vec<u32>,
    /// When, in milliseconds since 1970.
    pub at: Vec<i64>,
    /// In which post (its row in `Posts`).
    pub post: Vec<u32>,
}

impl TraceTable {
    /// How many traces there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.account.len()
    }

    /// Whether there is no trace.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.account.is_empty()
    }

    /// How many objects there are.
    #[must_use]
    #[inline]
    pub fn object_count(&self) -> usize {
        self.objects.len()
    }

    /// The range of one object's traces.
    #[must_use]
    #[inline]
    pub fn range(&self, object: usize) -> core::ops::Range<usize> {
        self.starts[object] as usize..self.starts[object + 1] as usize
    }
}
