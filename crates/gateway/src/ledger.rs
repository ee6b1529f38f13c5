//! The money: what was spent, what is on its way, and who may still send.
//!
//! Promise: with a limit, all requests together never cost more than the limit and one request. So a
//! request passes only while what was spent and the most that those on their way can cost stay below the
//! limit; if they do not, it waits for their answers. What a request can cost is guessed from its size, and
//! services add to it what it does not show (tools, earlier turns by their number, images by their address).
//! So no request is taken for cheaper than the dearest that was answered, and before that was one at all,
//! they go one by one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::Usage;
use crate::price::{Money, PriceTable};
use crate::protocol::Refusal;

/// Billionths in a dollar.
const DOLLAR: f64 = 1e9;

/// What one model was used for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ModelAccount {
    /// Answers.
    pub answers: u32,
    /// Tokens.
    pub usage: Usage,
    /// US dollars.
    pub usd: f64,
    /// Whether the table of prices knows it; otherwise the dearest price was taken.
    pub known: bool,
}

/// What passed through a gateway.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Account {
    /// US dollars, all together.
    pub usd: f64,
    /// By the model's name.
    pub models: BTreeMap<String, ModelAccount>,
    /// Requests that reached the service, those tried again counted once.
    pub requests: u32,
    /// Answers whose cost had to be estimated from their size, for they were cut off or did not say.
    pub estimated: u32,
    /// Times that the service said "too many requests" or "overloaded".
    pub rate_limited: u32,
    /// Requests that the service did not answer in time.
    pub timed_out: u32,
    /// Requests that were refused here, by why.
    pub refused: BTreeMap<&'static str, u32>,
    /// Secrets masked in what was to go out.
    pub masked: u64,
}

impl Account {
    /// Whether the limit stopped it.
    #[must_use]
    pub fn is_out_of_budget(&self) -> bool {
        [Refusal::OutOfBudget, Refusal::TooMany].iter().any(|why| self.refused.contains_key(why.word()))
    }
}

#[derive(Debug, Default)]
struct Books {
    spent: Money,
    on_the_way: Money,
    /// The most that one answer did cost.
    dearest: Money,
    by_model: BTreeMap<String, Money>,
    account: Account,
}

/// The books of one gateway.
#[derive(Debug)]
pub(crate) struct Ledger {
    limit: Option<Money>,
    most_requests: u32,
    prices: PriceTable,
    books: Mutex<Books>,
    settled: Notify,
}

impl Ledger {
    pub(crate) fn new(usd: Option<f64>, most_requests: u32, prices: PriceTable) -> Self {
        let limit = usd.map(|usd| (usd.max(0.0) * DOLLAR) as Money);
        Ledger { limit, most_requests, prices, books: Mutex::default(), settled: Notify::new() }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn account(&self) -> Account {
        let books = self.books();
        let mut account = books.account.clone();
        account.usd = books.spent as f64 / DOLLAR;
        for (model, spent) in &books.by_model {
            if let Some(found) = account.models.get_mut(model) {
                found.usd = *spent as f64 / DOLLAR;
            }
        }
        account
    }

    pub(crate) fn refuse(&self, why: Refusal) {
        let mut books = self.books();
        *books.account.refused.entry(why.word()).or_default() += 1;
        books.account.timed_out += u32::from(why == Refusal::TimedOut);
    }

    pub(crate) fn rate_limited(&self) {
        self.books().account.rate_limited += 1;
    }

    pub(crate) fn masked(&self, secrets: u64) {
        self.books().account.masked += secrets;
    }

    /// Lets a request pass that can cost `most` tokens, as soon as the limit allows it.
    pub(crate) async fn admit(self: &Arc<Self>, model: &str, most: Usage) -> Result<Reservation, Refusal> {
        let most = self.prices.cost(model, most);
        loop {
            // Asked for before the look: an answer that comes in between is not missed.
            let settled = self.settled.notified();
            if let Some(answer) = self.try_admit(model, most) {
                return answer;
            }
            settled.await;
        }
    }

    fn try_admit(self: &Arc<Self>, model: &str, most: Money) -> Option<Result<Reservation, Refusal>> {
        let mut books = self.books();
        if books.account.requests >= self.most_requests {
            return Some(Err(Refusal::TooMany));
        }
        if let Some(limit) = self.limit {
            if books.spent >= limit {
                return Some(Err(Refusal::OutOfBudget));
            }
            let is_guess = books.dearest == 0;
            if books.on_the_way > 0 && (is_guess || books.spent + books.on_the_way >= limit) {
                return None;
            }
        }
        let most = most.max(books.dearest);
        books.on_the_way += most;
        books.account.requests += 1;
        Some(Ok(Reservation { ledger: Arc::clone(self), model: model.to_owned(), most, is_settled: false }))
    }
}

/// A request on its way. Dropped without an answer it costs nothing.
#[derive(Debug)]
pub(crate) struct Reservation {
    ledger: Arc<Ledger>,
    model: String,
    most: Money,
    is_settled: bool,
}

impl Reservation {
    /// Writes down what the answer cost.
    pub(crate) fn settle(mut self, usage: Usage, is_estimate: bool, model: Option<&str>) -> Money {
        // The name that was asked for decides the price: what answers is often dated, and not in the table.
        let name = match model {
            Some(model) if !self.ledger.prices.knows(&self.model) => model.to_owned(),
            _ => self.model.clone(),
        };
        let cost = self.ledger.prices.cost(&name, usage);
        let known = self.ledger.prices.knows(&name);
        {
            let mut books = self.ledger.books();
            if !known && !books.account.models.contains_key(&name) {
                let date = self.ledger.prices.date();
                tracing::warn!(
                    "the prices of {date} do not know `{name}`: it is counted as the dearest model"
                );
            }
            books.spent += cost;
            books.dearest = books.dearest.max(cost);
            books.account.estimated += u32::from(is_estimate);
            *books.by_model.entry(name.clone()).or_default() += cost;
            let account = books.account.models.entry(name).or_default();
            account.answers += 1;
            account.usage += usage;
            account.known = known;
        }
        self.release();
        cost
    }

    fn release(&mut self) {
        if !std::mem::replace(&mut self.is_settled, true) {
            self.ledger.books().on_the_way -= self.most;
            self.ledger.settled.notify_waiters();
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "date = \"x\"\n[models]\nm = { input = 1.0, output = 1.0 }";

    fn ledger(usd: f64) -> Arc<Ledger> {
        let table = toml::Value::Table(toml::from_str(TABLE).unwrap());
        let prices = PriceTable::free().with(table, "here").unwrap();
        Arc::new(Ledger::new(Some(usd), 1_000, prices))
    }

    fn tokens(input: u64) -> Usage {
        Usage { input, ..Usage::default() }
    }

    #[tokio::test]
    async fn above_the_limit_nothing_passes() {
        let ledger = ledger(0.001);
        let first = ledger.admit("m", tokens(900)).await.unwrap();
        first.settle(tokens(900), false, None);
        // Below the limit, and it may go over it: the one request more.
        let second = ledger.admit("m", tokens(5_000)).await.unwrap();
        second.settle(tokens(5_000), false, Some("m-2026"));
        assert_eq!(ledger.admit("m", tokens(1)).await.unwrap_err(), Refusal::OutOfBudget);
        ledger.refuse(Refusal::OutOfBudget);
        let account = ledger.account();
        assert!((account.usd - 0.0059).abs() < 1e-9 && account.is_out_of_budget(), "{account:?}");
        assert_eq!((account.models["m"].answers, account.models["m"].usage.input), (2, 5_900));
    }

    #[tokio::test]
    async fn side_by_side_only_so_many_pass_as_the_limit_can_bear() {
        let ledger = ledger(0.001);
        let first = ledger.admit("m", tokens(2_000)).await.unwrap();
        let waiting = tokio::spawn({
            let ledger = Arc::clone(&ledger);
            async move { ledger.admit("m", tokens(10)).await.map(|one| one.settle(tokens(10), false, None)) }
        });
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        assert!(!waiting.is_finished(), "it waits for what the first one costs");
        // Lost on the way: it costs nothing, and the next goes.
        drop(first);
        assert_eq!(waiting.await.unwrap(), Ok(10_000));
    }

    #[tokio::test]
    async fn what_a_request_does_not_show_is_learned_from_answers() {
        let ledger = ledger(0.01);
        let ask = || {
            let ledger = Arc::clone(&ledger);
            tokio::spawn(async move { ledger.admit("m", tokens(10)).await })
        };
        let first = ask().await.unwrap().unwrap();
        let others = [ask(), ask(), ask(), ask()];
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        assert!(others.iter().all(|other| !other.is_finished()), "nobody knows yet what one costs");
        first.settle(tokens(4_000), false, None);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let mut passed = Vec::new();
        for other in others.into_iter().filter(tokio::task::JoinHandle::is_finished) {
            passed.push(other.await.unwrap().unwrap());
        }
        assert_eq!(passed.len(), 2, "4,000 and twice 4,000 pass the limit of 10,000");
        for one in passed {
            one.settle(tokens(4_000), false, None);
        }
        assert_eq!(ledger.admit("m", tokens(1)).await.unwrap_err(), Refusal::OutOfBudget);
    }
}
