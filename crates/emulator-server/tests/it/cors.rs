//! Browsers: any page may call the service's routes, no foreign page the emulator's own.

use crate::harness::behaviours;

behaviours! {
    fn any_page_may_call_the_services_routes(on) {
        let server = on.start(&[]);
        let answer = server.ask("OPTIONS", "/v3.0/users")
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "apikey,appid,content-type")
            .send();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert!(answer.header("access-control-max-age").is_some());
        let allowed = answer.header("access-control-allow-headers").unwrap();
        for name in ["appid", "apikey", "authtoken", "onbehalfof", "content-type", "accept", "resource", "sdk"] {
            assert!(allowed.split(',').any(|allowed| allowed.trim() == name), "{name} in {allowed}");
        }
        let answer = server.rest("GET", "/users/nobody").header("origin", "https://app.example.com").send();
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert!(answer.header("access-control-expose-headers").unwrap().contains("retry-after"));
    }

    fn foreign_pages_and_hosts_change_nothing_in_the_emulator(on) {
        let server = on.start(&[]);
        server.user("kevin");
        for (name, value) in [
            ("origin", "https://evil.example"), ("origin", "null"), ("origin", "http://localhost.evil.example"),
            ("host", "evil.example"), ("host", "evil.example:8090"), ("host", "127.0.0.1.evil.example"),
        ] {
            server.own("POST", "/reset").header(name, value).fails(403, "EMULATOR_ERR_FOREIGN_REQUEST");
            server.own("GET", "/snapshot").header(name, value).fails(403, "EMULATOR_ERR_FOREIGN_REQUEST");
        }
        server.rest("GET", "/users/kevin").data();
        assert!(server.own("OPTIONS", "/reset").header("origin", "https://evil.example").send()
            .header("access-control-allow-origin").is_none());
    }

    fn pages_of_this_machine_may_ask_for_the_emulators_own_routes(on) {
        let server = on.start(&["--control-host", "emulator"]);
        for origin in ["http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:3000"] {
            let answer = server.own("GET", "/health").header("origin", origin).send();
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
            let preflight = server.own("OPTIONS", "/reset").header("origin", origin).send();
            assert_eq!(preflight.status, 204);
        }
        assert_eq!(server.own("GET", "/health").header("host", "emulator:8090").send().status, 200);
    }
}
