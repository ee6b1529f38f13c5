//! Conversations with a scripted service on loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;

/// What the service answers, in this order; a text, or a status with an error's message.
type Script = Vec<Result<&'static str, (u16, &'static str)>>;

/// Answers one request each connection, and keeps what it was asked.
fn service(script: Script) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    std::thread::spawn(move || {
        let mut script = script.into_iter();
        for stream in listener.incoming().flatten() {
            let body = request(&stream);
            heard.lock().unwrap().push(body);
            match script.next() {
                Some(answer) => respond(stream, answer),
                None => std::thread::sleep(Duration::from_secs(60)),
            }
        }
    });
    (port, asked)
}

fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let lower = head.to_ascii_lowercase();
    let length = lower.split("content-length: ").nth(1).unwrap().lines().next().unwrap().trim().to_owned();
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

fn respond(mut stream: TcpStream, answer: Result<&str, (u16, &str)>) {
    let (status, body) = match answer {
        Ok(text) => (
            200,
            serde_json::json!({ "id": "1", "model": "m", "choices": [{ "index": 0, "finish_reason": "stop",
                "message": { "role": "assistant", "content": text } }],
                "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 } }),
        ),
        Err((status, message)) => (status, serde_json::json!({ "error": { "message": message } })),
    };
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
}

struct Seen {
    talked: Talked,
    asked: Vec<String>,
    file: String,
}

fn talk(script: Script, cancel: &Cancel) -> Seen {
    talk_until(script, cancel, Duration::from_secs(20))
}

fn talk_until(script: Script, cancel: &Cancel, time: Duration) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = (0..900).map(|number| format!("# line {number} of many\n")).collect();
    std::fs::write(
        folder.path().join("sum.py"),
        format!("def total(all):\n    return sum(all[1:])\n{lines}"),
    )
    .unwrap();
    std::fs::write(folder.path().join("other.py"), "LIMIT = 7\n").unwrap();
    let (port, asked) = service(script);
    let place =
        Place { path: "sum.py".to_owned(), first: 1, last: usize::MAX, why: "called by the test".to_owned() };
    let talked = converse(Talk {
        protocol: ChatProtocol::ChatCompletions,
        endpoint: format!("http://127.0.0.1:{port}/v1/"),
        ticket: "ticket",
        model: "m",
        worktree: folder.path(),
        task: "# Task\n\nRepair `total`.",
        places: &[place],
        turns: Some(5),
        deadline: Deadline::after(time),
        cancel,
        on_line: None,
    });
    let asked = asked.lock().unwrap().clone();
    Seen { talked, asked, file: std::fs::read_to_string(folder.path().join("sum.py")).unwrap() }
}

const GOOD: &str = "The first number is left out.\n\nFILE: sum.py\n<<<<<<< SEARCH\n    return sum(all[1:])\n=======\n    return sum(all)\n>>>>>>> REPLACE\n";
const BAD: &str =
    "FILE: sum.py\n<<<<<<< SEARCH\n    return sum(all[2:])\n=======\n    return sum(all)\n>>>>>>> REPLACE\n";

#[test]
fn what_cannot_be_done_goes_back_until_it_can() {
    let seen = talk(vec![Ok("READ: other.py"), Ok("I think so."), Ok(BAD), Ok(GOOD)], &Cancel::new());
    assert_eq!((seen.talked.end, seen.talked.turns), (AgentEnd::Finished, 4), "{}", seen.talked.record);
    assert_eq!(seen.talked.summary.as_deref(), Some("The first number is left out."));
    assert!(seen.file.starts_with("def total(all):\n    return sum(all)\n# line 0"), "{}", &seen.file[..80]);
    assert!(seen.asked[0].contains("sum(all[1:])") && seen.asked[0].contains("Repair `total`"));
    assert!(seen.asked[1].contains("LIMIT = 7") && seen.asked[2].contains("no edit in your answer"));
    assert!(seen.asked[3].contains("from line 2") && seen.talked.record.contains("None of your edits"));
}

#[test]
fn a_model_that_cannot_read_that_much_is_shown_less() {
    let long = "This model's maximum context length is 2048 tokens";
    let seen = talk(vec![Err((400, long)), Err((400, long)), Ok(GOOD)], &Cancel::new());
    assert_eq!(seen.talked.end, AgentEnd::Finished, "{}", seen.talked.record);
    assert!(seen.asked[2].len() < seen.asked[0].len() / 2, "{} {}", seen.asked[2].len(), seen.asked[0].len());
    assert!(seen.asked[2].contains("sum(all[1:])"));

    // What was said before goes first; what came of the last answer stays.
    let seen = talk(vec![Ok(BAD), Err((400, long)), Err((400, long)), Ok(GOOD)], &Cancel::new());
    assert_eq!((seen.talked.end, seen.talked.turns), (AgentEnd::Finished, 2), "{}", seen.talked.record);
    assert!(seen.asked[1].contains("all[2:]") && !seen.asked[3].contains("assistant"), "{}", seen.asked[3]);
    assert!(
        seen.asked[3].contains("What came of your last answer") && seen.asked[3].contains("sum(all[1:])")
    );
}

#[test]
fn a_model_that_cannot_write_that_much_is_asked_for_less() {
    let most = "max_tokens: 16384 > 8192, which is the maximum allowed number of output tokens for m";
    let seen = talk(vec![Err((400, most)), Ok(GOOD)], &Cancel::new());
    assert_eq!(seen.talked.end, AgentEnd::Finished, "{}", seen.talked.record);
    assert!(seen.asked[0].contains("16384") && seen.asked[1].contains("8192"), "{}", seen.asked[1]);
}

#[test]
fn bad_answers_end_in_no_change_and_say_why() {
    let seen = talk(vec![Ok(BAD); 5], &Cancel::new());
    assert_eq!((seen.talked.end, seen.talked.turns), (AgentEnd::Finished, 5));
    let summary = seen.talked.summary.unwrap();
    assert!(summary.contains("none of its 5 answers") && summary.contains("not in `sum.py`"), "{summary}");
    assert!(!summary.contains('\n') && seen.file.contains("[1:]"));
}

#[test]
fn a_service_that_fails_and_a_cancelled_run_are_told_apart() {
    let seen = talk(vec![Err((500, "no such thing"))], &Cancel::new());
    assert_eq!(
        seen.talked.end,
        AgentEnd::Failed("its service answered 500: {\"error\":{\"message\":\"no such thing\"}}".to_owned())
    );
    // Nobody answers any more.
    let late = talk_until(vec![], &Cancel::new(), Duration::from_millis(300));
    assert_eq!(late.talked.end, AgentEnd::OutOfTime);
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(talk(vec![], &cancel).talked.end, AgentEnd::Cancelled);
}
