//! The sample users that a new app of the service has.

use sqlx::AnyConnection;

use crate::clock;
use crate::error::ApiError;
use crate::store::roles;
use crate::store::user::NewUser;
use crate::store::users;

/// Uid and name of each, as in a new app of the service.
const SAMPLES: [(&str, &str); 5] = [
    ("cometchat-uid-1", "Andrew Joseph"),
    ("cometchat-uid-2", "George Alan"),
    ("cometchat-uid-3", "Nancy Grace"),
    ("cometchat-uid-4", "Susan Marie"),
    ("cometchat-uid-5", "John Paul"),
];

/// The sample users of an app.
fn samples(app_id: &str) -> Vec<NewUser> {
    SAMPLES
        .map(|(uid, name)| NewUser {
            app_id: app_id.to_owned(),
            uid: uid.to_owned(),
            name: name.to_owned(),
            avatar: Some(format!(
                "https://assets.cometchat.io/sampleapp/v2/users/{uid}.webp"
            )),
            link: None,
            role: roles::DEFAULT.to_owned(),
            status_message: None,
            metadata: None,
            tags: Vec::new(),
            created_at: clock::now(),
            auth_token: None,
        })
        .to_vec()
}

/// Inserts the sample users that are missing.
pub async fn insert_samples(connection: &mut AnyConnection, app_id: &str) -> Result<(), ApiError> {
    users::insert_free(connection, &samples(app_id)).await?;
    Ok(())
}
