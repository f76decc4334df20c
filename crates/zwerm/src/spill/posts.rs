//! The runs of `zwerm ingest`: rows in buckets by post, and posts in their order.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use zwerm_model::UnixMillis;
use zwerm_report::PostRow;

use super::{BUFFER_BYTES, Buffered, Run};
use crate::error::ScanError;

/// Buckets by post: what is in one of them has room when all have not.
pub(crate) const BUCKETS: usize = 256;

/// Rows of posts, spread over buckets by several threads.
#[derive(Debug)]
pub(crate) struct RowBuckets(Vec<Mutex<Buffered>>);

impl RowBuckets {
    /// Starts empty buckets in a folder.
    pub(crate) fn create(folder: &Path) -> Result<Self, ScanError> {
        let bucket =
            |number| Ok(Mutex::new(Buffered::create(folder.join(format!("rows-{number}.run")))?));
        Ok(RowBuckets((0..BUCKETS).map(bucket).collect::<Result<_, ScanError>>()?))
    }

    /// Appends bytes that stay together.
    pub(crate) fn push(&self, bucket: usize, bytes: &[u8]) -> Result<(), ScanError> {
        let mut bucket = self.0[bucket].lock().unwrap_or_else(PoisonError::into_inner);
        bucket.push(|waiting| waiting.extend_from_slice(bytes))
    }

    /// The bytes of each bucket, one bucket after the other; what was read is removed.
    pub(crate) fn read(self) -> impl Iterator<Item = Result<Vec<u8>, ScanError>> {
        let buckets = self.0.into_iter();
        buckets.map(|bucket| bucket.into_inner().unwrap_or_else(PoisonError::into_inner).read())
    }
}

/// A post as it lies in a run.
#[derive(Debug, Serialize, Deserialize)]
struct Spilled<'a> {
    created_at: i64,
    /// The platform by which posts are sorted, be it that of posts that name none.
    platform: &'a str,
    post_id: &'a str,
    account_id: &'a str,
    is_platform_named: bool,
    text: Option<&'a str>,
    lang: Option<&'a str>,
    client: Option<&'a str>,
    #[serde(borrow)]
    lists: [Vec<&'a str>; 4],
    repost_of: Option<&'a str>,
    repost_of_account: Option<&'a str>,
    reply_to: Option<&'a str>,
    reply_to_account: Option<&'a str>,
    quote_of: Option<&'a str>,
    automated: Option<bool>,
    collected_at: Option<i64>,
    deleted_at: Option<i64>,
    paid_disclosed: Option<bool>,
    embedding: Vec<f32>,
}

/// Writes posts in their order.
#[derive(Debug)]
pub(crate) struct PostsRun {
    run: Buffered,
    /// One post as bytes.
    bytes: Vec<u8>,
}

impl PostsRun {
    /// Starts an empty run.
    pub(crate) fn create(path: PathBuf) -> Result<Self, ScanError> {
        Ok(PostsRun { run: Buffered::create(path)?, bytes: Vec::new() })
    }

    /// Appends a post; `platform` is the one by which it is sorted.
    pub(crate) fn push(&mut self, row: &PostRow<'_>, platform: &str) -> Result<(), ScanError> {
        let lists = [row.urls, row.hashtags, row.mentions, row.media];
        let spilled = Spilled {
            created_at: row.created_at.0,
            platform,
            post_id: row.post_id,
            account_id: row.account_id,
            is_platform_named: row.platform.is_some(),
            text: row.text,
            lang: row.lang,
            client: row.client,
            lists: lists.map(|list| list.iter().map(String::as_str).collect()),
            repost_of: row.repost_of,
            repost_of_account: row.repost_of_account,
            reply_to: row.reply_to,
            reply_to_account: row.reply_to_account,
            quote_of: row.quote_of,
            automated: row.automated,
            collected_at: row.collected_at.map(|at| at.0),
            deleted_at: row.deleted_at.map(|at| at.0),
            paid_disclosed: row.paid_disclosed,
            embedding: row.embedding.to_vec(),
        };
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        let bytes = postcard::to_extend(&spilled, bytes);
        self.bytes = bytes.map_err(|error| self.run.run.failed(io::Error::other(error)))?;
        let length = u32::try_from(self.bytes.len());
        let length = length.map_err(|error| self.run.run.failed(io::Error::other(error)))?;
        self.run.push(|waiting| {
            waiting.extend_from_slice(&length.to_le_bytes());
            waiting.extend_from_slice(&self.bytes);
        })
    }

    /// Ends the run, to be read.
    pub(crate) fn finish(mut self) -> Result<PostsReader, ScanError> {
        self.run.flush()?;
        let run = self.run.run;
        run.with(|file| file.seek(SeekFrom::Start(0)))?;
        Ok(PostsReader { run, bytes: Vec::new(), start: 0, end: 0 })
    }
}

/// Reads posts in their order.
#[derive(Debug)]
pub(crate) struct PostsReader {
    run: Run,
    /// What was read and not handed on.
    bytes: Vec<u8>,
    /// Where the next post begins, and where the one at hand ends.
    start: usize,
    end: usize,
}

/// Where a post belongs: (time, platform, post id).
pub(crate) type PostOrder = (i64, String, String);

impl PostsReader {
    /// Goes on to the next post; where it belongs, or `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<PostOrder>, ScanError> {
        self.start = self.end;
        if !self.have(4)? {
            return Ok(None);
        }
        let length = self.bytes[self.start..].first_chunk().map_or(0, |b| u32::from_le_bytes(*b));
        self.start += 4;
        self.end = self.start;
        if !self.have(length as usize)? {
            return Err(self.run.failed(io::ErrorKind::UnexpectedEof.into()));
        }
        self.end = self.start + length as usize;
        let post = self.post()?;
        Ok(Some((post.created_at, post.platform.to_owned(), post.post_id.to_owned())))
    }

    /// Does something with the post at hand.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&PostRow<'_>) -> T) -> Result<T, ScanError> {
        let post = self.post()?;
        let lists = post.lists.each_ref();
        let lists = lists.map(|list| list.iter().map(|&name| name.to_owned()).collect());
        let [urls, hashtags, mentions, media]: &[Vec<String>; 4] = &lists;
        Ok(act(&PostRow {
            post_id: post.post_id,
            account_id: post.account_id,
            created_at: UnixMillis(post.created_at),
            text: post.text,
            platform: Some(post.platform).filter(|_| post.is_platform_named),
            lang: post.lang,
            client: post.client,
            urls,
            hashtags,
            mentions,
            media,
            repost_of: post.repost_of,
            repost_of_account: post.repost_of_account,
            reply_to: post.reply_to,
            reply_to_account: post.reply_to_account,
            quote_of: post.quote_of,
            automated: post.automated,
            collected_at: post.collected_at.map(UnixMillis),
            deleted_at: post.deleted_at.map(UnixMillis),
            paid_disclosed: post.paid_disclosed,
            embedding: &post.embedding,
        }))
    }

    fn post(&self) -> Result<Spilled<'_>, ScanError> {
        let post = postcard::from_bytes(&self.bytes[self.start..self.end]);
        post.map_err(|error| self.run.failed(io::Error::other(error)))
    }

    /// Makes sure that some bytes are there from `start` on; whether they are.
    fn have(&mut self, wanted: usize) -> Result<bool, ScanError> {
        if self.bytes.len() - self.start >= wanted {
            return Ok(true);
        }
        self.bytes.drain(..self.start);
        (self.start, self.end) = (0, 0);
        let (bytes, more) = (&mut self.bytes, wanted.max(BUFFER_BYTES));
        self.run.with(|file| file.take(more as u64).read_to_end(bytes))?;
        Ok(self.bytes.len() >= wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_come_back_as_they_went() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut run = PostsRun::create(folder.path().join("x.run")).expect("a run");
        let long = "é".repeat(BUFFER_BYTES);
        let (texts, urls) = ([None, Some("a"), Some(long.as_str())], ["u".to_owned()]);
        for (number, text) in texts.iter().cycle().take(50).enumerate() {
            let created_at = UnixMillis(number as i64);
            let row = PostRow {
                post_id: "p",
                created_at,
                text: *text,
                urls: &urls,
                ..PostRow::default()
            };
            run.push(&row, "unknown").expect("room");
        }
        let mut reader = run.finish().expect("a run");
        for (number, text) in texts.iter().cycle().take(50).enumerate() {
            let order = reader.next().expect("bytes").expect("a post");
            assert_eq!(order, (number as i64, "unknown".to_owned(), "p".to_owned()));
            let is_same =
                |row: &PostRow<'_>| (row.text, row.urls, row.platform) == (*text, &urls[..], None);
            assert!(reader.with(is_same).expect("a post"), "{number}");
        }
        assert_eq!(reader.next().expect("bytes"), None);
    }
}
