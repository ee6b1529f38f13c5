//! The gateway's life: bound to loopback, served by a thread of its own, gone with its value.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use http::Uri;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use regreen_case::Redactor;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use crate::ledger::{Account, Ledger};
use crate::price::PriceTable;
use crate::relay::Relay;
use crate::transcript::Transcript;
use crate::{GatewayError, protocol};

/// Connections at the same time; what comes beyond them waits.
const MOST_CONNECTIONS: usize = 32;
/// Longest that a connection may take to say what it wants.
const HEADERS_WITHIN: Duration = Duration::from_secs(30);

/// The service of a model.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// Where it is, such as `https://api.example.com`; a path is put before the agent's.
    pub address: String,
    /// Its real key; none for a model of one's own.
    pub key: Option<String>,
}

/// What a gateway is told.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Where the answers come from.
    pub upstream: Upstream,
    /// Most US dollars; nothing passes from there on.
    pub usd: Option<f64>,
    /// Most requests.
    pub requests: u32,
    /// What tokens cost.
    pub prices: PriceTable,
    /// Where the transcript goes.
    pub transcript: Option<PathBuf>,
    /// Masks what must not go out, nor into the transcript.
    pub redactor: Arc<Redactor>,
    /// How often a request is tried again when the service asks for patience.
    pub retries: u32,
    /// Longest wait for the beginning of an answer.
    pub patience: Duration,
}

impl GatewayConfig {
    /// With usual limits: 2,000 requests, 2 retries, 10 minutes to the beginning of an answer, no limit of
    /// money and no transcript.
    #[must_use]
    pub fn new(upstream: Upstream, prices: PriceTable) -> Self {
        GatewayConfig {
            upstream,
            usd: None,
            requests: 2_000,
            prices,
            transcript: None,
            redactor: Arc::default(),
            retries: 2,
            patience: Duration::from_secs(600),
        }
    }
}

/// The service as requests are sent to it.
#[derive(Clone)]
pub(crate) struct Target {
    scheme: http::uri::Scheme,
    authority: http::uri::Authority,
    /// Without a slash at its end.
    path: String,
    pub(crate) key: Option<String>,
}

impl Target {
    fn of(upstream: &Upstream) -> Result<Self, GatewayError> {
        let bad = |detail: &str| GatewayError::BadAddress {
            address: upstream.address.clone(),
            detail: detail.to_owned(),
        };
        let uri: Uri =
            upstream.address.parse().map_err(|error: http::uri::InvalidUri| bad(&error.to_string()))?;
        let parts = uri.into_parts();
        let scheme = parts.scheme.ok_or_else(|| bad("it has no scheme"))?;
        if !["http", "https"].contains(&scheme.as_str()) {
            return Err(bad("it is neither http nor https"));
        }
        let authority = parts.authority.ok_or_else(|| bad("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(bad("a key belongs elsewhere"));
        }
        let path = parts.path_and_query.map(|path| path.path().trim_end_matches('/').to_owned());
        let key = upstream.key.clone().filter(|key| !key.is_empty());
        if key.as_deref().is_some_and(|key| protocol::key_value("Bearer ", key).is_none()) {
            return Err(GatewayError::BadKey);
        }
        Ok(Target { scheme, authority, path: path.unwrap_or_default(), key })
    }

    /// The folder of the service. Many give an address with the `v1` that agents say as well.
    fn folder(&self, asked: &str) -> &str {
        let first = asked.trim_start_matches('/').split('/').next().unwrap_or_default();
        match self.path.rsplit_once('/') {
            Some((before, last)) if last == first => before,
            _ => &self.path,
        }
    }

    /// Where a request of the agent goes. Its query goes along, but for a key in it.
    pub(crate) fn uri(&self, asked: &Uri) -> Option<Uri> {
        let query = asked.query().unwrap_or_default().split('&').filter(|part| !part.starts_with("key="));
        let query: Vec<&str> = query.filter(|part| !part.is_empty()).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(format!("{}{}{query}", self.folder(asked.path()), asked.path()))
            .build()
            .ok()
    }
}

/// A running gateway. Dropping it ends it, with every request that is on its way.
pub struct Gateway {
    address: SocketAddr,
    ticket: String,
    ledger: Arc<Ledger>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Neither the key nor the ticket.
impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Gateway {
    /// Starts one on a free port of loopback.
    ///
    /// # Errors
    /// A wrong address, key or transcript, or no port.
    pub fn start(config: GatewayConfig) -> Result<Self, GatewayError> {
        let target = Target::of(&config.upstream)?;
        let ticket = random_ticket()?;
        let ledger = Arc::new(Ledger::new(config.usd, config.requests, config.prices));
        let transcript = Transcript::new(config.transcript.as_deref(), Arc::clone(&config.redactor))?;
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(GatewayError::io("read the system's certificates"))?
            .https_or_http()
            .enable_http1()
            .build();
        let relay = Arc::new(Relay {
            client: Client::builder(TokioExecutor::new()).build(connector),
            target,
            ticket: ticket.clone(),
            ledger: Arc::clone(&ledger),
            transcript: Arc::new(transcript),
            redactor: config.redactor,
            retries: config.retries,
            patience: config.patience,
        });
        let listener =
            std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(GatewayError::io("bind"))?;
        listener.set_nonblocking(true).map_err(GatewayError::io("set up its port"))?;
        let address = listener.local_addr().map_err(GatewayError::io("ask for its port"))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(GatewayError::io("start its runtime"))?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("gateway".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = serve(listener, relay) => {}
                        _ = stopped => {}
                    }
                });
            })
            .map_err(GatewayError::io("start its thread"))?;
        Ok(Gateway { address, ticket, ledger, stop: Some(stop), thread: Some(thread) })
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What an agent takes for the address of its service.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What an agent takes for its key. Worth nothing but here, and nothing once the gateway is gone.
    #[must_use]
    pub fn ticket(&self) -> &str {
        &self.ticket
    }

    /// What passed so far.
    #[must_use]
    pub fn account(&self) -> Account {
        self.ledger.account()
    }

    /// Ends it and says what passed, cut off answers included.
    #[must_use]
    pub fn stop(mut self) -> Account {
        self.end();
        self.ledger.account()
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.end();
    }
}

/// Shaped as agents expect a key: some look at its beginning before they send it.
fn random_ticket() -> Result<String, GatewayError> {
    let mut bytes = [0u8; 24];
    getrandom::fill(&mut bytes)
        .map_err(|error| GatewayError::io("draw random numbers")(std::io::Error::other(error)))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("sk-ant-regreen-{text}"))
}

async fn serve(listener: std::net::TcpListener, relay: Arc<Relay>) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!("the gateway to the model cannot listen: {error}");
            return;
        }
    };
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, most likely: it passes.
                tracing::debug!("the gateway to the model cannot accept: {error}");
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let relay = Arc::clone(&relay);
        tokio::spawn(async move {
            let _place = place;
            let handle = service_fn(move |request| {
                let relay = Arc::clone(&relay);
                async move { Ok::<_, std::convert::Infallible>(relay.handle(request).await) }
            });
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADERS_WITHIN)
                .serve_connection(TokioIo::new(stream), handle);
            if let Err(error) = served.await {
                tracing::debug!("a connection to the gateway ended: {error}");
            }
        });
    }
}

#[cfg(test)]
mod tests;
