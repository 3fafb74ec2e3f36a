//! Snapshots: the state as one document, and back.

use serde_json::json;

use crate::harness::behaviours;

behaviours! {
    fn what_is_exported_can_be_imported_again(on) {
        let server = on.start(&["--no-seed"]);
        server.auth("POST", "/users").json(json!({
            "uid": "full", "name": "Full", "avatar": "https://example.com/a.png", "role": "admin",
            "statusMessage": "Hi", "metadata": { "a": [1, { "b": null }] }, "tags": ["x", "y"],
        })).data();
        server.user("gone");
        server.rest("DELETE", "/users/gone").data();
        server.rest("POST", "/roles").json(json!({ "role": "extra", "name": "Extra" })).data();
        let (older, newer) = (server.token("full"), server.token("full"));
        server.session(&newer, "PUT", "/me").json(json!({ "platform": "WEB", "appInfo": { "v": 1 } })).data();
        let snapshot = server.own("GET", "/snapshot").data();
        assert_eq!(snapshot["apps"][0]["users"].as_array().unwrap().len(), 2);

        server.own("POST", "/reset").data();
        server.user("newcomer");
        server.own("PUT", "/snapshot").json(snapshot.clone()).data();
        assert_eq!(server.own("GET", "/snapshot").data(), snapshot);
        server.rest("GET", "/users/newcomer").fails(404, "ERR_UID_NOT_FOUND");
        server.rest("GET", "/users/gone").fails(404, "ERR_UID_NOT_FOUND");
        server.rest("PUT", "/users").json(json!({ "uidsToActivate": ["gone"] })).data();
        assert_eq!(server.session(&older, "GET", "/me").data()["status"], "available");
        let tokens = server.rest("GET", "/users/full/auth_tokens").data();
        assert_eq!(tokens[0]["authToken"], newer.as_str(), "the newest is still the newest");
        assert_eq!(server.rest("GET", "/users?tags=y").data()[0]["uid"], "full");
        let keys = snapshot.to_string();
        assert!(!keys.contains(&server.auth_key) && !keys.contains(&server.rest_api_key));
    }

    fn an_import_with_a_mistake_changes_nothing(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let before = server.own("GET", "/snapshot").data();
        let app = |users, tokens| json!({
            "version": 1,
            "apps": [{ "appId": server.app_id, "users": users, "authTokens": tokens }],
        });
        let anna = json!({ "uid": "anna", "name": "Anna" });
        for (document, path) in [
            (app(json!([anna, { "uid": "a b", "name": "Not" }]), json!([])), "apps.0.users.1.uid"),
            (app(json!([anna, { "uid": "ANNA", "name": "Twice" }]), json!([])), "apps.0.users.1.uid"),
            (app(json!([{ "uid": "a", "name": "A", "role": "none" }]), json!([])), "apps.0.users.0.role"),
            (app(json!([anna]), json!([{ "uid": "bert", "authToken": "x", "createdAt": 1 }])), "apps.0.authTokens.0.uid"),
            (json!({ "version": 1, "apps": [{ "appId": "unknown" }] }), "apps.0.appId"),
            (
                app(json!([anna]), json!([{ "uid": "anna", "authToken": "x", "createdAt": 1, "appInfo": 5 }])),
                "apps.0.authTokens.0.appInfo",
            ),
            (json!({ "version": 2, "apps": [] }), "version"),
        ] {
            let error = server.own("PUT", "/snapshot").json(document).fails(400, "ERR_BAD_REQUEST");
            assert!(error["details"][path].is_array(), "{path} in {error}");
        }
        server.own("PUT", "/snapshot").json(json!({ "apps": 5 })).fails(400, "ERR_BAD_REQUEST");
        assert_eq!(server.own("GET", "/snapshot").data(), before);
    }

    fn one_app_can_be_exported_alone(on) {
        let other = format!("left-{}", std::process::id());
        let server = on.start(&["--app", &other]);
        let one = server.own("GET", &format!("/snapshot?appId={}", server.app_id)).data();
        assert_eq!(one["apps"].as_array().unwrap().len(), 1);
        assert_eq!(server.own("GET", "/snapshot").data()["apps"].as_array().unwrap().len(), 2);
        server.own("GET", "/snapshot?appId=unknown").fails(400, "ERR_BAD_REQUEST");
    }
}
