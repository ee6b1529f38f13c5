//! A rule: what one kind of line of one tool looks like, and how much such a line says.

/// How much a line says about why something failed, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Harmless, whatever words it holds.
    Noise,
    /// Repeats that something below it failed: never a cause, but a sign that what stands above is one.
    Wrapper,
    /// A tool's summary of what it found: as a wrapper.
    Summary,
    /// Says that warnings are failures.
    Strict,
    /// Mentions an error.
    Mention,
    /// A warning: a cause only where warnings are failures.
    Warning,
    /// Wraps another failure, but explains something when it stands alone.
    Weak,
    /// A tool's own error line.
    Error,
    /// A diagnostic, or the exception that ended a program.
    Diagnostic,
}

/// What one kind of line of one tool looks like.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Tool. Empty where the extension of the file tells it.
    pub(crate) tool: &'static str,
    /// How much the line says.
    pub(crate) level: Level,
    /// Literals (`¦` between them) one of which stands in every line that fits.
    pub(crate) keys: &'static str,
    /// Pattern, with the groups `file`, `line`, `col`, `code`, `msg` where the line holds them.
    pub(crate) shape: &'static str,
    /// A line that fits.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the table's tests"))]
    pub(crate) sample: &'static str,
}

macro_rules! makers {
    ($($name:ident $level:ident),*) => {$(
        #[doc = concat!("A rule for lines of the level `", stringify!($level), "`.")]
        pub(super) const fn $name(
            tool: &'static str,
            keys: &'static str,
            shape: &'static str,
            sample: &'static str,
        ) -> Rule {
            Rule { tool, level: Level::$level, keys, shape, sample }
        }
    )*};
}

makers!(
    noise Noise, wrapper Wrapper, summary Summary, strict Strict, mention Mention, warning Warning,
    weak Weak, error Error, diagnostic Diagnostic
);
