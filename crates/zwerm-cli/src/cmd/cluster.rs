//! `zwerm cluster`.

use anyhow::Result;
use zwerm::{Clustered, Settings, Status};

use super::{config, print};
use crate::args::{Cluster, Output};
use crate::progress::Progress;

pub(super) fn run(args: Cluster, output: &Output) -> Result<Status> {
    let mut file = config(&args.input)?;
    file.threads = args.threads.or(file.threads);
    file.text.jaccard_min = args.jaccard.or(file.text.jaccard_min);
    file.text.chars_min = args.min_chars.or(file.text.chars_min);
    let settings =
        Settings { force: args.force, ..Settings::resolve(args.input.inputs, args.out, file)? };
    let mut progress = Progress::new(output);
    let clustered = zwerm::cluster(&settings, args.memory.map(|size| size.as_u64()), &mut progress);
    progress.finish();
    let clustered = clustered?;
    if output.json {
        print(&format!("{}\n", serde_json::to_string(&clustered)?));
    } else if !output.quiet {
        print(&summary(&clustered));
    }
    Ok(Status::Done)
}

fn summary(clustered: &Clustered) -> String {
    let Clustered { posts, texts, clusters, posts_clustered, out, .. } = clustered;
    format!(
        "posts      {posts} with a text, {texts} texts after normalisation\n\
         clusters   {clusters} of two or more posts, {posts_clustered} posts in them\n\
         written    {}\n",
        out.display()
    )
}
