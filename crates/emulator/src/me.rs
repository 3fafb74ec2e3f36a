//! `/me`, with an auth token: starts a session, reads and updates the signed-in user, ends the
//! session. One `PUT` starts a session or updates the user, depending on its body.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cometchat_protocol::Action;
use cometchat_protocol::endpoint::API_VERSION;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use crate::apps::App;
use crate::auth::Session;
use crate::auth_tokens::device;
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::json_object::JsonObject;
use crate::response::{self, HandlerResult, Record};
use crate::route::{Access, ResponseSchema, Route};
use crate::store::user::User;
use crate::users::{changes, unset};
use crate::validation;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/me", get, "getMe", "Get the signed-in user")
            .access(Access::AuthToken)
            .response(ResponseSchema::Data("Session")),
        Route::put(
            "/me",
            put,
            "putMe",
            "Start a session, or update the signed-in user",
        )
        .access(Access::AuthToken)
        .request("OwnChanges")
        .response(ResponseSchema::Data("Session")),
        Route::delete("/me", delete, "deleteMe", "End the session").access(Access::AuthToken),
        Route::post(
            "/user_sessions",
            report,
            "reportUserSession",
            "Accept a client's report about its environment; it is not stored",
        )
        .access(Access::AuthToken)
        .request("Report"),
    ]
}

async fn get(
    State(emulator): State<Emulator>,
    session: Session,
    headers: HeaderMap,
) -> HandlerResult {
    let user = session.user(&emulator).await?;
    Ok(response::data(full(&emulator, &session, &headers, user)?))
}

async fn put(
    State(emulator): State<Emulator>,
    session: Session,
    headers: HeaderMap,
    body: JsonObject,
) -> HandlerResult {
    let mut draft = body.draft()?;
    // Nobody can change their own uid or role: both are ignored.
    draft.uid = Default::default();
    draft.role = Default::default();
    let unset = unset(&body)?;
    let device = device(&body)?;
    validation::check(&draft, Action::UpdateCurrent)?;
    let mut changes = changes(draft, unset, emulator.clock.now());
    changes.active = true;
    let user = emulator
        .store
        .update_session(&session.app.id, &session.token, changes, device)
        .await?;
    Ok(response::data(full(&emulator, &session, &headers, user)?))
}

async fn delete(State(emulator): State<Emulator>, session: Session) -> HandlerResult {
    let Session { app, token } = session;
    let now = emulator.clock.now();
    emulator.store.end_session(&app.id, &token, now).await?;
    Ok(response::done(
        "The user has been logged out successfully.".to_owned(),
    ))
}

/// The official JavaScript SDK sends this five seconds after signing in. An error would be an
/// unhandled rejection there, which ends a Node process.
async fn report(
    State(emulator): State<Emulator>,
    session: Session,
    _: JsonObject,
) -> HandlerResult {
    session.user(&emulator).await?;
    Ok(response::done("The report has been received.".to_owned()))
}

/// The signed-in user, with everything that a client needs for the session.
fn full(
    emulator: &Emulator,
    session: &Session,
    headers: &HeaderMap,
    user: User,
) -> Result<Record, ApiError> {
    let app = &session.app;
    let uid = user.uid.clone();
    let mut record = response::record(user)?;
    record.has_blocked_me = Some(false);
    record.blocked_by_me = Some(false);
    record.auth_token = Some(session.token.clone());
    // Clients reach the emulator again under the host name that they used for this request.
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .map_or_else(|| emulator.settings.address.clone(), str::to_owned);
    let jwt = emulator.jwt(app, &uid);
    let channel = json!({
        "identity": format!("[{}]{uid}", app.id),
        "secret": jwt,
        "service": host,
    });
    // From now on the client takes its hosts and the version from these settings.
    let settings = json!({
        "ADMIN_API_HOST": host,
        "CLIENT_API_HOST": host,
        "CHAT_API_VERSION": API_VERSION,
        "CHAT_HOST": host,
        "REGION": "emulator",
    });
    for (name, value) in [
        ("wsChannel", response::value(&channel)?),
        ("settings", response::value(&settings)?),
        ("jwt", response::value(&jwt)?),
    ] {
        record.other.insert(name.to_owned(), value);
    }
    Ok(record)
}

/// The lifetime that a JWT states, in seconds.
const JWT_SECONDS: i64 = 24 * 60 * 60;

impl Emulator {
    /// A JWT for a session. The emulator never reads one; it is signed so that a client that
    /// decodes it finds what it expects.
    fn jwt(&self, app: &App, uid: &str) -> String {
        let now = self.clock.now();
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({ "alg": "HS256", "typ": "JWT" }));
        let claims = part(json!({
            "iss": "cometchat-emulator",
            "sub": uid,
            "appId": app.id,
            "iat": now,
            "exp": now + JWT_SECONDS,
        }));
        let signed = format!("{head}.{claims}");
        // HMAC accepts keys of any length.
        let signature = Hmac::<Sha256>::new_from_slice(&self.settings.jwt_secret)
            .map(|mac| mac.chain_update(&signed).finalize().into_bytes().to_vec())
            .unwrap_or_default();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
