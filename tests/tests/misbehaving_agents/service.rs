//! A model of the user's own on loopback, the agent that uses it, and the places to which an agent would
//! carry what it found.

use std::net::{TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use regreen_tests::model_service::ModelService;

use super::scene::Scene;

/// The key of the service, which nobody but the service may see.
pub(super) const KEY: &str = "wizard-real-key-0123456789";
/// What one answer costs: 1,000 tokens read and 50 written, at the prices of the configuration.
pub(super) const ANSWER_USD: f64 = 0.05;

/// An agent described in the project, whose service is the given one. Its script finds the gateway in
/// `WIZARD_BASE` and what it is to take for a key in `WIZARD_TICKET`.
pub(super) fn wizard(service: &ModelService, body: &str) -> Scene {
    // The script lies beside the repository, wherever that is: the shell that is the agent finds it by
    // a variable that is let through.
    let configuration = format!(
        r#"
[agents.wizard]
title = "House wizard"
argv = ["sh", "-c", "exec python3 \"$WIZARD_SCRIPT\""]
task = "file"
env = {{ keep = ["WIZARD_SCRIPT", "WIZARD_KEY", "WIZARD_TOKEN"] }}
[[agents.wizard.service]]
key = "WIZARD_KEY"
models = ["house-"]
address = "http://127.0.0.1:{}"
set = {{ WIZARD_BASE = "{{gateway}}", WIZARD_TICKET = "{{ticket}}" }}
[prices]
date = "2026-11-22"
models = {{ "house-llm" = {{ input = 40.0, output = 200.0 }} }}
"#,
        service.port
    );
    let scene = Scene::with_configuration(&configuration);
    let script = scene.script(&format!("{ASK}{body}"));
    scene
        .options(&["--agent=wizard", "--model=house-llm"])
        .variable("WIZARD_SCRIPT", &script.display().to_string())
        .variable("WIZARD_KEY", KEY)
        .variable("WIZARD_TOKEN", "another-real-key-0123456789")
}

/// How a script asks its model.
const ASK: &str = r#"
import urllib.request, urllib.error
base, ticket = os.environ["WIZARD_BASE"], os.environ["WIZARD_TICKET"]
def ask(key=ticket, words="hello"):
    body = json.dumps({"model": "house-llm", "max_tokens": 50, "messages": [{"role": "user", "content": words}]})
    request = urllib.request.Request(base + "/v1/messages", body.encode(), {"x-api-key": key})
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code
"#;

/// Somebody who listens on loopback, by TCP and by UDP, as a name server would.
pub(super) struct Attacker {
    pub(super) tcp: u16,
    pub(super) udp: u16,
    heard: Arc<Mutex<Vec<String>>>,
    connected: Arc<Mutex<u32>>,
}

impl Attacker {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (tcp, udp) = (listener.local_addr().unwrap().port(), socket.local_addr().unwrap().port());
        let (heard, connected) = (Arc::default(), Arc::default());
        let attacker = Attacker { tcp, udp, heard: Arc::clone(&heard), connected: Arc::clone(&connected) };
        std::thread::spawn(move || {
            for _stream in listener.incoming().flatten() {
                *connected.lock().unwrap() += 1;
            }
        });
        std::thread::spawn(move || {
            let mut packet = vec![0; 1 << 16];
            while let Ok(length) = socket.recv(&mut packet) {
                heard.lock().unwrap().push(String::from_utf8_lossy(&packet[..length]).into_owned());
            }
        });
        attacker
    }

    /// All that came by UDP: by now a word of our own has arrived, which was sent last.
    pub(super) fn heard(&self) -> String {
        const LAST: &str = "that is all";
        UdpSocket::bind("127.0.0.1:0").unwrap().send_to(LAST.as_bytes(), ("127.0.0.1", self.udp)).unwrap();
        let arrived = || self.heard.lock().unwrap().concat().strip_suffix(LAST).map(str::to_owned);
        let looks = (0..500).map(|_| std::thread::sleep(Duration::from_millis(10)));
        looks.into_iter().find_map(|()| arrived()).expect("the attacker listens")
    }

    /// Connections by TCP.
    pub(super) fn connections(&self) -> u32 {
        *self.connected.lock().unwrap()
    }
}
