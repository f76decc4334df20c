//! A model of five words, written by hand.

use half::{bf16, f16};
use safetensors::tensor::{Dtype, TensorView};
use serde_json::json;

use super::*;

/// Token 0 is unknown; the others have a row each.
const WORDS: [&str; 5] = ["[UNK]", "the", "bridge", "is", "closed"];
const ROWS: [[f32; 2]; 5] = [[64.0, 64.0], [1.0, 0.0], [0.0, 2.0], [-1.0, 0.5], [4.0, 4.0]];

fn tokenizer() -> Value {
    let vocabulary: serde_json::Map<String, Value> =
        WORDS.iter().enumerate().map(|(id, &word)| (word.to_owned(), json!(id))).collect();
    json!({
        "version": "1.0",
        // Neither counts: a cut after one token, and zeros up to eight.
        "truncation": {"direction": "Right", "max_length": 1, "strategy": "LongestFirst",
                       "stride": 0},
        "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null,
                    "pad_id": 4, "pad_type_id": 0, "pad_token": "closed"},
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": null,
        "decoder": null,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    })
}

fn bytes(tokenizer: &Value) -> Vec<u8> {
    serde_json::to_vec(tokenizer).expect("JSON")
}

type Tensor<'a> = (&'a str, Dtype, Vec<usize>, Vec<u8>);

fn weights(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let views = tensors.iter().map(|(name, dtype, shape, data)| {
        (*name, TensorView::new(*dtype, shape.clone(), data).expect("a tensor"))
    });
    safetensors::serialize(views, None).expect("a file")
}

fn matrix<const N: usize>(
    name: &'static str,
    dtype: Dtype,
    bytes_of: impl Fn(f32) -> [u8; N],
) -> Tensor<'static> {
    let data = ROWS.as_flattened().iter().flat_map(|&value| bytes_of(value)).collect();
    (name, dtype, vec![WORDS.len(), 2], data)
}

fn plain() -> Tensor<'static> {
    matrix("embeddings", Dtype::F32, f32::to_le_bytes)
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn model(tensors: &[Tensor<'_>], config: Option<&str>) -> Result<StaticModel, ModelError> {
    StaticModel::read(Files {
        tokenizer: bytes(&tokenizer()),
        weights: weights(tensors),
        config: config.map(|text| text.as_bytes().to_vec()),
    })
}

#[track_caller]
fn check(model: &StaticModel, text: &str, expected: Option<[f32; 2]>) {
    assert_eq!(model.embed(text).as_deref(), expected.as_ref().map(<[f32; 2]>::as_slice), "{text}");
}

#[test]
fn a_vector_is_the_mean_of_the_known_tokens() {
    let model = model(&[plain()], None).expect("a model");
    assert_eq!(model.dimension(), 2);
    check(&model, "bridge", Some([0.0, 2.0]));
    check(&model, "The BRIDGE is closed", Some([1.0, 1.625]));
    check(&model, "the zwerm bridge", Some([0.5, 1.0]));
    check(&model, "zwerm", None);
    check(&model, "", None);
}

#[test]
fn numbers_of_every_type_are_the_same() {
    let expected = Some([1.0, 1.625]);
    for tensor in [
        matrix("embeddings", Dtype::F64, |value| f64::from(value).to_le_bytes()),
        matrix("embeddings", Dtype::F16, |value| f16::from_f32(value).to_le_bytes()),
        matrix("embeddings", Dtype::BF16, |value| bf16::from_f32(value).to_le_bytes()),
        matrix("embedding.weight", Dtype::F32, f32::to_le_bytes),
    ] {
        check(&model(&[tensor], None).expect("a model"), "the bridge is closed", expected);
    }
    // Bytes are multiples of something: a direction.
    let bytes =
        matrix("embeddings", Dtype::I8, |value| ((value * 2.0).min(127.0) as i8).to_le_bytes());
    check(&model(&[bytes], None).expect("a model"), "the bridge is closed", Some([2.0, 3.25]));
}

#[test]
fn tokens_may_share_rows_and_weigh_differently() {
    let rows = ("embeddings", Dtype::F32, vec![2, 2], floats(&[1.0, 0.0, 0.0, 1.0]));
    let mapping: Vec<u8> =
        [0_i64, 0, 1, 0, 1].iter().flat_map(|place| place.to_le_bytes()).collect();
    let weighs = ("weights", Dtype::F32, vec![5], floats(&[1.0, 0.5, 3.0, 0.0, 1.0]));
    let mapping = ("mapping", Dtype::I64, vec![5], mapping);
    let found = model(&[rows.clone(), mapping.clone(), weighs], None).expect("a model");
    check(&found, "the bridge", Some([0.25, 1.5]));
    check(&found, "is", Some([0.0, 0.0]));
    check(&model(&[rows, mapping], None).expect("a model"), "the bridge", Some([0.5, 0.5]));
}

#[test]
fn long_texts_are_cut_as_the_model_says() {
    let long = |n: usize| format!("{}bridge", "the ".repeat(n));
    let three = model(&[plain()], Some("{\"max_length\": 3, \"normalize\": true}"));
    let three = three.expect("a model");
    check(&three, &long(2), Some([2.0 / 3.0, 2.0 / 3.0]));
    check(&three, &long(3), Some([1.0, 0.0]));
    // Tokens have 5 letters as a rule, so 15 are looked at.
    check(&three, &format!("{}bridge", " ".repeat(15)), None);
    let all = model(&[plain()], Some("{\"max_length\": null}")).expect("a model");
    check(&all, &long(2_000), Some([2_000.0 / 2_001.0, 2.0 / 2_001.0]));
    let usual = model(&[plain()], Some("{}")).expect("a model");
    check(&usual, &long(600), Some([1.0, 0.0]));
}

#[test]
fn nothing_is_drawn_at_random() {
    let merges = json!({"type": "BPE", "dropout": 0.5, "unk_token": null,
        "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
        "byte_fallback": false, "vocab": {"a": 0, "b": 1, "ab": 2, "c": 3, "abc": 4},
        "merges": ["a b", "ab c"]});
    let mut tokenizer = tokenizer();
    tokenizer["model"] = merges;
    let files = Files { tokenizer: bytes(&tokenizer), weights: weights(&[plain()]), config: None };
    let model = StaticModel::read(files).expect("a model");
    for _ in 0..64 {
        check(&model, "abc", Some([4.0, 4.0]));
    }
}

#[test]
fn what_is_no_model_is_refused_with_what_was_expected() {
    let short = ("embeddings", Dtype::F32, vec![2, 2], floats(&[1.0; 4]));
    let mapping = |place: i64| {
        let places = [0, 0, 0, 0, place].iter().flat_map(|place| place.to_le_bytes()).collect();
        ("mapping", Dtype::I64, vec![5], places)
    };
    let refused = |tensors: &[Tensor<'_>], config| model(tensors, config).err().expect("refused");
    for (error, words) in [
        (refused(&[], None), ["model.safetensors", "\"embeddings\" or \"embedding.weight\""]),
        (refused(&[("embeddings", Dtype::I64, vec![1, 1], vec![0; 8])], None), ["matrix", "I64"]),
        (
            refused(&[("embeddings", Dtype::F32, vec![2], floats(&[1.0; 2]))], None),
            ["matrix", "[2]"],
        ),
        (refused(std::slice::from_ref(&short), None), ["each of 5 tokens", "found 2"]),
        (refused(&[short.clone(), mapping(2)], None), ["below 2", "found 2"]),
        (refused(&[short.clone(), mapping(-1)], None), ["below 2", "found 1844"]),
        (
            refused(&[plain(), ("weights", Dtype::F32, vec![1], floats(&[1.0]))], None),
            ["\"weights\"", "found 1"],
        ),
        (refused(&[plain()], Some("[")), ["config.json", "EOF"]),
        (refused(&[plain()], Some("{\"max_length\": 0}")), ["max_length", "found 0"]),
    ] {
        let text = error.to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    }
    for (tokenizer, word) in [("", "EOF"), ("{}", "no \"model\""), ("{\"model\": {}}", "found")] {
        let files =
            Files { tokenizer: tokenizer.into(), weights: weights(&[plain()]), config: None };
        let error = StaticModel::read(files).err().expect("refused").to_string();
        assert!(error.starts_with("tokenizer.json: expected") && error.contains(word), "{error}");
    }
    let files = Files { tokenizer: bytes(&tokenizer()), weights: b"x".to_vec(), config: None };
    let error = StaticModel::read(files).err().expect("refused").to_string();
    assert!(error.starts_with("model.safetensors: expected a file of safetensors"), "{error}");
}
