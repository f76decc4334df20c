//! Texts that a group says in ever other words: no two of them are near copies.
//!
//! A message is three statements. Every member says each in one of four ways, and in one of six
//! orders. Harmless slogans about Velmora, a place that does not exist, in Dutch.

use zwerm_model::Seed;

use crate::draw::one_of;

/// The ways to say one statement.
type Ways = [&'static str; 4];

/// The orders of three statements.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// The messages, three statements each.
const MESSAGES: [[Ways; 3]; 6] = [
    [
        [
            "De haven van Velmora moet schoon worden.",
            "Wij willen dat het havenwater van Velmora weer helder is.",
            "Velmora heeft recht op een haven zonder vuil.",
            "Maak eindelijk de vervuilde haven in Velmora schoon!",
        ],
        [
            "Kies daarom zondag voor het water.",
            "Zondag kun je daar met je stem voor zorgen.",
            "Denk daaraan als je zondag gaat stemmen.",
            "Dat beslissen wij met onze stem van zondag.",
        ],
        [
            "Elke bewoner verdient een kade om trots op te zijn.",
            "Op zulke kades kan iedereen die hier woont trots zijn.",
            "Wie hier woont, wil met trots langs de kade lopen.",
            "Onze kades moeten de trots van alle bewoners zijn.",
        ],
    ],
    [
        [
            "Plant vandaag een zonnebloem in je straat.",
            "Zet nu een zonnebloem voor je deur in de grond.",
            "Vandaag is de dag om zonnebloemen in de straat te planten.",
            "Een zonnebloem in elke straat, en wel vandaag nog!",
        ],
        [
            "Zo wordt heel Velmora geel.",
            "Dan kleurt de complete stad Velmora geel.",
            "Samen maken wij Velmora van oost tot west geel.",
            "Geel moet Velmora zijn, van wijk tot wijk.",
        ],
        [
            "De zomer begint immers bijna.",
            "Straks is het al zomer.",
            "Nog even en de zomer staat voor de deur.",
            "We hebben niet lang meer tot de zomer komt.",
        ],
    ],
    [
        [
            "Er moet een tram naar het strand van Velmora komen.",
            "Wij vragen een tramlijn van Velmora tot aan het strand.",
            "Laat de nieuwe tram doorrijden tot het strand bij Velmora.",
            "Velmora wacht al jaren op zijn strandtram.",
        ],
        [
            "Kinderen willen na school in zee kunnen staan.",
            "Dan kan elk kind na de les met zijn voeten in het water.",
            "Na schooltijd horen kinderen in de golven te spelen.",
            "Voor onze kinderen is de zee na school nu te ver weg.",
        ],
        [
            "Het geld ligt er, zegt de wethouder zelf.",
            "Volgens de eigen wethouder is er geld genoeg.",
            "Zelfs de wethouder geeft toe dat het betaald kan worden.",
            "Aan geld ontbreekt het niet, aldus onze wethouder.",
        ],
    ],
    [
        [
            "Vraag je buren wat zij zondag stemmen.",
            "Weet jij al wat je buren zondag gaan kiezen? Vraag het hun.",
            "Bel bij de buren aan en praat over de stemming van zondag.",
            "Spreek met je buren over hun keuze van zondag.",
        ],
        [
            "Daarna ligt alles in Velmora vier jaar vast.",
            "De keuze geldt in Velmora voor vier lange jaren.",
            "Vier jaar lang verandert er dan niets meer in Velmora.",
            "Velmora kan pas over vier jaar opnieuw kiezen.",
        ],
        [
            "De klokken luiden maar een keer.",
            "Je hoort de klok slechts eenmaal slaan.",
            "Een tweede keer zullen de klokken niet luiden.",
            "Er wordt maar een enkele keer geluid.",
        ],
    ],
    [
        [
            "Laat de oude markt op het plein van Velmora blijven.",
            "De markt hoort op het plein van Velmora, waar hij altijd was.",
            "Handen af van onze markt midden in Velmora.",
            "Wie wil de markt van het plein in Velmora halen? Wij niet.",
        ],
        [
            "Niemand bakt zulke broodjes als onze bakkers.",
            "Nergens zijn de broodjes zo lekker als bij de bakkers hier.",
            "Onze bakkers maken de beste broodjes van het land.",
            "Zulk brood als van onze bakkers vind je nergens anders.",
        ],
        [
            "Onderteken voor vrijdag de brief aan de raad.",
            "Zet je naam nog voor vrijdag onder de raadsbrief.",
            "Tot vrijdag kun je tekenen tegen het besluit van de raad.",
            "De raad krijgt vrijdag onze brief; teken hem nu.",
        ],
    ],
    [
        [
            "Morgen kleurt Velmora blauw.",
            "Na deze nacht is heel Velmora blauw.",
            "Velmora wordt morgen een zee van blauw.",
            "Overal in Velmora zie je morgen de kleur blauw.",
        ],
        [
            "Hang je vlag bij de vuurtoren of de molens.",
            "Van de molens tot de vuurtoren moeten vlaggen hangen.",
            "Bij vuurtoren en molens is nog plaats voor jouw vlag.",
            "Breng een vlag mee, naar de molens of naar de vuurtoren.",
        ],
        [
            "Nog een nacht slapen, dan is het zover.",
            "Eén keer slapen en het is zo ver.",
            "Het duurt nog maar een nacht.",
            "Vannacht nog dromen, morgen gebeurt het.",
        ],
    ],
];

/// Appends message `act` in words of its own.
pub(super) fn push_reworded(seed: &mut Seed, act: u32, to: &mut String) {
    let message = &MESSAGES[act as usize % MESSAGES.len()];
    for (place, &statement) in one_of(seed, &ORDERS).iter().enumerate() {
        if place > 0 {
            to.push(' ');
        }
        to.push_str(one_of(seed, &message[statement]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_has_many_texts() {
        let mut texts: Vec<String> = (0..200)
            .map(|number| {
                let mut text = String::new();
                push_reworded(&mut Seed(number), 3, &mut text);
                text
            })
            .collect();
        assert!(texts.iter().all(|text| text.contains("uren") && text.len() > 60));
        texts.sort_unstable();
        texts.dedup();
        assert!(texts.len() > 120, "{}", texts.len());
    }
}
