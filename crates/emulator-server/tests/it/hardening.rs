//! What no proper client sends: a clear refusal or a closed connection, and the next request is
//! served as if nothing had been.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Connection, Server, behaviours};

#[track_caller]
fn still_serves(server: &Server) {
    assert_eq!(
        server.rest("GET", "/users/cometchat-uid-1").send().status,
        200
    );
}

behaviours! {
    fn a_body_over_ten_kilobytes_is_refused(on) {
        let server = on.start(&[]);
        let mut connection = Connection::open(&server.address).unwrap();
        for size in [11 * 1024, 500 * 1024] {
            let answer = server.auth("POST", "/users").body("x".repeat(size)).send();
            assert_eq!(answer.status, 413);
            assert_eq!(answer.json()["error"]["code"], "ERR_BAD_REQUEST");
        }
        let fits = json!({ "uid": "big", "name": "Big", "statusMessage": "x".repeat(10_000) });
        assert_eq!(server.auth("POST", "/users").json(fits).send_on(&mut connection).unwrap().status, 200);
        still_serves(&server);
    }

    fn what_is_no_json_object_is_refused(on) {
        let server = on.start(&[]);
        let deep = format!("{{\"uid\":\"a\",\"name\":\"a\",\"metadata\":{{\"a\":{}{}}}}}", "[".repeat(2_000), "]".repeat(2_000));
        for body in [
            &b"\xff\xfe{}"[..], b"{\"uid\":\"\xc3\x28\"}", b"{", b"nonsense", b"[]", b"null", b"5", b"\"x\"",
            b"{\"uid\":}", b"{\"uid\":\"a\"} {}", b"\0",
            b"{\"uid\":\"a\",\"name\":\"\\ud800\"}", b"{\"uid\":\"a\",\"name\":1e999}",
            "[".repeat(10_000).as_bytes(), "{\"a\":".repeat(1_600).as_bytes(), deep.as_bytes(),
        ] {
            server.auth("POST", "/users").body(body).fails(400, "ERR_BAD_REQUEST");
        }
        server.own("POST", "/seed").body("[".repeat(10_000)).fails(400, "ERR_BAD_REQUEST");
        server.own("PUT", "/snapshot").body("{\"a\":".repeat(10_000)).fails(400, "ERR_BAD_REQUEST");
        still_serves(&server);
    }

    fn a_byte_order_mark_does_no_harm(on) {
        let server = on.start(&[]);
        server.auth("POST", "/users").body("\u{feff}{\"uid\":\"a\",\"name\":\"A\"}").data();
    }

    fn a_header_of_a_megabyte_is_refused(on) {
        let server = on.start(&[]);
        let mut connection = Connection::open(&server.address).unwrap();
        connection.write(format!("GET /v3/users HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(1 << 20)).as_bytes()).unwrap();
        assert_eq!(connection.read().expect("a refusal").status, 431);
        assert!(connection.is_closed());
        still_serves(&server);
    }

    fn nonsense_instead_of_http_is_refused(on) {
        let server = on.start(&[]);
        for bytes in [&b"\x16\x03\x01\x02\0\x01\0"[..], b"GET\r\n\r\n", b"\0\0\0\0\r\n\r\n",
            b"POST /v3/users HTTP/1.1\r\ncontent-length: -5\r\n\r\n",
            b"POST /v3/users HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"] {
            let mut connection = Connection::open(&server.address).unwrap();
            connection.write(bytes).unwrap();
            let answer = connection.read().unwrap_or_else(|error| panic!("{bytes:?}: {error}"));
            assert_eq!(answer.status, 400, "{bytes:?}");
            assert!(connection.is_closed());
        }
        still_serves(&server);
    }

    fn a_client_that_never_ends_its_request_is_let_go(on) {
        let server = on.start(&["--read-timeout", "1"]);
        let start = Instant::now();
        let mut in_head = Connection::open(&server.address).unwrap();
        in_head.write(b"GET /v3/users HTTP/1.1\r\nhost: ").unwrap();
        let mut in_body = Connection::open(&server.address).unwrap();
        in_body.write(format!(
            "POST /v3/users HTTP/1.1\r\nhost: {}\r\ncontent-length: 50\r\n\r\n{{", server.address,
        ).as_bytes()).unwrap();
        let answer = in_body.read().expect("a refusal");
        assert_eq!(answer.status, 408);
        assert_eq!(answer.json()["error"]["code"], "ERR_BAD_REQUEST");
        assert!(in_body.is_closed());
        assert!(in_head.is_closed());
        assert!(start.elapsed() < Duration::from_secs(10));
        still_serves(&server);
    }

    fn a_thousand_idle_connections_leave_room_for_the_next(on) {
        let server = on.start(&[]);
        let idle: Vec<_> = (0..1_000).filter_map(|_| Connection::open(&server.address).ok()).collect();
        // The test itself may be allowed few open files; then these are what it can have.
        assert!(idle.len() > 200, "{}", idle.len());
        still_serves(&server);
        drop(idle);
        still_serves(&server);
    }

    fn clients_that_go_away_are_no_harm(on) {
        let server = on.start(&[]);
        for _ in 0..200 {
            let mut connection = Connection::open(&server.address).unwrap();
            connection.write(format!(
                "POST /v3/users HTTP/1.1\r\nhost: {}\r\napiKey: {}\r\ncontent-length: 25\r\n\r\n{{\"uid\":\"gone\",\"name\":\"G\"}}",
                server.address, server.auth_key,
            ).as_bytes()).unwrap();
        }
        still_serves(&server);
    }

    fn what_is_no_route_is_told(on) {
        let server = on.start(&[]);
        for (method, path) in [
            ("GET", "/"), ("GET", "/v3.0"), ("GET", "/v3.0/nope"), ("PATCH", "/v3.0/users"),
            ("POST", "/v3.0/users/kevin"), ("GET", "/v3.0/users/a/b"), ("GET", "/v3.0/users//"), ("GET", "/__emulator/nope"),
            ("GET", "/users"), ("GET", "/v3.0/users/../roles"),
        ] {
            let error = server.ask(method, path).header("apiKey", &server.rest_api_key)
                .fails(404, "ERR_API_NOT_FOUND");
            assert_eq!(error["message"], "The API endpoint is invalid. Please verify the API call.");
        }
        let wrong = server.own("POST", "/health").send();
        assert_eq!(wrong.status, 405);
        assert!(wrong.header("allow").is_some_and(|allowed| allowed.contains("GET")));
        server.ask("GET", "/v2.0/users").fails(404, "ERR_INVALID_API_VERSION");
    }
}
