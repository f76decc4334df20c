//! Evasion marks in a network's posts, beside those of the run: a signal beside the scores.

use maud::{Markup, html};
use zwerm_model::{EvasionCounts, EvasionMarks};

use super::labels;
use crate::words::{count, counted, percent};

/// A network's counts and the run's, in sentences.
pub(super) fn block(network: &EvasionCounts, run: &EvasionCounts) -> Markup {
    html! {
        div.evasion {
            h4 { "Evasion marks in the texts (in no score)" }
            @if network.posts == 0 {
                p { span.unknown { "Not assessable" } ": none of its posts has text of its own; \
                    reposts do not count." }
            } @else {
                p {
                    b { (count(network.marked)) " of " (counted(network.posts, "post")) }
                    " with text have an evasion mark (" (percent(network.marked, network.posts))
                    "); in the run as a whole, this network included, " (count(run.marked))
                    " of " (count(run.posts)) " (" (percent(run.marked, run.posts))
                    "). Reposts do not count."
                }
                @if network.marked > 0 { (marks(network)) }
            }
        }
    }
}

/// In how many posts each mark was found, and the innocent reasons.
fn marks(counts: &EvasionCounts) -> Markup {
    let found = counts.by_mark.iter().zip(EvasionMarks::TABLE).filter(|&(&posts, _)| posts > 0);
    html! {
        ul.chips {
            @for (&posts, (_, name)) in found {
                li { (labels::evasion(name)) ": " (counted(posts, "post")) }
            }
        }
        p.note {
            "Proves nothing by itself: decorative lettering, languages mixed in one word, names \
             with digits and invisible characters in copied text are marked too."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(network: EvasionCounts, run: EvasionCounts, expected: &[&str]) {
        let page = block(&network, &run).into_string();
        let tags = page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        let text: String = tags.collect();
        for words in expected {
            assert!(text.contains(words), "expected {words:?}: {text}");
        }
    }

    #[test]
    fn a_reader_sees_what_was_counted_of_how_many_and_the_run() {
        let network = EvasionCounts { posts: 40, marked: 12, by_mark: [9, 0, 0, 5] };
        let run = EvasionCounts { posts: 20_000, marked: 13, by_mark: [9, 0, 0, 6] };
        let expected = [
            "12 of 40 posts with text have an evasion mark (30 %)",
            "in the run as a whole, this network included, 13 of 20,000 (below 0.1 %)",
            "look-alike letters of another script: 9 posts",
            "digits or $ for letters: 5 posts",
            "Proves nothing by itself",
        ];
        check(network, run, &expected);
        let page = block(&network, &run).into_string();
        assert!(!page.contains("invisible characters inside words"), "{page}");
    }

    #[test]
    fn without_text_it_is_not_assessable_and_no_mark_is_a_count_too() {
        let run = EvasionCounts { posts: 10, marked: 1, by_mark: [1, 0, 0, 0] };
        check(EvasionCounts::default(), run, &["Not assessable", "none of its posts has text"]);
        let none = EvasionCounts { posts: 7, ..EvasionCounts::default() };
        check(none, run, &["0 of 7 posts with text have an evasion mark (0 %)", "1 of 10 (10 %)"]);
    }
}
