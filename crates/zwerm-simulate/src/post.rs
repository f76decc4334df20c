//! What comes out: posts, and the truth about their accounts.

use zwerm_model::UnixMillis;

/// The one platform of the simulated world.
pub(crate) const PLATFORM: &str = "example";

/// One simulated post. The same value is filled again for every post: copy what is to be kept.
///
/// A repost repeats its target's text and carries no objects but the target: what it says belongs
/// to the post it repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimPost {
    /// Unique within the world; 18 digits.
    pub post_id: String,
    /// Who posted; 18 digits.
    pub account_id: String,
    /// When, in whole seconds.
    pub created_at: UnixMillis,
    /// What it says.
    pub text: String,
    /// ISO 639-1 code of the language.
    pub lang: &'static str,
    /// The program it was posted with.
    pub client: &'static str,
    /// Where it was posted; always the same.
    pub platform: &'static str,
    /// Sites it leads to, as they stand in the text.
    pub urls: Vec<String>,
    /// Hashtags in the order of the text, without the `#`.
    pub hashtags: Vec<String>,
    /// Account ids it mentions.
    pub mentions: Vec<String>,
    /// Ids of pictures.
    pub media: Vec<String>,
    /// The post it repeats.
    pub repost_of: Option<String>,
    /// Whose post it repeats.
    pub repost_of_account: Option<String>,
    /// The post it answers.
    pub reply_to: Option<String>,
    /// Whose post it answers.
    pub reply_to_account: Option<String>,
    /// The post it quotes.
    pub quote_of: Option<String>,
    /// Whether the account declares that it is automated; `None` if it declares nothing.
    pub automated: Option<bool>,
}

/// What an account is, in truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A member of a planted group: acts together with the others and hides it.
    Planted,
    /// A member of a group that acts together, or acts alike, in the open.
    Legitimate,
    /// Looks suspicious once, by chance or by habit.
    Innocent,
    /// Everybody else.
    Organic,
}

impl Role {
    /// Its name in `truth.csv`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Planted => "planted",
            Role::Legitimate => "legitimate",
            Role::Innocent => "innocent",
            Role::Organic => "organic",
        }
    }
}

/// The truth about one account that posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthRow {
    /// The account.
    pub account_id: String,
    /// The group it belongs to; empty for organic accounts.
    pub group: String,
    /// What it is.
    pub role: Role,
    /// Whether it acted by arrangement with others, in the open (volunteers, newsroom) or not.
    pub coordinated: bool,
    /// Its posts in this world.
    pub posts: u64,
}
