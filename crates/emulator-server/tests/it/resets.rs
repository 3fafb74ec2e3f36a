//! Resetting and seeding.

use serde_json::json;

use crate::harness::behaviours;

behaviours! {
    fn a_reset_takes_all_back_to_the_start_and_keeps_the_keys(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let token = server.token("kevin");
        server.rest("POST", "/roles").json(json!({ "role": "x", "name": "X" })).data();
        server.rest("DELETE", "/users/cometchat-uid-2").json(json!({ "permanent": true })).data();
        server.own("POST", "/faults").json(json!({ "action": { "type": "empty" }, "match": { "path": "/never" } })).data();
        let done = server.own("POST", "/reset").data();
        assert_eq!(done["reset"], json!([server.app_id]));
        server.rest("GET", "/users/kevin").fails(404, "ERR_UID_NOT_FOUND");
        server.session(&token, "GET", "/me").fails(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
        server.rest("GET", "/roles/x").fails(404, "ERR_ROLE_NOT_FOUND");
        server.rest("GET", "/users/cometchat-uid-2").data();
        assert_eq!(server.own("GET", "/faults").data(), json!([]));
    }

    fn one_app_can_be_reset_alone(on) {
        let other = format!("kept-{}", std::process::id());
        let server = on.start(&["--app", &format!("{other}:{}:{}", "a".repeat(40), "b".repeat(40))]);
        server.user("kevin");
        server.auth("POST", "/users").header("appId", &other).header("apiKey", &"a".repeat(40))
            .json(json!({ "uid": "kevin", "name": "Kevin" })).data();
        server.own("POST", "/reset").json(json!({ "appId": server.app_id })).data();
        server.rest("GET", "/users/kevin").fails(404, "ERR_UID_NOT_FOUND");
        server.rest("GET", "/users/kevin").header("appId", &other).header("apiKey", &"b".repeat(40)).data();
        server.own("POST", "/reset").json(json!({ "appId": "unknown" })).fails(400, "ERR_BAD_REQUEST");
        server.own("POST", "/reset").json(json!({ "app": "typo" })).fails(400, "ERR_BAD_REQUEST");
    }

    fn seeding_makes_many_users_and_leaves_those_there_are(on) {
        let server = on.start(&["--no-seed"]);
        let seeded = server.own("POST", "/seed").json(json!({ "count": 1234, "prefix": "Load-" })).data();
        assert_eq!(seeded, json!({ "created": 1234, "existing": 0 }));
        let more = server.own("POST", "/seed").json(json!({ "count": 2, "prefix": "load-", "users": [
            { "uid": "Anna", "name": "Anna", "tags": ["a"], "metadata": { "x": 1 } },
        ] })).data();
        assert_eq!(more, json!({ "created": 1, "existing": 2 }));
        assert_eq!(server.rest("GET", "/users?tags=a").data()[0]["uid"], "anna");
        let error = server.own("POST", "/seed").json(json!({ "users": [
            { "uid": "fine", "name": "Fine" }, { "uid": "a b", "name": "Not" },
        ] })).fails(400, "ERR_BAD_REQUEST");
        assert!(error["details"]["users.1.uid"].is_array());
        server.rest("GET", "/users/fine").fails(404, "ERR_UID_NOT_FOUND");
        server.own("POST", "/seed").json(json!({ "count": 100_001 })).fails(400, "ERR_BAD_REQUEST");
    }

    fn health_tells_what_runs(on) {
        let server = on.start(&[]);
        let health = server.own("GET", "/health").data();
        assert_eq!(health["status"], "ok");
        assert_eq!(health["apps"], json!([server.app_id]));
    }
}
