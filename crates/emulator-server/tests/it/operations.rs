//! The changes that are tried while the database fails, and how one sees whether they happened.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use cometchat_emulator::{AppConfig, Config, Emulator, app};
use cometchat_emulator_server::start::{self, Database};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::Service;

const KEY: &str = "rest-api-key";

/// Longer than any request may take while the database fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// An emulator in this process, asked without a network.
pub struct Client {
    emulator: Emulator,
    router: Router,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Done(Value),
    /// The reply says that nothing was changed.
    Refused,
    /// The reply says that nobody knows.
    Unknown,
    /// There was no reply in time.
    Hung,
}

impl Client {
    pub async fn open(database_url: &str) -> Result<Self, String> {
        let config = Config {
            apps: vec![AppConfig {
                id: "app".to_owned(),
                auth_key: Some("auth-key".to_owned()),
                rest_api_key: Some(KEY.to_owned()),
            }],
            seed: false,
            ..Config::default()
        };
        let emulator = start::start(config, &Database::at(database_url)).await;
        let emulator = emulator.map_err(|error| error.to_string())?;
        let router = app::router(emulator.clone());
        Ok(Client { emulator, router })
    }

    pub async fn close(self) {
        drop(self.router);
        self.emulator.close().await;
    }

    pub async fn ask(&self, asked: &Asked) -> Outcome {
        let request = Request::builder()
            .method(asked.method)
            .uri(&asked.path)
            .header("host", "127.0.0.1")
            .header("appId", "app");
        let request = match asked.token {
            Some(token) => request.header("authToken", token),
            None => request.header("apiKey", KEY),
        };
        let body = match &asked.body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        let reply = async {
            let call = self
                .router
                .clone()
                .call(request.body(body).expect("a request"));
            let response = call.await.unwrap_or_else(|never| match never {});
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.expect("a body");
            let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
            (status, text)
        };
        match tokio::time::timeout(PATIENCE, reply).await {
            Err(_) => Outcome::Hung,
            Ok((200, text)) => {
                let body: Value = serde_json::from_str(&text).expect("JSON");
                Outcome::Done(body["data"].clone())
            }
            Ok((500, text)) if text.contains("outcome is unknown") => Outcome::Unknown,
            Ok((500, text)) if text.contains("did not carry it out") => Outcome::Refused,
            Ok((404, _)) if asked.method == "GET" => Outcome::Done(Value::Null),
            Ok((status, text)) => panic!("{} {}: {status} {text}", asked.method, asked.path),
        }
    }

    /// What a request finds; nothing where it says 404.
    pub async fn find(&self, path: &str) -> Value {
        match self.ask(&asked("GET", path, Value::Null)).await {
            Outcome::Done(found) => found,
            other => panic!("GET {path}: {other:?}"),
        }
    }

    pub async fn done(&self, asked: &Asked) {
        let outcome = self.ask(asked).await;
        assert!(
            matches!(outcome, Outcome::Done(_)),
            "{asked:?}: {outcome:?}"
        );
    }

    async fn has(&self, uid: &str) -> bool {
        !self.find(&format!("/v3/users/{uid}")).await.is_null()
    }

    async fn tagged(&self, tag: &str) -> usize {
        let found = self.find(&format!("/v3/users?tags={tag}")).await;
        found.as_array().map_or(0, Vec::len)
    }

    async fn tokens(&self, uid: &str) -> usize {
        let found = self.find(&format!("/v3/users/{uid}/auth_tokens")).await;
        found.as_array().map_or(0, Vec::len)
    }
}

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Asked {
    method: &'static str,
    path: String,
    body: Value,
    token: Option<&'static str>,
}

pub fn asked(method: &'static str, path: &str, body: Value) -> Asked {
    Asked {
        method,
        path: path.to_owned(),
        body,
        token: None,
    }
}

/// A creation of one row, or with the tag `late`.
pub fn creation(uid: &str, tagged: bool) -> Asked {
    let tags = if tagged { json!(["late"]) } else { Value::Null };
    let body = json!({ "uid": uid, "name": "Late", "tags": tags });
    asked("POST", "/v3/users", body)
}

/// All that is there before an operation: some active users, one with tags and tokens, and some
/// deactivated ones.
pub async fn prepare(client: &Client) {
    let user = |uid: &str| json!({ "uid": uid, "name": uid, "tags": ["old"] });
    let mut users: Vec<_> = ["one", "two", "three", "gone", "away"].map(user).into();
    users[3]["deactivatedAt"] = json!(1);
    users[4]["deactivatedAt"] = json!(1);
    let token = json!({ "uid": "one", "authToken": TOKEN, "createdAt": 1 });
    let state = json!({
        "version": 1,
        "apps": [{ "appId": "app", "users": users, "authTokens": [token] }],
    });
    client
        .done(&asked("PUT", "/__emulator/snapshot", state))
        .await;
}

const TOKEN: &str = "one_1700000000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Names of the operations, in the order of the table.
pub const NAMES: &[&str] = &[
    "create, one row",
    "create, with tags",
    "create, with a token",
    "update",
    "update, with tags",
    "delete",
    "deactivate many",
    "reactivate many",
    "make a token",
    "end all tokens",
    "block many",
    "PUT /me",
    "DELETE /me",
    "snapshot import",
    "seed",
    "reset",
];

/// The request of an operation.
pub fn operation(name: &str) -> Asked {
    let session = |method, body| Asked {
        token: Some(TOKEN),
        ..asked(method, "/v3/me", body)
    };
    match name {
        "create, one row" => asked("POST", "/v3/users", json!({ "uid": "new", "name": "New" })),
        "create, with tags" => asked(
            "POST",
            "/v3/users",
            json!({ "uid": "new", "name": "New", "tags": ["fresh", "other"] }),
        ),
        "create, with a token" => asked(
            "POST",
            "/v3/users",
            json!({ "uid": "new", "name": "New", "withAuthToken": true }),
        ),
        "update" => asked("PUT", "/v3/users/one", json!({ "name": "Changed" })),
        "update, with tags" => asked(
            "PUT",
            "/v3/users/one",
            json!({ "name": "Changed", "tags": ["fresh", "other"] }),
        ),
        "delete" => asked("DELETE", "/v3/users/one", json!({ "permanent": true })),
        "deactivate many" => asked(
            "DELETE",
            "/v3/users",
            json!({ "uidsToDeactivate": ["one", "two", "three"] }),
        ),
        "reactivate many" => asked(
            "PUT",
            "/v3/users",
            json!({ "uidsToActivate": ["gone", "away"] }),
        ),
        "make a token" => asked("POST", "/v3/users/one/auth_tokens", Value::Null),
        "end all tokens" => asked("DELETE", "/v3/users/one/auth_tokens", Value::Null),
        "block many" => asked(
            "POST",
            "/v3/users/one/blockedusers",
            json!({ "blockedUids": ["two", "three"] }),
        ),
        "PUT /me" => session("PUT", json!({ "statusMessage": "Hi", "platform": "WEB" })),
        "DELETE /me" => session("DELETE", Value::Null),
        "snapshot import" => {
            let users: Vec<_> = (1..=10)
                .map(
                    |number| json!({ "uid": format!("in-{number}"), "name": "In", "tags": ["in"] }),
                )
                .collect();
            let state = json!({ "version": 1, "apps": [{ "appId": "app", "users": users }] });
            asked("PUT", "/__emulator/snapshot", state)
        }
        "seed" => asked("POST", "/__emulator/seed", json!({ "count": 20 })),
        "reset" => asked("POST", "/__emulator/reset", json!({})),
        other => panic!("no operation {other}"),
    }
}

/// Whether an operation has happened, by each of the traces that it leaves: all, or none.
pub async fn traces(client: &Client, name: &str) -> Vec<bool> {
    let one = client.find("/v3/users/one").await;
    match name {
        "create, one row" => vec![client.has("new").await],
        "create, with tags" => vec![
            client.has("new").await,
            client.tagged("fresh").await == 1,
            client.tagged("other").await == 1,
        ],
        "create, with a token" => vec![client.has("new").await, client.tokens("new").await == 1],
        "update" => vec![one["name"] == "Changed"],
        "update, with tags" => vec![
            one["name"] == "Changed",
            client.tagged("fresh").await == 1,
            client.tagged("old").await == 2,
        ],
        "delete" => vec![one.is_null(), client.tagged("old").await == 2],
        "deactivate many" => vec![
            one.is_null(),
            !client.has("two").await,
            !client.has("three").await,
        ],
        "reactivate many" => vec![client.has("gone").await, client.has("away").await],
        "make a token" => vec![client.tokens("one").await == 2],
        "end all tokens" => vec![client.tokens("one").await == 0],
        "block many" => {
            let blocked = client.find("/v3/users/one/blockedusers").await.to_string();
            ["two", "three"]
                .map(|uid| blocked.contains(&format!("\"uid\":\"{uid}\"")))
                .to_vec()
        }
        "PUT /me" => vec![
            one["statusMessage"] == "Hi",
            client.find("/v3/users/one/auth_tokens").await[0]["platform"] == "WEB",
        ],
        "DELETE /me" => vec![
            client.tokens("one").await == 0,
            !one["lastActiveAt"].is_null(),
        ],
        "snapshot import" => vec![
            one.is_null(),
            client.has("in-1").await,
            client.has("in-10").await,
            client.tagged("in").await == 10,
        ],
        "seed" => vec![client.has("user-1").await, client.has("user-20").await],
        "reset" => vec![
            one.is_null(),
            !client.has("two").await,
            !client.has("three").await,
        ],
        other => panic!("no operation {other}"),
    }
}

/// What trials of one operation have found.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub faults: usize,
    pub lost: usize,
    pub phantoms: usize,
    pub hangs: usize,
}

impl Tally {
    /// Judges a reply by what is there: `None` means a part of it.
    pub fn judge(&mut self, outcome: &Outcome, there: Option<bool>) {
        match (outcome, there) {
            (Outcome::Hung, _) => self.hangs += 1,
            (Outcome::Done(_), Some(true))
            | (Outcome::Refused, Some(false))
            | (Outcome::Unknown, Some(_)) => {}
            (Outcome::Done(_), _) => self.lost += 1,
            (Outcome::Refused | Outcome::Unknown, _) => self.phantoms += 1,
        }
    }
}

/// All, none, or a part.
pub fn there(traces: &[bool]) -> Option<bool> {
    traces
        .iter()
        .all(|trace| *trace == traces[0])
        .then_some(traces[0])
}
