//! Signatures and numbers of reports.

use super::*;

const BODY: &str = "{\"titles\":\"[\\\"a\\\"]\",\"state\":\"passed\",\"kind\":\"test\"}\n{\"end\":true,\"passed\":1,\"failed\":0,\"skipped\":0}\n";

fn signed(body: &str, key: &str) -> String {
    format!("{body}{}\n", hex(&hmac(key.as_bytes(), body.as_bytes())))
}

#[test]
fn hmac_is_the_standard_one() {
    // RFC 4231, test case 2.
    assert_eq!(
        hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn only_a_whole_and_signed_report_has_numbers() {
    let whole = Numbers { passed: 1, failed: 0, skipped: 0 };
    assert_eq!(parse(&signed(BODY, "k"), b"k").numbers, Some(whole));
    let first = BODY.lines().next().unwrap();
    for forged in [
        BODY.to_owned(),
        signed(BODY, "other"),
        signed(BODY, "k").replace("\"passed\":1", "\"passed\":2"),
        format!("{first}\n{}", signed(BODY, "k")),
        format!("{}{SPOILED}", signed(BODY, "k")),
        first.to_owned(),
        String::new(),
        "{".to_owned(),
    ] {
        let report = parse(&forged, b"k");
        assert!(report.numbers.is_none() && report.problem.is_some(), "{forged}");
    }
}

#[test]
fn a_key_is_used_once() {
    assert_ne!(fresh_key().unwrap(), fresh_key().unwrap());
    assert!(parse(&signed(BODY, ""), b"").numbers.is_none(), "without a key nothing is signed");
}
