//! The nouns of zwerm, one per file, known to every stage and knowing none of them.
//!
//! There is no I/O here, no thread and no algorithm: only what posts, traces, edges and findings
//! *are*, so that a stage can be read with this crate and nothing else beside it.
//!
//! The words are fixed (`STYLE.md`): a **post** by an **account** touches an **object**; each touch
//! is a **trace**; two accounts on one object within a **window** are a **co-action**; co-actions
//! of one pair are an **edge**; a reported community of accounts is a **network**; what networks
//! push is a **campaign**.

pub mod cluster;
pub mod edge;
pub mod election;
pub mod embedding;
pub mod evasion;
pub mod finding;
pub mod hash;
pub mod meaning;
pub mod names;
pub mod post_ids;
pub mod posts;
pub mod quotable;
pub mod run;
pub mod score;
pub mod seed;
pub mod tally;
pub mod time;
pub mod trace;

pub use cluster::TextClusters;
pub use edge::{CoActions, Edge, Interaction};
pub use election::{Election, Period, PeriodKind};
pub use embedding::Embeddings;
pub use evasion::{EvasionCounts, EvasionMarks};
pub use finding::{
    AccountFinding, Campaign, Channel, Coordination, EvidenceRow, Findings, Network, Subject, Tier,
    TopObject,
};
pub use meaning::Meanings;
pub use names::{Dictionary, Lists, NONE, Strings};
pub use post_ids::PostIds;
pub use posts::{Accounts, Posts};
pub use quotable::Quotable;
pub use run::{DecoyCheck, RunFacts, RungState};
pub use score::Explained;
pub use seed::Seed;
pub use tally::Tally;
pub use time::{Resolution, Span, Steps, UnixMillis};
pub use trace::{TraceKind, TraceTable};
