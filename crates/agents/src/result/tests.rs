//! Accounts as the real programs print them, shortened to the fields that are read.

use super::*;
use crate::preset;

fn claude(output: &str, code: i32) -> Account {
    read(&preset("claude-code").unwrap(), output, Some(code))
}

#[test]
fn claude_code_tells_cost_turns_and_session() {
    let output = concat!(
        "some warning on stderr\n",
        r#"{"type":"result","subtype":"success","is_error":false,"num_turns":7,"result":"Fixed the bound.","#,
        r#""session_id":"1ad607dc","total_cost_usd":0.1234,"usage":{"input_tokens":1200,"output_tokens":340}}"#,
        "\n"
    );
    let account = claude(output, 0);
    assert!(!account.failed && account.end.is_none());
    assert_eq!(account.reason.as_deref(), Some("success"));
    assert_eq!(account.summary.as_deref(), Some("Fixed the bound."));
    assert_eq!(account.session.as_deref(), Some("1ad607dc"));
    let cost = Cost { usd: Some(0.1234), turns: Some(7), input_tokens: Some(1200), output_tokens: Some(340) };
    assert_eq!(account.cost, cost);
}

#[test]
fn claude_code_says_success_when_it_means_refused() {
    // As version 2.1.330 printed them against servers that refused.
    let refused = |status: &str, result: &str| {
        format!(
            r#"{{"subtype":"success","is_error":true,"api_error_status":{status},"result":"{result}","num_turns":1,"total_cost_usd":0}}"#
        )
    };
    let limited =
        claude(&refused("429", "API Error: Request rejected (429) · This request would exceed …"), 1);
    assert!(limited.failed);
    assert_eq!(limited.end, Some(RuleEnd::RateLimited));
    assert_eq!(claude(&refused("529", "API Error: 529 Overloaded."), 1).end, Some(RuleEnd::RateLimited));
    assert_eq!(claude(&refused("400", "Credit balance is too low"), 1).end, Some(RuleEnd::OutOfBudget));
    let login = claude(&refused("null", "Not logged in · Please run /login"), 1);
    assert!(login.failed && login.end.is_none());
    let turns = r#"{"subtype":"error_max_turns","is_error":false,"num_turns":20,"total_cost_usd":0.9}"#;
    assert_eq!(claude(turns, 0).end, Some(RuleEnd::OutOfBudget));
}

#[test]
fn a_repaired_rate_limiter_is_no_rate_limit() {
    let output = r#"{"subtype":"success","is_error":false,"result":"The rate limit was off by one; fixed."}"#;
    assert_eq!(claude(output, 0).end, None);
}

#[test]
fn codex_lines_are_read_from_the_last_that_has_it() {
    let output = r#"{"type":"thread.started","thread_id":"01a2"}
{"type":"item.completed","item":{"type":"agent_message","text":"first"}}
{"type":"error","message":"Reconnecting..."}
{"type":"item.completed","item":{"type":"agent_message","text":"second"}}
{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":1,"output_tokens":2}}
"#;
    let codex = preset("codex").unwrap();
    let account = read(&codex, output, Some(0));
    assert!(!account.failed);
    assert_eq!((account.summary.as_deref(), account.session.as_deref()), (Some("second"), Some("01a2")));
    assert_eq!(account.cost.input_tokens, Some(10));
    let failed = r#"{"type":"turn.failed","error":{"message":"exceeded retry limit, last status: 429 Too Many Requests"}}"#;
    let account = read(&codex, failed, Some(1));
    assert_eq!(account.end, Some(RuleEnd::RateLimited));
    assert!(account.summary.unwrap().contains("429"));
}

#[test]
fn gemini_is_added_up_over_its_models() {
    let output = r#"Loaded cached credentials.
{
  "session_id": "s",
  "response": "done",
  "stats": { "models": {
    "a": { "api": { "totalRequests": 2 }, "tokens": { "prompt": 100, "candidates": 5 } },
    "b": { "api": { "totalRequests": 1 }, "tokens": { "prompt": 10, "candidates": 1 } }
  } }
}
"#;
    let gemini = preset("gemini").unwrap();
    let account = read(&gemini, output, Some(0));
    assert_eq!(account.cost.input_tokens, Some(110));
    assert_eq!((account.cost.turns, account.cost.output_tokens), (Some(3), Some(6)));
    assert_eq!(read(&gemini, "", Some(53)).end, Some(RuleEnd::OutOfBudget));
}

#[test]
fn aider_says_its_cost_in_words() {
    let output = "Tokens: 2k sent, 100 received. Cost: $0.01 message, $0.01 session.\nCost: $0.02 message, $0.03 session.";
    assert_eq!(read(&preset("aider").unwrap(), output, Some(0)).cost.usd, Some(0.03));
}

#[test]
fn rubbish_is_survived() {
    for output in ["", "{", "{\n{\n{", "\n{]\u{1F600}\n{\"a\"", "{}\n{}\n{\"total_cost_usd\": -1}", "é{\n{é"]
    {
        let account = claude(output, 0);
        assert_eq!(account.cost, Cost::default(), "{output}");
    }
    let huge = "{\n".repeat(50_000);
    assert!(objects_in(&huge).is_empty());
    assert!(claude("no json at all", 3).failed);
}
