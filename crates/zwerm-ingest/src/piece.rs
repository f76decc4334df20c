//! Rows of a chunk as bytes and back: what is written to a disk while posts go by.

use serde::{Deserialize, Serialize};
use zwerm_model::NONE;

use crate::chunk::Chunk;
use crate::column;
use crate::error::{ErrorKind, IngestError};
use crate::local_names::LocalNames;
use crate::times::RawTime;

/// A moment that is one, or becomes one when the unit of epochs is known.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Moment {
    None,
    Millis(i64),
    Epoch(i64),
}

/// Some rows of a chunk. Columns that the chunk lacks are empty.
#[derive(Debug, Serialize, Deserialize)]
struct Piece<'a> {
    file: u32,
    part: Option<u64>,
    #[serde(borrow)]
    columns: Vec<&'a str>,
    row: Vec<u64>,
    post_id: Vec<&'a str>,
    at: Vec<Moment>,
    collected_at: Vec<Moment>,
    deleted_at: Vec<Moment>,
    text: Vec<&'a str>,
    automated: Vec<Option<bool>>,
    paid_disclosed: Vec<Option<bool>>,
    embedding: Vec<Vec<f32>>,
    names: Vec<(&'a str, Vec<Option<&'a str>>)>,
    lists: Vec<(&'a str, Vec<Vec<&'a str>>)>,
}

/// Where a chunk was read: the number of its file, and of its part of it if that counts its own
/// rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: u32,
    pub(crate) part: Option<u64>,
}

/// Appends some rows of a chunk to some bytes.
///
/// # Errors
///
/// If the rows cannot be written as bytes.
pub(crate) fn append(
    bytes: Vec<u8>,
    chunk: &Chunk,
    rows: &[usize],
    place: Place,
) -> Result<Vec<u8>, IngestError> {
    let all = |is_there: bool| if is_there { rows } else { &[] };
    let has_vectors = !chunk.embedding.is_empty();
    let moments =
        |times: &[RawTime]| all(!times.is_empty()).iter().map(|&row| moment(times[row])).collect();
    let flags =
        |flags: &[Option<bool>]| all(!flags.is_empty()).iter().map(|&row| flags[row]).collect();
    let names = chunk.names.iter().map(|(&column, names)| {
        let name = |&row: &usize| match names.values[row] {
            NONE => None,
            number => Some(names.names().get(number as usize)),
        };
        (column, rows.iter().map(name).collect())
    });
    let lists = chunk.lists.iter().map(|(&column, lists)| {
        let entries = |&row: &usize| {
            lists.row(row).iter().map(|&number| lists.names().get(number as usize)).collect()
        };
        (column, rows.iter().map(entries).collect())
    });
    let piece = Piece {
        file: place.file,
        part: place.part,
        columns: chunk.columns.clone(),
        row: rows.iter().map(|&row| chunk.row[row]).collect(),
        post_id: rows.iter().map(|&row| chunk.post_id.get(row)).collect(),
        at: rows.iter().map(|&row| moment(chunk.at[row])).collect(),
        collected_at: moments(&chunk.collected_at),
        deleted_at: moments(&chunk.deleted_at),
        text: all(!chunk.text.is_empty()).iter().map(|&row| chunk.text.get(row)).collect(),
        automated: flags(&chunk.automated),
        paid_disclosed: flags(&chunk.paid_disclosed),
        embedding: all(has_vectors).iter().map(|&row| chunk.embedding.get(row).to_vec()).collect(),
        names: names.collect(),
        lists: lists.collect(),
    };
    postcard::to_extend(&piece, bytes).map_err(spilled)
}

fn spilled(error: postcard::Error) -> IngestError {
    let kind = ErrorKind::Damaged { format: "spilled".to_owned(), why: error.to_string() };
    IngestError::new("temporary files", kind)
}

/// The chunks that were written, each with its place; `file` names a file.
///
/// # Errors
///
/// If the bytes are not those that were written: the disk lost some.
pub(crate) fn read_all(
    mut bytes: &[u8],
    file: impl Fn(u32) -> String,
) -> Result<Vec<(Place, Chunk)>, IngestError> {
    let mut chunks = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = postcard::take_from_bytes::<Piece<'_>>(bytes).map_err(spilled)?;
        bytes = rest;
        let place = Place { file: piece.file, part: piece.part };
        chunks.push((place, piece.into_chunk(file(place.file))));
    }
    Ok(chunks)
}

impl Piece<'_> {
    fn into_chunk(self, file: String) -> Chunk {
        let mut chunk = Chunk { file, row: self.row, ..Chunk::default() };
        chunk.automated = self.automated;
        chunk.paid_disclosed = self.paid_disclosed;
        chunk.rows = chunk.row.len() as u64;
        chunk.columns = self.columns.into_iter().filter_map(canonical).collect();
        chunk.post_id = self.post_id.into_iter().collect();
        chunk.text = self.text.into_iter().collect();
        chunk.at = self.at.into_iter().map(raw).collect();
        chunk.collected_at = self.collected_at.into_iter().map(raw).collect();
        chunk.deleted_at = self.deleted_at.into_iter().map(raw).collect();
        for vector in &self.embedding {
            chunk.embedding.push(vector);
        }
        for (column, names) in self.names {
            let mut filled = LocalNames::default();
            names.into_iter().for_each(|name| filled.push(name));
            canonical(column).map(|column| chunk.names.insert(column, filled));
        }
        for (column, lists) in self.lists {
            let mut filled = LocalNames::default();
            lists.into_iter().for_each(|list| filled.push_list(list.into_iter()));
            canonical(column).map(|column| chunk.lists.insert(column, filled));
        }
        chunk
    }
}

/// The name of a column that outlives the bytes that it was read from.
fn canonical(name: &str) -> Option<&'static str> {
    let local = (name == column::LOCAL_ID.name).then_some(&column::LOCAL_ID);
    column::find(name).or(local).map(|column| column.name)
}

fn moment(time: RawTime) -> Moment {
    match time {
        RawTime::Millis(at) => Moment::Millis(at),
        RawTime::Epoch(at) => Moment::Epoch(at),
        RawTime::Missing | RawTime::Invalid(_) => Moment::None,
    }
}

fn raw(moment: Moment) -> RawTime {
    match moment {
        Moment::None => RawTime::Missing,
        Moment::Millis(at) => RawTime::Millis(at),
        Moment::Epoch(at) => RawTime::Epoch(at),
    }
}
