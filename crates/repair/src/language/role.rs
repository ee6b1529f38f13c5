//! What a syntax node is for, in the terms that templates use.

use tree_sitter::Node;

/// What a syntax node is for, whatever the grammar calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// A name used as a value.
    Name,
    /// `42`
    Integer,
    /// `1.5`
    Float,
    /// `"text"`
    Text,
    /// `'c'`, where a language has characters
    Character,
    /// `true`
    Boolean,
    /// `None`
    Nothing,
    /// `a < b`
    Compare,
    /// `a + b`
    Arithmetic,
    /// `a and b`
    Logic,
    /// `not a`
    Not,
    /// `-a`
    Minus,
    /// `a = b`
    Assign,
    /// `a += b`
    Augment,
    /// `f(a)`
    Call,
    /// `(a, b)` behind a callee
    Arguments,
    /// `a.b`
    Member,
    /// `a[i]`
    Index,
    /// `a:b` in brackets, where a language has it
    Slice,
    /// `a..b`
    Range,
    /// A list, tuple, set or array display
    Sequence,
    /// `key: value` in a display
    Entry,
    /// `(a)`
    Group,
    /// `a if c else b`
    Choice,
    /// A comprehension
    Comprehension,
    /// A function literal
    Lambda,
    /// `return a`
    Return,
    /// `break`, `continue`, `raise`: control leaves here
    Leave,
    /// `if`, with its branches
    If,
    /// `while`
    While,
    /// `for`
    For,
    /// A list of statements
    Block,
    /// Any other value: await, cast, reference, try, match
    OtherValue,
    /// Anything else
    Other,
}

impl Role {
    /// Whether such a node has to be put into parentheses to become an operand.
    pub(crate) const fn is_loose(self) -> bool {
        matches!(
            self,
            Role::Compare
                | Role::Arithmetic
                | Role::Logic
                | Role::Not
                | Role::Minus
                | Role::Choice
                | Role::Lambda
                | Role::Range
                | Role::OtherValue
        )
    }
}

/// The two operands of a node and what stands between them.
pub(crate) struct Operands<'t> {
    pub(crate) left: Node<'t>,
    pub(crate) operator: Node<'t>,
    pub(crate) right: Node<'t>,
}

/// What a call calls.
pub(crate) struct Callee<'t> {
    /// A name, a path, or a member of the object that stands in it.
    pub(crate) name: Node<'t>,
    /// The object, where the grammar keeps it apart from the name.
    pub(crate) object: Option<Node<'t>>,
}
