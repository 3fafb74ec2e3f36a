//! `/users/{uid}/auth_tokens`: create, list, get, update, delete, and flush.

use axum::extract::State;
use cometchat_protocol::limits;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::auth::{Key, Operation};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::path::{PathToken, Uid};
use crate::reply::{self, Reply};
use crate::routes::{Gives, OpenedBy, Route};
use crate::store::tokens::{self, Device, NewToken, Token};
use crate::validation::{Faults, not_text};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/users/{uid}/auth_tokens",
            create,
            "createAuthToken",
            "Create an auth token",
        )
        .opened_by(OpenedBy::AnyKey)
        .takes("NewAuthToken")
        .gives(Gives::Data("AuthToken"))
        .fails(&[404]),
        Route::get(
            "/users/{uid}/auth_tokens",
            list,
            "listAuthTokens",
            "List a user's auth tokens, newest first",
        )
        .opened_by(OpenedBy::RestApiKey)
        .gives(Gives::List("AuthToken"))
        .fails(&[404]),
        Route::delete(
            "/users/{uid}/auth_tokens",
            flush,
            "flushAuthTokens",
            "Delete all auth tokens of a user",
        )
        .opened_by(OpenedBy::RestApiKey)
        .fails(&[404]),
        Route::get(
            "/users/{uid}/auth_tokens/{authToken}",
            get,
            "getAuthToken",
            "Get an auth token",
        )
        .opened_by(OpenedBy::RestApiKey)
        .gives(Gives::Data("AuthToken"))
        .fails(&[404]),
        Route::put(
            "/users/{uid}/auth_tokens/{authToken}",
            update,
            "updateAuthToken",
            "Describe the device of an auth token",
        )
        .opened_by(OpenedBy::RestApiKey)
        .takes("AuthTokenChanges")
        .gives(Gives::Data("AuthToken"))
        .fails(&[404]),
        Route::delete(
            "/users/{uid}/auth_tokens/{authToken}",
            delete,
            "deleteAuthToken",
            "Delete an auth token",
        )
        .opened_by(OpenedBy::RestApiKey)
        .fails(&[404]),
    ]
}

/// An auth token in a reply.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
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

fn shown(token: Token) -> Result<Shown, ApiError> {
    Ok(Shown {
        uid: token.uid,
        auth_token: token.token,
        created_at: token.created_at,
        platform: token.device.platform,
        user_agent: token.device.user_agent,
        app_info: token.device.app_info.map(reply::raw).transpose()?,
    })
}

/// Longest text that a client may tell of itself, in characters. The service names no limit of its
/// own but that of the whole body.
const DESCRIPTION_CHARS: usize = limits::BODY_BYTES;

/// What a request tells of the device it comes from.
pub fn device(fields: &Fields) -> Result<Device, ApiError> {
    let mut faults = Faults::default();
    let device = Device {
        platform: faults.text("platform", fields.text("platform")?, DESCRIPTION_CHARS),
        device_id: faults.text(
            "deviceId",
            fields.text("deviceId")?,
            limits::DEVICE_ID_CHARS,
        ),
        user_agent: faults.text("userAgent", fields.text("userAgent")?, DESCRIPTION_CHARS),
        app_info: match fields.object("appInfo")? {
            cometchat_protocol::Given::Absent => None,
            cometchat_protocol::Given::Value(json) => Some(json),
            cometchat_protocol::Given::Mistyped => {
                faults.add(
                    "appInfo",
                    not_text("appInfo").replace("a string", "an object"),
                );
                None
            }
        },
    };
    faults.finish()?;
    Ok(device)
}

async fn create(State(emulator): State<Emulator>, key: Key, uid: Uid, fields: Fields) -> Reply {
    let app = key.allow(Operation::CreateAuthToken)?;
    // Every call makes a token, so `force` changes nothing, but it has to be a flag.
    fields.flag("force")?;
    let token = NewToken::for_uid(uid.value()?, device(&fields)?)?;
    let made = Token {
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
    Ok(reply::data(shown(made)?))
}

async fn list(State(emulator): State<Emulator>, key: Key, uid: Uid) -> Reply {
    let app = key.allow(Operation::Anything)?;
    let tokens = {
        let mut reader = emulator.store.reader().await?;
        let user = uid.find_active(&mut reader, &app.id).await?;
        tokens::list(&mut reader, &app.id, &user.uid).await?
    };
    let shown: Vec<_> = tokens.into_iter().map(shown).collect::<Result<_, _>>()?;
    Ok(reply::data(shown))
}

async fn flush(State(emulator): State<Emulator>, key: Key, uid: Uid) -> Reply {
    let app = key.allow(Operation::Anything)?;
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
    Ok(reply::done(format!(
        "Auth tokens of user with {named} have been deleted successfully."
    )))
}

async fn get(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    PathToken(token): PathToken,
) -> Reply {
    let app = key.allow(Operation::Anything)?;
    let mut reader = emulator.store.reader().await?;
    let user = uid.find_active(&mut reader, &app.id).await?;
    let found = tokens::find(&mut reader, &app.id, &user.uid, &token).await?;
    drop(reader);
    let found = found.ok_or(ApiError::TokenNotFound(token))?;
    Ok(reply::data(shown(found)?))
}

async fn update(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    PathToken(token): PathToken,
    fields: Fields,
) -> Reply {
    let app = key.allow(Operation::Anything)?;
    let device = device(&fields)?;
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
    Ok(reply::data(shown(updated)?))
}

async fn delete(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    PathToken(token): PathToken,
) -> Reply {
    let app = key.allow(Operation::Anything)?;
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
    Ok(reply::done(
        "The auth token has been deleted successfully.".to_owned(),
    ))
}
