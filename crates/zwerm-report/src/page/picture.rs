//! A picture of the largest networks: members on a ring, a curve for each pair that co-acted.
//!
//! # How it is drawn
//!
//! The ring starts with the member that has most evidence; next to each member stands the one not
//! yet placed that it shares most objects with. Nothing is random and nothing is simulated, so the
//! same findings give the same picture.
//!
//! # Cost
//!
//! One pass over the edges, and `O(m²)` for the at most 60 members drawn per network.

use std::collections::BTreeMap;

use maud::{Markup, html};
use zwerm_model::hash::Map;
use zwerm_model::{AccountFinding, Tier};

use super::networks::ranked_members;
use super::svg::{on_circle, px};
use super::{Page, and_more};
use crate::words::{count, counted};

/// Networks drawn, and members of each.
const NETWORKS_MAX: usize = 12;
const MEMBERS_MAX: usize = 60;

/// Curves drawn per network, the strongest first: more make a blot and a heavy page.
const CURVES_MAX: usize = 500;

/// Half the side of a drawing, and the ring's radius.
const HALF: f64 = 100.0;
const RADIUS: f64 = 84.0;

/// How far a curve keeps away from the centre: 0 is through it, 1 is a straight line.
const STRAIGHTNESS: f64 = 0.35;

/// The objects that two members share, by their places on the list of members.
type Shared = BTreeMap<(usize, usize), u32>;

/// See the [module documentation](self).
pub(super) fn section(page: &Page<'_>) -> Markup {
    let networks = &page.input.findings.networks;
    let mut places: Vec<usize> = (0..networks.len()).collect();
    places.sort_by_key(|&place| (std::cmp::Reverse(networks[place].members.len()), place));
    places.truncate(NETWORKS_MAX);
    let members: Vec<Vec<&AccountFinding>> = places
        .iter()
        .map(|&place| {
            let mut members = ranked_members(page, &networks[place]);
            members.truncate(MEMBERS_MAX);
            members
        })
        .collect();
    let shared = shared_objects(page, &members);
    html! {
        section #picture aria-labelledby="picture-title" {
            h2 #picture-title { "Picture of the largest networks" }
            @if networks.is_empty() {
                p { "There is no network to draw." }
            } @else {
                p.lead { "Each dot is an account, each curve a pair that acted together; a \
                    stronger curve means more objects in common. Filled dots are strict, ringed \
                    dots discovery, grey dots carry no tier of their own." }
                div.rings {
                    @for ((&place, members), shared) in places.iter().zip(&members).zip(&shared) {
                        (ring(page, place, members, shared))
                    }
                }
                (and_more(places.len(), networks.len(), "are not drawn"))
            }
        }
    }
}

/// For each drawn network the pairs of drawn members and the objects that they share.
fn shared_objects(page: &Page<'_>, members: &[Vec<&AccountFinding>]) -> Vec<Shared> {
    let mut drawn: Map<u32, (usize, usize)> = Map::default();
    for (network, members) in members.iter().enumerate() {
        for (place, member) in members.iter().enumerate() {
            drawn.insert(member.account, (network, place));
        }
    }
    let mut shared = vec![Shared::new(); members.len()];
    for edge in &page.input.findings.edges {
        if let (Some(&(network, x)), Some(&(other, y))) = (drawn.get(&edge.a), drawn.get(&edge.b))
            && network == other
        {
            // The same objects return in wider windows and other kinds: the most is what they
            // share.
            let objects = shared[network].entry((x.min(y), x.max(y))).or_insert(0);
            *objects = (*objects).max(edge.objects);
        }
    }
    shared
}

fn ring(page: &Page<'_>, place: usize, members: &[&AccountFinding], shared: &Shared) -> Markup {
    let network = &page.input.findings.networks[place];
    let seats = seats(members.len(), shared);
    let at: Vec<(f64, f64)> = seats
        .iter()
        .map(|&seat| {
            let (x, y) = on_circle(seat as f64 / members.len() as f64);
            (x * RADIUS, y * RADIUS)
        })
        .collect();
    let alt = format!(
        "Network {}: {} on a ring, {} between them",
        place + 1,
        counted(members.len() as u64, "account"),
        counted(shared.len() as u64, "pair"),
    );
    let view = format!("{} {} {} {}", -HALF, -HALF, 2.0 * HALF, 2.0 * HALF);
    html! {
        figure.ring {
            svg viewBox=(view) role="img" aria-label=(alt) {
                (curves(&at, shared))
                @for (member, &(x, y)) in members.iter().zip(&at) {
                    circle class=(dot_class(member.tier)) cx=(px(x)) cy=(px(y))
                        r=(px(dot_radius(members.len()))) {}
                }
            }
            figcaption {
                a href=(format!("#network-{}", place + 1)) { "Network " (place + 1) }
                ", " (counted(network.members.len() as u64, "account"))
                @if network.members.len() > members.len() {
                    " (" (count(members.len() as u64)) " drawn)"
                }
            }
        }
    }
}

/// The seat of each member on the ring.
fn seats(members: usize, shared: &Shared) -> Vec<usize> {
    let strength = |x: usize, y: usize| shared.get(&(x.min(y), x.max(y))).copied().unwrap_or(0);
    let mut seats = vec![usize::MAX; members];
    let mut last = 0;
    for seat in 0..members {
        if seat > 0 {
            let free = (0..members).filter(|&member| seats[member] == usize::MAX);
            let next = free.max_by_key(|&member| (strength(last, member), usize::MAX - member));
            last = next.expect("as many seats as members");
        }
        seats[last] = seat;
    }
    seats
}

fn curves(at: &[(f64, f64)], shared: &Shared) -> Markup {
    let mut pairs: Vec<(u32, (usize, usize))> =
        shared.iter().map(|(&pair, &n)| (n, pair)).collect();
    pairs.sort_by_key(|&(objects, pair)| (std::cmp::Reverse(objects), pair));
    pairs.truncate(CURVES_MAX);
    let most = pairs.first().map_or(1, |&(objects, _)| objects.max(1));
    // One path per strength keeps the page small.
    let mut paths = [String::new(), String::new(), String::new()];
    for &(objects, (x, y)) in &pairs {
        let third = ((u64::from(objects) * 3).div_ceil(u64::from(most)) as usize).clamp(1, 3) - 1;
        let (from, to) = (at[x], at[y]);
        let bend = |a: f64, b: f64| (a + b) / 2.0 * STRAIGHTNESS;
        paths[third].push_str(&format!(
            "M{} {}Q{} {} {} {}",
            px(from.0),
            px(from.1),
            px(bend(from.0, to.0)),
            px(bend(from.1, to.1)),
            px(to.0),
            px(to.1)
        ));
    }
    html! {
        @for (third, path) in paths.iter().enumerate() {
            @if !path.is_empty() { path class=(format!("curve curve-{}", third + 1)) d=(path) {} }
        }
    }
}

fn dot_class(tier: Tier) -> &'static str {
    match tier {
        Tier::Strict => "dot dot-strict",
        Tier::Discovery => "dot dot-discovery",
        Tier::None => "dot",
    }
}

fn dot_radius(members: usize) -> f64 {
    if members <= 24 { 5.0 } else { 3.4 }
}
