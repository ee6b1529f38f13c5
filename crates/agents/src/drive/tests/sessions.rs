//! A second attempt goes on with the session of the first, or begins anew.

use std::io::{Read, Write};
use std::net::TcpListener;

use super::*;

/// Keeps its session in its folder, knows no other, and may ask its model before it fails.
const WIZARD: &str = r#"#!/bin/sh
read line; echo "$*|$line" >> calls.txt
if [ -e talk ]; then
  python3 -c 'import os, urllib.request as u
u.urlopen(u.Request(os.environ["WIZARD_URL"] + "/v1/messages", b"{}", {"x-api-key": os.environ["WIZARD_KEY"]})).read()'
  exit 1
fi
if [ "$2" = --on ] && ! [ -e "$WIZARD_HOME/$3" ]; then echo "no session $3"; exit 1; fi
touch "$WIZARD_HOME/wise-1"
echo "{\"session_id\": \"$(cat says 2>/dev/null || echo wise-1)\"}"
! [ -e fails ]
"#;

struct Wizard {
    bench: Bench,
    folder: AgentFolder,
}

impl Wizard {
    fn new() -> Self {
        let mut bench = Bench::new("");
        let program = bench.program(WIZARD);
        // A variable that cargo sets stands for a key: an environment of many threads is not to be changed.
        let configuration = format!(
            r#"
            [agents.wizard]
            title = "House wizard"
            argv = ["{program}"]
            task = "stdin"
            result = {{ format = "json", session = "/session_id" }}
            when = [
                {{ given = "kept", argv = ["--kept"] }},
                {{ given = "unkept", argv = ["--unkept"] }},
                {{ given = "session", argv = ["--on", "{{session}}"] }},
            ]
            [[agents.wizard.service]]
            key = "CARGO_PKG_NAME"
            address = "http://127.0.0.1:{}"
            set = {{ WIZARD_HOME = "{{folder}}", WIZARD_URL = "{{gateway}}", WIZARD_KEY = "{{ticket}}" }}
            "#,
            service()
        );
        bench.presets = Presets::with_configuration(&configuration).unwrap();
        fs::write(bench.path("again.md"), "try again\n").unwrap();
        Wizard { bench, folder: AgentFolder::within(&std::env::temp_dir()).unwrap() }
    }

    fn attempt(&self, folder: Option<&AgentFolder>, session: Option<&SessionId>) -> AgentRun {
        let again = self.bench.path("again.md");
        let resume = session.map(|session| Resume { session, task_file: &again });
        self.bench.attempt("wizard", &[], 30, (folder, resume)).unwrap()
    }

    /// Its calls since this was asked last: arguments and the first line of its task.
    fn calls(&self) -> String {
        let path = self.bench.path("worktree/calls.txt");
        let calls = fs::read_to_string(&path).unwrap();
        fs::remove_file(path).unwrap();
        calls
    }

    fn in_worktree(&self, name: &str, text: &str) {
        fs::write(self.bench.path("worktree").join(name), text).unwrap();
    }
}

/// A service that answers everything alike.
fn service() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        }
    });
    port
}

#[test]
fn a_session_goes_on_where_its_folder_is_kept() {
    let wizard = Wizard::new();
    let first = wizard.attempt(Some(&wizard.folder), None);
    assert_eq!((first.end, wizard.calls().as_str()), (AgentEnd::Finished, "--kept|# Task\n"));
    let session = first.session.unwrap();
    assert_eq!(session.as_str(), "wise-1");
    let second = wizard.attempt(Some(&wizard.folder), Some(&session));
    assert_eq!((second.end, wizard.calls().as_str()), (AgentEnd::Finished, "--kept --on wise-1|try again\n"));
    // Without a folder there is nothing to go on with, and it keeps nothing.
    let alone = wizard.attempt(None, Some(&session));
    assert_eq!((alone.session, wizard.calls().as_str()), (None, "--unkept|# Task\n"));
}

#[test]
fn a_session_that_is_not_known_costs_no_attempt() {
    let wizard = Wizard::new();
    let session = wizard.attempt(Some(&wizard.folder), None).session.unwrap();
    let _ = wizard.calls();
    fs::remove_file(wizard.folder.path().join("wise-1")).unwrap();
    let run = wizard.attempt(Some(&wizard.folder), Some(&session));
    assert_eq!(run.end, AgentEnd::Finished);
    assert_eq!(wizard.calls(), "--kept --on wise-1|try again\n--kept|# Task\n");
    let record = fs::read_to_string(wizard.bench.path("record/agent.txt")).unwrap();
    let note = "it did not go on with its session wise-1, so it begins anew: exited with code 1: no session";
    assert!(record.starts_with(note), "{record}");
    // One that failed after it asked its model did go on: that was the attempt.
    wizard.in_worktree("talk", "");
    let run = wizard.attempt(Some(&wizard.folder), run.session.as_ref());
    assert!(matches!(run.end, AgentEnd::Failed(_)), "{run:?}");
    assert_eq!(wizard.calls(), "--kept --on wise-1|try again\n");
}

#[test]
fn nothing_goes_on_after_a_failure_or_by_what_is_no_name() {
    let wizard = Wizard::new();
    wizard.in_worktree("says", "--evil");
    let run = wizard.attempt(Some(&wizard.folder), None);
    assert_eq!((run.end, run.session), (AgentEnd::Finished, None));
    fs::remove_file(wizard.bench.path("worktree/says")).unwrap();
    wizard.in_worktree("fails", "");
    let run = wizard.attempt(Some(&wizard.folder), None);
    assert!(matches!(run.end, AgentEnd::Failed(_)) && run.session.is_none(), "{run:?}");
}
