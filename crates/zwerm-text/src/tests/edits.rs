//! A hundred planted edits in twelve scripts: which are caught.

use unicode_normalization::UnicodeNormalization;

use super::clusters_of;

/// A script and a text in it of the length of a post.
const TEXTS: [(&str, &str); 12] = [
    (
        "Latin",
        "Breaking: the electoral commission hides thousands of ballots in the harbour warehouse",
    ),
    (
        "Cyrillic",
        "Срочно: избирательная комиссия прячет тысячи бюллетеней на складе в старом порту",
    ),
    (
        "Greek",
        "Έκτακτο: η εφορευτική επιτροπή κρύβει χιλιάδες ψηφοδέλτια στην αποθήκη του λιμανιού",
    ),
    ("Arabic", "عاجل: اللجنة الانتخابية تخفي آلاف بطاقات الاقتراع في مستودع الميناء القديم منذ أمس"),
    ("Hebrew", "דחוף: ועדת הבחירות מסתירה אלפי פתקי הצבעה במחסן הנמל הישן מאז אתמול בלילה"),
    ("Devanagari", "ताज़ा खबर: चुनाव आयोग ने बंदरगाह के पुराने गोदाम में हज़ारों मतपत्र छिपा रखे हैं"),
    ("Thai", "ด่วน คณะกรรมการการเลือกตั้งซ่อนบัตรลงคะแนนหลายพันใบไว้ในโกดังท่าเรือเก่าตั้งแต่เมื่อวาน"),
    ("Han", "突发消息：选举委员会从昨天夜里开始把数千张选票藏在旧港口的仓库里，请大家尽快转发"),
    (
        "Hangul",
        "속보: 선거관리위원회가 어젯밤부터 수천 장의 투표용지를 낡은 항구 창고에 숨기고 있습니다 널리 알려 주세요",
    ),
    (
        "Kana",
        "そくほう：せんきょかんりいいんかいはきのうのよるからなんぜんまいものとうひょうようしをみなとのそうこにかくしている",
    ),
    (
        "Georgian",
        "სასწრაფოდ: საარჩევნო კომისია ათასობით ბიულეტენს მალავს ძველი ნავსადგურის საწყობში",
    ),
    ("Amharic", "ሰበር ዜና የምርጫ ኮሚሽኑ በሺዎች የሚቆጠሩ የድምፅ መስጫ ወረቀቶችን በወደቡ አሮጌ መጋዘን ውስጥ ደብቋል ሁሉም ሰው ያጋራ"),
];

type Edit = (&'static str, fn(&str) -> String);

/// Edits for every script.
const EDITS: [Edit; 8] = [
    ("trailing link", |t| format!("{t} https://t.co/x9K2aQ")),
    ("mentions", |t| format!("@anna @bob_77 .@team {t}")),
    ("emoji", |t| format!("🚨🚨{} ❤️🇺🇳", t.replace(' ', " 👉🏽 "))),
    ("zero width", |t| every(t, 6, |c| format!("{c}\u{200b}"))),
    ("punctuation", |t| format!("«{}»!!!…", t.replace(' ', ", ").replace(':', " —"))),
    ("hashtag padding", |t| format!("{t} #news #vote2026 #wakeup #rt")),
    ("upper case, decomposed", |t| t.to_uppercase().nfd().collect()),
    ("three characters replaced", |t| {
        let chars: Vec<char> = t.chars().collect();
        let middle = chars.len() / 2;
        let replaced = chars[4..7].iter().rev();
        chars[..middle].iter().chain(replaced).chain(&chars[middle + 3..]).collect()
    }),
];

/// Edits for one script each.
const DISGUISES: [(&str, Edit); 4] = [
    ("Latin", ("Cyrillic letters", |t| swap(t, "aceopxi", "асеорхі"))),
    ("Latin", ("digits", |t| swap(t, "aeio", "4310"))),
    ("Latin", ("full width", |t| t.chars().map(full_width).collect())),
    ("Cyrillic", ("Latin letters", |t| swap(t, "асеорх", "aceopx"))),
];

/// Applies `edit` to every `n`th character.
fn every(text: &str, n: usize, edit: fn(char) -> String) -> String {
    let edited = |(i, c): (usize, char)| if i % n == n - 1 { edit(c) } else { c.to_string() };
    text.chars().enumerate().map(edited).collect()
}

fn swap(text: &str, from: &str, to: &str) -> String {
    let place = |c: char| from.chars().position(|f| f == c);
    text.chars().map(|c| place(c).and_then(|p| to.chars().nth(p)).unwrap_or(c)).collect()
}

fn full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[test]
fn at_least_95_of_100_planted_edits_are_caught() {
    let mut rows = Vec::new();
    for (script, text) in TEXTS {
        let special = DISGUISES.into_iter().filter(|(of, _)| *of == script).map(|(_, edit)| edit);
        for (name, edit) in EDITS.into_iter().chain(special) {
            let clusters = clusters_of(&[text, &edit(text)]);
            rows.push((script, name, clusters.of(0) == clusters.of(1), clusters.evasion[1].any()));
        }
    }
    let caught = rows.iter().filter(|row| row.2).count();
    let table: String = rows
        .iter()
        .map(|(script, edit, caught, evasion)| {
            format!("{script:12} {edit:26} caught {caught:5} evasion {evasion}\n")
        })
        .collect();
    assert_eq!(rows.len(), 100);
    assert!(caught >= 95, "{caught} of 100\n{table}");
    println!("{caught} of 100\n{table}");
}

#[test]
fn disguises_are_evasion_and_the_originals_are_not() {
    for (script, text) in TEXTS {
        assert!(!clusters_of(&[text]).evasion[0].any(), "{script}");
    }
    for (script, (name, edit)) in DISGUISES {
        let (_, text) = TEXTS.into_iter().find(|(of, _)| *of == script).expect("a script above");
        assert!(clusters_of(&[edit(text)]).evasion[0].any(), "{script} {name}");
    }
}

#[test]
fn different_texts_of_a_script_stay_apart() {
    let texts: Vec<&str> = TEXTS.iter().map(|(_, text)| *text).collect();
    assert_eq!(clusters_of(&texts).ids.len(), TEXTS.len());
}
