//! A plain chat model as an agent: the task and the suspect code go in, edits come out, and what cannot be
//! done with an answer goes back to the model, a few times.
//!
//! Promises: the model runs nothing, and reads and writes only files of the worktree; it gets no key; the
//! conversation ends with its time; a model that never gives a good edit ends like an agent that changed
//! nothing, with what was wrong with its last answer.

mod answer;
mod checkout;
mod client;
mod code;

use std::path::Path;

use genai::chat::ChatMessage;
use regreen_supervise::{Cancel, Deadline, LineListener};

pub use code::Place;

use crate::AgentEnd;
use crate::chat::answer::{Answer, Wanted};
use crate::chat::checkout::Checkout;
use crate::chat::client::{Model, NoAnswer};
use crate::excerpt::{bounded, fenced};
use crate::preset::ChatProtocol;

const SYSTEM: &str = include_str!("../prompts/chat.md");
/// Answers asked for, unless the user says.
const TURNS: u32 = 8;
/// Tokens that an answer may have, at first and at least; thoughts count, with some services.
const TOKENS: u32 = 16_384;
const LEAST_TOKENS: u32 = 2_048;
/// Bytes of code shown at first: some 8,000 tokens.
const CODE_BYTES: usize = 24 * 1024;
/// Below this there is no use in showing less.
const LEAST_CODE_BYTES: usize = 1024;
/// Bytes of a file that the model asked for.
const WANTED_BYTES: usize = 12 * 1024;
/// Bytes of an answer that are kept.
const ANSWER_BYTES: usize = 256 * 1024;
/// Exchanges that the model is reminded of, beside the task.
const REMEMBERED: usize = 3;
/// Bytes of each part of an exchange that it is reminded of, at first and at least.
const EXCHANGE_BYTES: usize = 16 * 1024;
const LEAST_EXCHANGE_BYTES: usize = 512;

/// Who to talk to, about what.
pub(crate) struct Talk<'a> {
    pub(crate) protocol: ChatProtocol,
    pub(crate) endpoint: String,
    pub(crate) ticket: &'a str,
    pub(crate) model: &'a str,
    pub(crate) worktree: &'a Path,
    pub(crate) task: &'a str,
    pub(crate) places: &'a [Place],
    pub(crate) turns: Option<u32>,
    pub(crate) deadline: Deadline,
    pub(crate) cancel: &'a Cancel,
    pub(crate) on_line: Option<LineListener>,
}

/// What came of it.
pub(crate) struct Talked {
    pub(crate) end: AgentEnd,
    pub(crate) summary: Option<String>,
    pub(crate) turns: u32,
    /// All answers, and what was said to them, for people.
    pub(crate) record: String,
}

/// What is said next.
enum Next {
    /// The edits are made.
    Done(String),
    /// Why not, or what was asked for.
    Say(String),
}

/// A conversation under way.
struct Conversation<'a> {
    talk: Talk<'a>,
    checkout: Checkout<'a>,
    tokens: u32,
    code_bytes: usize,
    exchange_bytes: usize,
    /// Exchanges that it is reminded of; with none, only of what was said to its last answer.
    remembered: usize,
    /// Answers and what was said to them.
    exchanges: Vec<(String, String)>,
    /// The task with the code, as much as fits.
    opening: String,
    record: String,
    last_problem: Option<String>,
}

/// Talks until edits are made, or it is over.
pub(crate) fn converse(talk: Talk<'_>) -> Talked {
    let model = match Model::new(talk.protocol, &talk.endpoint, talk.ticket, talk.model) {
        Ok(model) => model,
        Err(why) => {
            let end = AgentEnd::Failed(format!("it cannot be asked: {why}"));
            return Talked { end, summary: None, turns: 0, record: String::new() };
        }
    };
    let most = talk.turns.unwrap_or(TURNS);
    let mut conversation = Conversation {
        checkout: Checkout::new(talk.worktree),
        talk,
        tokens: TOKENS,
        code_bytes: CODE_BYTES,
        exchange_bytes: EXCHANGE_BYTES,
        remembered: REMEMBERED,
        exchanges: Vec::new(),
        opening: String::new(),
        record: String::new(),
        last_problem: None,
    };
    conversation.open();
    let mut turns = 0;
    let (end, summary) = loop {
        if turns == most {
            break (AgentEnd::Finished, Some(conversation.without_edits(most)));
        }
        match conversation.turn(&model, turns + 1) {
            Ok(Next::Done(summary)) => {
                turns += 1;
                break (AgentEnd::Finished, Some(summary));
            }
            Ok(Next::Say(_)) => turns += 1,
            Err(NoAnswer::TooLong) if conversation.shrink() => {}
            Err(NoAnswer::TooMany) if conversation.tokens > LEAST_TOKENS => conversation.tokens /= 2,
            Err(why) => break (end_of(why), None),
        }
    };
    Talked { end, summary, turns, record: conversation.record }
}

fn end_of(why: NoAnswer) -> AgentEnd {
    match why {
        NoAnswer::OutOfTime => AgentEnd::OutOfTime,
        NoAnswer::Cancelled => AgentEnd::Cancelled,
        NoAnswer::TooLong => AgentEnd::Failed("the task is longer than the model can read".to_owned()),
        NoAnswer::TooMany => AgentEnd::Failed("the model's answers are too short for edits".to_owned()),
        NoAnswer::Failed(why) => AgentEnd::Failed(why),
    }
}

impl Conversation<'_> {
    fn turn(&mut self, model: &Model, number: u32) -> Result<Next, NoAnswer> {
        self.tell(&format!("turn {number}: waiting for {}", self.talk.model));
        let answer = model.ask(self.messages(), self.tokens, self.talk.deadline, self.talk.cancel)?;
        let mut end = answer.len().min(ANSWER_BYTES);
        while !answer.is_char_boundary(end) {
            end -= 1;
        }
        let answer = &answer[..end];
        self.record.push_str(&format!("--- answer {number} ---\n{}\n", answer.trim_end()));
        let next = self.consider(&answer::read(answer));
        match &next {
            Next::Done(_) => self.tell(&format!("turn {number}: its edits are made")),
            Next::Say(text) => {
                self.record.push_str(&format!("--- said to it ---\n{}\n", text.trim_end()));
                self.exchanges.push((answer.to_owned(), text.clone()));
            }
        }
        Ok(next)
    }

    /// Does what an answer says, all of it or nothing.
    fn consider(&mut self, answer: &Answer) -> Next {
        let problems = if answer.problems.is_empty() && !answer.edits.is_empty() {
            match self.checkout.apply(&answer.edits) {
                Ok(_) => return Next::Done(answer.said.clone()),
                Err(problems) => problems,
            }
        } else {
            answer.problems.clone()
        };
        if !problems.is_empty() {
            self.last_problem = problems.first().cloned();
            let list: Vec<String> = problems.iter().take(10).map(|one| format!("- {one}")).collect();
            return Next::Say(format!(
                "None of your edits was made:\n{}\nGive all of them again, whole.",
                list.join("\n")
            ));
        }
        if !answer.wanted.is_empty() {
            return Next::Say(self.show_wanted(&answer.wanted));
        }
        self.last_problem = Some("its answer held no edit".to_owned());
        Next::Say(
            "There is no edit in your answer. Give edits in the form described, or ask with READ.".to_owned(),
        )
    }

    fn show_wanted(&self, wanted: &[Wanted]) -> String {
        let mut left = WANTED_BYTES.min(self.code_bytes);
        let mut parts = Vec::new();
        for one in wanted {
            let text = match self.checkout.read(&one.path) {
                Ok(text) => text,
                Err(why) => {
                    parts.push(why);
                    continue;
                }
            };
            let (first, last) = one.lines.unwrap_or((1, usize::MAX));
            let lines: Vec<&str> = text
                .lines()
                .skip(first.saturating_sub(1))
                .take(last.saturating_sub(first).saturating_add(1))
                .collect();
            let part = fenced(&lines.join("\n"), "", left.max(200));
            left = left.saturating_sub(part.len());
            parts.push(format!("{} from line {first}:\n\n{part}", one.path));
        }
        parts.join("\n\n")
    }

    /// Reads the code, as much as the model can be shown. Nothing changes it until the end.
    fn open(&mut self) {
        let code = code::show(&self.checkout, self.talk.places, self.code_bytes);
        let mut task = self.talk.task.trim_end().to_owned();
        if !code.is_empty() {
            task.push_str("\n\n## Code that has to do with it\n\n");
            task.push_str(&code);
        }
        let files = self.checkout.list(self.code_bytes / 8);
        if !files.is_empty() {
            task.push_str(&format!("\n\n## Files\n\n{}", fenced(&files.join("\n"), "", usize::MAX)));
        }
        self.opening = task;
    }

    /// The task, and the last exchanges.
    fn messages(&self) -> Vec<ChatMessage> {
        let mut task = self.opening.clone();
        if let (0, Some((_, said))) = (self.remembered, self.exchanges.last()) {
            task.push_str(&format!(
                "\n\n## What came of your last answer\n\n{}",
                bounded(said, self.exchange_bytes)
            ));
        }
        let mut messages = vec![ChatMessage::system(SYSTEM), ChatMessage::user(task)];
        let short = |text: &str| bounded(text, self.exchange_bytes);
        for (answer, said) in self.exchanges.iter().rev().take(self.remembered).rev() {
            messages.push(ChatMessage::assistant(short(answer)));
            messages.push(ChatMessage::user(short(said)));
        }
        messages
    }

    /// Makes the conversation shorter, if it can be: what was said before goes first, then the code.
    fn shrink(&mut self) -> bool {
        if !self.exchanges.is_empty() && self.remembered > 0 {
            self.remembered /= 2;
            self.exchange_bytes = (self.exchange_bytes / 4).max(LEAST_EXCHANGE_BYTES);
        } else if self.code_bytes > LEAST_CODE_BYTES {
            self.code_bytes /= 2;
            self.open();
            self.exchange_bytes = LEAST_EXCHANGE_BYTES;
        } else {
            return false;
        }
        self.tell("the model cannot read that much; it is shown less");
        true
    }

    fn without_edits(&self, answers: u32) -> String {
        let last = self.last_problem.as_deref().unwrap_or("it only asked for files");
        let last = last.lines().next().unwrap_or_default();
        format!("none of its {answers} answers held edits that could be made; the last: {last}")
    }

    fn tell(&mut self, text: &str) {
        if let Some(on_line) = &mut self.talk.on_line {
            on_line(text);
        }
    }
}

#[cfg(test)]
mod tests;
