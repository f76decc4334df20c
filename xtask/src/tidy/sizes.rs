//! Files, functions, parameter lists and lines stay small enough to read in one go.

use super::Violation;
use super::source::{Source, closing, is_word, line_of};
use super::tree::Tree;

/// Lines of a file, its tests left out.
const FILE_LINES_MAX: usize = 600;
/// Lines of a function, signature and closing brace included; tests too.
const FUNCTION_LINES_MAX: usize = 70;
/// Parameters of a function, `self` left out.
const PARAMETERS_MAX: usize = 6;
/// Columns of a line.
const COLUMNS_MAX: usize = 100;

/// Files that may be longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// See the [module documentation](self).
pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    tree.sources
        .iter()
        .flat_map(|source| {
            let mut violations = long_lines(source);
            violations.extend(long_file(source));
            for function in functions(&source.code) {
                violations.extend(large_function(source, &function));
            }
            violations
        })
        .collect()
}

fn long_file(source: &Source) -> Option<Violation> {
    let lines = source.lines_of_code().count();
    let excused = LONG_FILES.iter().any(|&(path, _)| path == source.path);
    (lines > FILE_LINES_MAX && !excused).then(|| Violation {
        place: source.path.clone(),
        expected: format!("at most {FILE_LINES_MAX} lines before the tests"),
        found: format!("{lines}"),
        cure: "split the file by what its parts are about".to_owned(),
    })
}

/// Lines that are too wide, but for those that only a literal, an address or a row of a table makes
/// wide: they cannot be broken, or could not be searched for.
fn long_lines(source: &Source) -> Vec<Violation> {
    let lines = source.text.lines().zip(source.code.lines()).enumerate();
    lines
        .filter(|(_, (line, code))| is_wide(line) && !is_unbreakable(line, code))
        .map(|(number, (line, _))| Violation {
            place: format!("{}:{}", source.path, number + 1),
            expected: format!("at most {COLUMNS_MAX} columns"),
            found: format!("{}", line.chars().count()),
            cure: "run `cargo fmt`, or break the line".to_owned(),
        })
        .collect()
}

fn is_wide(line: &str) -> bool {
    line.chars().count() > COLUMNS_MAX
}

/// Whether the line, given with and without its literals, is narrow but for one of them.
fn is_unbreakable(line: &str, code: &str) -> bool {
    if let Some(comment) = line.trim_start().strip_prefix("//") {
        let is_row = comment.trim_start_matches(['/', '!', ' ']).starts_with('|');
        return is_row || line.contains("https://");
    }
    let outside: String =
        line.chars().zip(code.chars()).filter(|(a, b)| a == b).map(|(a, _)| a).collect();
    line.contains('"') && !is_wide(&outside)
}

fn large_function(source: &Source, function: &Function) -> Vec<Violation> {
    let violation = |expected: String, found: usize, cure: &str| Violation {
        place: format!("{}:{} fn {}", source.path, function.line + 1, function.name),
        expected,
        found: found.to_string(),
        cure: cure.to_owned(),
    };
    let mut violations = Vec::new();
    if function.lines > FUNCTION_LINES_MAX {
        let expected = format!("at most {FUNCTION_LINES_MAX} lines");
        violations.push(violation(expected, function.lines, "give a part of it a name"));
    }
    if function.parameters > PARAMETERS_MAX {
        let expected = format!("at most {PARAMETERS_MAX} parameters");
        violations.push(violation(
            expected,
            function.parameters,
            "make a struct of what belongs together",
        ));
    }
    violations
}

/// A function with a body or a signature alone.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    /// From 0.
    line: usize,
    lines: usize,
    parameters: usize,
}

/// The functions of a piece of masked code, nested ones included.
fn functions(code: &str) -> Vec<Function> {
    let starts = code
        .match_indices("fn ")
        .filter(|&(at, _)| !code[..at].chars().next_back().is_some_and(is_word));
    starts.filter_map(|(at, _)| function(code, at)).collect()
}

fn function(code: &str, start: usize) -> Option<Function> {
    let name_at = start + "fn ".len();
    let name: String = code[name_at..].chars().take_while(|&c| is_word(c)).collect();
    if name.is_empty() {
        return None;
    }
    let after_name = name_at + name.len();
    let open = after_name + generics_length(&code[after_name..]);
    let open = open + code[open..].find('(')?;
    let close = closing(code, open);
    let body = close + code[close..].find(['{', ';'])?;
    let end = if code[body..].starts_with('{') { closing(code, body) } else { body };
    let line = line_of(code, start);
    Some(Function {
        name,
        line,
        lines: line_of(code, end) + 1 - line,
        parameters: parameters(&code[open + 1..close]),
    })
}

/// The length of `<…>` at the start of some code; an arrow `->` inside closes nothing.
fn generics_length(code: &str) -> usize {
    if !code.starts_with('<') {
        return 0;
    }
    let mut depth = 0;
    let mut before = ' ';
    for (at, c) in code.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
        before = c;
    }
    code.len()
}

/// How many parameters a list holds, without `self`.
fn parameters(list: &str) -> usize {
    let mut depth = 0;
    let mut before = ' ';
    let mut parts = vec![String::new()];
    for c in list.chars() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        before = c;
        match parts.last_mut() {
            Some(part) if c != ',' || depth > 0 => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    let is_self = |part: &str| part.split([' ', '&', ':']).any(|word| word == "self");
    parts.iter().filter(|part| !part.trim().is_empty() && !is_self(part)).count()
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::super::source::mask;
    use super::*;

    #[track_caller]
    fn finds(text: &str, expected: &[&str]) {
        let found = messages(check, &[("crates/x/src/a.rs", text)]);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn a_file_may_have_600_lines_before_its_tests() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "\n".repeat(100));
        finds(&format!("{}{tests}", "\n".repeat(600)), &[]);
        finds(&format!("{}{tests}", "\n".repeat(601)), &["600 lines before the tests, found 601"]);
    }

    #[test]
    fn a_function_may_have_70_lines() {
        finds(&format!("fn f() {{{}}}\n", "\n".repeat(69)), &[]);
        finds(
            &format!("fn f() {{{}}}\n", "\n".repeat(70)),
            &["a.rs:1 fn f: expected at most 70 lines"],
        );
    }

    #[test]
    fn a_function_may_have_six_parameters_beside_itself() {
        finds("fn f(&self, a: A<B, C>, b: (D, E), c: F, d: G, e: H, f: fn(I, J) -> K) {}\n", &[]);
        finds("fn f(a: A, b: B, c: C, d: D, e: E, f: F, g: G) {}\n", &["6 parameters, found 7"]);
    }

    #[test]
    fn generics_are_no_parameters() {
        let code = mask(
            "fn f<T: Fn(u8, u8) -> u8, const N: usize>(a: T,\n    b: u8) -> T where T: X {\n}",
        );
        let expected = Function { name: "f".to_owned(), line: 0, lines: 3, parameters: 2 };
        assert_eq!(functions(&code), [expected]);
    }

    #[test]
    fn braces_inside_literals_do_not_count() {
        let code = mask("fn f() {\n    g(\"}\", '}'); // }\n}\nfn h() {}\n");
        let lines: Vec<usize> = functions(&code).iter().map(|function| function.lines).collect();
        assert_eq!(lines, [3, 1]);
    }

    #[test]
    fn a_line_may_have_100_columns() {
        finds(&format!("//! {}\n", "ü".repeat(96)), &[]);
        finds(&format!("//! {}\n", "ü".repeat(97)), &["at most 100 columns, found 101"]);
    }

    #[test]
    fn what_cannot_be_broken_may_be_wide() {
        finds(&format!("const A: &str = \"{}\";\n", "a".repeat(120)), &[]);
        finds(&format!("//! <https://example.org/{}>\n", "a".repeat(120)), &[]);
        finds(&format!("//! | {} |\n", "a".repeat(120)), &[]);
        finds(&format!("fn {}() {{ g(\"\") }}\n", "a".repeat(120)), &["columns"]);
    }
}
