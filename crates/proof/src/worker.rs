//! What a run is told of the place that it has among the runs side by side.
//!
//! Checkouts, scratch and TMPDIR are each run's own anyway. Ports belong to the machine: a test that listens
//! on a fixed one collides with itself, unless it asks here.

use std::collections::BTreeMap;

/// The first port of the first worker: below those that Linux hands out by itself (32768 and above).
const FIRST_PORT: usize = 20_000;
/// Ports of each worker.
const PORTS: usize = 100;

/// Variables for a worker's runs: its number from zero on, and the first of a hundred ports that no other
/// worker uses.
#[must_use]
pub fn worker_variables(worker: usize) -> BTreeMap<String, String> {
    let port = FIRST_PORT + worker.min(MOST - 1) * PORTS;
    BTreeMap::from([
        ("REGREEN_WORKER".to_owned(), worker.to_string()),
        ("REGREEN_WORKER_PORT".to_owned(), port.to_string()),
    ])
}

/// Workers for which there are ports; no machine runs as many tests at once.
const MOST: usize = (32_768 - FIRST_PORT) / PORTS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_workers_share_a_port() {
        let port = |worker| worker_variables(worker)["REGREEN_WORKER_PORT"].parse::<u32>().unwrap();
        assert!((0..64).all(|worker| port(worker + 1) - port(worker) == 100));
        assert!(port(10_000) + 100 <= 32_768);
        assert_eq!(worker_variables(3)["REGREEN_WORKER"], "3");
    }
}
