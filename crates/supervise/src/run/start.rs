//! Makes a child from its description.

use std::fs::File;
use std::io::{self, PipeReader, Seek, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use regreen_case::Confinement;

use crate::sandbox::PrivateTemporary;
use crate::{Input, ProcessSpec, SuperviseError, tree};

/// A child that was just started.
pub(super) struct Started {
    pub(super) child: Child,
    pub(super) mark: String,
    pub(super) output: PipeReader,
    pub(super) temporary: Option<PrivateTemporary>,
    pub(super) confinement: Confinement,
}

pub(super) fn start(spec: &ProcessSpec) -> Result<Started, SuperviseError> {
    tree::adopt_orphans();
    let confinement = spec.sandbox.confinement()?;
    let program = spec.argv.first().cloned().ok_or(SuperviseError::EmptyCommand)?;
    let system = |action| move |source| SuperviseError::System { action, source };
    let temporary = if spec.sandbox.is_on() { Some(PrivateTemporary::new()?) } else { None };
    let (output, writer) = io::pipe().map_err(system("make a pipe"))?;
    let mark = tree::random_mark().map_err(system("get random bytes"))?;
    let mut command = Command::new(&program);
    command
        .args(&spec.argv[1..])
        .current_dir(&spec.cwd)
        .env_clear()
        .envs(spec.env.iter())
        .env(tree::MARK, nested_mark(&mark, tree::process_mark().map_err(system("get random bytes"))?))
        .process_group(0)
        .stdin(stdin_of(&spec.stdin)?)
        .stdout(writer.try_clone().map_err(system("copy a pipe"))?)
        .stderr(writer);
    if let Some(temporary) = &temporary {
        command.env("TMPDIR", temporary.path());
    }
    let folder = temporary.as_ref().map(PrivateTemporary::path);
    let child =
        spec.sandbox.spawn(&mut command, &spec.env, folder)?.map_err(|source| match source.kind() {
            io::ErrorKind::NotFound if spec.cwd.is_dir() => {
                SuperviseError::ProgramNotFound { program: program.clone() }
            }
            _ => SuperviseError::Start { program: program.clone(), cwd: spec.cwd.clone(), source },
        })?;
    if spec.sandbox.is_on() {
        limit(&child);
    }
    // Our ends of the pipe for writing go with the command; only the child's are left.
    drop(command);
    Ok(Started { child, mark, output, temporary, confinement })
}

/// No core dumps, and no file that fills the disk. Set from outside, so a few instructions of the child
/// run before; what it starts inherits it.
fn limit(child: &Child) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        const LARGEST_FILE: u64 = 64 * 1024 * 1024 * 1024;
        let pid = Some(Pid::from_child(child));
        for (resource, most) in [(Resource::Core, 0), (Resource::Fsize, LARGEST_FILE)] {
            let limit = Rlimit { current: Some(most), maximum: Some(most) };
            // A child that is gone already, or a limit that is lower already.
            let _ = prlimit(pid, resource, limit);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = child;
}

fn stdin_of(input: &Input) -> Result<Stdio, SuperviseError> {
    match input {
        Input::Null => Ok(Stdio::null()),
        Input::File(path) => File::open(path).map(Stdio::from).map_err(|source| SuperviseError::File {
            action: "open",
            path: path.clone(),
            source,
        }),
        // A nameless file instead of a pipe: nobody has to feed it while the child runs.
        Input::Bytes(bytes) => {
            let write = || -> io::Result<File> {
                let mut file = tempfile::tempfile()?;
                file.write_all(bytes)?;
                file.rewind()?;
                Ok(file)
            };
            write()
                .map(Stdio::from)
                .map_err(|source| SuperviseError::System { action: "store standard input", source })
        }
    }
}

/// Our own mark stays visible in what our children start, so that a supervisor above us still
/// finds them when we are killed.
fn nested_mark(mark: &str, own: &str) -> String {
    match std::env::var(tree::MARK) {
        Ok(outer) if !outer.is_empty() && outer.len() < 1024 => format!("{outer},{own},{mark}"),
        _ => format!("{own},{mark}"),
    }
}
