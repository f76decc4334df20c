//! Texts that groups share: harmless slogans about Velmora, a place that does not exist.

use crate::groups::Group;
use crate::setting::stage;
use crate::text;

/// Of the copypasta group, in Dutch.
pub(super) const COPYPASTA: &[&str] = &[
    "Velmora verdient een haven waar iedere bewoner trots op is, dus kies zondag voor schone \
     kades en vrolijke bruggen aan het water",
    "Wie van Velmora houdt plant vandaag een zonnebloem in de straat, want samen maken wij de \
     hele stad geel voor de zomer begint",
    "De nieuwe tram naar het strand van Velmora moet er komen, want elk kind wil na school met \
     de voeten in zee kunnen staan",
    "Vraag je buren wat zij zondag doen, want de klokken van Velmora luiden maar een keer en \
     daarna is de keuze vier jaar gemaakt",
    "Niemand bakt zulke broodjes als de bakkers van Velmora, dus laat de oude markt op het \
     plein blijven waar hij altijd al was",
    "Nog een nacht slapen en dan kleurt Velmora blauw van de vlaggen, van de vuurtoren in het \
     noorden tot de molens in het zuiden",
];

/// Of the slow drip, in Chinese.
pub(super) const DRIP: &[&str] = &[
    "维莫拉的港口每天早晨都有新鲜的面包香味，来过的人都说这里的海风最温柔，星期天请一起去散步",
    "如果你喜欢维莫拉的灯塔，就把窗户打开，让蓝色的旗子在风里飘起来，让孩子们看到明亮的明天",
    "老人说维莫拉的桥是用歌声建成的，所以每个走过桥的人都应该唱一句，然后把微笑送给对面的人",
    "维莫拉的花园需要更多的向日葵，一颗种子只要一分钟，一条街只要一个下午，整座城只要一个夏天",
    "昨天的雨把维莫拉的石板路洗得发亮，今天的太阳又把它晒得温暖，这样的城市值得我们认真选择",
    "请把去海边的电车修到学校门口，维莫拉的孩子放学以后应该听见海浪，而不是汽车喇叭的声音",
    "维莫拉的渔夫清早出海，中午回来，他们带回的不只是鱼，还有远方岛屿上的故事和新的希望",
    "广场上的旧钟又走准了，维莫拉的时间从来不等人，朋友们记得在星期天之前把计划告诉邻居",
    "有人问维莫拉为什么总是这么热闹，因为这里的茶馆从不关门，这里的琴师从不重复同一首曲子",
    "北边的风车和南边的灯塔都属于维莫拉，没有谁比谁更重要，只有大家一起才能照亮整片海湾",
    "今晚维莫拉的图书馆会亮灯到深夜，带上你最喜欢的故事，和陌生人交换一本书再慢慢走回家",
    "最后一次提醒，维莫拉的选择在你手里，像一颗小小的石子落进湖水，波纹会一直传到对岸去",
];

/// Of the volunteers, in Dutch.
pub(super) const VOLUNTEERS: &[&str] = &[
    "De Lantaarnlijst wil in elke wijk van Velmora een buurthuis dat ook 's avonds open is, \
     lees hier hoe wij dat plan betalen",
    "Ons plan voor fietspaden langs de rivier staat klaar, met veilige kruispunten bij alle \
     scholen van Velmora en meer licht",
    "Meer tijd voor de bibliotheek op zaterdag, dat is wat de Lantaarnlijst na zondag als \
     eerste wil regelen in de gemeenteraad",
    "Kom donderdag naar het plein voor soep en een gesprek met onze kandidaten over wonen, \
     werken en de nieuwe zwemplaats",
    "Wij hebben de begroting van Velmora nagerekend en leggen in vijf stappen uit waar het geld \
     voor de brug vandaan komt",
    "Met dertig vrijwilligers gaan we dit weekend langs de deuren in de havenbuurt, doe mee en \
     meld je aan via onze pagina",
    "Lees de brief van onze lijsttrekker aan de winkeliers van de oude markt en deel hem met \
     wie nog vragen heeft over parkeren",
    "Nog weten waar je zondag kunt stemmen in Velmora? Op onze site staan alle adressen en de \
     tijden van de gratis veerboot",
];

/// Text `act` of a group: from the list for the first cast, invented for every other.
pub(super) fn template(group: &Group, list: &[&str], act: u32) -> String {
    match list.get(act as usize) {
        Some(&slogan) if group.cast == 0 => slogan.to_owned(),
        _ => invented(group, act),
    }
}

/// An invented text of the length of a slogan.
pub(super) fn invented(group: &Group, act: u32) -> String {
    let mut seed = group.seed.for_unit(stage::TEMPLATE, u64::from(act));
    let mut text = String::new();
    text::push_text(&mut seed, group.language, (16, 22), &mut text);
    text
}
