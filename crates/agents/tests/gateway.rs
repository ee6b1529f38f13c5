//! An agent whose service we hold the key of: it works, and never gets near the key.
//!
//! A binary of its own, for the key stands in this process's environment.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a test without the usual harness"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use regreen_agents::{AgentEnd, AgentJob, AgentLimits, AgentRun, Presets, drive};
use regreen_case::Redactor;
use regreen_supervise::{Cancel, Deadline, Sandbox, SandboxMode};

const KEY: &str = "wizard-real-key-0123456789";

/// Asks its model, does what it says, and looks for the key everywhere it can.
const AGENT: &str = r#"
import json, os, socket, subprocess, sys, urllib.request
home, ticket = os.environ["WIZARD_HOME"], os.environ["WIZARD_TOKEN"]
base = open(home + "/conf/wizard.txt").read()
open(home + "/state", "w").write("it may write here")
open("home.txt", "w").write(home)
def ask(headers):
    request = urllib.request.Request(base + "/v1/messages", b'{"model": "house-llm", "max_tokens": 9}', headers)
    return json.load(urllib.request.urlopen(request))
answer = ask({"x-api-key": ticket})
open("answer.txt", "w").write(answer["content"][0]["text"])
seen = ["\n".join(f"{k}={v}" for k, v in os.environ.items())]
seen.append(subprocess.run(["env"], capture_output=True, text=True).stdout)
for number in filter(str.isdigit, os.listdir("/proc")):
    for name in ("environ", "cmdline"):
        try:
            seen.append(open(f"/proc/{number}/{name}", errors="replace").read())
        except OSError:
            pass
open("seen.txt", "w").write("\n".join(seen))
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
    print("reached the service past the gateway")
except OSError as error:
    print("refused:", error)
try:
    while True:
        ask({"x-api-key": ticket})
except urllib.error.HTTPError as error:
    print("stopped:", error.code, error.read().decode())
print("ticket", ticket)
sys.exit(3)
"#;

/// A service that answers every request the same, and keeps what it was sent.
fn service() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let heard = Arc::clone(&heard);
            std::thread::spawn(move || while answer(&stream, &heard).is_some() {});
        }
    });
    (port, seen)
}

fn answer(mut stream: &TcpStream, heard: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let lower = head.to_ascii_lowercase();
    let length = lower.split("content-length: ").nth(1)?.lines().next()?.trim().parse::<usize>().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    heard.lock().unwrap().push(lower);
    // 20,000 tokens read and 1,000 written are 5 cents at the user's prices.
    let body = r#"{"model":"house-llm-20261122","content":[{"type":"text","text":"repaired"}],"usage":{"input_tokens":20000,"output_tokens":1000}}"#;
    let length = body.len();
    let text = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).ok()
}

fn run(folder: &Path, port: u16, usd: f64) -> AgentRun {
    let script = folder.join("agent.py");
    std::fs::write(&script, AGENT).unwrap();
    let worktree = folder.join("worktree");
    std::fs::create_dir(&worktree).unwrap();
    std::fs::write(folder.join("task.md"), "repair it").unwrap();
    let configuration = format!(
        r#"
        [agents.wizard]
        title = "House wizard"
        argv = ["python3", "{}", "{port}"]
        task = "file"
        env = {{ keep = ["WIZARD_KEY", "OTHER_KEY"] }}
        [[agents.wizard.service]]
        key = "NOT_SET_KEY"
        address = "https://example.com"
        set = {{ A = "{{gateway}}" }}
        [[agents.wizard.service]]
        key = "OTHER_KEY"
        models = ["other-"]
        address = "https://example.com"
        set = {{ A = "{{gateway}}" }}
        [[agents.wizard.service]]
        key = "WIZARD_KEY"
        models = ["mine/", "house-"]
        address = "http://127.0.0.1:{port}"
        set = {{ WIZARD_HOME = "{{folder}}", WIZARD_TOKEN = "{{ticket}}" }}
        files = {{ "conf/wizard.txt" = "{{gateway}}" }}
        [prices]
        date = "2026-11-22"
        models = {{ "house-llm" = {{ input = 2.0, output = 10.0 }} }}
        "#,
        script.display()
    );
    let presets = Presets::with_configuration(&configuration).unwrap();
    // Whatever it may be given is masked in what it leaves.
    let masking = presets.get("wizard").unwrap().masking(&Redactor::default(), &[]);
    assert_eq!(masking.clean(&format!("a {KEY} b")), "a *** b");
    drive(AgentJob {
        preset: presets.get("wizard").unwrap(),
        worktree: &worktree,
        task_file: &folder.join("task.md"),
        places: &[],
        command: &[],
        limits: &AgentLimits {
            usd: Some(usd),
            model: Some("house-llm".to_owned()),
            ..AgentLimits::default()
        },
        keep_env: &[],
        deadline: Deadline::after(Duration::from_secs(60)),
        cancel: &Cancel::new(),
        record: Some(&folder.join("record/agent.txt")),
        transcript: Some(&folder.join("record/model.jsonl")),
        folder: None,
        resume: None,
        redactor: &Redactor::default(),
        sandbox: &Sandbox::for_tools(SandboxMode::Auto),
        on_line: None,
    })
    .unwrap()
}

fn main() {
    // Before any thread is there, and by starting anew: the environment of a process is not to be changed.
    if std::env::var_os("WIZARD_KEY").is_none() {
        let own = std::env::current_exe().unwrap();
        let status = std::process::Command::new(own)
            .args(std::env::args_os().skip(1))
            .envs([("WIZARD_KEY", KEY), ("OTHER_KEY", "other-real-key-0123456789")])
            // Nobody is there. An agent that follows it does not find the gateway.
            .env("http_proxy", "http://127.0.0.1:9")
            .env_remove("no_proxy")
            .env_remove("NO_PROXY")
            .status()
            .unwrap();
        std::process::exit(status.code().unwrap_or(1));
    }
    let folder = tempfile::tempdir().unwrap();
    let (port, heard) = service();
    let run = run(folder.path(), port, 0.12);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let record = read("record/agent.txt");
    assert_eq!(read("worktree/answer.txt"), "repaired", "{record}");
    assert!(!Path::new(&read("worktree/home.txt")).exists(), "its folder is gone with it");
    // The key reached the service and nothing else.
    let heard = heard.lock().unwrap().clone();
    assert!(heard.iter().all(|head| head.contains(&format!("x-api-key: {KEY}"))), "{heard:?}");
    let seen = read("worktree/seen.txt");
    for secret in [KEY, "other-real-key"] {
        assert!(!seen.contains(secret), "the agent saw a key");
    }
    assert!(record.contains("refused: [Errno 13]"), "past the gateway there is nothing: {record}");
    assert!(record.contains("ticket ***"), "{record}");
    // The limit of twelve cents is passed by the third request of five cents, and nothing after it.
    assert!(record.contains("stopped: 402") && record.contains("limit of money"), "{record}");
    assert_eq!((run.end, heard.len()), (AgentEnd::OutOfBudget, 3));
    assert!((run.cost.usd.unwrap() - 0.15).abs() < 1e-9, "{:?}", run.cost);
    assert_eq!((run.cost.input_tokens, run.cost.output_tokens), (Some(60_000), Some(3_000)));
    let transcript = read("record/model.jsonl");
    assert!(transcript.lines().count() == 4 && !transcript.contains(KEY), "{transcript}");
    println!("test an_agent_works_without_a_key ... ok");
}
