//! The model gateway: a reverse proxy on loopback that stands between one attempt of an agent and the
//! service of its model.
//!
//! Promises: the real key lives only here, the agent gets an address and a key that is worth nothing
//! elsewhere; only the calls of a model's API pass; every answer is counted, in tokens and money, and from
//! the limit on nothing passes any more; known secrets do not go out; answers are streamed and never held
//! as a whole. It ends with its [`Gateway`].

mod body;
mod error;
mod gateway;
mod ledger;
mod price;
mod protocol;
mod relay;
mod transcript;
mod usage;

pub use error::GatewayError;
pub use gateway::{Gateway, GatewayConfig, Upstream};
pub use ledger::{Account, ModelAccount};
pub use price::PriceTable;
pub use protocol::Protocol;
pub use usage::Usage;
