//! What all calls with one REST API key share.

use std::rc::Rc;

use cometchat_protocol::codes::server;

use super::limiter::Limiter;
use crate::failure::Failure;

pub struct RestKey {
    pub secret: String,
    pub limiter: Rc<Limiter>,
}

/// Says what to do about a key that may not do this.
pub fn explain(failure: &mut Failure) {
    if failure.code == server::AUTH_NO_ACCESS {
        failure.details =
            "This is an Auth Key, or another key of a small scope. AdminClient needs the REST API \
                           Key (scope fullAccess), which the dashboard shows beside the Auth Key."
                .to_owned();
    }
}
