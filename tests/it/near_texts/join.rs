//! The exact join: every pair of sets whose Jaccard similarity is at least 3/5.
//!
//! Two filters spare nearly all comparisons and lose no pair. *Size*: of two sets that reach 3/5
//! the smaller has at least 3/5 of the elements of the larger. *Prefix*: two sets of `n` and `m`
//! elements, sorted in one order, that share `s` share one of the first `n − s + 1` of the one and
//! of the first `m − s + 1` of the other. Sorted by rising frequency, few sets have the elements at
//! the front.
//!
//! Bayardo, Ma and Srikant (2007), <https://doi.org/10.1145/1242572.1242591>; what a shared element
//! says about how many can follow it: Xiao et al. (2008),
//! <https://doi.org/10.1145/1367497.1367516>.

/// Marks a set that cannot reach the one at hand any more.
const TOO_FAR: usize = usize::MAX;

/// The pairs that reach 3/5, the smaller number first, sorted. An empty set is in none.
pub(crate) fn pairs(sets: &[Vec<u32>]) -> Vec<(u32, u32)> {
    let n_elements = sets.iter().flatten().max().map_or(0, |&last| last as usize + 1);
    // Which of the sets so far have an element near their front, and at which place.
    let mut index: Vec<Vec<(u32, u32)>> = vec![Vec::new(); n_elements];
    let sizes: Vec<usize> = sets.iter().map(Vec::len).collect();
    let mut by_size: Vec<usize> = (0..sets.len()).filter(|&set| sizes[set] > 0).collect();
    by_size.sort_by_key(|&set| sizes[set]);
    let mut shared = vec![0; sets.len()];
    let mut met = Vec::new();
    let mut pairs = Vec::new();
    for &a in &by_size {
        let size = sizes[a];
        let size_min = (3 * size).div_ceil(5);
        for place in 0..size - size_min + 1 {
            let list = &index[sets[a][place] as usize];
            let first = list.partition_point(|&(b, _)| sizes[b as usize] < size_min);
            for &(b, place_b) in &list[first..] {
                let (b, place_b) = (b as usize, place_b as usize);
                if shared[b] == 0 {
                    met.push(b);
                }
                if shared[b] != TOO_FAR {
                    let rest = (size - place).min(sizes[b] - place_b);
                    let is_near = shared[b] + rest >= shared_min(size, sizes[b]);
                    shared[b] = if is_near { shared[b] + 1 } else { TOO_FAR };
                }
            }
        }
        for b in met.drain(..) {
            if std::mem::take(&mut shared[b]) != TOO_FAR && are_near(&sets[a], &sets[b]) {
                pairs.push((a.min(b) as u32, a.max(b) as u32));
            }
        }
        // Whoever comes later is at least as large.
        for place in 0..size - shared_min(size, size) + 1 {
            index[sets[a][place] as usize].push((a as u32, place as u32));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// The least that two sets of these sizes share if they reach 3/5: `s / (a + b − s) ≥ 3 / 5`.
fn shared_min(a: usize, b: usize) -> usize {
    (3 * (a + b)).div_ceil(8)
}

/// Whether two sorted sets reach 3/5.
pub(crate) fn are_near(a: &[u32], b: &[u32]) -> bool {
    let shared = shared(a, b);
    5 * shared >= 3 * (a.len() + b.len() - shared)
}

/// How many elements two sorted sets share.
pub(crate) fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        shared += usize::from(a[i] == b[j]);
        (i, j) = (i + usize::from(a[i] <= b[j]), j + usize::from(b[j] <= a[i]));
    }
    shared
}

#[test]
fn the_join_finds_what_a_look_at_every_pair_finds() {
    let mut seed = zwerm_model::Seed(7);
    let mut found = 0;
    for _ in 0..50 {
        let mut sets: Vec<Vec<u32>> = Vec::new();
        for _ in 0..80 {
            // Some are a copy of another one with a few elements less and a few more.
            let mut set = match seed.below(3) {
                0 if !sets.is_empty() => sets[seed.below(sets.len() as u64) as usize].clone(),
                _ => (0..seed.below(30)).map(|_| seed.below(120) as u32).collect(),
            };
            set.retain(|_| seed.below(10) > 0);
            set.extend((0..seed.below(4)).map(|_| seed.below(120) as u32));
            set.sort_unstable();
            set.dedup();
            sets.push(set);
        }
        let numbers = 0..sets.len() as u32;
        let all = numbers.clone().flat_map(|a| (a + 1..sets.len() as u32).map(move |b| (a, b)));
        let is_near = |&(a, b): &(u32, u32)| {
            let (a, b) = (&sets[a as usize], &sets[b as usize]);
            let shared = a.iter().filter(|element| b.contains(element)).count();
            let union = a.len() + b.len() - shared;
            union > 0 && shared as f64 / union as f64 >= 0.6
        };
        let expected: Vec<(u32, u32)> = all.filter(is_near).collect();
        found += expected.len();
        assert_eq!(pairs(&sets), expected);
    }
    assert!(found > 1_000, "{found}");
}
