//! Shingles by their definition: pieces of the text itself, numbered by how rare they are.

use unicode_script::{Script, UnicodeScript};
use zwerm_model::hash::Map;

/// Five code points, or three before two zeros, which no normalised text has.
type Shingle = [char; 5];

/// The shingles of each text as numbers, ascending and without repetition. The fewer texts have a
/// shingle, the smaller its number.
pub(crate) fn sets(texts: &[&str]) -> Vec<Vec<u32>> {
    let mut numbers: Map<Shingle, u32> = Map::default();
    let mut texts_with: Vec<u32> = Vec::new();
    let mut sets: Vec<Vec<u32>> = Vec::with_capacity(texts.len());
    for text in texts {
        let mut set = Vec::new();
        for shingle in shingles(text) {
            let number = *numbers.entry(shingle).or_insert_with(|| {
                texts_with.push(0);
                texts_with.len() as u32 - 1
            });
            set.push(number);
        }
        set.sort_unstable();
        set.dedup();
        set.iter().for_each(|&number| texts_with[number as usize] += 1);
        sets.push(set);
    }
    let mut rising: Vec<u32> = (0..texts_with.len() as u32).collect();
    rising.sort_unstable_by_key(|&number| (texts_with[number as usize], number));
    let mut rank = vec![0; rising.len()];
    (0..).zip(&rising).for_each(|(place, &number)| rank[number as usize] = place);
    for set in &mut sets {
        set.iter_mut().for_each(|number| *number = rank[*number as usize]);
        set.sort_unstable();
    }
    sets
}

/// Every shingle of a text, as often as it occurs.
fn shingles(text: &str) -> Vec<Shingle> {
    let chars: Vec<char> = text.chars().collect();
    (0..chars.len()).filter_map(|place| at(&chars, place)).collect()
}

/// The shingle that starts at a place, if there is room for it. A space is of the kind of what
/// follows it.
fn at(chars: &[char], place: usize) -> Option<Shingle> {
    let kind = if chars[place] == ' ' { *chars.get(place + 1)? } else { chars[place] };
    let length = if is_dense(kind) { 3 } else { 5 };
    let mut shingle = ['\0'; 5];
    shingle[..length].copy_from_slice(chars.get(place..place + length)?);
    Some(shingle)
}

/// Whether a letter is of a script without spaces between words, or of a syllabic one.
fn is_dense(c: char) -> bool {
    use Script as S;
    let east_asian = [S::Han, S::Hiragana, S::Katakana, S::Bopomofo, S::Yi, S::Tangut, S::Nushu];
    let south_east_asian = [
        S::Thai,
        S::Lao,
        S::Khmer,
        S::Myanmar,
        S::Tibetan,
        S::Javanese,
        S::Balinese,
        S::Tai_Tham,
        S::Tai_Viet,
        S::New_Tai_Lue,
        S::Tai_Le,
    ];
    let syllabic = [S::Hangul, S::Ethiopic];
    let script = c.script();
    // The mark of a long vowel is of no script of its own.
    c == 'ー'
        || east_asian.contains(&script)
        || south_east_asian.contains(&script)
        || syllabic.contains(&script)
}

#[test]
fn a_shingle_is_five_letters_or_three_dense_ones() {
    let texts = |text: &str| -> Vec<String> {
        let trimmed = |s: Shingle| s.into_iter().filter(|&c| c != '\0').collect();
        shingles(text).into_iter().map(trimmed).collect()
    };
    assert_eq!(texts("a vote"), ["a vot", " vote"]);
    assert_eq!(texts("選挙は明日"), ["選挙は", "挙は明", "は明日"]);
    assert_eq!(texts("ab 選挙x"), ["ab 選挙", "b 選挙x", " 選挙", "選挙x"]);
    assert_eq!(texts("abcd"), [""; 0]);
}

#[test]
fn rare_shingles_have_small_numbers() {
    let sets = sets(&["abcdef", "abcdexabcde", "bcdef"]);
    assert_eq!(sets, [vec![5, 6], vec![0, 1, 2, 3, 4, 5], vec![6]]);
}
