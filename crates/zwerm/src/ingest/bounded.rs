//! Posts in bounded memory: the same bytes as from all posts at once.
//!
//! Rows go by and are scattered over buckets by their post ([`zwerm_ingest::scatter`]). Bucket
//! after bucket is put together and written in order; then all buckets are merged.
//!
//! # Memory
//!
//! What was given, but no less than for the program, a chunk per thread, a buffer per bucket, 32
//! bytes an account and the rejected rows. The disk holds the posts twice.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::ThreadPool;
use zwerm_ingest::{Gathered, Passed};
use zwerm_report::{FileStaging, PostsFile, PostsWriter};

use super::{About, IngestOutcome, each_row, metadata, outcome, write_rejects};
use crate::config::Settings;
use crate::error::ScanError;
use crate::observer::Observer;
use crate::pipeline;
use crate::spill::BUFFER_BYTES;
use crate::spill::posts::{BUCKETS, PostOrder, PostsReader, PostsRun, RowBuckets};

/// The program itself, a row group that is being written, and a chunk per thread.
const BYTES_ALWAYS: u64 = 160 << 20;

/// Of a bucket, by the bytes of its rows: these, its chunks and its posts.
const BYTES_PER_BYTE: u64 = 6;

/// See [`ingest`](super::ingest()).
pub(super) fn ingest(
    settings: &Settings,
    memory: u64,
    pool: &ThreadPool,
    staging: FileStaging,
    observer: &mut dyn Observer,
) -> Result<IngestOutcome, ScanError> {
    let (config, buckets) = (settings.ingest()?, RowBuckets::create(staging.dir())?);
    let mut scattered = pool.install(|| {
        let write = |bucket: usize, bytes: &[u8]| buckets.push(bucket, bytes);
        zwerm_ingest::scatter(&settings.inputs, &config, BUCKETS, &write)
    })?;
    let mut runs = Vec::new();
    for (number, bytes) in buckets.read().enumerate() {
        let bytes = bytes?;
        let buffers = (BUCKETS * BUFFER_BYTES) as u64;
        let needed = BYTES_ALWAYS + buffers + bytes.len() as u64 * BYTES_PER_BYTE;
        if needed > memory {
            return Err(ScanError::Memory { given: memory, needed });
        }
        let gathered = pool.install(|| scattered.gather(&bytes))?;
        drop(bytes);
        let mut run = PostsRun::create(staging.dir().join(format!("posts-{number}.run")))?;
        let Gathered { posts, collected_at, embeddings } = &gathered;
        each_row(posts, collected_at, embeddings, 0..posts.len(), |row, platform| {
            run.push(row, platform)
        })?;
        runs.push(run.finish()?);
    }
    let passed = scattered.finish()?;
    observer.stage("report");
    let finished = staging.dir().join("posts.parquet");
    let mut writer = PostsWriter::create_with(&finished, about(&passed, settings))?;
    merge(runs, &mut writer)?;
    writer.finish()?;
    let rejects = write_rejects(&pipeline::reject_rows(&passed.rejects), &staging, settings)?;
    staging.commit(&finished)?;
    Ok(outcome(settings, rejects, passed.accounts, &passed.row_digest, &passed.tally))
}

fn about(passed: &Passed, settings: &Settings) -> PostsFile {
    let about = About {
        sources: &passed.sources,
        row_digest: &passed.row_digest,
        absent: &passed.absent,
        embedding_model: passed.embedding_model.as_deref(),
    };
    PostsFile {
        collected_at: passed.has_collected_at,
        deleted_at: passed.has_deleted_at,
        paid_disclosed: passed.has_paid_disclosed,
        dimension: passed.dimension,
        metadata: metadata(&about, settings),
    }
}

/// Writes the posts of all runs in their order.
fn merge(mut runs: Vec<PostsReader>, writer: &mut PostsWriter) -> Result<(), ScanError> {
    // The earliest first. No two posts are equal in all three, so that the run never decides.
    let mut next: BinaryHeap<Reverse<(PostOrder, usize)>> = BinaryHeap::new();
    for (number, run) in runs.iter_mut().enumerate() {
        next.extend(run.next()?.map(|order| Reverse((order, number))));
    }
    while let Some(Reverse((_, number))) = next.pop() {
        let run = &mut runs[number];
        run.with(|row| writer.push(row))??;
        next.extend(run.next()?.map(|order| Reverse((order, number))));
    }
    Ok(())
}
