//! What a pair of close vectors is: a copy, a rewording, a translation, or only a shared topic.
//!
//! # What it computes
//!
//! In one language: texts that share at least three quarters of their character 4-grams are a
//! **copy**;
//! others whose cosine reaches the cut for rewordings are a **rewording**. Between languages, a
//! cosine that reaches the cut for translations is a **translation**. None of them without a second
//! witness: the 4-grams reach a Jaccard similarity of [`GRAMS_MIN`], or both posts have a URL, a
//! medium or an answered post in common.
//!
//! Languages are those that the platform states; where it states none, the script that most letters
//! have stands for the language.
//!
//! # When it misleads
//!
//! Answers to one post, and comments on one article, have their witness for nothing: there the
//! cosine decides alone. Translations within one script that have no stated language count as
//! rewordings, and have to reach the higher cut.
//!
//! # Source
//!
//! The three relations are those of VIGINUM's D3lta (<https://arxiv.org/abs/2312.17338>), which
//! asks for no second witness.

use unicode_script::{Script, UnicodeScript};
use zwerm_model::NONE;
use zwerm_sketch::hash::mix32;
use zwerm_sketch::jaccard;

use crate::{Cuts, Inputs};

/// A smaller share of common 4-grams is no witness. It keeps most pairs that say the same, and
/// turns away most that share a topic.
pub const GRAMS_MIN: f32 = 0.10;

/// From this share of common 4-grams on, two texts are copies.
pub const COPY_MIN: f32 = 0.75;

/// Characters in a gram.
const GRAM: usize = 4;

/// What two texts are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The same words.
    Copy,
    /// Other words, the same language.
    Rewording,
    /// Another language.
    Translation,
}

impl Relation {
    /// All of them.
    pub const ALL: [Relation; 3] = [Relation::Copy, Relation::Rewording, Relation::Translation];

    /// Its name in tallies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Relation::Copy => "copies",
            Relation::Rewording => "rewordings",
            Relation::Translation => "translations",
        }
    }
}

/// Two representatives and what they are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Related {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) relation: Relation,
}

/// What is known of a text beside its vector.
struct Witness {
    grams: Vec<u32>,
    /// (table, object), ascending.
    objects: Vec<(u32, u32)>,
    /// As stated, without region; empty where nothing is.
    language: String,
    script: Option<Script>,
}

/// Knows what speaks for a pair.
pub(crate) struct Judge {
    witnesses: Vec<Witness>,
    cuts: Cuts,
}

impl Judge {
    /// Looks at the posts of all representatives.
    pub(crate) fn new(inputs: &Inputs<'_>, posts: &[u32], cuts: Cuts) -> Self {
        let mut place = vec![NONE; inputs.posts.len()];
        for (representative, &post) in posts.iter().enumerate() {
            place[post as usize] = representative as u32;
        }
        let mut witnesses: Vec<Witness> =
            posts.iter().map(|&post| witness(inputs, post as usize)).collect();
        for (number, table) in inputs.witnesses.iter().enumerate() {
            for object in 0..table.object_count() {
                for &post in &table.post[table.range(object)] {
                    if let Some(witness) = witnesses.get_mut(place[post as usize] as usize) {
                        witness.objects.push((number as u32, object as u32));
                    }
                }
            }
        }
        Judge { witnesses, cuts }
    }

    /// What a pair with this cosine is.
    pub(crate) fn judge(&self, (a, b, cosine): (u32, u32, f32)) -> Option<Related> {
        let (one, other) = (&self.witnesses[a as usize], &self.witnesses[b as usize]);
        let grams = jaccard::similarity(&one.grams, &other.grams);
        let has_object = || one.objects.iter().any(|o| other.objects.binary_search(o).is_ok());
        if grams < GRAMS_MIN && !has_object() {
            return None;
        }
        let relation = by_numbers(grams, cosine, are_one_language(one, other), self.cuts)?;
        Some(Related { a, b, relation })
    }
}

/// What a witnessed pair is.
fn by_numbers(grams: f32, cosine: f32, is_one_language: bool, cuts: Cuts) -> Option<Relation> {
    match (is_one_language, cuts.translation) {
        (true, _) if grams >= COPY_MIN => Some(Relation::Copy),
        (true, _) if cosine >= cuts.rewording => Some(Relation::Rewording),
        (false, Some(cut)) if cosine >= cut => Some(Relation::Translation),
        _ => None,
    }
}

fn are_one_language(a: &Witness, b: &Witness) -> bool {
    match (a.language.is_empty() || b.language.is_empty(), a.script, b.script) {
        (false, _, _) => a.language == b.language,
        (true, Some(a), Some(b)) => a == b,
        (true, _, _) => true,
    }
}

fn witness(inputs: &Inputs<'_>, post: usize) -> Witness {
    let text = (inputs.text)(post);
    let stated = inputs.posts.lang.get(post).unwrap_or("");
    let language = stated.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
    Witness {
        grams: grams(&text),
        objects: Vec::new(),
        language: if language == "und" { String::new() } else { language },
        script: script(&text),
    }
}

/// The hashed character 4-grams of a text, ascending, each once.
fn grams(text: &str) -> Vec<u32> {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let hash = |window: &[u32]| window.iter().fold(0, |sum, &code| mix32(sum ^ code));
    let mut grams: Vec<u32> = codes.windows(GRAM).map(hash).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// The script that most letters of a text have.
fn script(text: &str) -> Option<Script> {
    let mut counts: Vec<(Script, usize)> = Vec::new();
    for script in text.chars().filter(|c| c.is_alphabetic()).map(|c| c.script()) {
        match counts.iter_mut().find(|(known, _)| *known == script) {
            Some((_, count)) => *count += 1,
            None => counts.push((script, 1)),
        }
    }
    // Ties go to the script that stands first in Unicode's list of scripts, wherever it was met.
    counts
        .into_iter()
        .max_by_key(|&(script, n)| (n, core::cmp::Reverse(script as u8)))
        .map(|(s, _)| s)
}
