//! The emulator's engine as a WebAssembly module: JavaScript gives it requests, the time and a way
//! to wait, and gets responses.

mod config;
mod exchange;
mod host;
mod log;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use cometchat_emulator::store::memory::MemoryStore;
use cometchat_emulator::{Emulator, app};
use futures_util::FutureExt;
use js_sys::Promise;
use tracing::Dispatch;
use tracing::instrument::WithSubscriber;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use host::{GivenHost, JsHost};

#[wasm_bindgen(typescript_custom_section)]
const TYPINGS: &str = r#"
export interface EngineConfig {
  apps: { id: string; authKey?: string; restApiKey?: string }[];
  /** What the auth key may do: create and update users and create auth tokens (the default), create users and auth tokens, or create auth tokens. */
  authKeyScope?: "all" | "create" | "tokens";
  /** Whether apps start with the service's sample users, also after a reset. */
  seed?: boolean;
  /** The service's own limits (`true`), none (`false`, the default), or others, per app and minute. */
  rateLimits?: boolean | { core: number; standard: number };
  /** More host names under which the engine's own routes answer. */
  controlHosts?: string[];
  /** The host that clients are told of whose requests name none. */
  address?: string;
  /** Whether there is a demo page, which asks for `/config.json`. */
  page?: boolean;
}

export interface EngineHost {
  /** Milliseconds since 1970. */
  now(): number;
  delay(ms: number): Promise<void>;
  /** Takes an entry of the log: `level`, `message` and the entry's own fields. */
  log?(entry: { level: string; message: string; [field: string]: unknown }): void;
  /** Takes the message of a panic: no engine of this module can be called after it. */
  panicked?(message: string): void;
}

export interface EngineResponse {
  status: number;
  /** Names and values in turn. */
  headers: string[];
  body: Uint8Array<ArrayBuffer>;
  /** `hangup`: nothing is sent, the connection closes. `stall`: `body` is the first half, and nothing follows. */
  ending: "complete" | "hangup" | "stall";
}
"#;

/// An emulator that keeps its state in memory.
#[wasm_bindgen]
pub struct Engine {
    emulator: Emulator,
    router: Router,
    log: Option<Dispatch>,
}

#[wasm_bindgen]
impl Engine {
    /// # Errors
    /// An `Error` that says what is wrong with the configuration.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "EngineConfig")] config: JsValue,
        #[wasm_bindgen(unchecked_param_type = "EngineHost")] host: JsHost,
    ) -> Result<Engine, JsError> {
        host::report_panics(&host);
        let config = config::read(config).map_err(|error| JsError::new(&error))?;
        let log = log::to(&host);
        let opening = Emulator::open(
            config,
            Arc::new(MemoryStore::new()),
            Arc::new(GivenHost::new(host)),
        );
        // Nothing in memory has to be waited for.
        let opened = opening.now_or_never();
        let opened = opened.ok_or_else(|| JsError::new("the engine did not start at once"))?;
        let emulator = opened.map_err(|error| JsError::new(&error.to_string()))?;
        Ok(Engine {
            router: app::router_with_document(emulator.clone(), document),
            emulator,
            log,
        })
    }

    #[wasm_bindgen(unchecked_return_type = "Promise<EngineResponse>")]
    /// Answers a request. `url` is the path and the query, `headers` names and values in turn, one on
    /// each line: each text that goes into the module alone takes time.
    pub fn handle(&self, method: &str, url: &str, headers: &str, body: Option<Vec<u8>>) -> Promise {
        let answer = exchange::answer(self.router.clone(), method, url, headers, body);
        match &self.log {
            Some(log) => settle(answer.with_subscriber(log.clone())),
            None => settle(answer),
        }
    }

    /// Ends what still waits, such as a delay that a fault asked for.
    pub fn stop(&self) {
        self.emulator.stopping.cancel();
    }
}

/// The OpenAPI document, as the build made it: what makes it is a tenth of the module.
fn document() -> Bytes {
    Bytes::from_static(include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json")))
}

/// Nearly every request is answered at once, and needs no turn of the event loop.
fn settle(answer: impl Future<Output = JsValue> + 'static) -> Promise {
    let mut answer = Box::pin(answer);
    match (&mut answer).now_or_never() {
        Some(response) => Promise::resolve(&response),
        None => future_to_promise(answer.map(Ok)),
    }
}
