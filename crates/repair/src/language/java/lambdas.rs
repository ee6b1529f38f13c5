//! What the parameters of a lambda are, from the collection or the stream that calls it.

use tree_sitter::Node;

use super::kinds::{element_of, kind_of};
use super::types::element;
use crate::language::{Kind, Variable, parts, text_of};

/// How many links of a chain are followed.
const MAX_LINKS: usize = 20;

/// The rough type of each parameter of a lambda, as far as its call tells: all are elements of what is worked on.
pub(super) fn parameter(lambda: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let list = lambda.parent().filter(|list| list.kind() == "argument_list");
    let Some(call) = list.and_then(|list| list.parent()) else { return Kind::Unknown };
    let Some(name) = call.child_by_field_name("name") else { return Kind::Unknown };
    let object = call.child_by_field_name("object");
    match (text_of(name, text), object) {
        ("forEach" | "removeIf" | "replaceAll", Some(object)) => match element_of(object, text, variables) {
            Kind::Unknown => streamed(object, text, variables, MAX_LINKS),
            known => known,
        },
        ("sort", Some(object)) if matches!(text_of(object, text), "Collections" | "Arrays") => list
            .and_then(|list| list.named_child(0))
            .map_or(Kind::Unknown, |first| element_of(first, text, variables)),
        ("sort", Some(object)) => element_of(object, text, variables),
        (_, Some(object)) => streamed(object, text, variables, MAX_LINKS),
        _ => Kind::Unknown,
    }
}

/// The rough type of the elements of a stream.
fn streamed(stream: Node<'_>, text: &str, variables: &[Variable], links: usize) -> Kind {
    let (Some(name), Some(links)) = (stream.child_by_field_name("name"), links.checked_sub(1)) else {
        return Kind::Unknown;
    };
    let object = stream.child_by_field_name("object");
    let first = stream.child_by_field_name("arguments").and_then(|list| parts(list).first().copied());
    match text_of(name, text) {
        "stream" | "parallelStream" | "of" => {
            let source = first.filter(|_| object.is_some_and(|it| it.kind() == "identifier"));
            let source = source.or(object);
            source.map_or(Kind::Unknown, |source| match kind_of(source, text, variables) {
                Kind::Named(name) => element(&name),
                _ => element_of(source, text, variables),
            })
        }
        "chars" | "mapToInt" | "mapToLong" | "range" | "rangeClosed" => Kind::Integer,
        "mapToDouble" | "asDoubleStream" => Kind::Float,
        "map" | "mapToObj" => match first.filter(|first| first.kind() == "lambda_expression") {
            Some(lambda) => lambda
                .child_by_field_name("body")
                .map_or(Kind::Unknown, |body| kind_of(body, text, variables)),
            None => Kind::Unknown,
        },
        "filter" | "sorted" | "distinct" | "limit" | "skip" | "peek" | "boxed" | "takeWhile"
        | "dropWhile" | "asLongStream" => {
            object.map_or(Kind::Unknown, |object| streamed(object, text, variables, links))
        }
        _ => Kind::Unknown,
    }
}
