//! The vectors of texts, to be compared with those of another reader of the same model.
//!
//! ```console
//! $ cat DIR/model.safetensors DIR/tokenizer.json texts |
//!   cargo run --release -p zwerm-embed --example vectors -- WEIGHTS_BYTES TOKENIZER_BYTES
//! ```
//!
//! A text per line in, after the model's files; a JSON list of numbers per line out, `null` where
//! no token is known. `cargo xtask show meaning` runs it.

use std::io::Read as _;

use zwerm_embed::{Files, StaticModel};

fn main() {
    let mut input = std::io::stdin().lock();
    let mut sizes = std::env::args().skip(1).map(|size| size.parse::<u64>().expect("a size"));
    let mut next = || {
        let mut file = Vec::new();
        let size = sizes.next().expect("a size for each file");
        input.by_ref().take(size).read_to_end(&mut file).expect("a file");
        file
    };
    let (weights, tokenizer) = (next(), next());
    let model = StaticModel::read(Files { tokenizer, weights, config: None }).expect("a model");
    let mut texts = String::new();
    input.read_to_string(&mut texts).expect("texts");
    for text in texts.lines() {
        let vector = model.embed(text);
        println!("{}", serde_json::to_string(&vector).expect("numbers"));
    }
}
