//! Importing users with the times that another system kept.

use serde_json::{Value, json};

use crate::harness::{Server, behaviours};

fn import(server: &Server, users: Value) -> Value {
    server
        .rest("POST", "/data_import/users")
        .json(json!({ "users": users }))
        .data()
}

behaviours! {
    fn an_import_keeps_times_and_all_fields(on) {
        let server = on.start(&["--no-seed"]);
        let full = json!({
            "uid": "full", "name": "Full", "avatar": "https://example.com/a.png",
            "link": "https://example.com/full", "role": "admin", "statusMessage": "Hello",
            "metadata": { "floor": 7 }, "tags": ["red"],
            "createdAt": 1673421419, "lastActiveAt": "1673421425",
        });
        let outcomes = import(&server, json!({
            "full": full,
            "Gone": { "uid": "Gone", "name": "Gone", "createdAt": "1673421419", "deactivatedAt": 1673421430 },
            "plain": { "uid": "plain", "name": "Plain", "createdAt": null, "lastActiveAt": "", "deactivatedAt": 0 },
        }));
        let mut expected = full.clone();
        expected["lastActiveAt"] = json!(1673421425);
        expected["status"] = json!("offline");
        assert_eq!(outcomes["full"], json!({ "success": true, "data": expected }));
        assert_eq!(server.rest("GET", "/users/full").data(), expected, "what was told is what is read");
        let gone = server.rest("GET", "/users?onlyDeactivated=1").data();
        assert_eq!(gone, json!([outcomes["Gone"]["data"]]));
        assert_eq!(gone[0]["uid"], "gone");
        assert_eq!([&gone[0]["createdAt"], &gone[0]["deactivatedAt"]], [1673421419, 1673421430]);
        let plain = server.rest("GET", "/users/plain").data();
        assert!(plain["createdAt"].as_i64().unwrap() > 1_700_000_000, "now");
        for field in ["lastActiveAt", "deactivatedAt", "updatedAt"] {
            assert_eq!(plain.get(field), None, "{field}");
        }
        let listed = server.rest("GET", "/users?tags=red").send().json();
        assert_eq!(listed["meta"]["pagination"]["total"], 1, "its tags are found");
        server.rest("PUT", "/users").json(json!({ "uidsToActivate": ["gone"] })).data();
        assert_eq!(server.rest("GET", "/users").send().json()["meta"]["pagination"]["total"], 3);
    }

    fn each_user_fails_by_itself(on) {
        let server = on.start(&["--no-seed"]);
        server.user("taken");
        let outcomes = import(&server, json!({
            "taken": { "uid": "taken", "name": "T" },
            "free": { "uid": "free", "name": "F" },
            "twice": { "uid": "twice", "name": "second" },
            "TWICE": { "uid": "TWICE", "name": "first" },
            "wrong": { "uid": "wrong", "avatar": "nope", "role": "unknown", "createdAt": "yesterday",
                "lastActiveAt": -1, "deactivatedAt": 1.5 },
            "text": "Kevin",
            "other": { "uid": "another", "name": "A" },
            "a b": { "uid": "a b", "name": "A" },
            "none": { "name": "N" },
        }));
        let code = |uid: &str| outcomes[uid]["error"]["code"].as_str().unwrap_or("none").to_owned();
        for (uid, expected) in [
            ("taken", "ERR_UID_ALREADY_EXISTS"),
            ("free", "none"),
            ("TWICE", "none"),
            ("twice", "ERR_UID_ALREADY_EXISTS"),
            ("wrong", "ERR_BAD_REQUEST"),
            ("text", "ERR_IMPORT_INVALID_USER_FORMAT"),
            ("other", "ERR_IMPORT_INVALID_USER_FORMAT"),
            ("a b", "ERR_BAD_REQUEST"),
            ("none", "ERR_BAD_REQUEST"),
        ] {
            assert_eq!(code(uid), expected, "{uid}");
            assert_eq!(outcomes[uid]["success"], expected == "none", "{uid}");
            assert_eq!(outcomes[uid].get("data").is_some(), expected == "none", "{uid}");
        }
        let wrong = outcomes["wrong"]["error"]["details"].as_object().expect("details");
        let fields: Vec<_> = wrong.keys().collect();
        assert_eq!(fields, ["avatar", "createdAt", "deactivatedAt", "lastActiveAt", "name", "role"]);
        assert_eq!(wrong["createdAt"], json!(["The created at must be an integer."]));
        let users = server.rest("GET", "/users?sortBy=name").data();
        let names: Vec<_> = users.as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["F", "first", "Kevin"]);
    }

    fn an_import_is_for_the_rest_api_key_and_for_fifty_users(on) {
        let server = on.start(&["--no-seed"]);
        let users = |count: usize| -> Value {
            (0..count).map(|number| {
                let uid = format!("u{number}");
                (uid.clone(), json!({ "uid": uid, "name": "U" }))
            }).collect::<serde_json::Map<_, _>>().into()
        };
        server.auth("POST", "/data_import/users").json(json!({ "users": users(1) }))
            .fails(403, "AUTH_ERR_NO_ACCESS");
        for body in [json!({}), json!({ "users": {} }), json!({ "users": [] }), json!({ "users": "u" }),
            json!({ "users": null }), json!({ "users": users(51) })] {
            let error = server.rest("POST", "/data_import/users").json(body).fails(400, "ERR_BAD_REQUEST");
            assert!(error["details"]["users"].is_array(), "{error}");
        }
        assert_eq!(server.rest("GET", "/users").send().json()["meta"]["pagination"]["total"], 0);
        let outcomes = import(&server, users(50));
        assert!(outcomes.as_object().unwrap().values().all(|outcome| outcome["success"] == true));
        assert_eq!(server.rest("GET", "/users").send().json()["meta"]["pagination"]["total"], 50);
    }

    fn fifty_full_users_fit_into_a_body(on) {
        let server = on.start(&["--no-seed"]);
        let url = format!("https://example.com/{}", "a".repeat(2_980));
        let users: serde_json::Map<_, _> = (0..50).map(|number| {
            let uid = format!("u{number}");
            (uid.clone(), json!({ "uid": uid, "name": "U", "avatar": url, "metadata": { "text": "m".repeat(5_000) } }))
        }).collect();
        let outcomes = import(&server, users.into());
        assert!(outcomes.as_object().unwrap().values().all(|outcome| outcome["success"] == true));
        let answer = server.rest("POST", "/data_import/users").body("x".repeat(500 * 1024 + 1)).send();
        assert_eq!(answer.status, 413);
        assert!(answer.text().contains("512000 bytes"));
    }

    fn imports_have_a_limit_of_their_own(on) {
        let server = on.start(&["--rate-limits=3,5"]);
        let once = || server.rest("POST", "/data_import/users").json(json!({ "users": { "u": {} } })).send();
        // A minute may begin between two requests; then the count begins anew.
        let answers: Vec<_> = (0..121).map(|_| once()).collect();
        assert_eq!(answers[0].header("x-rate-limit"), Some("60"));
        assert_eq!(answers[0].header("x-rate-limit-remaining"), Some("59"));
        let limited = answers.iter().find(|answer| answer.status == 429).expect("one too many");
        assert_eq!(limited.json()["error"]["code"], "ERR_TOO_MANY_REQUESTS");
        assert_eq!(server.rest("GET", "/users").send().status, 200, "another kind of operation");
    }

    fn the_journal_has_imports_and_holds_so_many_bytes(on) {
        let server = on.start(&["--no-seed"]);
        let user = json!({ "uid": "u", "name": "U", "statusMessage": "m".repeat(450 * 1024) });
        for _ in 0..30 {
            server.rest("POST", "/data_import/users").json(json!({ "users": { "u": user } })).data();
        }
        let requests = server.own("GET", "/requests").data();
        let requests = requests.as_array().unwrap();
        assert!((15..30).contains(&requests.len()), "{}", requests.len());
        assert_eq!(requests[0]["path"], "/v3.0/data_import/users");
        assert_eq!(requests[0]["body"]["users"]["u"]["name"], "U");
    }
}
