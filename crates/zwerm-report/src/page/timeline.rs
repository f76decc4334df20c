//! When: all posts, those of networks and campaigns, each large network, and the election's
//! periods.
//!
//! # How it is drawn
//!
//! Two panels and a lane per network share one axis of time. A bar is an hour where the data span
//! three days or less, a day up to 400 days, and a whole number of days beyond. The panels have a
//! scale each: campaigns are small against everything else, and a common scale would hide them.
//!
//! # Cost
//!
//! One pass over the posts.

use maud::{Markup, html};
use zwerm_model::hash::Map;
use zwerm_model::{Period, PeriodKind, Span, UnixMillis};

use super::svg::px;
use super::{Page, and_more, labels};
use crate::words::{DAY_MS, count, counted, day, day_short, duration, minute};

const HOUR_MS: i64 = 3_600_000;

/// The drawing: width, where bars begin and end, height of a panel, of a lane, of the space
/// between.
const WIDTH: f64 = 960.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 948.0;
const PANEL: f64 = 96.0;
const LANE: f64 = 20.0;
const GAP: f64 = 34.0;
const TOP: f64 = 52.0;

/// Where the bands of periods begin, and about how wide a letter of their names is.
const BANDS: f64 = 18.0;
const LETTER: f64 = 6.0;

/// Lanes drawn.
const LANES_MAX: usize = 12;

/// Ticks on the axis of time, about.
const TICKS: usize = 7;

/// Posts per bin of time of one network.
struct Lane {
    /// By its members.
    all: Vec<u64>,
    /// Of its campaigns.
    campaigns: Vec<u64>,
}

/// Posts per bin of time, all in all and by network.
struct Bins {
    start: i64,
    bin_ms: i64,
    all: Vec<u64>,
    /// By members of networks.
    networks: Vec<u64>,
    /// Of campaigns.
    campaigns: Vec<u64>,
    lanes: Vec<Lane>,
}

/// See the [module documentation](self).
pub(super) fn section(page: &Page<'_>) -> Markup {
    let bins = page.input.facts.span.map(|span| bins(page, span));
    html! {
        section #timeline aria-labelledby="timeline-title" {
            h2 #timeline-title { "Timeline" }
            @match bins {
                None => p { "There are no posts to draw." },
                Some(bins) => (figure(page, &bins)),
            }
        }
    }
}

fn bins(page: &Page<'_>, span: Span) -> Bins {
    let bin_ms = match span.length_ms() {
        ..=259_200_000 => HOUR_MS,
        length if length <= 400 * DAY_MS => DAY_MS,
        length => (length / DAY_MS / 200 + 1) * DAY_MS,
    };
    let start = span.first.0.div_euclid(bin_ms).saturating_mul(bin_ms);
    let n = (UnixMillis(start).until(span.last) / bin_ms + 1) as usize;
    let mut bins = Bins {
        start,
        bin_ms,
        all: vec![0; n],
        networks: vec![0; n],
        campaigns: vec![0; n],
        lanes: (0..page.input.findings.networks.len().min(LANES_MAX))
            .map(|_| Lane { all: vec![0; n], campaigns: vec![0; n] })
            .collect(),
    };
    let posts = page.input.posts;
    let mut network_of: Map<u32, u32> = Map::default();
    for account in &page.input.findings.accounts {
        if let Some(network) = account.network {
            network_of.insert(account.account, network);
        }
    }
    for (at, account) in posts.at.iter().zip(&posts.account) {
        let bin = bins.of(*at);
        bins.all[bin] += 1;
        if let Some(&network) = network_of.get(account) {
            bins.networks[bin] += 1;
            if let Some(lane) = bins.lanes.get_mut(network as usize) {
                lane.all[bin] += 1;
            }
        }
    }
    count_campaigns(page, &mut bins);
    bins
}

/// Counts each post of a campaign once in all, and once for each network that pushed it.
fn count_campaigns(page: &Page<'_>, bins: &mut Bins) {
    let campaigns = page.input.findings.campaigns.iter();
    let mut pushed: Vec<(u32, u32)> =
        campaigns.flat_map(|c| c.posts.iter().map(|&(network, post)| (post, network))).collect();
    pushed.sort_unstable();
    pushed.dedup();
    let mut before = None;
    for (post, network) in pushed {
        let bin = bins.of(page.input.posts.at[post as usize]);
        if before != Some(post) {
            bins.campaigns[bin] += 1;
        }
        before = Some(post);
        if let Some(lane) = bins.lanes.get_mut(network as usize) {
            lane.campaigns[bin] += 1;
        }
    }
}

impl Bins {
    /// The bin of a moment; the nearest for what lies outside.
    fn of(&self, at: UnixMillis) -> usize {
        let bin = UnixMillis(self.start).until(at) / self.bin_ms;
        bin.clamp(0, self.all.len() as i64 - 1) as usize
    }

    fn bin_width(&self) -> f64 {
        (RIGHT - LEFT) / self.all.len() as f64
    }

    /// The place of a moment on the axis, kept inside it.
    fn x(&self, at: UnixMillis) -> f64 {
        let bins = UnixMillis(self.start).until(at) as f64 / self.bin_ms as f64;
        (LEFT + bins * self.bin_width()).clamp(LEFT, RIGHT)
    }

    fn end(&self) -> UnixMillis {
        UnixMillis(self.start.saturating_add(self.bin_ms.saturating_mul(self.all.len() as i64)))
    }

    fn start_of(&self, bin: usize) -> UnixMillis {
        UnixMillis(self.start + self.bin_ms * bin as i64)
    }

    /// What one bar stands for.
    fn bar(&self) -> String {
        match self.bin_ms {
            HOUR_MS => "hour".to_owned(),
            DAY_MS => "day".to_owned(),
            longer => duration(longer),
        }
    }
}

fn figure(page: &Page<'_>, bins: &Bins) -> Markup {
    let lanes_top = TOP + 2.0 * PANEL + 2.0 * GAP;
    let bottom = lanes_top + LANE * bins.lanes.len() as f64 + 4.0;
    let networks = page.input.findings.networks.len();
    let alt = format!(
        "{} per {}: all posts, posts of networks and campaigns, and one lane per network",
        counted(page.input.facts.posts, "post"),
        bins.bar()
    );
    html! {
        (legend(page, bins))
        div.scroll {
            svg.timeline viewBox=(format!("0 0 {WIDTH} {}", px(bottom + 22.0))) role="img"
                aria-label=(alt) {
                (periods(page, bins, bottom))
                (panel(bins, TOP, &format!("All posts per {}", bins.bar()), &[("all", &bins.all)]))
                (panel(bins, TOP + PANEL + GAP,
                    &format!("Posts of networks per {}, and of campaigns", bins.bar()),
                    &[("networks", &bins.networks), ("campaigns", &bins.campaigns)]))
                @for (place, lane) in bins.lanes.iter().enumerate() {
                    (lane_of(bins, lanes_top + LANE * place as f64, place, lane))
                }
                (ticks(bins, bottom))
            }
        }
        (and_more(bins.lanes.len(), networks, "have no lane"))
    }
}

fn legend(page: &Page<'_>, bins: &Bins) -> Markup {
    let shown = |kind| drawn_periods(page, bins).any(|period| period.kind == kind);
    let swatch = |class: &str| {
        html! {
            svg.swatch viewBox="0 0 12 12" aria-hidden="true" {
            rect class=(class) width="12" height="12" {}
        }
        }
    };
    html! {
        ul.legend {
            li { (swatch("bar-all")) "all posts" }
            li { (swatch("bar-networks")) "posts of network members" }
            li { (swatch("bar-campaigns")) "campaign posts" }
            @for kind in [PeriodKind::Campaign, PeriodKind::Silence, PeriodKind::Polling] {
                @if shown(kind) {
                    li { (swatch(&format!("period-{}", kind.name()))) (labels::period(kind)) }
                }
            }
        }
    }
}

/// The election periods that touch the data, the shorter ones in front.
fn drawn_periods<'a>(page: &Page<'a>, bins: &Bins) -> impl Iterator<Item = &'a Period> + use<'a> {
    let (start, end) = (UnixMillis(bins.start), bins.end());
    let mut periods: Vec<&Period> = page
        .input
        .facts
        .elections
        .iter()
        .flat_map(|election| &election.periods)
        .filter(|period| period.kind != PeriodKind::Baseline)
        .filter(|period| period.from < end && period.to > start)
        .take(100)
        .collect();
    periods.sort_by_key(|period| (period.kind, period.from));
    periods.into_iter()
}

fn periods(page: &Page<'_>, bins: &Bins, bottom: f64) -> Markup {
    html! {
        @for period in drawn_periods(page, bins) {
            @let (from, to) = (bins.x(period.from), bins.x(period.to));
            rect class=(format!("period-{}", period.kind.name())) x=(px(from)) y=(px(BANDS))
                width=(px((to - from).max(1.0))) height=(px(bottom - BANDS)) {
                title { (labels::period(period.kind)) ", " (minute(period.from)) " – "
                    (minute(period.to)) " UTC" }
            }
            @let name = labels::period(period.kind);
            @if to - from > LETTER * name.len() as f64 + 8.0 {
                text.period-name x=(px(from + 4.0)) y=(px(BANDS + 13.0)) { (name) }
            }
        }
    }
}

fn panel(bins: &Bins, top: f64, title: &str, series: &[(&str, &Vec<u64>)]) -> Markup {
    let most = series.iter().flat_map(|(_, counts)| counts.iter()).max().copied().unwrap_or(0);
    let base = top + PANEL;
    html! {
        text.panel-title x=(px(LEFT)) y=(px(top - 6.0)) { (title) }
        text.axis x=(px(LEFT - 8.0)) y=(px(top + 8.0)) text-anchor="end" { (count(most)) }
        text.axis x=(px(LEFT - 8.0)) y=(px(base)) text-anchor="end" { "0" }
        line.grid x1=(px(LEFT)) x2=(px(RIGHT)) y1=(px(top)) y2=(px(top)) {}
        @for (class, counts) in series {
            path class=(format!("bar-{class}")) d=(bars(bins, base, PANEL, counts, most)) {}
        }
        line.base x1=(px(LEFT)) x2=(px(RIGHT)) y1=(px(base)) y2=(px(base)) {}
    }
}

/// Bars as one path, each `height · count / most` high.
fn bars(bins: &Bins, base: f64, height: f64, counts: &[u64], most: u64) -> String {
    let width = bins.bin_width();
    let bar = if width > 3.0 { width - 1.0 } else { width };
    let mut path = String::new();
    for (bin, &n) in counts.iter().enumerate() {
        if n > 0 {
            let x = LEFT + width * bin as f64;
            // A post that is there is seen, however many others there are elsewhere.
            let h = (height * n as f64 / most.max(1) as f64).max(1.0);
            path.push_str(&format!("M{} {}v-{}h{}v{}z", px(x), px(base), px(h), px(bar), px(h)));
        }
    }
    path
}

fn lane_of(bins: &Bins, top: f64, place: usize, lane: &Lane) -> Markup {
    let most = lane.all.iter().chain(&lane.campaigns).max().copied().unwrap_or(0);
    let base = top + LANE - 3.0;
    html! {
        text.axis x=(px(LEFT - 8.0)) y=(px(base - 2.0)) text-anchor="end" { "Network " (place + 1) }
        path.bar-networks d=(bars(bins, base, LANE - 5.0, &lane.all, most)) {}
        path.bar-campaigns d=(bars(bins, base, LANE - 5.0, &lane.campaigns, most)) {}
        line.grid x1=(px(LEFT)) x2=(px(RIGHT)) y1=(px(base)) y2=(px(base)) {}
    }
}

fn ticks(bins: &Bins, bottom: f64) -> Markup {
    let n = bins.all.len();
    let step = n.div_ceil(TICKS).max(1);
    html! {
        @for bin in (0..n).step_by(step) {
            @let x = bins.x(bins.start_of(bin));
            line.base x1=(px(x)) x2=(px(x)) y1=(px(bottom)) y2=(px(bottom + 5.0)) {}
            text.axis x=(px(x + 2.0)) y=(px(bottom + 17.0)) { (tick(bins, bin)) }
        }
    }
}

fn tick(bins: &Bins, bin: usize) -> String {
    let at = bins.start_of(bin);
    match bins.bin_ms {
        HOUR_MS => minute(at),
        DAY_MS if bin > 0 => day_short(at),
        _ => day(at),
    }
}
