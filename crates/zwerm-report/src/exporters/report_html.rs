//! `report.html`: one self-contained page for people.

use std::path::Path;

use crate::disk;
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::page;

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    disk::write(path, page::render(input).as_bytes())
}
