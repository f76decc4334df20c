//! Who watches a scan: progress for people, timings for the record.
//!
//! The library never looks at a clock: what it computes must not depend on one. The program does.

use serde_json::Value;

/// Watches the stages of a scan go by.
pub trait Observer {
    /// A stage begins; the one before it has ended.
    fn stage(&mut self, name: &'static str);

    /// What `timings.json` is to hold, asked for after the last stage.
    fn timings(&mut self) -> Value;
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn stage(&mut self, _name: &'static str) {}

    fn timings(&mut self) -> Value {
        Value::Null
    }
}
