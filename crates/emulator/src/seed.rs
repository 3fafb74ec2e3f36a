//! What a new app of the service has: its roles and its sample users.

use crate::store::app::AppState;
use crate::store::role::{self, Role};
use crate::store::user::{OFFLINE, User};

/// The initial roles of an app: the service's `default`, and `admin`, which its documentation gives
/// to users without showing how that role is created.
pub const ROLES: [(&str, &str); 2] = [(role::DEFAULT, "Default"), ("admin", "Admin")];

/// Uid and name of each sample user, as in a new app of the service.
const SAMPLES: [(&str, &str); 5] = [
    ("cometchat-uid-1", "Andrew Joseph"),
    ("cometchat-uid-2", "George Alan"),
    ("cometchat-uid-3", "Nancy Grace"),
    ("cometchat-uid-4", "Susan Marie"),
    ("cometchat-uid-5", "John Paul"),
];

/// The data of a new app, with or without the sample users.
pub fn initial(app_id: &str, with_samples: bool, at: i64) -> AppState {
    let mut state = AppState {
        app_id: app_id.to_owned(),
        roles: Vec::new(),
        users: Vec::new(),
        tokens: Vec::new(),
        blocks: Vec::new(),
    };
    add_missing_roles(&mut state.roles, at);
    if with_samples {
        state.users = samples(at);
    }
    state
}

/// Adds the initial roles that are not there.
pub fn add_missing_roles(roles: &mut Vec<Role>, at: i64) {
    for (id, name) in ROLES {
        if roles.iter().all(|role| role.role != id) {
            roles.push(Role {
                role: id.to_owned(),
                name: name.to_owned(),
                description: None,
                metadata: None,
                created_at: at,
                updated_at: None,
            });
        }
    }
}

fn samples(at: i64) -> Vec<User> {
    let sample = |(uid, name): (&str, &str)| User {
        uid: uid.to_owned(),
        name: name.to_owned(),
        avatar: Some(format!(
            "https://assets.cometchat.io/sampleapp/v2/users/{uid}.webp"
        )),
        role: role::DEFAULT.to_owned(),
        status: OFFLINE.to_owned(),
        created_at: at,
        ..User::default()
    };
    SAMPLES.map(sample).to_vec()
}
