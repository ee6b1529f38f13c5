//! Agents that send their model more than it may cost: thousands of requests, from many threads.

use regreen_case::{AttemptOutcome, Ending};
use regreen_tests::model_service::ModelService;

use super::service::{ANSWER_USD, wizard};

/// Eight threads, each of which asks as often as told, or until its time is over.
const FLOOD: &str = r#"
import collections, http.client
answers = collections.Counter()
def flood(times):
    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=60)
    body = json.dumps({"model": "house-llm", "max_tokens": 50, "messages": []})
    while times > 0:
        times -= 1
        connection.request("POST", "/v1/messages", body, {"x-api-key": ticket})
        answer = connection.getresponse()
        answer.read()
        answers[answer.status] += 1
def flood_by_all(times):
    threads = [threading.Thread(target=flood, args=(times,)) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    say(json.dumps(answers))
"#;

/// The cap is passed by one request at most, however many come at once.
#[test]
fn a_flood_of_requests_ends_at_the_limit_of_money() {
    let cap = 0.22;
    let service = ModelService::start("", true);
    let scene = wizard(&service, &format!("{FLOOD}flood_by_all(400)\n"));
    let told = scene.options(&[&format!("--max-usd={cap}")]).run();
    let told = told.ends(&[AttemptOutcome::OutOfBudget], Ending::OutOfBudget);
    let told = told.says("its budget was spent before it changed anything");
    let (spent, asked) = (told.fix.cost.usd.unwrap(), service.asked().len());
    assert!((cap..cap + ANSWER_USD).contains(&spent), "{spent}");
    assert!((asked as f64 * ANSWER_USD - spent).abs() < 1e-9, "{asked} requests for {spent}");
    let printed = told.printed(1);
    assert!(printed.contains(&format!(r#""200": {asked}"#)), "{printed}");
    assert!(printed.contains(&format!(r#""402": {}"#, 8 * 400 - asked)), "all others refused: {printed}");
    assert!(told.peak < 200 << 20, "{} MiB", told.peak >> 20);
}

/// Without a limit of money there is one of requests; and whoever floods on until his time is over has run
/// out of requests, not of time.
#[test]
fn a_flood_without_end_is_out_of_budget() {
    let service = ModelService::start("", true);
    let scene = wizard(&service, &format!("{FLOOD}flood_by_all(10 ** 9)\n"));
    let told = scene.options(&["--attempts=1", "--time-limit=30s"]).run();
    let told = told.ends(&[AttemptOutcome::OutOfBudget], Ending::OutOfBudget);
    assert_eq!(service.asked().len(), 2_000, "the limit of requests");
    assert!(told.fix.cost.usd.unwrap() <= 2_000.0 * ANSWER_USD + 1e-6, "{:?}", told.fix.cost);
    let kept = std::fs::metadata(told.dir.path("attempts/1/model.jsonl")).unwrap().len();
    assert!(kept <= 64 << 20, "{kept} bytes of transcript");
    assert!(told.peak < 200 << 20, "{} MiB", told.peak >> 20);
}
