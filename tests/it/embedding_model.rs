//! Static embedding models: what a folder gives where a build reads it, and what is said where not.

use std::path::Path;

use crate::harness::program::zwerm;
use crate::harness::{sample_file, scratch};

/// A scan with `--embedding-model` that is refused; what it said.
fn refused(model: &Path) -> String {
    let folder = scratch();
    let (input, out) = (sample_file("posts.parquet"), folder.path().join("out"));
    let arguments = ["scan".as_ref(), input.as_os_str(), "--embedding-model".as_ref()];
    let to = [model.as_os_str(), "--out".as_ref(), out.as_os_str()];
    let error = zwerm(arguments.into_iter().chain(to)).expect(2).err;
    assert!(!out.exists(), "{error}");
    error
}

/// The program is built without the feature, whatever these tests are built with.
#[test]
fn a_build_that_reads_no_models_says_how_to_build_one_that_does() {
    let error = refused(Path::new("a/model"));
    for word in ["--embedding-model a/model", "--features embed", "column \"embedding\""] {
        assert!(error.contains(word), "{error}");
    }
}

#[cfg(feature = "embed")]
mod with_the_feature {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use arrow_array::ArrayRef;
    use arrow_array::builder::{FixedSizeListBuilder, Float32Builder};
    use serde_json::{Value, json};
    use zwerm::{ConfigFile, MeaningSection, Settings, Silent};
    use zwerm_model::Seed;
    use zwerm_model::hash::hash128;

    use crate::harness::posts::{self, Post, Table};
    use crate::harness::{results, scan, scratch};

    const DIMENSION: usize = 48;
    const DAYS: i64 = 12;
    const DAY_MS: i64 = 86_400_000;
    /// Accounts that say what one of them says, in another order.
    const MEMBERS: usize = 12;

    fn direction(of: &str) -> Vec<f32> {
        let mut seed = Seed(hash128(of.as_bytes()) as u64);
        (0..DIMENSION).map(|_| (seed.unit_f64() - 0.5) as f32).collect()
    }

    /// A word so short that most shingles reach over its ends.
    fn word(of: &str) -> String {
        let mut seed = Seed(hash128(of.as_bytes()) as u64);
        (0..4).map(|_| char::from(b'a' + seed.below(26) as u8)).collect()
    }

    /// The sample's first posts, and a group whose members put the words of each day in an order of
    /// their own: other shingles, the same mean.
    fn world() -> Vec<Post> {
        let mut posts: Vec<Post> = posts::sample().into_iter().take(6_000).collect();
        let start = posts.iter().map(|post| post.at_ms).min().expect("posts");
        let mut seed = Seed(5);
        for day in 0..DAYS {
            let mut words: Vec<String> = (0..12).map(|n| word(&format!("{day} {n}"))).collect();
            for member in 0..MEMBERS {
                for last in (1..words.len()).rev() {
                    words.swap(last, seed.below(last as u64 + 1) as usize);
                }
                let at = start + day * DAY_MS + 43_200_000 + 3_000 * member as i64;
                let post = Post::new(&format!("9{day}9{member}"), &format!("member-{member}"), at);
                posts.push(post.with("text", &words.join(" ")));
            }
        }
        posts
    }

    /// A model that knows every word of some posts, each by a row of its own.
    fn write_model(folder: &Path, posts: &[Post]) -> PathBuf {
        let texts = posts.iter().map(|post| zwerm_text::normalise(post.name("text")));
        let words: BTreeSet<String> =
            texts.flat_map(|text| text.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect();
        let words: Vec<String> = std::iter::once("[UNK]".to_owned()).chain(words).collect();
        let vocabulary: BTreeMap<&String, usize> =
            words.iter().enumerate().map(|(id, word)| (word, id)).collect();
        let tokenizer = json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
            "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
            "post_processor": null, "decoder": null,
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
        });
        let rows: Vec<u8> = words
            .iter()
            .flat_map(|word| direction(word))
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let header = json!({"embeddings": {
            "dtype": "F32", "shape": [words.len(), DIMENSION], "data_offsets": [0, rows.len()],
        }});
        let header = header.to_string();
        let size = (header.len() as u64).to_le_bytes();
        let model = folder.join("model");
        std::fs::create_dir(&model).unwrap();
        std::fs::write(model.join("tokenizer.json"), tokenizer.to_string()).unwrap();
        std::fs::write(model.join("config.json"), "{\"normalize\": true}").unwrap();
        let weights = [&size[..], header.as_bytes(), &rows].concat();
        std::fs::write(model.join("model.safetensors"), weights).unwrap();
        model
    }

    fn with_model(model: &Path) -> ConfigFile {
        let meaning = MeaningSection {
            embedding_model: Some(model.to_path_buf()),
            ..MeaningSection::default()
        };
        ConfigFile { meaning, ..ConfigFile::default() }
    }

    fn found(out: &Path) -> usize {
        let rows = results::rows(&out.join("accounts.parquet"));
        let with_tier = rows.iter().filter(|row| results::text(row, "tier") != "none");
        with_tier.filter(|row| results::text(row, "account_id").starts_with("member-")).count()
    }

    fn not_assessable(out: &Path) -> String {
        results::manifest(out)["facts"]["not_assessable"].to_string()
    }

    #[test]
    fn a_reordered_campaign_is_found_by_a_model_on_any_number_of_threads() {
        let folder = scratch();
        let at = |name: &str| folder.path().join(name);
        let posts = world();
        posts::write(&at("posts.parquet"), &posts);
        let model = write_model(folder.path(), &posts);
        scan(&[&at("posts.parquet")], &at("off"), ConfigFile::default());
        scan(&[&at("posts.parquet")], &at("on"), with_model(&model));
        assert_eq!((found(&at("off")), found(&at("on"))), (0, MEMBERS));
        posts::write(&at("shuffled.parquet"), &posts::shuffled(&posts, 3));
        for threads in [1, 2, 4] {
            let config = ConfigFile { threads: Some(threads), ..with_model(&model) };
            scan(&[&at("shuffled.parquet")], &at("again"), config);
            let different = results::different_files(&at("on"), &at("again"));
            assert!(different.is_empty(), "{threads} threads: {different:?}");
            std::fs::remove_dir_all(at("again")).unwrap();
        }
        let manifest = results::manifest(&at("on"));
        let said = &manifest["embedding_model"];
        assert_eq!((&said["used"], &said["dimension"]), (&json!(true), &json!(DIMENSION)));
        let files = said["files"].as_array().expect("files");
        let names: Vec<&str> = files.iter().filter_map(|file| file["name"].as_str()).collect();
        assert_eq!(names, ["config.json", "model.safetensors", "tokenizer.json"]);
        let weights = files[1]["sha256"].as_str().expect("a hash");
        let unmeasured = format!("static model {}", &weights[..12]);
        let limits = not_assessable(&at("on"));
        let absent = r#"no column \"embedding\""#;
        assert!(limits.contains(&unmeasured) && !limits.contains(absent), "{limits}");
        assert_eq!(results::manifest(&at("off"))["embedding_model"], Value::Null);
    }

    #[test]
    fn vectors_of_the_posts_go_before_those_of_a_model() {
        let folder = scratch();
        let at = |name: &str| folder.path().join(name);
        let posts: Vec<Post> = posts::sample().into_iter().take(1_500).collect();
        let model = write_model(folder.path(), &posts);
        let mut lists = FixedSizeListBuilder::new(Float32Builder::new(), 4);
        for post in &posts {
            lists.values().append_slice(&direction(post.name("text"))[..4]);
            lists.append(true);
        }
        let lists: ArrayRef = Arc::new(lists.finish());
        Table::of(&posts).with("embedding", lists).write(&at("posts.parquet"), 500);
        scan(&[&at("posts.parquet")], &at("alone"), ConfigFile::default());
        scan(&[&at("posts.parquet")], &at("both"), with_model(&model));
        // The page says that the model was not needed.
        assert_eq!(results::different_files(&at("alone"), &at("both")), ["report.html"]);
        assert_eq!(results::manifest(&at("both"))["embedding_model"]["used"], json!(false));
        assert!(not_assessable(&at("both")).contains("vectors by --embedding-model"));
    }

    #[test]
    fn memory_holds_the_model_and_bounds_what_is_compared() {
        let folder = scratch();
        let at = |name: &str| folder.path().join(name);
        let posts: Vec<Post> = posts::sample().into_iter().take(1_500).collect();
        posts::write(&at("posts.parquet"), &posts);
        let model = write_model(folder.path(), &posts);
        let size = std::fs::metadata(model.join("model.safetensors")).unwrap().len();
        let with = |memory: u64| {
            let mut config = with_model(&model);
            config.meaning.memory_bytes = Some(memory);
            let inputs = vec![at("posts.parquet")];
            let settings = Settings::resolve(inputs, at("out"), config).expect("settings");
            zwerm::scan(&settings, &mut Silent)
        };
        let tally = with(size + 100 * 48 * 4).expect("a scan").facts.tally;
        assert_eq!(tally.get("meaning.representatives"), 100);
        assert!(tally.get("meaning.left_out") > 0);
        let error = with(size - 1).expect_err("no room").to_string();
        assert!(error.starts_with("--meaning-memory: ") && error.contains("were given"), "{error}");
    }

    #[test]
    fn a_folder_that_is_no_model_is_refused_with_where_models_come_from() {
        let folder = scratch();
        let posts: Vec<Post> = posts::sample().into_iter().take(300).collect();
        let model = write_model(folder.path(), &posts);
        let input = folder.path().join("posts.parquet");
        posts::write(&input, &posts);
        let refused = |out: &str| {
            let inputs = vec![input.clone()];
            let settings = Settings::resolve(inputs, folder.path().join(out), with_model(&model));
            let error = zwerm::scan(&settings.expect("settings"), &mut Silent);
            error.expect_err("refused").to_string()
        };
        std::fs::write(model.join("tokenizer.json"), "{}").unwrap();
        let error = refused("ruined");
        assert!(error.contains("tokenizer.json: expected a tokenizer"), "{error}");
        std::fs::remove_file(model.join("tokenizer.json")).unwrap();
        let error = refused("absent");
        for word in ["tokenizer.json: not there", "model2vec", "downloads nothing"] {
            assert!(error.contains(word), "{error}");
        }
    }
}
