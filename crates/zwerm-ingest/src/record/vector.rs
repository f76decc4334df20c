//! The numbers of a vector in a record: a list, or a cell that holds a list as JSON.

use super::node::Node;
use crate::cells::trimmed;
use crate::chunk::is_missing;

/// Appends the numbers of a vector, doubles rounded. What is no number is NaN, as in Parquet: the
/// post stays, without a vector, and is counted.
pub(super) fn push_numbers(node: &Node<'_>, vector: &mut Vec<f32>) {
    match node {
        Node::Null => {}
        Node::List(numbers) => vector.extend(numbers.iter().map(number)),
        Node::Text(cell) if is_missing(trimmed(cell)) => {}
        Node::Text(cell) => match serde_json::from_str::<Vec<Option<f64>>>(cell) {
            Ok(numbers) => {
                let numbers = numbers.into_iter();
                vector.extend(numbers.map(|number| number.map_or(f32::NAN, |it| it as f32)));
            }
            Err(_) => vector.push(f32::NAN),
        },
        Node::Flag(_) | Node::Integer(_) | Node::Float(_) | Node::Object(_) => {
            vector.push(f32::NAN);
        }
    }
}

fn number(node: &Node<'_>) -> f32 {
    match node {
        // By way of a double, as a cell's numbers are.
        Node::Integer(integer) => *integer as f64 as f32,
        Node::Float(float) => *float as f32,
        _ => f32::NAN,
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[track_caller]
    fn check(node: &Node<'_>, expected: &[f32]) {
        let mut vector = Vec::new();
        push_numbers(node, &mut vector);
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&vector), bits(expected), "{node:?}");
    }

    #[test]
    fn a_list_and_a_cell_with_a_list_are_the_same() {
        let list = vec![Node::Float(0.1), Node::Integer(-2), Node::Null, Node::Float(1e300)];
        let expected = [0.1, -2.0, f32::NAN, f32::INFINITY];
        check(&Node::List(list), &expected);
        check(&Node::Text(Cow::Borrowed(" [0.1, -2, null,1e300] ")), &expected);
    }

    #[test]
    fn nothing_is_no_vector() {
        for nothing in ["", " ", "null", "[]"] {
            check(&Node::Text(Cow::Borrowed(nothing)), &[]);
        }
        check(&Node::Null, &[]);
        check(&Node::List(Vec::new()), &[]);
    }

    #[test]
    fn what_is_no_list_of_numbers_is_no_number() {
        for ruined in ["0.1", "[0.1 0.2]", "[[0.1]]", "{}", "[\"0.1\"]", "abc"] {
            check(&Node::Text(Cow::Borrowed(ruined)), &[f32::NAN]);
        }
        check(&Node::Float(0.1), &[f32::NAN]);
        check(&Node::List(vec![Node::Text(Cow::Borrowed("0.1"))]), &[f32::NAN]);
    }
}
