//! `/users/{uid}/auth_tokens`: create, list, get, update, delete, and flush.

use axum::extract::State;
use cometchat_protocol::limits;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::auth::{Key, Permission};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::json_object::JsonObject;
use crate::path::{PathToken, Uid};
use crate::response::{self, HandlerResult};
use crate::route::{Access, ResponseSchema, Route};
use crate::store::token::{Device, NewToken, Token};
use crate::store::tokens;
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
        .response(ResponseSchema::List("AuthToken"))
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
    let token = NewToken::for_uid(uid.value()?, device(&body)?)?;
    let token_record = Token {
        uid: token.uid.clone(),
        token: token.token.clone(),
        created_at: token.created_at,
        device: Device::default(),
    };
    let added = emulator
        .store
        .write(move |connection| {
            Box::pin(async move { tokens::add(connection, &app.id, &token).await })
        })
        .await?;
    if !added {
        return Err(uid.not_found());
    }
    Ok(response::data(record(token_record)?))
}

async fn list(State(emulator): State<Emulator>, key: Key, uid: Uid) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let tokens = {
        let mut reader = emulator.store.reader().await?;
        let user = uid.find_active(&mut reader, &app.id).await?;
        tokens::list(&mut reader, &app.id, &user.uid).await?
    };
    let records: Vec<_> = tokens.into_iter().map(record).collect::<Result<_, _>>()?;
    Ok(response::data(records))
}

async fn flush(State(emulator): State<Emulator>, key: Key, uid: Uid) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let value = uid.value()?.to_owned();
    let absent = uid.not_found();
    let named = value.clone();
    emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                if crate::store::users::find_active(connection, &app.id, &value)
                    .await?
                    .is_none()
                {
                    return Err(absent);
                }
                tokens::flush(connection, &app.id, &value).await
            })
        })
        .await?;
    Ok(response::done(format!(
        "Auth tokens of user with {named} have been deleted successfully."
    )))
}

async fn get(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    PathToken(token): PathToken,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let mut reader = emulator.store.reader().await?;
    let user = uid.find_active(&mut reader, &app.id).await?;
    let found = tokens::find(&mut reader, &app.id, &user.uid, &token).await?;
    drop(reader);
    let token = found.ok_or(ApiError::TokenNotFound(token))?;
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
        .write(move |connection| {
            Box::pin(async move {
                let user = uid.find_active(connection, &app.id).await?;
                let found = tokens::find(connection, &app.id, &user.uid, &token).await?;
                if found.is_none() {
                    return Err(ApiError::TokenNotFound(token));
                }
                tokens::describe(connection, &app.id, &token, device)
                    .await?
                    .ok_or(ApiError::TokenNotFound(token))
            })
        })
        .await?;
    Ok(response::data(record(updated)?))
}

async fn delete(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    PathToken(token): PathToken,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                let user = uid.find_active(connection, &app.id).await?;
                if tokens::delete(connection, &app.id, &user.uid, &token).await? {
                    Ok(())
                } else {
                    Err(ApiError::TokenNotFound(token))
                }
            })
        })
        .await?;
    Ok(response::done(
        "The auth token has been deleted successfully.".to_owned(),
    ))
}
