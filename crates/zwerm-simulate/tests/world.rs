//! What the worlds hold, counted from the rows that come out and from nothing else.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use proptest::prelude::*;
use zwerm_model::UnixMillis;
use zwerm_model::hash::{Map, Set};
use zwerm_simulate::{Groups, Language, Role, SimPost, TruthRow, World, generate};

/// A world in memory.
struct Told {
    posts: Vec<SimPost>,
    truth: Vec<TruthRow>,
    group_of: Map<String, String>,
}

fn told(world: &World) -> Told {
    let (mut posts, mut truth) = (Vec::new(), Vec::new());
    let ended = generate::<()>(
        world,
        &mut |post| {
            posts.push(post.clone());
            Ok(())
        },
        &mut |row| {
            truth.push(row.clone());
            Ok(())
        },
    );
    assert_eq!(ended, Ok(()));
    let group_of = truth.iter().map(|r| (r.account_id.clone(), r.group.clone())).collect();
    Told { posts, truth, group_of }
}

/// The world of `datasets-sample/`, told once for all tests.
fn sample() -> &'static Told {
    static SAMPLE: OnceLock<Told> = OnceLock::new();
    SAMPLE.get_or_init(|| told(&World::sample()))
}

impl Told {
    fn of_group(&self, group: &str) -> impl Iterator<Item = &SimPost> {
        self.posts.iter().filter(move |post| self.group_of[&post.account_id] == group)
    }

    fn has_role(&self, role: Role) -> Set<&str> {
        self.truth.iter().filter(|r| r.role == role).map(|r| r.account_id.as_str()).collect()
    }
}

/// Objects of a group: how many, how many accounts on each, and the longest span in seconds.
#[track_caller]
fn check(
    told: &Told,
    group: &str,
    object: impl Fn(&SimPost) -> Option<String>,
    (objects, accounts, span_s_max): (usize, usize, i64),
) {
    let mut acts: BTreeMap<String, Vec<(&str, i64)>> = BTreeMap::new();
    for post in told.of_group(group) {
        if let Some(object) = object(post) {
            acts.entry(object).or_default().push((&post.account_id, post.created_at.0));
        }
    }
    acts.retain(|_, acts| acts.len() >= accounts.min(3));
    assert_eq!(acts.len(), objects, "{group}");
    for (object, acts) in acts {
        let who: Set<&str> = acts.iter().map(|&(account, _)| account).collect();
        assert_eq!(who.len(), accounts, "{group} on {object}");
        assert_eq!(acts.len(), accounts, "{group} on {object}");
        let first = acts.iter().map(|&(_, at)| at).min().expect("there are some");
        let last = acts.iter().map(|&(_, at)| at).max().expect("there are some");
        assert!((last - first) / 1_000 <= span_s_max, "{group} on {object}");
    }
}

/// The slogan a disguised text is a copy of: the one it shares most 3-grams with.
fn slogan(post: &SimPost, hints: &[(&str, &str)]) -> Option<String> {
    let text = plain(&post.text);
    let hit = hints.iter().find(|(a, b)| text.contains(&plain(a)) || text.contains(&plain(b)));
    hit.map(|(name, _)| (*name).to_owned())
}

/// Small letters and digits without URLs, mentions, hashtags and look-alikes.
fn plain(text: &str) -> String {
    let words = text.split(' ').filter(|word| !word.starts_with(['@', '#']));
    let words = words.filter(|word| !word.contains("://"));
    let letters = words.flat_map(str::chars).flat_map(char::to_lowercase);
    let latin = |c| match c {
        'а' => 'a',
        'е' => 'e',
        'о' => 'o',
        'с' => 'c',
        'р' => 'p',
        'х' => 'x',
        other => other,
    };
    letters.filter(|c| c.is_alphanumeric()).map(latin).collect()
}

/// Two passages of each text, of which no single swapped word can hit both.
const COPYPASTA: [(&str, &str); 6] = [
    ("Velmora verdient een haven", "vrolijke bruggen aan het water"),
    ("Wie van Velmora houdt plant", "hele stad geel voor de zomer"),
    ("nieuwe tram naar het strand", "voeten in zee kunnen staan"),
    ("Vraag je buren wat zij", "keuze vier jaar gemaakt"),
    ("Niemand bakt zulke broodjes", "waar hij altijd al was"),
    ("Nog een nacht slapen en dan", "molens in het zuiden"),
];
const DRIP: [(&str, &str); 12] = [
    ("每天早晨都有新鲜", "星期天请一起去散步"),
    ("就把窗户打开", "看到明亮的明天"),
    ("桥是用歌声建成", "微笑送给对面的人"),
    ("更多的向日葵", "整座城只要一个夏天"),
    ("昨天的雨把", "值得我们认真选择"),
    ("请把去海边的电车", "汽车喇叭的声音"),
    ("渔夫清早出海", "故事和新的希望"),
    ("旧钟又走准了", "把计划告诉邻居"),
    ("有人问维莫拉", "重复同一首曲子"),
    ("北边的风车", "照亮整片海湾"),
    ("图书馆会亮灯", "再慢慢走回家"),
    ("最后一次提醒", "一直传到对岸去"),
];

#[test]
fn planted_groups_act_as_often_and_as_fast_as_specified() {
    let told = sample();
    check(told, "copypasta-1", |post| slogan(post, &COPYPASTA), (6, 12, 600));
    check(told, "repost-ring-1", |post| post.repost_of.clone(), (15, 20, 30));
    let sequence = |post: &SimPost| (post.hashtags.len() == 3).then(|| post.hashtags.join(" "));
    check(told, "hashtag-flood-1", sequence, (8, 15, 600));
    check(told, "slow-drip-1", |post| slogan(post, &DRIP), (12, 10, 3_600));
    check(told, "reply-swarm-1", |post| post.reply_to.clone(), (5, 12, 480));
}

#[test]
fn every_drip_account_has_twenty_ordinary_posts() {
    let told = sample();
    let rows: Vec<_> = told.truth.iter().filter(|r| r.group == "slow-drip-1").collect();
    assert_eq!(rows.len(), 10);
    assert!(rows.iter().all(|row| row.posts == 12 + 20));
}

#[test]
fn groups_have_the_accounts_and_roles_they_should() {
    let told = sample();
    let mut found: BTreeMap<(Role, &str, bool), usize> = BTreeMap::new();
    for row in &told.truth {
        *found.entry((row.role, &row.group, row.coordinated)).or_default() += 1;
    }
    let organic = found.remove(&(Role::Organic, "", false)).expect("there are some");
    assert!((1_750..1_850).contains(&organic), "{organic}");
    let expected = [
        ((Role::Planted, "copypasta-1", true), 12),
        ((Role::Planted, "hashtag-flood-1", true), 15),
        ((Role::Planted, "reply-swarm-1", true), 12),
        ((Role::Planted, "repost-ring-1", true), 20),
        ((Role::Planted, "slow-drip-1", true), 10),
        ((Role::Legitimate, "fans-1", false), 15),
        ((Role::Legitimate, "newsroom-1", true), 8),
        ((Role::Legitimate, "volunteers-1", true), 14),
        ((Role::Innocent, "bystander-1", false), 10),
        ((Role::Innocent, "debunker-1", false), 6),
        ((Role::Innocent, "headline-copier-1", false), 24),
        ((Role::Innocent, "hyperactive-fan-1", false), 8),
    ];
    assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_newsroom_has_one_client_and_one_site() {
    let told = sample();
    let mut posts = 0;
    for post in told.of_group("newsroom-1") {
        posts += 1;
        assert_eq!(post.client, "Newsdesk Publisher");
        assert!(post.urls[0].starts_with("https://www.velmoracourier.example/"));
    }
    assert_eq!(posts, 56 * 5);
}

#[test]
fn volunteers_link_to_their_own_site_with_every_prepared_text() {
    let told = sample();
    let own = |post: &SimPost| post.urls.iter().any(|u| u.contains("//lantaarnlijst.example/"));
    check(told, "volunteers-1", |p| own(p).then(|| p.urls[0].clone()), (8, 10, 13 * 3_600));
    let others = told.posts.iter().filter(|post| own(post)).count();
    assert_eq!(others, 80, "nobody else links there");
}

#[test]
fn each_bystander_picks_up_one_planted_text_once() {
    let told = sample();
    let mut copies: BTreeMap<&str, u32> = BTreeMap::new();
    for post in told.of_group("bystander-1").filter(|p| slogan(p, &COPYPASTA).is_some()) {
        *copies.entry(&post.account_id).or_default() += 1;
    }
    assert_eq!(copies.into_values().collect::<Vec<_>>(), [1; 10]);
}

#[test]
fn debunkers_quote_planted_posts_in_their_own_words() {
    let told = sample();
    let planted: Set<&str> =
        told.of_group("copypasta-1").map(|post| post.post_id.as_str()).collect();
    let quotes: Vec<_> = told.of_group("debunker-1").filter(|p| p.quote_of.is_some()).collect();
    assert_eq!(quotes.len(), 12);
    for post in quotes {
        assert!(planted.contains(post.quote_of.as_deref().expect("it is a quote")));
        assert_eq!(slogan(post, &COPYPASTA), None);
    }
}

#[test]
fn the_breaking_news_has_many_strangers_within_half_an_hour() {
    let told = sample();
    let tags = ["harborbridge", "velmora", "bridgeclosed"];
    let burst: Vec<_> = told
        .posts
        .iter()
        .filter(|post| post.hashtags.iter().any(|tag| tags.contains(&tag.as_str())))
        .filter(|post| post.hashtags.len() < 3)
        .collect();
    let organic = told.has_role(Role::Organic);
    let who: Set<&str> = burst.iter().map(|post| post.account_id.as_str()).collect();
    assert_eq!((burst.len(), who.len()), (150, 150));
    assert!(who.iter().all(|account| organic.contains(account)));
    let times = || burst.iter().map(|post| post.created_at.0);
    let span_ms = times().max().unwrap_or(0) - times().min().unwrap_or(0);
    assert!((1_200_000..1_800_000).contains(&span_ms), "{span_ms}");
}

#[test]
fn the_same_world_comes_twice_and_another_seed_gives_another() {
    let world = World { posts: 12_000, ..World::sample() };
    let (first, second) = (told(&world), told(&world));
    assert!(first.posts == second.posts && first.truth == second.truth);
    let other = told(&World { seed: 8, ..world });
    assert!(other.posts[0] != first.posts[0]);
}

/// Rows agree with each other, with the world that was asked for and with the truth.
#[track_caller]
fn check_rows(world: &World) {
    let told = told(world);
    assert_eq!(told.posts.len() as u64, world.posts);
    let ids: Set<&str> = told.posts.iter().map(|post| post.post_id.as_str()).collect();
    assert_eq!(ids.len(), told.posts.len(), "ids are unique");
    let mut posts_of: Map<&str, u64> = Map::default();
    let end = UnixMillis(world.start.0 + i64::from(world.days) * 86_400_000);
    for post in &told.posts {
        *posts_of.entry(&post.account_id).or_default() += 1;
        assert!(world.start <= post.created_at && post.created_at < end);
        assert_eq!(post.created_at.0 % 1_000, 0);
        assert!(!post.text.is_empty());
        for other in [&post.repost_of, &post.reply_to, &post.quote_of].into_iter().flatten() {
            assert!(ids.contains(other.as_str()), "what is referred to exists");
        }
    }
    assert_eq!(told.truth.len(), posts_of.len());
    assert!(told.truth.iter().all(|row| posts_of[row.account_id.as_str()] == row.posts));
}

#[test]
fn rows_are_consistent() {
    check_rows(&World::sample());
    check_rows(&World::perf(60_000));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_consistent_in_any_world(
        seed in any::<u64>(),
        posts in 14_000_u64..20_000,
        accounts in 700_u32..5_000,
        days in 8_u32..45,
        groups in prop::sample::select(&[
            Groups::All, Groups::Unplanted, Groups::Uncoordinated,
        ][..]),
    ) {
        check_rows(&World { posts, accounts, days, seed, groups, ..World::sample() });
    }
}

#[test]
fn no_post_refers_to_a_later_one() {
    let told = sample();
    let at: Map<&str, UnixMillis> =
        told.posts.iter().map(|post| (post.post_id.as_str(), post.created_at)).collect();
    for post in &told.posts {
        for other in [&post.repost_of, &post.reply_to, &post.quote_of].into_iter().flatten() {
            assert!(at[other.as_str()] < post.created_at);
        }
    }
}

#[test]
fn most_posts_are_reposts() {
    for world in [World::sample(), World::perf(200_000)] {
        let told = told(&world);
        let reposts = told.posts.iter().filter(|post| post.repost_of.is_some()).count();
        let share = reposts as f64 / told.posts.len() as f64;
        assert!((0.51..0.62).contains(&share), "{share}");
    }
}

#[test]
fn people_sleep_and_the_ring_does_not() {
    let told = sample();
    let start = World::sample().start.0;
    let night_share = |posts: &[&SimPost]| {
        let night = |post: &&&SimPost| (post.created_at.0 - start) / 3_600_000 % 24 < 6;
        posts.iter().filter(night).count() as f64 / posts.len() as f64
    };
    let organic = told.of_group("").collect::<Vec<_>>();
    assert!(night_share(&organic) < 0.10, "{}", night_share(&organic));
    let ring = told.of_group("repost-ring-1").collect::<Vec<_>>();
    assert!(night_share(&ring) > 0.20, "{}", night_share(&ring));
    assert!(ring.iter().all(|post| post.created_at.0 / 1_000 % 60 <= 5));
}

#[test]
fn planted_groups_act_in_the_campaign_and_some_in_the_silence() {
    let told = sample();
    let day = |post: &SimPost| (post.created_at.0 - World::sample().start.0) / 86_400_000;
    for (group, hints) in [("copypasta-1", &COPYPASTA[..]), ("slow-drip-1", &DRIP[..])] {
        let days: Vec<i64> =
            told.of_group(group).filter(|p| slogan(p, hints).is_some()).map(day).collect();
        assert!(days.iter().all(|&day| (14..=26).contains(&day)), "{group}");
        assert!(days.contains(&26), "{group}");
    }
}

#[test]
fn without_plants_nobody_is_planted_or_meets_them() {
    let told = told(&World { groups: Groups::Unplanted, ..World::sample() });
    assert!(told.has_role(Role::Planted).is_empty());
    assert!(told.truth.iter().all(|r| r.group != "bystander-1" && r.group != "debunker-1"));
    assert_eq!(told.posts.len(), 20_000);
    assert!(told.posts.iter().all(|post| slogan(post, &COPYPASTA).is_none()));
}

#[test]
fn without_coordination_only_organic_life_and_innocents_are_left() {
    let told = told(&World { groups: Groups::Uncoordinated, ..World::sample() });
    assert!(told.truth.iter().all(|row| !row.coordinated));
    let fans = told.truth.iter().filter(|row| row.group == "fans-1").count();
    let copiers = told.truth.iter().filter(|row| row.group == "headline-copier-1").count();
    assert_eq!((fans > 0, copiers > 0), (true, true));
}

#[test]
fn a_perf_world_is_planted_to_four_percent() {
    let world = World::perf(200_000);
    let told = told(&world);
    let waves: u64 =
        told.truth.iter().filter(|r| r.group.starts_with("waves-")).map(|r| r.posts).sum();
    let share = waves as f64 / world.posts as f64;
    assert!((0.03..=0.04).contains(&share), "{share}");
}

#[test]
fn five_languages_speak() {
    let told = sample();
    for language in Language::ALL {
        let posts = told.posts.iter().filter(|post| post.lang == language.code()).count();
        assert!(posts > 2_000, "{language:?}: {posts}");
    }
}

/// Shingles as the text tier cuts them, by the definition and slowly.
fn shingles(post: &SimPost) -> Vec<String> {
    let letters: Vec<char> = plain(&post.text).chars().collect();
    let length = if post.lang == "zh" { 3 } else { 5 };
    let mut shingles: Vec<String> = letters.windows(length).map(|w| w.iter().collect()).collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

fn jaccard(a: &[String], b: &[String]) -> f64 {
    let both = a.iter().filter(|shingle| b.binary_search(shingle).is_ok()).count();
    both as f64 / (a.len() + b.len() - both) as f64
}

#[test]
fn no_two_organic_texts_are_alike() {
    let told = sample();
    for language in Language::ALL {
        let texts: Vec<_> = told
            .of_group("")
            .filter(|post| post.repost_of.is_none() && post.lang == language.code())
            .take(400)
            .map(shingles)
            .collect();
        for (i, a) in texts.iter().enumerate() {
            for b in &texts[..i] {
                assert!(jaccard(a, b) < 0.3, "{language:?}");
            }
        }
    }
}

#[test]
fn most_copies_of_a_planted_text_stay_near_duplicates() {
    let told = sample();
    for (group, hints) in [("copypasta-1", &COPYPASTA[..]), ("slow-drip-1", &DRIP[..])] {
        let copies: Vec<_> = told
            .of_group(group)
            .filter_map(|post| Some((slogan(post, hints)?, shingles(post))))
            .collect();
        let (mut pairs, mut near) = (0, 0);
        for (i, (text, a)) in copies.iter().enumerate() {
            for (_, b) in copies[..i].iter().filter(|(other, _)| other == text) {
                pairs += 1;
                near += usize::from(jaccard(a, b) >= 0.6);
            }
        }
        assert!(near * 100 >= pairs * 95, "{group}: {near} of {pairs}");
    }
}

#[test]
fn ids_do_not_tell_who_is_planted() {
    let told = sample();
    let planted = told.has_role(Role::Planted);
    let accounts: Vec<_> = told.truth.iter().map(|r| r.account_id.as_str()).collect();
    check_ids(accounts, |id| planted.contains(id));
    let posts: Set<&str> = told
        .posts
        .iter()
        .filter(|post| planted.contains(post.account_id.as_str()))
        .map(|post| post.post_id.as_str())
        .collect();
    check_ids(told.posts.iter().map(|p| p.post_id.as_str()).collect(), |id| posts.contains(id));
}

/// All ids have 18 digits, and the marked ones lie no lower, higher or closer together than others.
#[track_caller]
fn check_ids(mut ids: Vec<&str>, is_marked: impl Fn(&str) -> bool) {
    assert!(ids.iter().all(|id| id.len() == 18 && id.bytes().all(|b| b.is_ascii_digit())));
    ids.sort_unstable();
    let ranks: Vec<usize> = (0..ids.len()).filter(|&rank| is_marked(ids[rank])).collect();
    let mean = ranks.iter().sum::<usize>() as f64 / ranks.len() as f64 / ids.len() as f64;
    // Three standard errors of the mean of uniform ranks.
    let slack = 3.0 / (12.0 * ranks.len() as f64).sqrt();
    assert!((mean - 0.5).abs() < slack, "{mean}");
    let neighbours = ranks.windows(2).filter(|pair| pair[0] + 1 == pair[1]).count() as f64;
    let expected = (ranks.len() * ranks.len()) as f64 / ids.len() as f64;
    assert!((neighbours - expected).abs() < 4.0 * expected.sqrt() + 2.0, "{neighbours}");
}

#[test]
fn the_first_error_ends_it() {
    let mut posts = 0;
    let ended = generate(
        &World::sample(),
        &mut |_| {
            posts += 1;
            if posts == 5 { Err("full") } else { Ok(()) }
        },
        &mut |_| Ok(()),
    );
    assert_eq!((ended, posts), (Err("full"), 5));
}
