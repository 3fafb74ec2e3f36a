//! Apps, keys and what they open.

use serde_json::json;

use crate::harness::behaviours;

behaviours! {
    fn the_auth_key_creates_and_updates_users_and_makes_tokens(on) {
        let server = on.start(&[]);
        server.user("kevin");
        server.auth("PUT", "/users/kevin").json(json!({ "name": "New" })).data();
        server.token("kevin");
        for (method, path) in [
            ("GET", "/users"), ("PUT", "/users"), ("DELETE", "/users"), ("GET", "/users/kevin"),
            ("DELETE", "/users/kevin"), ("GET", "/users/kevin/auth_tokens"),
            ("DELETE", "/users/kevin/auth_tokens"), ("GET", "/users/kevin/auth_tokens/x"),
            ("PUT", "/users/kevin/auth_tokens/x"), ("DELETE", "/users/kevin/auth_tokens/x"),
            ("GET", "/roles"), ("POST", "/roles"), ("GET", "/roles/default"),
        ] {
            let error = server.auth(method, path).fails(403, "AUTH_ERR_NO_ACCESS");
            assert!(error["message"].as_str().unwrap().ends_with(
                "cannot be used to perform this operation. Please use API key with a correct scope \
                 to perform the operation.",
            ));
        }
    }

    fn an_auth_key_of_scope_create_updates_nobody(on) {
        let server = on.start(&["--auth-key-scope", "create"]);
        server.user("kevin");
        server.auth("PUT", "/users/kevin").json(json!({ "name": "New" })).fails(403, "AUTH_ERR_NO_ACCESS");
        server.token("kevin");
        server.rest("PUT", "/users/kevin").json(json!({ "name": "New" })).data();
    }

    fn an_auth_key_of_scope_tokens_makes_tokens_only(on) {
        let server = on.start(&["--auth-key-scope=tokens"]);
        server.auth("POST", "/users").json(json!({ "uid": "a", "name": "A" })).fails(403, "AUTH_ERR_NO_ACCESS");
        server.auth("PUT", "/users/cometchat-uid-1").json(json!({})).fails(403, "AUTH_ERR_NO_ACCESS");
        server.token("cometchat-uid-1");
        server.rest("POST", "/users").json(json!({ "uid": "a", "name": "A" })).data();
    }

    fn an_unknown_key_is_shown_with_its_middle_masked(on) {
        let server = on.start(&[]);
        let key = format!("11111{}11111", "2".repeat(30));
        let error = server.rest("GET", "/users/no-such-user").header("apiKey", &key)
            .fails(401, "AUTH_ERR_APIKEY_NOT_FOUND");
        assert_eq!(error["message"], format!(
            "The key 11111{}11111 does not exist. Please use correct apiKey.", "*".repeat(30),
        ));
        for near in [&server.auth_key[1..], &server.auth_key.to_uppercase(), "x"] {
            server.auth("POST", "/users").header("apiKey", near).fails(401, "AUTH_ERR_APIKEY_NOT_FOUND");
        }
    }

    fn what_is_missing_is_told(on) {
        let server = on.start(&[]);
        server.ask("POST", "/v3.0/users").fails(401, "AUTH_ERR_EMPTY_APIKEY");
        server.rest("GET", "/users").header("apiKey", " ").fails(401, "AUTH_ERR_EMPTY_APIKEY");
        server.rest("GET", "/users").header("appId", "unknown").fails(401, "AUTH_ERR_INVALID_APPID");
    }

    fn the_only_app_needs_no_id_but_one_of_several_does(on) {
        let server = on.start(&[]);
        server.rest("GET", "/users").without("appId").data();
        let other = format!("more-{}", std::process::id());
        let several = on.start(&["--app", &other]);
        several.rest("GET", "/users").without("appId").fails(401, "AUTH_ERR_EMPTY_APPID");
    }

    fn the_host_name_may_tell_the_app(on) {
        let other = format!("named-{}", std::process::id());
        let server = on.start(&["--app", &other]);
        for host in ["api-us.cometchat.io", "apiclient-eu.cometchat.io:8090", "localhost:8090"] {
            // Browsers write host names in lower case, whatever the id's case.
            for id in [server.app_id.clone(), server.app_id.to_uppercase()] {
                let host = format!("{id}.{host}");
                server.rest("GET", "/users").without("appId").header("host", &host).data();
            }
        }
        server.rest("GET", "/users").without("appId").header("host", "unknown.api-us.cometchat.io")
            .fails(401, "AUTH_ERR_INVALID_APPID");
    }

    fn apps_are_separate(on) {
        let other = format!("apart-{}", std::process::id());
        let app = format!("{other}:{}:{}", "a".repeat(40), "b".repeat(40));
        let server = on.start(&["--app", &app]);
        server.user("kevin");
        let there = |method: &str, path: &str| {
            server.rest(method, path).header("appId", &other).header("apiKey", &"b".repeat(40))
        };
        there("GET", "/users/kevin").fails(404, "ERR_UID_NOT_FOUND");
        there("POST", "/users").json(json!({ "uid": "kevin", "name": "Namesake" })).data();
        assert_eq!(server.rest("GET", "/users/kevin").data()["name"], "Kevin");
        server.rest("GET", "/users").header("appId", &other).fails(401, "AUTH_ERR_APIKEY_NOT_FOUND");
    }
}
