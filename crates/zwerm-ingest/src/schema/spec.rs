//! What a schema file can say.
//!
//! ```toml
//! title = "Posts as a made-up platform exports them"
//! layout = "json"                     # or "table"
//! platform = "example"
//! records = ["data.posts"]            # where posts stand in a page; a lone post is read as well
//! needs = ["id", "author.id"]         # what most records have
//! signs = ["share_count"]             # what speaks for this schema besides
//!
//! [[drop]]                            # rows that are no posts; `keep` is the opposite
//! when = "author.id"
//! is = ["[deleted]"]
//! reason = "deleted_author"
//!
//! [columns]
//! post_id = "id"
//! account_id = ["author.id", "author_id"]          # the first that is there
//! created_at = { from = "time", unit = "seconds" }
//! urls = { from = "links[].url", in_text = "urls" }
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::functions::{self, Finder, Function};
use crate::column::{self, Column};
use crate::record::path::Path;
use crate::times::EpochUnit;

/// Whether rows are JSON values or lines of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Layout {
    /// JSON values.
    Json,
    /// Lines under a header.
    Table,
}

/// How one delimited text becomes several names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Split {
    /// As in any table: a JSON or Python list, or names between bars, semicolons and white space.
    Any,
    /// At `|`.
    Bar,
    /// `[a, b]` without quotes, or a list with them.
    Brackets,
    /// At commas.
    Comma,
    /// At commas that a URL follows: URLs may hold commas.
    CommaUrl,
    /// A JSON or Python list, of which `inside` says what is meant.
    Literal,
    /// At white space.
    Space,
}

/// A schema, ready to be used.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) layout: Layout,
    pub(crate) platform: Option<String>,
    /// Whether it may be chosen without being asked for.
    pub(crate) auto: bool,
    /// Whether whole numbers beyond 2^53 are ids as the platform writes them.
    pub(crate) large_integers: bool,
    /// Whether times without a zone are those of an unknown place.
    pub(crate) local_times: bool,
    /// Values that stand for nothing here.
    pub(crate) nothing: Vec<String>,
    pub(crate) records: Vec<Path>,
    pub(crate) expand: Vec<Path>,
    pub(crate) needs: Vec<Path>,
    pub(crate) signs: Vec<Path>,
    pub(crate) conditions: Vec<Condition>,
    /// By canonical column.
    pub(crate) rules: Vec<Rule>,
    /// An id that replies use in place of the post's id.
    pub(crate) local_id: Option<Path>,
}

/// Which rows are posts.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// The first of these that is there.
    pub(crate) when: Vec<Path>,
    /// One of these; anything if empty.
    pub(crate) is: Vec<String>,
    /// Whether rows that meet it are kept (and all others not), or dropped.
    pub(crate) keeps: bool,
    pub(crate) reason: &'static str,
}

/// Where a canonical column comes from.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) column: &'static Column,
    /// The first of these that is there; all of them if `all`.
    pub(crate) from: Vec<Path>,
    pub(crate) all: bool,
    pub(crate) templates: Vec<Template>,
    pub(crate) function: Option<&'static Function>,
    pub(crate) unit: Option<EpochUnit>,
    pub(crate) not_after: Option<Path>,
    pub(crate) split: Option<Split>,
    pub(crate) inside: Option<Path>,
    /// Whether links to the post itself or to what it quotes are left out.
    pub(crate) drops_own_links: bool,
    /// For lists whose order means nothing.
    pub(crate) sorted: bool,
    /// Says nothing where this is yes.
    pub(crate) unless: Option<Path>,
    pub(crate) in_text: Option<Finder>,
}

/// A text with values in it: `t3_{id}`. `{title:}` asks that there is a title, and writes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    /// What stands before each value, and the value; whether it is written.
    pub(crate) parts: Vec<(String, Path, bool)>,
    /// What stands behind the last one.
    pub(crate) end: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFile {
    title: String,
    layout: Layout,
    platform: Option<String>,
    #[serde(default = "yes")]
    auto: bool,
    #[serde(default)]
    large_integers: bool,
    #[serde(default)]
    local_times: bool,
    #[serde(default)]
    nothing: Vec<String>,
    #[serde(default)]
    records: Vec<String>,
    #[serde(default)]
    expand: Vec<String>,
    needs: Vec<String>,
    #[serde(default)]
    signs: Vec<String>,
    #[serde(default)]
    keep: Vec<ConditionFile>,
    #[serde(default)]
    drop: Vec<ConditionFile>,
    local_id: Option<String>,
    columns: BTreeMap<String, ColumnFile>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionFile {
    when: OneOrMore,
    #[serde(default)]
    is: Vec<String>,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ColumnFile {
    From(OneOrMore),
    Rule(Box<RuleFile>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RuleFile {
    from: OneOrMore,
    all: bool,
    template: OneOrMore,
    r#as: Option<String>,
    unit: Option<String>,
    not_after: Option<String>,
    split: Option<Split>,
    inside: Option<String>,
    drops_own_links: bool,
    sorted: bool,
    unless: Option<String>,
    in_text: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        OneOrMore::More(Vec::new())
    }
}

impl OneOrMore {
    fn as_slice(&self) -> &[String] {
        match self {
            OneOrMore::One(one) => std::slice::from_ref(one),
            OneOrMore::More(more) => more,
        }
    }
}

impl Schema {
    /// A schema from its file.
    pub(crate) fn parse(name: &'static str, text: &str) -> Result<Self, String> {
        let file: SchemaFile = toml::from_str(text).map_err(|error| error.to_string())?;
        let path = |written: &String| read_path(written, file.layout);
        let paths = |written: &[String]| written.iter().map(path).collect::<Result<Vec<_>, _>>();
        let condition = |condition: &ConditionFile, keeps| {
            Ok::<_, String>(Condition {
                when: paths(condition.when.as_slice())?,
                is: condition.is.clone(),
                keeps,
                reason: reason(&condition.reason)?,
            })
        };
        let kept = file.keep.iter().map(|c| condition(c, true));
        let conditions = file.drop.iter().map(|c| condition(c, false)).chain(kept);
        let rules = file.columns.iter().map(|(name, spec)| Rule::new(name, spec, file.layout));
        Ok(Schema {
            name,
            title: file.title.clone(),
            layout: file.layout,
            platform: file.platform.clone(),
            auto: file.auto,
            large_integers: file.large_integers,
            local_times: file.local_times,
            nothing: file.nothing.clone(),
            records: paths(&file.records)?,
            expand: paths(&file.expand)?,
            needs: paths(&file.needs)?,
            signs: paths(&file.signs)?,
            conditions: conditions.collect::<Result<_, _>>()?,
            local_id: file.local_id.as_ref().map(path).transpose()?,
            rules: rules.collect::<Result<_, _>>()?,
        })
    }

    /// The canonical columns under their own names, or under those that a mapping gives them.
    pub(crate) fn canonical(layout: Layout, map: &crate::ColumnMap) -> Result<Self, String> {
        let path = |written: &str| match layout {
            Layout::Json => Path::parse(written),
            Layout::Table => Ok(Path::columns(std::iter::once(written))),
        };
        let rule = |column: &'static Column| {
            let from = vec![path(map.source_of(column))?];
            Ok::<_, String>(Rule { from, ..Rule::empty(column) })
        };
        let needs = ["post_id", "account_id", "created_at"];
        let rules = column::TABLE.iter().map(rule).collect::<Result<Vec<_>, _>>()?;
        let needed = rules.iter().filter(|rule| needs.contains(&rule.column.name));
        Ok(Schema {
            name: super::CANONICAL,
            title: "the canonical columns".to_owned(),
            layout,
            platform: None,
            auto: true,
            large_integers: false,
            local_times: false,
            nothing: Vec::new(),
            records: Vec::new(),
            expand: Vec::new(),
            needs: needed.map(|rule| rule.from[0].clone()).collect(),
            signs: rules.iter().map(|rule| rule.from[0].clone()).collect(),
            conditions: Vec::new(),
            local_id: None,
            rules,
        })
    }

    /// All paths, to be bound to the columns of a table.
    pub(crate) fn paths_mut(&mut self) -> impl Iterator<Item = &mut Path> {
        let of_rules = self.rules.iter_mut().flat_map(Rule::paths_mut);
        let of_conditions = self.conditions.iter_mut().flat_map(|c| &mut c.when);
        of_rules.chain(of_conditions).chain(&mut self.needs).chain(&mut self.signs)
    }

    /// Where a canonical column comes from.
    pub(crate) fn rule(&self, column: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.column.name == column)
    }
}

/// Why rows are left out, as the tally counts them.
const REASONS: [&str; 3] = ["deleted_author", "deletion", "not_a_post"];

fn reason(name: &str) -> Result<&'static str, String> {
    let known = REASONS.iter().find(|reason| **reason == name);
    known.copied().ok_or_else(|| format!("no reason is called \"{name}\""))
}

/// A path; in a table the name of a column.
fn read_path(written: &str, layout: Layout) -> Result<Path, String> {
    match layout {
        Layout::Json => Path::parse(written),
        Layout::Table => Ok(Path::columns(written.split('|'))),
    }
}

impl Rule {
    /// A column that is never filled.
    pub(crate) fn empty(column: &'static Column) -> Self {
        Rule {
            column,
            from: Vec::new(),
            all: false,
            templates: Vec::new(),
            function: None,
            unit: None,
            not_after: None,
            split: None,
            inside: None,
            drops_own_links: false,
            sorted: false,
            unless: None,
            in_text: None,
        }
    }

    fn new(name: &str, spec: &ColumnFile, layout: Layout) -> Result<Self, String> {
        let column = column::find(name).ok_or_else(|| format!("no canonical column \"{name}\""))?;
        let only_from;
        let file = match spec {
            ColumnFile::Rule(file) => file,
            ColumnFile::From(from) => {
                let from = OneOrMore::More(from.as_slice().to_vec());
                only_from = RuleFile { from, ..RuleFile::default() };
                &only_from
            }
        };
        let path = |written: &String| read_path(written, layout);
        let optional = |written: &Option<String>| written.as_ref().map(path).transpose();
        let template = |written: &String| Template::parse(written, layout);
        let unknown = |what: &str, name: &str| format!("no {what} is called \"{name}\"");
        Ok(Rule {
            column,
            from: file.from.as_slice().iter().map(path).collect::<Result<_, _>>()?,
            all: file.all,
            templates: file.template.as_slice().iter().map(template).collect::<Result<_, _>>()?,
            function: match &file.r#as {
                Some(name) => Some(functions::find(name).ok_or_else(|| unknown("function", name))?),
                None => None,
            },
            unit: match &file.unit {
                Some(name) => Some(EpochUnit::find(name).ok_or_else(|| unknown("unit", name))?),
                None => None,
            },
            not_after: optional(&file.not_after)?,
            split: file.split,
            inside: file.inside.as_ref().map(|written| Path::parse(written)).transpose()?,
            drops_own_links: file.drops_own_links,
            sorted: file.sorted,
            unless: optional(&file.unless)?,
            in_text: match &file.in_text {
                Some(name) => Some(functions::finder(name).ok_or_else(|| unknown("finder", name))?),
                None => None,
            },
        })
    }

    /// All paths that the rule looks at, in the record or outside.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        let in_templates = self.templates.iter().flat_map(|t| t.parts.iter().map(|(_, p, _)| p));
        self.from.iter().chain(in_templates).chain(&self.not_after).chain(&self.unless)
    }
}

impl Rule {
    fn paths_mut(&mut self) -> impl Iterator<Item = &mut Path> {
        let templates = self.templates.iter_mut();
        let in_templates = templates.flat_map(|t| t.parts.iter_mut().map(|(_, p, _)| p));
        let others = self.not_after.iter_mut().chain(&mut self.unless);
        self.from.iter_mut().chain(in_templates).chain(others)
    }
}

impl Template {
    fn parse(written: &str, layout: Layout) -> Result<Self, String> {
        let (mut parts, mut rest) = (Vec::new(), written);
        while let Some((before, behind)) = rest.split_once('{') {
            let (path, after) =
                behind.split_once('}').ok_or_else(|| format!("no end in \"{written}\""))?;
            let (path, is_written) = match path.strip_suffix(':') {
                Some(path) => (path, false),
                None => (path, true),
            };
            parts.push((before.to_owned(), read_path(path, layout)?, is_written));
            rest = after;
        }
        Ok(Template { parts, end: rest.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, word: &str) {
        let start = "title = \"t\"\nlayout = \"json\"\nneeds = [\"id\"]\n";
        let error = Schema::parse("x", &format!("{start}{text}")).expect_err("refused");
        assert!(error.contains(word), "{error}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        refused("[columns]\npostid = \"id\"\n", "postid");
        refused("[columns]\npost_id = \"a..b\"\n", "a..b");
        refused("[columns]\npost_id = { from = \"id\", as = \"magic\" }\n", "magic");
        refused("[columns]\ncreated_at = { from = \"t\", unit = \"weeks\" }\n", "weeks");
        refused("colums = 1\n[columns]\n", "colums");
    }

    #[test]
    fn a_template_has_values_between_its_words() {
        let template = Template::parse("at://{did}/{a.b}!", Layout::Json).expect("a template");
        let parts: Vec<_> =
            template.parts.iter().map(|(b, p, _)| (b.as_str(), p.written.as_str())).collect();
        assert_eq!(parts, [("at://", "did"), ("/", "a.b")]);
        assert_eq!(template.end, "!");
    }
}
