//! Any text as a message: neutralising ends, and does nothing the second time that changes a signature.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regreen_case::Signature;

fuzz_target!(|message: &str| {
    let sign = |message: &str| Signature::new(None, None, "failure", message, None);
    let signature = sign(message);
    assert!(signature.message.chars().count() <= 300);
    assert_eq!(signature.hash.len(), 16);
    assert_eq!(signature.hash, sign(message).hash);
});
