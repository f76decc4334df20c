//! `text_clusters.parquet`: one row per post whose text others repeat, in the order of posts.

use std::path::Path;

use zwerm_model::TextClusters;

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::table;

const COLUMNS: [(&str, Kind); 4] = [
    ("post_id", Kind::Utf8),
    ("cluster_id", Kind::Utf8),
    ("similarity", Kind::F32),
    ("medoid", Kind::Bool),
];

/// A text alone is no cluster.
const POSTS_MIN: u32 = 2;

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    write_text_clusters(path, input.clusters, |post| input.post(post))
}

/// Writes `text_clusters.parquet`; `id` gives the id of a post.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write_text_clusters<Id: AsRef<str>>(
    path: &Path,
    clusters: &TextClusters,
    id: impl Fn(u32) -> Id + Sync,
) -> Result<(), ReportError> {
    let repeated = |&post: &u32| {
        clusters.of(post as usize).is_some_and(|cluster| clusters.posts[cluster] >= POSTS_MIN)
    };
    let rows: Vec<u32> = (0..clusters.cluster.len() as u32).filter(repeated).collect();
    table::write(path, columns::schema(&COLUMNS), rows.len(), |range| {
        let rows = &rows[range];
        let cluster = |post: u32| clusters.ids.get(clusters.cluster[post as usize] as usize);
        let (post_id, cluster_id) = table::both(
            || columns::utf8(rows.iter().map(|&post| id(post))),
            || columns::utf8(rows.iter().map(|&post| cluster(post))),
        );
        vec![
            post_id,
            cluster_id,
            columns::f32s(rows.iter().map(|&post| clusters.similarity[post as usize])),
            columns::bools(rows.iter().map(|&post| clusters.medoid[post as usize])),
        ]
    })
}
