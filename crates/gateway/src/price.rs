//! What tokens cost: a table of data, dated, which the user may extend and correct.
//!
//! Promises: money is counted in whole billionths of a dollar, so that sums do not drift; a model that the
//! table does not know costs as much as the dearest that it knows, so that a limit holds.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{GatewayError, Usage};

/// Billionths of a dollar.
pub(crate) type Money = u64;

const TABLE: &str = include_str!("../data/prices.toml");

/// US dollars for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    input: f64,
    output: f64,
    /// Read from the model's cache; as input when it is not said.
    cached: Option<f64>,
    /// Written into it; as input when it is not said.
    cache_written: Option<f64>,
    /// From so many tokens of input on, cached ones included, the long prices hold.
    long_above: Option<u64>,
    long_input: Option<f64>,
    long_output: Option<f64>,
}

impl Price {
    /// The price that holds for this much input.
    fn at(self, input: u64) -> Price {
        if self.long_above.is_none_or(|above| input <= above) {
            return self;
        }
        let long = self.long_input.unwrap_or(self.input);
        // With nothing to grow from, the cache costs what the input does.
        let grown = |usd: f64| if self.input > 0.0 { usd * long / self.input } else { long };
        Price {
            input: long,
            output: self.long_output.unwrap_or(self.output),
            cached: self.cached.map(grown),
            cache_written: self.cache_written.map(grown),
            long_above: None,
            ..self
        }
    }
}

/// What is in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Day on which the prices were looked up.
    date: String,
    #[serde(default)]
    models: BTreeMap<String, Price>,
}

/// Prices by the beginnings of models' names.
#[derive(Debug, Clone)]
pub struct PriceTable {
    date: String,
    models: BTreeMap<String, Price>,
    /// What it does not know costs nothing.
    unknown_free: bool,
}

impl PriceTable {
    /// The table that comes with the program.
    ///
    /// # Errors
    /// Never with the table as it is; a test reads it.
    pub fn built_in() -> Result<Self, GatewayError> {
        let place = "that come with the program";
        let table = toml::from_str::<toml::Table>(TABLE).map_err(|error| GatewayError::BadPrices {
            place: place.to_owned(),
            detail: error.message().to_owned(),
        })?;
        PriceTable::read(toml::Value::Table(table), place)
    }

    /// Nothing costs anything: a model of one's own.
    #[must_use]
    pub fn free() -> Self {
        PriceTable { date: String::new(), models: BTreeMap::new(), unknown_free: true }
    }

    /// The same table for a machine of one's own, where what the table does not know costs nothing.
    #[must_use]
    pub fn with_unknown_free(mut self) -> Self {
        self.unknown_free = true;
        self
    }

    /// The same table with a user's own prices over it: `date`, and a table of `models`.
    ///
    /// # Errors
    /// [`GatewayError::BadPrices`].
    pub fn with(mut self, prices: toml::Value, place: &str) -> Result<Self, GatewayError> {
        let own = PriceTable::read(prices, place)?;
        self.models.extend(own.models);
        self.date = own.date;
        self.unknown_free = false;
        Ok(self)
    }

    fn read(prices: toml::Value, place: &str) -> Result<Self, GatewayError> {
        let bad = |detail: String| GatewayError::BadPrices { place: place.to_owned(), detail };
        let table: Table =
            prices.try_into().map_err(|error: toml::de::Error| bad(error.message().to_owned()))?;
        for (model, price) in &table.models {
            let long = [price.long_input, price.long_output];
            let all = [Some(price.input), Some(price.output), price.cached, price.cache_written];
            let all = all.into_iter().chain(long);
            if all.flatten().any(|usd| !(0.0..=100_000.0).contains(&usd)) {
                return Err(bad(format!("`{model}` has a price that is none")));
            }
        }
        Ok(PriceTable { date: table.date, models: table.models, unknown_free: false })
    }

    /// Day on which the prices were looked up; empty when nothing costs anything.
    pub(crate) fn date(&self) -> &str {
        &self.date
    }

    /// Whether the table knows the model.
    #[must_use]
    pub(crate) fn knows(&self, model: &str) -> bool {
        self.unknown_free || self.of(model).is_some()
    }

    /// The price with the longest name that the model's is a version of. Providers put their own name
    /// before it, as in `anthropic/claude-…`.
    fn of(&self, model: &str) -> Option<Price> {
        let plain = model.rsplit('/').next().unwrap_or(model);
        let fits = |name: &str| plain.strip_prefix(name).is_some_and(is_version);
        let fitting = self.models.iter().filter(|(name, _)| fits(name));
        fitting.max_by_key(|(name, _)| name.len()).map(|(_, price)| *price)
    }

    fn dearest(&self) -> Option<Price> {
        let largest = |pick: fn(&Price) -> f64| self.models.values().map(pick).fold(0.0, f64::max);
        (!self.models.is_empty()).then(|| Price {
            input: largest(|price| price.input.max(price.long_input.unwrap_or(0.0))),
            output: largest(|price| price.output.max(price.long_output.unwrap_or(0.0))),
            cached: None,
            cache_written: Some(largest(|price| price.cache_written.unwrap_or(price.input))),
            long_above: None,
            long_input: None,
            long_output: None,
        })
    }

    /// What an answer costs.
    pub(crate) fn cost(&self, model: &str, usage: Usage) -> Money {
        let unknown = || if self.unknown_free { None } else { self.dearest() };
        let Some(price) = self.of(model).or_else(unknown) else { return 0 };
        let price = price.at(usage.input + usage.cached + usage.cache_written);
        let part = |tokens: u64, usd: f64| (tokens as f64 * usd * 1_000.0).ceil() as Money;
        part(usage.input, price.input)
            + part(usage.cached, price.cached.unwrap_or(price.input))
            + part(usage.cache_written, price.cache_written.unwrap_or(price.input))
            + part(usage.output, price.output)
    }
}

/// Whether what stands behind a model's name says only which version of it: a day, `latest`, `preview`. A
/// `pro` or a `.2` is another model, at another price.
fn is_version(rest: &str) -> bool {
    // One digit alone is the number of another model, as the second one of `claude-opus-4-5`.
    let is_number = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_one = |word: &str| matches!(word, "" | "latest" | "preview" | "exp") || is_number(word);
    let mut words = rest.split(['-', '@', ':']);
    words.next() == Some("") && words.all(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PriceTable, GatewayError> {
        PriceTable::free().with(toml::Value::Table(toml::from_str(text).unwrap()), "prices.toml")
    }

    #[test]
    fn a_price_is_that_of_the_longest_name() {
        let table = read(
            "date = \"2025-11-01\"\n[models]\n\"m\" = { input = 1.0, output = 2.0 }\n\"m-large\" = { input = 10.0, output = 20.0, cached = 1.0 }\n",
        )
        .unwrap();
        let million = Usage { input: 1_000_000, ..Usage::default() };
        assert_eq!(table.cost("m-latest", million), 1_000_000_000);
        assert_eq!(table.cost("vendor/m-large-20261122", million), 10_000_000_000);
        assert_eq!(table.cost("m-large@2026-11-22", million), 10_000_000_000);
        for other in ["m-pro", "m.2", "m2", "m-5", "m-large-codex-latest"] {
            assert!(!table.knows(other), "{other} is another model");
        }
        let cached = Usage { cached: 1_000_000, ..Usage::default() };
        assert_eq!((table.cost("m-large", cached), table.cost("m", cached)), (1_000_000_000, 1_000_000_000));
        let long = read(
            "date = \"x\"\n[models]\nm = { input = 1.0, output = 2.0, cached = 0.1, long_above = 10, long_input = 2.0, long_output = 3.0 }",
        )
        .unwrap();
        let usage = Usage { input: 5, cached: 5, output: 1, ..Usage::default() };
        assert_eq!(long.cost("m", usage), 5_000 + 500 + 2_000);
        assert_eq!(long.cost("m", Usage { input: 6, ..usage }), 12_000 + 1_000 + 3_000);
        assert!(!table.knows("unheard-of"));
        assert_eq!(table.cost("unheard-of", million), 10_000_000_000, "as the dearest");
        assert_eq!(PriceTable::free().cost("m", million), 0);
    }

    #[test]
    fn the_table_that_comes_along_is_read() {
        let table = PriceTable::built_in().unwrap();
        assert!(table.knows("claude-sonnet-4-5-20250929") && table.knows("gpt-5-mini"));
        assert!(table.knows("claude-opus-4-20250514") && !table.knows("gpt-5-pro"));
        assert_eq!(table.date().len(), 10);
    }

    #[test]
    fn a_table_that_is_none_is_refused() {
        let with = |text: &str| read(text).unwrap_err().to_string();
        assert!(with("date = 1").contains("prices.toml"));
        assert!(with("date = \"x\"\n[models]\nm = { input = -1.0, output = 1.0 }").contains("`m`"));
        assert!(with("date = \"x\"\n[models]\nm = { input = 1.0 }").contains("output"));
    }
}
