//! What each stage costs on the sample, with what the stages before it made given.
//!
//! For finding where time goes while a stage is changed; whole scans are measured by `scan`.
//! Stages use all cores, and the allocator of the program.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main,
};
use zwerm::config::ConfigFile;
use zwerm::{Settings, Silent};
use zwerm_assess::Inputs;
use zwerm_model::{Findings, RunFacts, Tally, TextClusters};
use zwerm_report::ReportInput;

fn stages(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for results");
    let sample = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../datasets-sample");
    let file =
        ConfigFile { elections: Some(sample.join("elections.toml")), ..ConfigFile::default() };
    let inputs = vec![sample.join("posts.parquet")];
    let settings = Settings::resolve(inputs, folder.path().join("results"), file);
    let settings = settings.expect("defaults make sense");
    let facts = zwerm::scan(&settings, &mut Silent).expect("the sample can be scanned").facts;

    let mut group = criterion.benchmark_group("stages");
    group.sample_size(20).throughput(Throughput::Elements(facts.posts));
    let (clusters, findings) = up_to_assess(&mut group, &settings, &facts);
    let posts = read(&settings).posts;
    let report =
        ReportInput { posts: &posts, clusters: &clusters, findings: &findings, facts: &facts };
    group.bench_function("report", |b| {
        b.iter(|| zwerm_report::write_results(folder.path(), &report).expect("results"));
    });
    group.finish();
}

fn read(settings: &Settings) -> zwerm_ingest::Ingested {
    let config = settings.ingest().expect("defaults make sense");
    zwerm_ingest::read(&settings.inputs, &config).expect("the sample can be read")
}

/// Measures every stage but the last, and returns what the last one reads.
fn up_to_assess(
    group: &mut BenchmarkGroup<'_, WallTime>,
    settings: &Settings,
    facts: &RunFacts,
) -> (TextClusters, Findings) {
    let tally = Tally::default;
    group.bench_function("ingest", |b| b.iter(|| black_box(read(settings))));
    let ingested = read(settings);
    let (posts, resolution) = (&ingested.posts, ingested.resolution);

    let text = || zwerm_text::cluster(posts, &settings.text(), &mut tally());
    group.bench_function("text", |b| b.iter(|| black_box(text())));
    let clusters = text();

    let trace = || {
        let targets = zwerm_trace::Targets::find(posts);
        let meanings = zwerm_model::Meanings::default();
        let inputs = zwerm_trace::Inputs {
            posts,
            clusters: &clusters,
            meanings: &meanings,
            targets: &targets,
        };
        let tables = zwerm_trace::extract(&inputs, &mut tally());
        (tables, zwerm_trace::interactions(posts, &targets))
    };
    group.bench_function("trace", |b| b.iter(|| black_box(trace())));
    let (tables, interactions) = trace();

    let network = settings.network();
    let link = || zwerm_network::link(posts, &tables, resolution, &network, &mut tally());
    group.bench_function("network", |b| b.iter(|| black_box(link())));
    let coordination = link();

    let elections = &facts.elections;
    let inputs = Inputs {
        posts,
        clusters: &clusters,
        tables: &tables,
        coordination: &coordination,
        elections,
        resolution,
        allow_listed: &[],
    };
    let assess = |interactions| zwerm_assess::assess(&inputs, interactions, &mut tally());
    group.bench_function("assess", |b| {
        b.iter_batched(
            || interactions.clone(),
            |given| black_box(assess(given)),
            BatchSize::LargeInput,
        );
    });
    let findings = assess(interactions.clone());
    (clusters, findings)
}

criterion_group!(benches, stages);
criterion_main!(benches);
