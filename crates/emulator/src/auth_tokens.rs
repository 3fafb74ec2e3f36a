//! `/users/{uid}/auth_tokens`: create, list, get, update, delete, and flush.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::IntoResponse;
use cometchat_protocol::limits;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::auth::{Key, Permission};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::json_object::JsonObject;
use crate::pagination::{Meta, Page};
use crate::path::{PathToken, Uid};
use crate::response::{self, HandlerResult};
use crate::route::{Access, ResponseSchema, Route};
use crate::secret;
use crate::store::token::{Device, Token};
use crate::validation::{FieldErrors, not_text};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/users/{uid}/auth_tokens",
            create,
            "createAuthToken",
            "Create an auth token",
        )
        .access(Access::AnyKey)
        .request("NewAuthToken")
        .response(ResponseSchema::Data("AuthToken"))
        .errors(&[404]),
        Route::get(
            "/users/{uid}/auth_tokens",
            list,
            "listAuthTokens",
            "List a user's auth tokens, newest first",
        )
        .access(Access::RestApiKey)
        .query(&["perPage", "page"])
        .response(ResponseSchema::Bare("AuthTokenPage"))
        .errors(&[404]),
        Route::delete(
            "/users/{uid}/auth_tokens",
            flush,
            "flushAuthTokens",
            "Delete all auth tokens of a user",
        )
        .access(Access::RestApiKey)
        .errors(&[404]),
        Route::get(
            "/users/{uid}/auth_tokens/{authToken}",
            get,
            "getAuthToken",
            "Get an auth token",
        )
        .access(Access::RestApiKey)
        .response(ResponseSchema::Data("AuthToken"))
        .errors(&[404]),
        Route::put(
            "/users/{uid}/auth_tokens/{authToken}",
            update,
            "updateAuthToken",
            "Describe the device of an auth token",
        )
        .access(Access::RestApiKey)
        .request("AuthTokenChanges")
        .response(ResponseSchema::Data("AuthToken"))
        .errors(&[404]),
        Route::delete(
            "/users/{uid}/auth_tokens/{authToken}",
            delete,
            "deleteAuthToken",
            "Delete an auth token",
        )
        .access(Access::RestApiKey)
        .errors(&[404]),
    ]
}

/// An auth token in a response.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthTokenRecord {
    uid: String,
    auth_token: String,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_info: Option<Box<RawValue>>,
}

fn record(token: Token) -> Result<AuthTokenRecord, ApiError> {
    Ok(AuthTokenRecord {
        uid: token.uid,
        auth_token: token.token,
        created_at: token.created_at,
        platform: token.device.platform,
        user_agent: token.device.user_agent,
        app_info: token.device.app_info.map(response::raw).transpose()?,
    })
}

/// The longest description of a device, in characters. The service documents no limit but that of
/// the whole body.
const DESCRIPTION_CHARS: usize = limits::BODY_BYTES;

/// The device that a request describes.
pub fn device(body: &JsonObject) -> Result<Device, ApiError> {
    let mut errors = FieldErrors::default();
    let device = Device {
        platform: errors.text("platform", body.text("platform")?, DESCRIPTION_CHARS),
        device_id: errors.text("deviceId", body.text("deviceId")?, limits::DEVICE_ID_CHARS),
        user_agent: errors.text("userAgent", body.text("userAgent")?, DESCRIPTION_CHARS),
        app_info: match body.object("appInfo")? {
            cometchat_protocol::Given::Absent => None,
            cometchat_protocol::Given::Value(json) => Some(json),
            cometchat_protocol::Given::Mistyped => {
                errors.add(
                    "appInfo",
                    not_text("appInfo").replace("a string", "an object"),
                );
                None
            }
        },
    };
    errors.finish()?;
    Ok(device)
}

async fn create(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    body: JsonObject,
) -> HandlerResult {
    let app = key.require(Permission::CreateAuthToken)?;
    // Every call creates a token, so `force` changes nothing; it still has to be a flag.
    body.flag("force")?;
    let device = device(&body)?;
    let token = new_token(&emulator, uid.value()?)?;
    let added = Token {
        device,
        ..token.clone()
    };
    let added = emulator.store.add_token(&app.id, added).await;
    added.map_err(|error| uid.as_sent(error))?;
    Ok(response::data(record(token)?))
}

/// A new token for this uid, without a device.
pub fn new_token(emulator: &Emulator, uid: &str) -> Result<Token, ApiError> {
    let created_at = emulator.clock.now();
    Ok(Token {
        uid: uid.to_owned(),
        token: secret::new_auth_token(uid, created_at)?,
        created_at,
        device: Device::default(),
    })
}

#[derive(Serialize)]
struct TokenPage {
    data: Vec<AuthTokenRecord>,
    meta: Meta,
}

async fn list(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    RawQuery(query): RawQuery,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let mut errors = FieldErrors::default();
    let mut page = Page::default();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        page.read(&name, value.trim(), &mut errors);
    }
    errors.finish()?;
    let tokens = emulator.store.tokens(&app.id, uid.value()?).await;
    let tokens = tokens.map_err(|error| uid.as_sent(error))?;
    // A user has few enough tokens to read them all.
    let total = i64::try_from(tokens.len()).unwrap_or(i64::MAX);
    let whole = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let data: Vec<_> = tokens
        .into_iter()
        .skip(whole(page.offset()))
        .take(whole(page.limit))
        .map(record)
        .collect::<Result<_, _>>()?;
    let meta = Meta::new(total, data.len(), page);
    Ok(Json(TokenPage { data, meta }).into_response())
}

async fn flush(State(emulator): State<Emulator>, key: Key, uid: Uid) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let named = uid.value()?;
    let deleted = emulator.store.delete_tokens(&app.id, named).await;
    deleted.map_err(|error| uid.as_sent(error))?;
    Ok(response::done(format!(
        "Cleared Auth Tokens successfully for uid {named}."
    )))
}

async fn get(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    PathToken(token): PathToken,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let found = emulator.store.token(&app.id, uid.value()?, &token).await;
    let token = found.map_err(|error| uid.as_sent(error))?;
    Ok(response::data(record(token)?))
}

async fn update(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    PathToken(token): PathToken,
    body: JsonObject,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let device = device(&body)?;
    let updated = emulator
        .store
        .describe_token(&app.id, uid.value()?, &token, device)
        .await;
    let updated = updated.map_err(|error| uid.as_sent(error))?;
    Ok(response::data(record(updated)?))
}

async fn delete(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    PathToken(token): PathToken,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let store = &emulator.store;
    let deleted = store.delete_token(&app.id, uid.value()?, &token).await;
    deleted.map_err(|error| uid.as_sent(error))?;
    Ok(response::done(
        "The auth token has been deleted successfully.".to_owned(),
    ))
}
