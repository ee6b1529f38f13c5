//! JavaScript: one process runs every candidate in a context of its own.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use regreen_case::Framework;
use regreen_repair::Judgement;

use crate::{Figures, run, target, tasks};

/// How long the process may take for one program, beyond the second that it grants itself.
const PATIENCE: Duration = Duration::from_secs(5);

const SERVER: &str = r#"
const vm = require('vm'), crypto = require('crypto');
const quiet = () => {};
const lines = require('readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const fails = (value) => { if (!value) throw new Error('assertion'); };
  const console = { assert: fails, log: quiet, error: quiet, warn: quiet, info: quiet };
  const known = (name) => ({ crypto, 'js-md5': (text) => crypto.createHash('md5').update(text).digest('hex') })[name];
  const context = { console, require: known };
  let answer = 'g';
  try {
    vm.runInNewContext(JSON.parse(line), context, { timeout: 1000, microtaskMode: 'afterEvaluate' });
  } catch (error) {
    answer = error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? 't' : 'r';
  }
  process.stdout.write(answer + '\n');
});
"#;

struct Server {
    child: Child,
    answers: Receiver<String>,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new("node")
            .args(["--max-old-space-size=512", "-e", SERVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (send, answers) = channel();
        // Ends with the process.
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
        Server { child, answers }
    }

    fn judge(&mut self, program: &str) -> Judgement {
        let line = serde_json::to_string(program).unwrap();
        let sent = writeln!(self.child.stdin.as_mut().unwrap(), "{line}").is_ok();
        match self.answers.recv_timeout(PATIENCE).as_deref() {
            Ok("g") if sent => Judgement::Green,
            Ok("r") if sent => Judgement::Red(Vec::new()),
            Ok("t") if sent => Judgement::Broken("time".to_owned()),
            // It died, of memory for one, or hangs: another one takes over.
            _ => {
                *self = Server::start();
                Judgement::Broken("process".to_owned())
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "a measurement"]
fn javascript() {
    let mut server = Server::start();
    let mut figures = Figures::default();
    for task in tasks("js") {
        let dir = tempfile::tempdir().unwrap();
        let buggy = format!("{}{}", task.declaration, task.buggy);
        fs::write(dir.path().join("solution.js"), &buggy).unwrap();
        let test = format!("import * as solution from './solution.js';\n{}", task.test);
        fs::write(dir.path().join("solution.test.js"), test).unwrap();
        let mut judge = || {
            let program = fs::read_to_string(dir.path().join("solution.js")).unwrap();
            server.judge(&format!("{program}\n{}", task.test))
        };
        if judge() == Judgement::Green {
            println!("{} skipped: it is not red", task.id);
            continue;
        }
        let target = target(Framework::NodeTest, "solution", "solution.test.js");
        let (survivors, first) = run(dir.path(), target, &[], &mut judge);
        assert_eq!(fs::read_to_string(dir.path().join("solution.js")).unwrap(), buggy);
        figures.add(&task, &buggy, &survivors, first);
    }
    figures.print();
}
