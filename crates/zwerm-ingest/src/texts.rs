//! Texts as a stream: batch by batch, for what must not hold all of them at once.
//!
//! A [`Lane`] of [`TextFiles`] reads one partition of texts after the other; several lanes share
//! the row groups among them. [`Arrivals`](crate::Arrivals) keeps what it takes to put the posts
//! into their order when the last partition has gone by.
//!
//! # Memory
//!
//! A batch per lane.

use std::collections::VecDeque;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use zwerm_model::NONE;

use crate::chunk::Chunk;
use crate::error::IngestError;
use crate::parquet_file::BatchReader;
use crate::record::{Parts, RecordFile};
use crate::source::{self, Opened, Opening, SourceFile};
use crate::{IngestConfig, Pseudonyms, column, time_zone};

/// Files of posts of which only ids, moments and texts are read.
#[derive(Debug)]
pub struct TextFiles {
    pub(crate) files: Vec<SourceFile>,
    /// Files in folders that hold no posts.
    pub(crate) passed_over: u64,
    zone: Option<TimeZone>,
    pseudonyms: Option<Pseudonyms>,
    pub(crate) reject_ratio_max: f64,
}

impl TextFiles {
    /// Opens files, folders and glob patterns.
    ///
    /// # Errors
    ///
    /// As [`read`](crate::read); only `post_id` and `text` are needed.
    pub fn open(inputs: &[PathBuf], config: &IngestConfig) -> Result<Self, IngestError> {
        let zone = config.time_zone.as_deref().map(time_zone).transpose()?;
        let opening = Opening { config, zone: zone.clone(), selection: column::TEXTS };
        let Opened { files, passed_over } = source::open_all(inputs, &opening)?;
        let (pseudonyms, reject_ratio_max) = (config.pseudonyms.clone(), config.reject_ratio_max);
        let passed_over = passed_over.len() as u64;
        Ok(TextFiles { files, passed_over, zone, pseudonyms, reject_ratio_max })
    }

    /// How many parts there are that can be read side by side.
    #[must_use]
    pub fn parts(&self) -> usize {
        let parts = |file: &SourceFile| match file {
            SourceFile::Parquet(file) => file.row_groups(),
            SourceFile::Records(_) => 1,
        };
        self.files.iter().map(parts).sum()
    }

    /// The parts in `of` lanes, dealt out in turn.
    #[must_use]
    pub fn lanes(&self, of: usize) -> Vec<Lane<'_>> {
        let mut lanes: Vec<Lane<'_>> = (0..of.max(1))
            .map(|_| Lane { pseudonyms: self.pseudonyms.as_ref(), ..Lane::default() })
            .collect();
        let parts = self.files.iter().flat_map(|file| {
            let groups = match file {
                SourceFile::Parquet(parquet) => parquet.row_groups(),
                SourceFile::Records(_) => 1,
            };
            (0..groups).map(move |group| (file, group))
        });
        for (number, (file, group)) in parts.enumerate() {
            lanes[number % of.max(1)].parts.push_back((file, group, self.zone.as_ref()));
        }
        lanes
    }
}

/// Some parts, read one after the other.
#[derive(Default)]
pub struct Lane<'a> {
    parts: VecDeque<(&'a SourceFile, usize, Option<&'a TimeZone>)>,
    reader: Option<Reader<'a>>,
    pseudonyms: Option<&'a Pseudonyms>,
}

/// The part that is being read.
enum Reader<'a> {
    Parquet(Box<BatchReader<'a>>),
    Records(&'a RecordFile, Parts),
}

impl Reader<'_> {
    fn next(&mut self) -> Result<Option<Chunk>, IngestError> {
        match self {
            Reader::Parquet(reader) => reader.next(),
            Reader::Records(file, parts) => parts.next().map(|part| file.chunk(part?)).transpose(),
        }
    }
}

impl Lane<'_> {
    /// The next partition; `None` after the last.
    ///
    /// # Errors
    ///
    /// If a file is damaged or a column has a type that cannot be read.
    pub fn next_chunk(&mut self) -> Result<Option<TextChunk>, IngestError> {
        loop {
            if let Some(reader) = &mut self.reader
                && let Some(mut chunk) = reader.next()?
            {
                self.pseudonyms.iter().for_each(|pseudonyms| pseudonyms.apply(&mut chunk));
                return Ok(Some(TextChunk::new(chunk)));
            }
            let Some((file, group, zone)) = self.parts.pop_front() else { return Ok(None) };
            self.reader = Some(match file {
                SourceFile::Parquet(file) => {
                    Reader::Parquet(Box::new(BatchReader::new(file, group, zone)?))
                }
                SourceFile::Records(file) => Reader::Records(file, file.parts()),
            });
        }
    }
}

/// The usable rows of one partition that have a text of their own: no reposts.
#[derive(Debug)]
pub struct TextChunk {
    pub(crate) chunk: Chunk,
    pub(crate) rows: Vec<u32>,
}

impl TextChunk {
    fn new(chunk: Chunk) -> Self {
        let repost_of = chunk.names.get("repost_of");
        let is_repost = |row: usize| repost_of.is_some_and(|column| column.values[row] != NONE);
        let has_text = |&row: &u32| {
            let row = row as usize;
            !chunk.text.is_empty() && !is_repost(row) && !chunk.text.get(row).is_empty()
        };
        let rows = (0..chunk.len() as u32).filter(has_text).collect();
        TextChunk { chunk, rows }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Text number `index`.
    #[must_use]
    pub fn text(&self, index: usize) -> &str {
        self.chunk.text.get(self.rows[index] as usize)
    }
}
