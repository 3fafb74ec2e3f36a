//! Rate limits, which hold only when asked for.

use serde_json::json;

use crate::harness::behaviours;

behaviours! {
    fn nothing_is_limited_by_default(on) {
        let server = on.start(&[]);
        let answer = server.rest("GET", "/users").send();
        assert_eq!(answer.header("x-rate-limit"), None);
    }

    fn operations_beyond_the_limit_are_told_when_to_come_again(on) {
        let server = on.start(&["--rate-limits=3,5"]);
        let create = |number: u32| {
            server.auth("POST", "/users").json(json!({ "uid": format!("u{number}"), "name": "U" })).send()
        };
        // A minute may begin between two requests; then the count begins anew.
        let answers: Vec<_> = (0..8).map(create).collect();
        let first = &answers[0];
        assert_eq!(first.header("x-rate-limit"), Some("3"));
        assert_eq!(first.header("x-rate-limit-remaining"), Some("2"));
        let limited = answers.iter().find(|answer| answer.status == 429).expect("one too many");
        assert_eq!(limited.json()["error"]["code"], "ERR_TOO_MANY_REQUESTS");
        let wait: u64 = limited.header("retry-after").unwrap().parse().expect("seconds");
        assert!((1..=60).contains(&wait));
        assert!(limited.header("x-rate-limit-reset").unwrap().parse::<i64>().is_ok());
        assert_eq!(limited.header("x-rate-limit-remaining"), Some("0"));
        assert_eq!(server.rest("GET", "/users").send().status, 200, "another kind of operation");
    }

    fn the_services_own_limits_are_a_word(on) {
        let server = on.start(&["--rate-limits"]);
        assert_eq!(server.rest("GET", "/users").send().header("x-rate-limit"), Some("20000"));
        assert_eq!(server.user("a")["uid"], "a");
    }
}
