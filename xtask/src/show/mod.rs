//! `show main`: every figure that has a goal, computed now, beside its goal.
//!
//! A figure that misses its goal is printed as missed, and the command fails. Figures on real posts
//! need the evaluation data beside the repository; without them they are named as not computed.

use anyhow::{Result, bail};

use crate::place::Place;

mod brexit;
mod figure;
mod german;
mod last_day;
mod results;
mod sample;
mod speed;

/// See the [module documentation](self).
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    if arguments != ["main"] {
        bail!("show: expected `main`, found {:?}", arguments.join(" "));
    }
    let mut figures = sample::figures(place)?;
    figures.extend(last_day::figures(place)?);
    let mut skipped = Vec::new();
    match place.shared() {
        Some(shared) => {
            figures.extend(brexit::figures(place, &shared)?);
            figures.extend(german::figures(place, &shared)?);
            figures.extend(speed::figures(place, &shared)?);
        }
        None => skipped
            .push("figures on real posts: the evaluation data are not beside this repository"),
    }
    print!("{}", figure::table(&figures));
    for reason in skipped {
        println!("not computed: {reason}");
    }
    let missed = figures.iter().filter(|figure| figure.is_missed()).count();
    let with_goal = figures.iter().filter(|figure| figure.has_goal()).count();
    let met = figures.iter().filter(|figure| figure.is_met()).count();
    println!("{met} of {with_goal} goals met");
    if missed > 0 {
        bail!("show main: {missed} figures miss their goal");
    }
    Ok(())
}
