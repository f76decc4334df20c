//! `top_objects.csv`: what to check first, one row per campaign and object, for a spreadsheet.

use std::path::Path;

use crate::error::ReportError;
use crate::input::ReportInput;
use crate::objects::{Objects, Quote};
use crate::sheet::{Sheet, guarded, number};

const COLUMNS: [&str; 7] =
    ["campaign_id", "campaign_score", "kind", "object", "accounts", "posts", "text"];

/// Characters of a text object shown beside its id.
const TEXT_CHARS_MAX: usize = 280;

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    let objects = Objects::new(input);
    let mut sheet = Sheet::new(path, &COLUMNS)?;
    for campaign in &input.findings.campaigns {
        for object in &campaign.top_objects {
            let text = objects.text(&object.object, TEXT_CHARS_MAX);
            let text = text.map(Quote::into_cell).unwrap_or_default();
            sheet.push(&[
                guarded(&campaign.id),
                number(campaign.campaign_score),
                guarded(object.kind.0),
                guarded(&object.object),
                object.accounts.to_string(),
                object.posts.to_string(),
                guarded(&text),
            ])?;
        }
    }
    sheet.finish()
}
