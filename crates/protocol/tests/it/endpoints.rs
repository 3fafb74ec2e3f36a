//! Where each operation goes.

use cometchat_protocol::{Endpoint, Host, Method};
use proptest::prelude::*;

#[test]
fn each_operation_has_its_host_method_and_path() {
    let uid = "usr1";
    let table = [
        (Endpoint::CreateUser, Host::Admin, Method::Post, "/users"),
        (
            Endpoint::UpdateUser { uid },
            Host::Admin,
            Method::Put,
            "/users/usr1",
        ),
        (
            Endpoint::CreateAuthToken { uid },
            Host::Admin,
            Method::Post,
            "/users/usr1/auth_tokens",
        ),
        (
            Endpoint::GetUser { uid },
            Host::Client,
            Method::Get,
            "/users/usr1",
        ),
        (Endpoint::PutMe, Host::Client, Method::Put, "/me"),
        (Endpoint::DeleteMe, Host::Client, Method::Delete, "/me"),
    ];
    for (endpoint, host, method, path) in table {
        assert_eq!(
            (endpoint.host(), endpoint.method(), endpoint.path().as_ref()),
            (host, method, path)
        );
    }
}

#[test]
fn a_uid_cannot_leave_its_path_segment() {
    let path = |uid| Endpoint::GetUser { uid }.path();
    assert_eq!(path("../roles/x"), "/users/%2E%2E%2Froles%2Fx");
    assert_eq!(path(".."), "/users/%2E%2E");
    assert_eq!(path("a b?c#d"), "/users/a%20b%3Fc%23d");
    assert_eq!(path("ü"), "/users/%C3%BC");
    assert_eq!(path("a%2Fb"), "/users/a%252Fb");
}

proptest! {
    #[test]
    fn any_uid_is_one_segment_of_unreserved_characters(uid in any::<String>()) {
        let path = Endpoint::UpdateUser { uid: &uid }.path();
        let segment = path.strip_prefix("/users/").expect("it is below users");
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_~%".contains(&b);
        prop_assert!(segment.bytes().all(plain));
    }
}
