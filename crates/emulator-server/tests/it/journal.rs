//! The journal of requests.

use serde_json::json;

use crate::harness::behaviours;

behaviours! {
    fn it_shows_what_was_sent_but_no_secret(on) {
        let server = on.start(&[]);
        let token = {
            server.user("kevin");
            server.token("kevin")
        };
        server.own("DELETE", "/requests").data();
        server.auth("PUT", "/users/kevin?x=1").header("sdk", "javascript@4.2.0")
            .json(json!({ "name": "K", "authToken": token, "metadata": { "jwt": "e30.e30.x" } })).data();
        server.session(&token, "GET", "/me").data();
        server.rest("GET", &format!("/users/kevin/auth_tokens/{token}")).data();
        server.auth("GET", "/users").fails(403, "AUTH_ERR_NO_ACCESS");
        let answer = server.own("GET", "/requests").send();
        let requests = answer.json()["data"].take();
        assert_eq!(requests.as_array().unwrap().len(), 4);
        let first = &requests[0];
        assert_eq!(first["method"], "PUT");
        assert_eq!(first["path"], "/v3.0/users/kevin");
        assert_eq!(first["query"], "x=1");
        assert_eq!(first["headers"]["sdk"], "javascript@4.2.0");
        assert_eq!(first["headers"]["apikey"], format!("{}***", &server.auth_key[..5]));
        assert_eq!(first["body"]["name"], "K");
        assert_eq!(first["status"], 200);
        assert_eq!(requests[3]["code"], "AUTH_ERR_NO_ACCESS");
        let text = answer.text();
        for secret in [&token, &server.auth_key, &server.rest_api_key, "e30.e30.x"] {
            assert!(!text.contains(secret), "{secret}");
        }
        let newest = server.own("GET", "/requests?limit=1").data();
        assert_eq!(newest, json!([requests[3]]));
        server.own("GET", "/requests?limit=x").fails(400, "ERR_BAD_REQUEST");
    }

    fn a_request_is_known_by_the_id_in_its_reply(on) {
        let server = on.start(&[]);
        let answer = server.rest("GET", "/users").send();
        let id = answer.header("x-request-id").expect("an id");
        let requests = server.own("GET", "/requests").data();
        assert_eq!(requests.as_array().unwrap().last().unwrap()["id"], id);
    }

    fn it_forgets_the_oldest(on) {
        let server = on.start(&[]);
        let mut connection = crate::harness::Connection::open(&server.address).unwrap();
        for _ in 0..1_005 {
            server.rest("GET", "/roles").send_on(&mut connection).expect("an answer");
        }
        assert_eq!(server.own("GET", "/requests").data().as_array().unwrap().len(), 1_000);
    }
}
