//! The apps that this emulator serves and their keys, in memory because every request needs them.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use crate::secret;
use crate::store::app::Keys;

/// An app of the service.
#[derive(Debug)]
pub struct App {
    pub id: String,
    keys: Keys,
}

/// What a key gives access to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The auth key: what an app in a user's hands may do.
    AuthOnly,
    /// The REST API key: everything.
    FullAccess,
}

/// What the auth key may do. The service's own documents say each of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuthKeyScope {
    /// Create and update users, and create auth tokens.
    #[default]
    All,
    /// Create users and auth tokens.
    Create,
    /// Create auth tokens.
    Tokens,
}

impl FromStr for AuthKeyScope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(AuthKeyScope::All),
            "create" => Ok(AuthKeyScope::Create),
            "tokens" => Ok(AuthKeyScope::Tokens),
            _ => Err(format!("{text:?} is none of all, create and tokens")),
        }
    }
}

impl App {
    pub fn new(id: String, keys: Keys) -> Self {
        App { id, keys }
    }

    pub fn auth_key(&self) -> &str {
        &self.keys.auth_key
    }

    pub fn rest_api_key(&self) -> &str {
        &self.keys.rest_api_key
    }

    /// Both keys.
    pub fn keys(&self) -> [&str; 2] {
        [self.auth_key(), self.rest_api_key()]
    }

    /// The scope of a key; `None` for an unknown one. Compares both keys in any case, so that the
    /// time it takes gives nothing away.
    pub fn scope_of(&self, key: &str) -> Option<Scope> {
        let full = secret::same(key, &self.keys.rest_api_key);
        let auth = secret::same(key, &self.keys.auth_key);
        match (full, auth) {
            (true, _) => Some(Scope::FullAccess),
            (false, true) => Some(Scope::AuthOnly),
            (false, false) => None,
        }
    }
}

/// All apps, by id.
#[derive(Debug, Default)]
pub struct Apps {
    by_id: HashMap<String, Arc<App>>,
    order: Vec<Arc<App>>,
}

impl FromIterator<App> for Apps {
    fn from_iter<I: IntoIterator<Item = App>>(apps: I) -> Self {
        let order: Vec<_> = apps.into_iter().map(Arc::new).collect();
        Apps {
            by_id: order
                .iter()
                .map(|app| (app.id.clone(), Arc::clone(app)))
                .collect(),
            order,
        }
    }
}

impl Apps {
    pub fn get(&self, id: &str) -> Option<&Arc<App>> {
        self.by_id.get(id)
    }

    /// The app that a host name names. Host names have no case.
    pub fn of_host(&self, id: &str) -> Option<&Arc<App>> {
        let other_case = || {
            self.order
                .iter()
                .find(|app| app.id.eq_ignore_ascii_case(id))
        };
        self.get(id).or_else(other_case)
    }

    /// The apps in the order of the command line.
    pub fn all(&self) -> &[Arc<App>] {
        &self.order
    }

    /// The app, if there is just one.
    pub fn sole(&self) -> Option<&Arc<App>> {
        match self.order.as_slice() {
            [sole] => Some(sole),
            _ => None,
        }
    }
}
