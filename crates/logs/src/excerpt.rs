//! The excerpt for people and agents: what was run, the first failed tests, the cause, the end of the
//! step. At most [`LIMIT`] bytes; what does not fit is named.

use crate::found::Found;
use crate::region::Region;
use crate::text::clip;

/// Most bytes of an excerpt.
pub(crate) const LIMIT: usize = 16 * 1024;

/// Room for the lines that say what was left out.
const RESERVE: usize = 400;

/// Puts the excerpt together.
pub(crate) fn write(tests: &[&Found], region: Option<&Region>) -> String {
    let mut text = String::new();
    if let Some(command) = region.and_then(|region| region.command.as_ref()) {
        let code = region
            .and_then(|region| region.exit_code)
            .map_or(String::new(), |code| format!(" (exit code {code})"));
        text.push_str(&format!("$ {}{code}\n", clip(command.script.trim(), 600)));
        if let Some(inner) = region.and_then(Region::inner_command) {
            text.push_str(&format!("which ran: {}\n", clip(inner, 300)));
        }
        text.push('\n');
    }
    let mut shown = 0;
    for test in tests {
        // The first failed test may take most of the room, the others share the rest.
        let room = (LIMIT - RESERVE).saturating_sub(text.len());
        let block = clip(test.block.trim_end(), if shown == 0 { 6000 } else { 2000 });
        if block.len() + 2 > room {
            break;
        }
        text.push_str(&block);
        text.push_str("\n\n");
        shown += 1;
    }
    if shown < tests.len() {
        text.push_str(&format!("[… {} more failed tests left out …]\n\n", tests.len() - shown));
    }
    if let Some(region) = region {
        if tests.is_empty()
            && let Some(cause) = region.cause()
        {
            text.push_str(cause.block.trim_end());
            text.push_str("\n\n");
        }
        tail(&mut text, region);
    }
    clip(text.trim_end(), LIMIT)
}

fn tail(text: &mut String, region: &Region) {
    let (before, lines) = region.tail();
    let lines: Vec<&str> = lines.collect();
    let room = (LIMIT - RESERVE).saturating_sub(text.len());
    let mut bytes = 0;
    let fitting = lines
        .iter()
        .rev()
        .take_while(|line| {
            bytes += line.len() + 1;
            bytes <= room
        })
        .count();
    let left_out = before + (lines.len() - fitting) as u64;
    if fitting == 0 {
        if left_out == 0 {
            return;
        }
        text.push_str(&format!("[… {left_out} lines of the step left out …]\n"));
        return;
    }
    if left_out > 0 {
        text.push_str(&format!("[… {left_out} lines left out; the last {fitting} of the step: …]\n"));
    }
    for line in &lines[lines.len() - fitting..] {
        text.push_str(line);
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_within_its_limit_and_says_what_is_missing() {
        let tests: Vec<Found> = (0..40)
            .map(|n| Found { id: format!("t{n}"), block: format!("t{n} ").repeat(900), ..Found::default() })
            .collect();
        let tests: Vec<&Found> = tests.iter().collect();
        let mut region = Region::new(1);
        let lines: Vec<String> = (1..500).map(|at| format!("line {at} {}", "x".repeat(300))).collect();
        region.close(500, crate::line::Above::new(lines.join("\n").as_bytes()));
        let text = write(&tests, Some(&region));
        assert!(text.len() <= LIMIT, "{}", text.len());
        assert!(text.starts_with("t0 t0"));
        assert!(text.contains("more failed tests left out"));
        assert!(text.contains("lines of the step left out") || text.contains("lines left out"));
    }
}
