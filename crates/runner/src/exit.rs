//! Exit codes. They are public: workflows branch on them, so they never change.

/// The phase did its job, whatever the answer is.
pub const ANSWERED: u8 = 0;
/// The input cannot be used.
pub const BAD_INPUT: u8 = 2;
/// Token, network, disk or a missing tool.
pub const ENVIRONMENT: u8 = 3;
/// A document of the case is missing, damaged or of a newer schema.
pub const BROKEN_CASE: u8 = 4;
/// Cancelled by an interrupt (SIGINT).
pub const INTERRUPTED: u8 = 130;
/// Cancelled by a termination request (SIGTERM).
pub const TERMINATED: u8 = 143;
