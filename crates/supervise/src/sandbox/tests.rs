//! Children that try what they may not. On a kernel without Landlock these tests say so and pass.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::time::Duration;

use super::*;
use crate::{Cancel, Deadline, End, Outcome, ProcessSpec, run};

fn landlock() -> Option<u32> {
    match kernel_support() {
        Support::Landlock { version, .. } => Some(version),
        Support::Missing(why) => {
            assert!(std::env::var_os("REGREEN_REQUIRE_TOOLS").is_none_or(|value| value != "1"), "{why}");
            println!("not run: {why}");
            None
        }
    }
}

fn of_version(version: u32) -> Support {
    Support::Landlock { version, sockets: true }
}

struct Scene {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
}

impl Scene {
    /// A home directory with secrets, a checkout that may be written, and a folder that may not.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["home/.ssh", "home/.config/gh", "home/.config/tool", "home/bin", "checkout", "outside"] {
            fs::create_dir_all(at(name)).unwrap();
        }
        for name in ["home/.ssh/id", "home/.config/gh/hosts.yml", "home/.netrc", "home/.aws"] {
            fs::write(at(name), "secret").unwrap();
        }
        fs::write(at("home/.config/tool/settings"), "plain").unwrap();
        fs::write(at("outside/file"), "before").unwrap();
        let mut sandbox = Sandbox::new(SandboxMode::Require).writing(at("checkout"));
        sandbox.secrets.extend(secrets::in_home(&at("home")));
        Scene { folder, sandbox }
    }

    fn run(&self, argv: &[&str]) -> Outcome {
        let argv = argv.iter().map(|part| (*part).to_owned()).collect();
        let mut spec = ProcessSpec::new(argv, self.folder.path(), Deadline::after(Duration::from_secs(60)));
        spec.sandbox = self.sandbox.clone();
        run(spec, &Cancel::new()).unwrap()
    }

    /// Whether a shell can do this.
    fn can(&self, script: &str) -> bool {
        let outcome = self.run(&["sh", "-c", script]);
        assert!(matches!(outcome.end, End::Exited(_)), "{script}: {:?}", outcome.end);
        outcome.end == End::Exited(0)
    }
}

#[test]
fn a_child_writes_only_where_it_may() {
    if landlock().is_none() {
        return;
    }
    let scene = Scene::new();
    for script in [
        "echo x > checkout/new",
        "mkdir -p checkout/a/b && mv checkout/new checkout/a/b && ln checkout/a/b/new checkout/c",
        "echo x > \"$TMPDIR/new\" && test -n \"$TMPDIR\"",
        "echo x > /dev/null",
        "echo x > /dev/shm/rg-test-$$ && rm /dev/shm/rg-test-$$",
        "cd checkout && (echo '#!/bin/sh' > run && chmod +x run && ./run)",
    ] {
        assert!(scene.can(script), "{script}");
    }
    for script in [
        "echo x > outside/new",
        "echo x >> outside/file",
        "rm outside/file",
        "mv outside/file checkout/file",
        "mkdir outside/folder",
        "ln -s x outside/link",
        "echo x > home/.bashrc",
        "echo x > /tmp/rg-outside-$$",
        "echo x > checkout/../outside/new",
        "ln -s ../outside checkout/way && echo x > checkout/way/new",
        "truncate -s 0 outside/file",
        "python3 -c 'import os; os.truncate(\"outside/file\", 0)'",
    ] {
        assert!(!scene.can(script), "{script}");
    }
    assert_eq!(fs::read_to_string(scene.folder.path().join("outside/file")).unwrap(), "before");
    assert_eq!(fs::read_dir(scene.folder.path().join("outside")).unwrap().count(), 1);
}

#[test]
fn credentials_are_not_read_by_any_way() {
    if landlock().is_none() {
        return;
    }
    let scene = Scene::new();
    symlink(scene.folder.path().join("home/.ssh"), scene.folder.path().join("home/way")).unwrap();
    for script in [
        "cat home/.ssh/id",
        "cat home/.config/gh/hosts.yml",
        "cat home/.netrc",
        "cat home/.aws",
        "cat home/way/id",
        "cp home/.ssh/id checkout/id",
        "mv home/.ssh checkout/ssh && cat checkout/ssh/id",
        "ln home/.ssh/id checkout/id && cat checkout/id",
        "ln -s ../home/.ssh/id checkout/link && cat checkout/link",
    ] {
        assert!(!scene.can(script), "{script}");
    }
    assert!(scene.can("cat home/.config/tool/settings && cat /etc/passwd > /dev/null && ls home"));
    // What appears beside the secrets later is looked at anew.
    fs::write(scene.folder.path().join("home/later"), "plain").unwrap();
    assert!(scene.can("cat home/later"));
}

#[test]
fn a_secret_that_is_itself_a_link_stays_secret() {
    if landlock().is_none() {
        return;
    }
    let mut scene = Scene::new();
    fs::create_dir(scene.folder.path().join("home/dotfiles")).unwrap();
    fs::write(scene.folder.path().join("home/dotfiles/key"), "secret").unwrap();
    symlink("dotfiles", scene.folder.path().join("home/.gnupg")).unwrap();
    scene.sandbox.secrets.push(scene.folder.path().join("home/.gnupg"));
    assert!(!scene.can("cat home/.gnupg/key") && !scene.can("cat home/dotfiles/key"));
}

#[test]
fn processes_outside_are_out_of_reach() {
    let Some(version) = landlock() else { return };
    let scene = Scene::new();
    assert!(scene.can("kill -0 $$"));
    assert!(!scene.can("cat /proc/$PPID/environ"));
    assert!(!scene.can("cat /proc/$PPID/maps"));
    if version >= 6 {
        // Also of its siblings: a domain of its own for each.
        let victim = format!("kill -0 {}", std::process::id());
        assert!(!scene.can(&victim));
    }
    assert!(scene.can("grep -q 'NoNewPrivs:.*1' /proc/self/status"));
    assert!(scene.can("test \"$(ulimit -c)\" = 0"));
}

#[test]
fn tcp_is_refused_when_asked() {
    let Some(version) = landlock() else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let connect = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 10)";
    let mut scene = Scene::new();
    assert_eq!(scene.run(&["python3", "-c", connect, &port]).end, End::Exited(0));
    scene.sandbox.network = Network::Refused;
    if version >= 4 {
        let refused = scene.run(&["python3", "-c", connect, &port]);
        assert_eq!(refused.end, End::Exited(1));
        assert!(refused.tail.contains("PermissionError"), "{}", refused.tail);
        let serve = "import socket; socket.create_server(('127.0.0.1', 0))";
        assert!(scene.run(&["python3", "-c", serve]).tail.contains("PermissionError"));
        // One port, and servers of one's own.
        let other = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        scene.sandbox.network = Network::OnlyTo(port.parse().unwrap());
        assert_eq!(scene.run(&["python3", "-c", connect, &port]).end, End::Exited(0));
        assert!(scene.run(&["python3", "-c", connect, &other]).tail.contains("PermissionError"));
        assert_eq!(scene.run(&["python3", "-c", serve]).end, End::Exited(0));
    }
}

/// Ways around Landlock's rules for TCP, and what must go on working. Python's own names for both.
#[test]
fn a_closed_network_has_no_other_sockets() {
    if landlock().is_none_or(|version| version < statement::TCP) {
        return;
    }
    assert!(kernel_support().filters_sockets(), "a kernel with Landlock and without seccomp");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let other = listener.local_addr().unwrap().port();
    let mut scene = Scene::new();
    let python = |scene: &Scene, script: &str| {
        scene.run(&["python3", "-c", &format!("import ctypes, socket as s\nfrom socket import *\n{script}")])
    };
    let fast_open = format!("socket().sendto(b'secret', MSG_FASTOPEN, ('127.0.0.1', {other}))");
    let refused = [
        "socket(AF_INET, SOCK_DGRAM).sendto(b'secret', ('127.0.0.1', 53))",
        "socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK)",
        "socket(AF_INET, SOCK_STREAM, 262)",
        "socket(AF_INET, SOCK_SEQPACKET, 132)",
        "socket(AF_INET, SOCK_RAW, 1)",
        "socket(AF_PACKET, SOCK_RAW)",
        "socket(AF_VSOCK, SOCK_STREAM)",
        "l = ctypes.CDLL(None, use_errno=True)\nl.syscall(425, 1, ctypes.create_string_buffer(256))\nif ctypes.get_errno() == 13: raise PermissionError",
        &fast_open,
    ];
    let goes_on = [
        "socket(AF_INET, SOCK_STREAM)",
        "socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP)",
        "a, b = socketpair()\na.send(b'x')\nassert b.recv(1) == b'x'",
        "socket(AF_UNIX, SOCK_DGRAM)",
        "socket(AF_NETLINK, SOCK_RAW, 0).bind((0, 0))",
        "assert getaddrinfo('127.0.0.1', 80)",
    ];
    for network in [Network::Refused, Network::OnlyTo(1)] {
        scene.sandbox.network = network;
        for script in refused {
            let outcome = python(&scene, script);
            assert_eq!(outcome.end, End::Exited(1), "{script}: {}", outcome.tail);
            assert!(outcome.tail.contains("PermissionError"), "{script}: {}", outcome.tail);
        }
        for script in goes_on {
            let outcome = python(&scene, script);
            assert_eq!(outcome.end, End::Exited(0), "{script}: {}", outcome.tail);
        }
    }
    scene.sandbox.network = Network::Open;
    assert_eq!(python(&scene, "socket(AF_INET, SOCK_DGRAM)").end, End::Exited(0));
    assert!(!python(&scene, refused[7]).tail.contains("PermissionError"));
}

#[test]
fn descendants_are_confined_too_and_we_are_not() {
    if landlock().is_none() {
        return;
    }
    let scene = Scene::new();
    let escape = "import os\nif os.fork() == 0:\n os.setsid()\n if os.fork() == 0:\n  open('outside/new', 'w')\n os._exit(0)\nos.wait()";
    scene.run(&["python3", "-c", escape]);
    assert!(!scene.folder.path().join("outside/new").exists());
    fs::write(scene.folder.path().join("outside/ours"), "").unwrap();
    assert!(fs::read(scene.folder.path().join("home/.ssh/id")).is_ok());
}

#[test]
fn the_private_folder_goes_with_the_child() {
    let scene = Scene { folder: tempfile::tempdir().unwrap(), sandbox: Sandbox::new(SandboxMode::Auto) };
    let outcome = scene.run(&["sh", "-c", "echo x > \"$TMPDIR/file\"; printf %s \"$TMPDIR\""]);
    assert!(outcome.tail.len() > 4 && !Path::new(&outcome.tail).exists(), "{}", outcome.tail);
}

#[test]
fn what_the_kernel_lacks_is_said_or_refused() {
    let missing = Support::Missing("the kernel has no Landlock");
    let said = Sandbox::new(SandboxMode::Auto).confinement_on(missing).unwrap();
    assert_eq!(said.landlock, None);
    assert!(said.sentence().contains("the kernel has no Landlock"), "{}", said.sentence());
    let refused = Sandbox::new(SandboxMode::Require).confinement_on(missing).unwrap_err();
    assert_eq!(refused.to_string(), "a sandbox is required, but the kernel has no Landlock");
    assert_eq!(refused.exit_code(), 3);
    assert!(refused.hint().unwrap().contains("--sandbox auto"));
    assert_eq!(Sandbox::off().confinement_on(missing).unwrap().sentence(), "not confined, as asked");

    let mut sandbox = Sandbox::new(SandboxMode::Auto);
    sandbox.network = Network::Refused;
    let old = sandbox.confinement_on(of_version(3)).unwrap();
    let mut required = Sandbox::new(SandboxMode::Require);
    assert!(required.confinement_on(of_version(3)).is_ok());
    required.network = Network::Refused;
    assert!(required.confinement_on(of_version(3)).is_err(), "less than was asked for");
    assert!(old.not_enforced.iter().any(|point| point.starts_with("TCP connections")), "{old:?}");
    let unfiltered = Support::Landlock { version: 7, sockets: false };
    assert!(required.confinement_on(unfiltered).unwrap_err().to_string().contains("UDP"));
    assert!(
        sandbox.confinement_on(unfiltered).unwrap().not_enforced.iter().any(|point| point.contains("UDP"))
    );
    let new = sandbox.confinement_on(of_version(7)).unwrap();
    assert!(new.enforced.iter().any(|point| point.contains("no UDP")), "{new:?}");
    assert!(new.enforced.iter().any(|point| point.starts_with("TCP connections")), "{new:?}");
}

#[test]
fn an_agents_own_settings_are_no_secret_to_it() {
    let mut sandbox = Sandbox::new(SandboxMode::Auto);
    sandbox.secrets = vec!["/home/u/.claude".into(), "/home/u/.ssh".into()];
    let sandbox = sandbox.trusting("/home/u/.claude");
    assert_eq!(sandbox.secrets, [PathBuf::from("/home/u/.ssh")]);
    assert_eq!(sandbox.writable, [PathBuf::from("/home/u/.claude")]);
}

#[test]
fn caches_are_made_for_the_programs_that_fill_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("bin")).unwrap();
    fs::write(at("bin/go"), "").unwrap();
    let mut env = Environment::empty();
    let moved = [("GOCACHE", "moved/go-build"), ("CCACHE_DIR", "moved/ccache")];
    env.extend(
        [("PATH", "bin"), ("HOME", "home")].into_iter().chain(moved).map(|(name, path)| (name, at(path))),
    );
    let caches = secrets::caches(&env);
    for (name, is_made) in [("moved/go-build", true), ("home/go/pkg/mod", true), ("moved/ccache", false)] {
        assert!(caches.contains(&at(name)), "{name} may be written: {caches:?}");
        assert_eq!(at(name).is_dir(), is_made, "{name}");
    }
    assert!(!at("home/.cache/go-build").exists(), "it was moved");
    env.remove("GOCACHE").set("XDG_CACHE_HOME", at("xdg"));
    assert!(secrets::caches(&env).contains(&at("xdg/go-build")));
}
