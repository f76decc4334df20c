//! The result files: one module and one row per file.
//!
//! To add one: write its module, and its row in [`EXPORTERS`], which is sorted by file name.

use std::path::Path;

use crate::error::ReportError;
use crate::input::ReportInput;

pub(crate) mod accounts;
pub(crate) mod campaign_posts;
pub(crate) mod campaigns;
pub(crate) mod edges;
pub(crate) mod evidence;
pub(crate) mod interactions;
pub(crate) mod networks;
pub(crate) mod networks_csv;
pub(crate) mod report_html;
pub(crate) mod text_clusters;
pub(crate) mod top_objects_csv;

/// One result file.
pub struct Exporter {
    /// Its name in the result folder.
    pub file: &'static str,
    /// Writes it to a path.
    pub write: fn(&ReportInput<'_>, &Path) -> Result<(), ReportError>,
}

/// Every result file, by name.
pub const EXPORTERS: &[Exporter] = &[
    Exporter { file: "accounts.parquet", write: accounts::write },
    Exporter { file: "campaign_posts.parquet", write: campaign_posts::write },
    Exporter { file: "campaigns.parquet", write: campaigns::write },
    Exporter { file: "edges.parquet", write: edges::write },
    Exporter { file: "evidence.parquet", write: evidence::write },
    Exporter { file: "interactions.parquet", write: interactions::write },
    Exporter { file: "networks.csv", write: networks_csv::write },
    Exporter { file: "networks.parquet", write: networks::write },
    Exporter { file: "report.html", write: report_html::write },
    Exporter { file: "text_clusters.parquet", write: text_clusters::write },
    Exporter { file: "top_objects.csv", write: top_objects_csv::write },
];

#[cfg(test)]
mod tests {
    use super::EXPORTERS;

    #[test]
    fn the_table_is_sorted() {
        assert!(EXPORTERS.windows(2).all(|two| two[0].file < two[1].file));
    }
}
