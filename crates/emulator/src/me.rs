//! `/me`, opened by an auth token: starting a session, reading and updating the signed-in user,
//! ending the session. One `PUT` serves the first and the third; only its body tells them apart.

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
use crate::clock;
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::reply::{self, Record, Reply};
use crate::routes::{Gives, OpenedBy, Route};
use crate::store::tokens;
use crate::store::users::{self, User};
use crate::users::{changes, unset};
use crate::validation;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/me", get, "getMe", "Get the signed-in user")
            .opened_by(OpenedBy::AuthToken)
            .gives(Gives::Data("Session")),
        Route::put(
            "/me",
            put,
            "putMe",
            "Start a session, or update the signed-in user",
        )
        .opened_by(OpenedBy::AuthToken)
        .takes("OwnChanges")
        .gives(Gives::Data("Session")),
        Route::delete("/me", delete, "deleteMe", "End the session").opened_by(OpenedBy::AuthToken),
        Route::post(
            "/user_sessions",
            report,
            "reportUserSession",
            "Take what a client tells of its surroundings; nothing is kept",
        )
        .opened_by(OpenedBy::AuthToken)
        .takes("Report"),
    ]
}

async fn get(State(emulator): State<Emulator>, session: Session, headers: HeaderMap) -> Reply {
    let user = session.user(&emulator).await?;
    Ok(reply::data(full(&emulator, &session, &headers, user)?))
}

async fn put(
    State(emulator): State<Emulator>,
    session: Session,
    headers: HeaderMap,
    fields: Fields,
) -> Reply {
    let mut draft = fields.draft()?;
    // Nobody can rename themselves or choose their own role: both are passed over.
    draft.uid = Default::default();
    draft.role = Default::default();
    let unset = unset(&fields)?;
    let device = device(&fields)?;
    validation::check(&draft, Action::UpdateCurrent)?;
    let mut changes = changes(draft, unset);
    changes.active = true;
    let (app_id, token) = (session.app.id.clone(), session.token.clone());
    let user = emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                let gone = || ApiError::SessionNotFound(token.clone());
                let user = tokens::session(connection, &app_id, &token).await?;
                let uid = user.ok_or_else(gone)?.uid;
                if !device.is_empty() {
                    tokens::describe(connection, &app_id, &token, device).await?;
                }
                users::update(connection, &app_id, &uid, changes)
                    .await?
                    .ok_or_else(gone)
            })
        })
        .await?;
    Ok(reply::data(full(&emulator, &session, &headers, user)?))
}

async fn delete(State(emulator): State<Emulator>, session: Session) -> Reply {
    let Session { app, token } = session;
    emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                let user = tokens::session(connection, &app.id, &token).await?;
                let user = user.ok_or_else(|| ApiError::SessionNotFound(token.clone()))?;
                tokens::delete(connection, &app.id, &user.uid, &token).await?;
                users::set_offline(connection, &app.id, &user.uid).await
            })
        })
        .await?;
    Ok(reply::done(
        "The user has been logged out successfully.".to_owned(),
    ))
}

/// The official JavaScript SDK sends this five seconds after signing in. A refusal would be a
/// rejection that nobody handles there, which ends a program in Node.
async fn report(State(emulator): State<Emulator>, session: Session, _: Fields) -> Reply {
    session.user(&emulator).await?;
    Ok(reply::done("The report has been received.".to_owned()))
}

/// The signed-in user with all that its client needs for the session.
fn full(
    emulator: &Emulator,
    session: &Session,
    headers: &HeaderMap,
    user: User,
) -> Result<Record, ApiError> {
    let app = &session.app;
    let uid = user.uid.clone();
    let mut record = reply::record(user)?;
    record.has_blocked_me = Some(false);
    record.blocked_by_me = Some(false);
    record.auth_token = Some(session.token.clone());
    // The name by which the client reached us is the one by which it will reach us again.
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
    // A client that finds settings takes its hosts and the version from there from now on.
    let settings = json!({
        "ADMIN_API_HOST": host,
        "CLIENT_API_HOST": host,
        "CHAT_API_VERSION": API_VERSION,
        "CHAT_HOST": host,
        "REGION": "emulator",
    });
    for (name, value) in [
        ("wsChannel", reply::value(&channel)?),
        ("settings", reply::value(&settings)?),
        ("jwt", reply::value(&jwt)?),
    ] {
        record.other.insert(name.to_owned(), value);
    }
    Ok(record)
}

/// How long a web token says that it is valid, in seconds.
const JWT_SECONDS: i64 = 24 * 60 * 60;

impl Emulator {
    /// A web token for a session. The emulator itself never reads one; it is signed so that a
    /// client that looks inside finds what it expects.
    fn jwt(&self, app: &App, uid: &str) -> String {
        let now = clock::now();
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
        // HMAC takes a key of any length.
        let signature = Hmac::<Sha256>::new_from_slice(&self.settings.jwt_secret)
            .map(|mac| mac.chain_update(&signed).finalize().into_bytes().to_vec())
            .unwrap_or_default();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
