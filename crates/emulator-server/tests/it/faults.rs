//! Faults that are asked for.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Server, behaviours};

fn set(server: &Server, rule: Value) {
    server.own("POST", "/faults").json(rule).data();
}

behaviours! {
    fn each_kind_of_bad_reply_can_be_had(on) {
        let server = on.start(&[]);
        let with = |action: Value| {
            server.own("DELETE", "/faults").data();
            set(&server, json!({ "action": action }));
            server.rest("GET", "/users/cometchat-uid-1").send()
        };
        let error = with(json!({ "type": "error", "status": 403, "code": "ERR_PLAN_RESTRICTION",
            "message": "No.", "details": { "x": ["y"] } }));
        assert_eq!(error.status, 403);
        assert_eq!(error.json()["error"]["code"], "ERR_PLAN_RESTRICTION");
        assert_eq!(error.json()["error"]["details"], json!({ "x": ["y"] }));
        assert_eq!(with(json!({ "type": "error" })).status, 500);
        let limited = with(json!({ "type": "rateLimit", "retryAfter": 2 }));
        assert_eq!((limited.status, limited.header("retry-after")), (429, Some("2")));
        assert_eq!(limited.json()["error"]["code"], "ERR_TOO_MANY_REQUESTS");
        let truncated = with(json!({ "type": "truncated" }));
        assert_eq!(truncated.status, 200);
        assert!(serde_json::from_slice::<Value>(&truncated.body).is_err());
        let invalid = with(json!({ "type": "invalidJson", "status": 500 }));
        assert_eq!(invalid.status, 500);
        assert!(serde_json::from_slice::<Value>(&invalid.body).is_err());
        let html = with(json!({ "type": "html" }));
        assert_eq!((html.status, html.header("content-type")), (502, Some("text/html")));
        let empty = with(json!({ "type": "empty", "status": 204 }));
        assert_eq!((empty.status, empty.body.len()), (204, 0));
        let other = with(json!({ "type": "reply", "status": 500, "body": "\"oops\"" }));
        assert_eq!((other.status, other.text()), (500, "\"oops\"".to_owned()));
        assert_eq!(other.header("access-control-allow-origin"), Some("*"), "pages can read it");
    }

    fn a_connection_can_be_dropped(on) {
        let server = on.start(&[]);
        set(&server, json!({ "times": 1, "action": { "type": "drop" } }));
        assert!(server.rest("GET", "/users").try_send().is_err());
        assert_eq!(server.rest("GET", "/users").send().status, 200);
    }

    fn a_body_can_stall(on) {
        let server = on.start(&[]);
        set(&server, json!({ "action": { "type": "stall" } }));
        let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        std::io::Write::write_all(&mut stream, format!(
            "GET /v3/users HTTP/1.1\r\nhost: {}\r\napiKey: {}\r\nappId: {}\r\n\r\n",
            server.address, server.rest_api_key, server.app_id,
        ).as_bytes()).unwrap();
        let mut seen = Vec::new();
        let error = std::io::Read::read_to_end(&mut stream, &mut seen).expect_err("it never ends");
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
        let seen = String::from_utf8(seen).unwrap();
        assert!(seen.starts_with("HTTP/1.1 200") && seen.contains("{\"data\""), "{seen}");
        assert!(!seen.contains("}}"), "only the first half: {seen}");
    }

    fn a_delay_lets_the_request_go_on(on) {
        let server = on.start(&[]);
        set(&server, json!({ "action": { "type": "delay", "ms": 200 } }));
        let start = Instant::now();
        assert_eq!(server.rest("GET", "/users").send().status, 200);
        assert!(start.elapsed() >= Duration::from_millis(200));
    }

    fn a_request_takes_effect_only_when_the_fault_says_so(on) {
        let server = on.start(&[]);
        let create = |uid: &str| {
            let _ = server.auth("POST", "/users").json(json!({ "uid": uid, "name": "K" })).try_send();
        };
        set(&server, json!({ "match": { "method": "POST" }, "times": 1, "action": { "type": "drop" } }));
        create("lost");
        set(&server, json!({ "match": { "method": "POST" }, "times": 1, "commit": true, "action": { "type": "drop" } }));
        create("kept");
        server.rest("GET", "/users/lost").fails(404, "ERR_UID_NOT_FOUND");
        server.rest("GET", "/users/kept").data();
    }

    fn rules_are_matched_by_method_path_uid_app_and_count(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let token = server.token("kevin");
        let status = |rule: Value, asked: &dyn Fn() -> u16| {
            server.own("DELETE", "/faults").data();
            set(&server, json!({ "match": rule, "action": { "type": "error", "status": 599 } }));
            asked()
        };
        let get = || server.rest("GET", "/users/Kevin").send().status;
        let me = || server.session(&token, "GET", "/me").send().status;
        let create = || server.auth("POST", "/users").json(json!({ "uid": "Kevin", "name": "K" })).send().status;
        assert_eq!(status(json!({ "method": "GET" }), &get), 599);
        assert_eq!(status(json!({ "method": "PUT" }), &get), 200);
        assert_eq!(status(json!({ "path": "/users/*" }), &get), 599);
        assert_eq!(status(json!({ "path": "/v3/users/*" }), &get), 599);
        assert_eq!(status(json!({ "path": "/users" }), &get), 200);
        assert_eq!(status(json!({ "uid": "kevin" }), &get), 599);
        assert_eq!(status(json!({ "uid": "kevin" }), &me), 599);
        assert_eq!(status(json!({ "uid": "kevin" }), &create), 599);
        assert_eq!(status(json!({ "uid": "other" }), &me), 200);
        assert_eq!(status(json!({ "appId": server.app_id }), &get), 599);
        assert_eq!(status(json!({ "appId": "other" }), &get), 200);
        let statuses = |rule: Value| {
            server.own("DELETE", "/faults").data();
            set(&server, rule);
            (0..4).map(|_| get()).collect::<Vec<_>>()
        };
        let error = json!({ "type": "error", "status": 599 });
        assert_eq!(statuses(json!({ "match": { "nth": 2 }, "action": error })), [200, 599, 200, 200]);
        assert_eq!(statuses(json!({ "skip": 1, "times": 2, "action": error })), [200, 599, 599, 200]);
    }

    fn the_first_rule_that_fires_decides(on) {
        let server = on.start(&[]);
        set(&server, json!([
            { "match": { "path": "/users" }, "times": 1, "action": { "type": "error", "status": 501 } },
            { "action": { "type": "error", "status": 502 } },
        ]));
        let statuses: Vec<_> = (0..2).map(|_| server.rest("GET", "/users").send().status).collect();
        assert_eq!(statuses, [501, 502]);
        let faults = server.own("GET", "/faults").data();
        assert_eq!((&faults[0]["fired"], &faults[1]["fired"]), (&json!(1), &json!(1)));
        let requests = server.own("GET", "/requests").data();
        assert_eq!(requests[0]["fault"], faults[0]["id"]);
        server.own("DELETE", &format!("/faults/{}", faults[1]["id"].as_str().unwrap())).data();
        assert_eq!(server.rest("GET", "/users").send().status, 200);
        server.own("DELETE", "/faults/99").fails(404, "EMULATOR_ERR_FAULT_NOT_FOUND");
        assert_eq!(server.own("GET", "/health").send().status, 200, "the emulator's own routes never fail");
    }

    fn a_rule_with_a_mistake_is_refused_whole(on) {
        let server = on.start(&[]);
        for rule in [
            json!({}), json!({ "match": { "method": "get" }, "action": { "type": "drop" } }),
            json!({ "action": { "type": "explode" } }), json!({ "action": { "type": "delay" } }),
            json!({ "action": { "type": "error", "status": 99 } }), json!({ "action": { "type": "drop", "x": 1 } }),
            json!({ "match": { "nth": 0 }, "action": { "type": "drop" } }),
            json!({ "match": { "url": "/" }, "action": { "type": "drop" } }),
            json!([{ "action": { "type": "drop" } }, { "action": {} }]),
        ] {
            server.own("POST", "/faults").json(rule).fails(400, "ERR_BAD_REQUEST");
        }
        assert_eq!(server.own("GET", "/faults").data(), json!([]));
    }
}
