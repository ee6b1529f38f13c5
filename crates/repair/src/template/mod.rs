//! Templates: each one proposes one kind of change. One file per template, named by its id; the registry below
//! is checked against the folder, and every template against its own fixtures.

mod add_argument;
mod add_else;
mod add_term;
mod arithmetic;
mod augmented;
mod boolean;
mod callee;
mod clause;
mod combine_calls;
mod comparison;
mod complete_swap;
mod copy_statement;
mod default_argument;
mod delete_argument;
mod delete_statement;
mod delete_term;
mod equality;
mod every_literal;
mod expression;
mod fall_through;
mod guard;
mod index;
mod insert_call;
mod integer_width;
mod invert_result;
mod join_thread;
mod keyword_argument;
mod lock;
mod logic;
mod lookup_default;
mod member;
mod method_suffix;
mod missing_await;
mod move_statement;
mod negate;
mod number;
mod off_by_one;
mod proposals;
mod range_end;
mod regroup;
mod repeat_statement;
mod repeat_while;
mod return_value;
mod saturating;
mod seed;
mod site;
mod slice;
mod swap_arguments;
mod swap_branches;
mod swap_literals;
mod swap_operands;
mod text;
mod tolerance;
mod unordered;
mod unwrap_call;
mod variable;
mod wrap_call;

pub(crate) use proposals::{Proposals, short};
pub(crate) use site::Site;

/// One kind of change.
pub(crate) struct Template {
    /// Unique; the name of its file.
    pub(crate) id: &'static str,
    /// What it does, in a sentence.
    #[cfg_attr(not(test), expect(dead_code, reason = "documentation that the registry's test asks for"))]
    pub(crate) doc: &'static str,
    /// How often a change of this kind is the fix, per candidate, relative to the best template.
    pub(crate) prior: f64,
    /// How often a change of this kind that passes the tests is also right.
    pub(crate) trust: f64,
    /// What a reviewer should look at, for kinds of changes that often pass for the wrong reason.
    pub(crate) caution: Option<&'static str>,
    /// Whether two of its changes are cheap enough to be tried together.
    pub(crate) pairs: bool,
    /// Proposes changes of the site's node.
    pub(crate) propose: fn(&Site<'_>, &mut Proposals),
    /// What it must be able to do.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the registry's test"))]
    pub(crate) fixtures: &'static [Fixture],
}

/// A change that a template has to propose.
#[cfg_attr(not(test), expect(dead_code, reason = "read by the registry's test"))]
pub(crate) struct Fixture {
    /// File name: tells the language.
    pub(crate) file: &'static str,
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
}

const fn python(before: &'static str, after: &'static str) -> Fixture {
    Fixture { file: "a.py", before, after }
}

const fn rust(before: &'static str, after: &'static str) -> Fixture {
    Fixture { file: "a.rs", before, after }
}

/// Every template.
pub(crate) static TEMPLATES: &[&Template] = &[
    &comparison::TEMPLATE,
    &arithmetic::TEMPLATE,
    &logic::TEMPLATE,
    &equality::TEMPLATE,
    &augmented::TEMPLATE,
    &number::TEMPLATE,
    &text::TEMPLATE,
    &boolean::TEMPLATE,
    &off_by_one::TEMPLATE,
    &variable::TEMPLATE,
    &swap_operands::TEMPLATE,
    &swap_arguments::TEMPLATE,
    &swap_branches::TEMPLATE,
    &delete_term::TEMPLATE,
    &delete_argument::TEMPLATE,
    &unwrap_call::TEMPLATE,
    &negate::TEMPLATE,
    &callee::TEMPLATE,
    &member::TEMPLATE,
    &wrap_call::TEMPLATE,
    &method_suffix::TEMPLATE,
    &keyword_argument::TEMPLATE,
    &index::TEMPLATE,
    &slice::TEMPLATE,
    &range_end::TEMPLATE,
    &return_value::TEMPLATE,
    &delete_statement::TEMPLATE,
    &move_statement::TEMPLATE,
    &repeat_statement::TEMPLATE,
    &repeat_while::TEMPLATE,
    &copy_statement::TEMPLATE,
    &complete_swap::TEMPLATE,
    &swap_literals::TEMPLATE,
    &every_literal::TEMPLATE,
    &invert_result::TEMPLATE,
    &add_else::TEMPLATE,
    &guard::TEMPLATE,
    &clause::TEMPLATE,
    &combine_calls::TEMPLATE,
    &add_argument::TEMPLATE,
    &add_term::TEMPLATE,
    &expression::TEMPLATE,
    &default_argument::TEMPLATE,
    &missing_await::TEMPLATE,
    &unordered::TEMPLATE,
    &seed::TEMPLATE,
    &lock::TEMPLATE,
    &tolerance::TEMPLATE,
    &lookup_default::TEMPLATE,
    &integer_width::TEMPLATE,
    &saturating::TEMPLATE,
    &join_thread::TEMPLATE,
    &regroup::TEMPLATE,
    &insert_call::TEMPLATE,
    &fall_through::TEMPLATE,
];

/// Template by id.
pub(crate) fn template(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().copied().find(|template| template.id == id)
}

#[cfg(test)]
mod tests;
