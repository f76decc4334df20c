//! Posts in bounded memory: rows are scattered over buckets by their post while they go by, and
//! put together bucket by bucket.
//!
//! All rows of one post are in one bucket, so that copies are found and long tables are merged
//! there as they are among all rows. What is decided over all rows (the unit of epochs, which
//! columns nobody has, the posts behind local numbers) is known when all have gone by. Posts put
//! together so are those of [`read`](crate::read), bucket by bucket.
//!
//! # Memory
//!
//! A chunk per thread; some 32 bytes an account; the rejected rows; the local numbers of posts,
//! where a schema has some.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use zwerm_model::hash::{Set, hash128};
use zwerm_model::{Accounts, Embeddings, Posts, Strings, Tally, UnixMillis};

use crate::assemble::{self, Assembled};
use crate::chunk::Chunk;
use crate::decided::{Asked, Decided};
use crate::error::IngestError;
use crate::piece::{self, Place};
use crate::source::{self, Opened, Opening, PASSED_OVER, SourceFile};
use crate::{IngestConfig, Reject, Source, check_reject_ratio, column, opening, vectors};

/// What went by, but for the posts themselves.
#[derive(Debug)]
pub struct Scattered {
    passed: Passed,
    decided: Decided,
    /// The names of the files.
    names: Vec<String>,
    /// At which row of its file each part begins that counts its own rows.
    first_rows: BTreeMap<Place, u64>,
    digest: u128,
    accounts: Set<u128>,
}

/// What is known of all posts at the end.
#[derive(Debug)]
pub struct Passed {
    /// The files read.
    pub sources: Vec<Source>,
    /// Files of records in folders that hold no posts, by path.
    pub passed_over: Vec<String>,
    /// Rows that cannot be read, by file and row.
    pub rejects: Vec<Reject>,
    /// How many accounts there are.
    pub accounts: u64,
    /// Whether any input says when a copy was observed.
    pub has_collected_at: bool,
    /// Whether any input says when a post was deleted.
    pub has_deleted_at: bool,
    /// Whether any input says which posts are paid for.
    pub has_paid_disclosed: bool,
    /// The length of the posts' vectors; 0 if they have none.
    pub dimension: usize,
    /// What made the vectors, if that is known.
    pub embedding_model: Option<String>,
    /// Canonical columns that no input has.
    pub absent: Vec<&'static str>,
    /// The digest of the posts.
    pub row_digest: String,
    /// What was counted.
    pub tally: Tally,
}

/// The posts of one bucket.
#[derive(Debug)]
pub struct Gathered {
    /// The posts, by (time, platform, post id).
    pub posts: Posts,
    /// When the copy of each was observed; empty if none tells.
    pub collected_at: Vec<Option<UnixMillis>>,
    /// Their vectors.
    pub embeddings: Embeddings,
}

/// Reads files, folders and glob patterns and hands the rows of each chunk on in parts, as bytes
/// for one of `buckets`: `write` is called by several threads, and its bytes may come in any order
/// but are not to be divided.
///
/// # Errors
///
/// As [`read`](crate::read), and what `write` returns.
///
/// # Cost
///
/// Linear in the rows; chunks in parallel.
pub fn scatter<E: From<IngestError> + Send>(
    inputs: &[PathBuf],
    config: &IngestConfig,
    buckets: usize,
    write: &(impl Fn(usize, &[u8]) -> Result<(), E> + Sync),
) -> Result<Scattered, E> {
    let opening = opening(config, column::POSTS)?;
    let Opened { files, passed_over } = source::open_all(inputs, &opening)?;
    let passing = Passing { buckets, write, seen: Mutex::default() };
    let sources: Vec<_> = (files.par_iter().enumerate())
        .map(|(number, file)| passing.file(number as u32, file, &opening))
        .collect();
    let sources = sources.into_iter().collect::<Result<Vec<Source>, E>>()?;
    let Seen { asked, mut tally, parts, rejects } = into_inner(passing.seen);
    tally.add(PASSED_OVER, passed_over.len() as u64);
    let decided = asked.decide(&sources, config.rows, &mut tally);
    let first_rows = first_rows(&parts);
    let rejects = rejects.into_iter().map(|(place, reject)| {
        let first_row = first_rows.get(&place).copied().unwrap_or(0);
        Reject { row: first_row + reject.row, ..reject }
    });
    let passed = Passed {
        rejects: rejects.collect(),
        sources,
        passed_over,
        accounts: 0,
        has_collected_at: decided.has_collected_at,
        has_deleted_at: decided.has_deleted_at,
        has_paid_disclosed: decided.has_paid_disclosed,
        dimension: 0,
        embedding_model: None,
        absent: decided.absent.clone(),
        row_digest: String::new(),
        tally,
    };
    let names = files.iter().map(SourceFile::name).collect();
    Ok(Scattered { passed, decided, names, first_rows, digest: 0, accounts: Set::default() })
}

impl Scattered {
    /// Puts the posts of a bucket together from all of its bytes.
    ///
    /// # Errors
    ///
    /// If the bytes are not those that were written, or vectors have different lengths.
    pub fn gather(&mut self, bytes: &[u8]) -> Result<Gathered, IngestError> {
        let name = |file: u32| self.names.get(file as usize).cloned().unwrap_or_default();
        let chunks = piece::read_all(bytes, name)?.into_iter().map(|(place, mut chunk)| {
            chunk.begin_at(self.first_rows.get(&place).copied().unwrap_or(0));
            chunk
        });
        let mut chunks: Vec<Chunk> = chunks.collect();
        let passed = &mut self.passed;
        let assembled = assemble::assemble_some(&mut chunks, &self.decided, &passed.sources)?;
        let Assembled { mut posts, collected_at, embeddings, rejects, tally } = assembled;
        name_all(&mut posts.accounts, &self.decided.platforms);
        passed.tally.merge(&tally);
        passed.tally.add("ingest.posts", posts.len() as u64);
        passed.rejects.extend(rejects);
        self.digest = self.digest.wrapping_add(assemble::digest(&posts, &embeddings));
        for account in 0..posts.accounts.len() as u32 {
            self.accounts.insert(hash128(posts.accounts.printed(account).as_bytes()));
        }
        if embeddings.dimension > 0 {
            let known = match passed.dimension {
                0 => embeddings.dimension,
                known => known,
            };
            if known != embeddings.dimension {
                let (shortest, longest) =
                    (known.min(embeddings.dimension), known.max(embeddings.dimension));
                return Err(vectors::different_lengths(shortest, longest));
            }
            passed.dimension = known;
            passed.embedding_model.clone_from(&embeddings.model);
        }
        Ok(Gathered { posts, collected_at, embeddings })
    }

    /// Ends the run when all buckets are put together.
    ///
    /// # Errors
    ///
    /// If no usable row was found.
    pub fn finish(self) -> Result<Passed, IngestError> {
        let mut passed = self.passed;
        if passed.tally.get("ingest.posts") == 0 {
            return Err(assemble::no_rows(&passed.sources));
        }
        assemble::count_rejects(&mut passed.rejects, &mut passed.tally);
        passed.accounts = self.accounts.len() as u64;
        passed.row_digest = assemble::printed(self.digest);
        Ok(passed)
    }
}

/// What all threads have seen.
#[derive(Default)]
struct Seen {
    asked: Asked,
    tally: Tally,
    /// The rows of each part that counts its own.
    parts: BTreeMap<Place, u64>,
    rejects: Vec<(Place, Reject)>,
}

/// Posts that go by.
struct Passing<'w, W> {
    buckets: usize,
    write: &'w W,
    seen: Mutex<Seen>,
}

impl<W> Passing<'_, W> {
    /// Reads one file.
    fn file<E>(&self, number: u32, file: &SourceFile, opening: &Opening<'_>) -> Result<Source, E>
    where
        E: From<IngestError> + Send,
        W: Fn(usize, &[u8]) -> Result<(), E> + Sync,
    {
        let of_file = Mutex::new((0, BTreeSet::new(), Tally::default()));
        file.each_chunk(opening.zone.as_ref(), &|part, chunk| {
            {
                let mut of_file = of_file.lock().unwrap_or_else(PoisonError::into_inner);
                of_file.0 += chunk.rows;
                of_file.1.extend(chunk.columns.iter().copied());
                chunk.rejects.iter().for_each(|reject| of_file.2.add(reject.reason, 1));
            }
            self.chunk(Place { file: number, part }, chunk, opening.config)
        })?;
        let (rows, columns, by_reason): (u64, BTreeSet<&'static str>, Tally) = into_inner(of_file);
        check_reject_ratio(&file.name(), rows, &by_reason, opening.config.reject_ratio_max)?;
        Ok(file.describe(rows, &columns.into_iter().collect::<Vec<_>>())?)
    }

    /// Scatters one chunk.
    fn chunk<E>(&self, place: Place, mut chunk: Chunk, config: &IngestConfig) -> Result<(), E>
    where
        E: From<IngestError>,
        W: Fn(usize, &[u8]) -> Result<(), E>,
    {
        config.pseudonyms.iter().for_each(|pseudonyms| pseudonyms.apply(&mut chunk));
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.asked.add(&chunk);
            seen.tally.merge(&chunk.tally);
            if place.part.is_some() {
                seen.parts.insert(place, chunk.rows);
            }
            let rejects = std::mem::take(&mut chunk.rejects);
            seen.rejects.extend(rejects.into_iter().map(|reject| (place, reject)));
        }
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); self.buckets];
        let mut bytes = Vec::new();
        for row in 0..chunk.len() {
            let key = assemble::post_key(&chunk, row, &mut bytes);
            rows[(key % self.buckets as u128) as usize].push(row);
        }
        for (bucket, rows) in rows.iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            bytes.clear();
            bytes = piece::append(bytes, &chunk, rows, place)?;
            (self.write)(bucket, &bytes)?;
        }
        Ok(())
    }
}

/// Lets accounts be named as among those of all platforms.
fn name_all(accounts: &mut Accounts, platforms: &Strings) {
    let number = |name: &str| platforms.iter().position(|known| known == name).unwrap_or(0) as u32;
    let numbers: Vec<u32> = accounts.platforms.iter().map(number).collect();
    accounts.platform.iter_mut().for_each(|platform| *platform = numbers[*platform as usize]);
    accounts.platforms = platforms.clone();
}

/// At which row of its file each part begins.
fn first_rows(parts: &BTreeMap<Place, u64>) -> BTreeMap<Place, u64> {
    let (mut file, mut next) = (None, 0);
    let first = parts.iter().map(|(&place, rows)| {
        if file.replace(place.file) != Some(place.file) {
            next = 0;
        }
        let first = next;
        next += rows;
        (place, first)
    });
    first.collect()
}

fn into_inner<T>(locked: Mutex<T>) -> T {
    locked.into_inner().unwrap_or_else(PoisonError::into_inner)
}
