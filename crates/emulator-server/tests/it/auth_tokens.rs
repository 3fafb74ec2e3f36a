//! Auth tokens of users.

use serde_json::json;

use crate::harness::behaviours;

behaviours! {
    fn a_token_is_the_uid_the_second_and_thirty_hex_digits(on) {
        let server = on.start(&[]);
        server.user("super-hero_1");
        let made = server.auth("POST", "/users/Super-Hero_1/auth_tokens").data();
        assert_eq!(made["uid"], "super-hero_1");
        let token = made["authToken"].as_str().expect("a token");
        let rest = token.strip_prefix("super-hero_1_").expect("the uid first");
        assert_eq!(rest.len(), 40);
        assert_eq!(rest[..10], made["createdAt"].to_string());
        assert!(rest.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
    }

    fn any_body_of_the_official_clients_is_taken(on) {
        let server = on.start(&[]);
        server.user("kevin");
        for body in [
            "", "{}", r#"{"force":true}"#, r#"{"force":false}"#,
            r#"{"platform":"WEB","deviceId":"app_1","appInfo":{"version":"v4.2.0"}}"#,
        ] {
            server.auth("POST", "/users/kevin/auth_tokens").body(body).data();
        }
    }

    fn tokens_are_listed_newest_first(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let made: Vec<_> = (0..3).map(|_| server.token("kevin")).collect();
        let listed = server.rest("GET", "/users/kevin/auth_tokens").data();
        let listed: Vec<_> = listed.as_array().unwrap().iter().rev()
            .map(|token| token["authToken"].as_str().unwrap().to_owned()).collect();
        assert_eq!(listed, made);
    }

    fn tokens_come_in_pages_with_a_count_of_all(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let made: Vec<_> = (0..3).map(|_| server.token("kevin")).collect();
        let page = server.rest("GET", "/users/kevin/auth_tokens?perPage=2&page=2").send().json();
        assert_eq!(page["data"].as_array().unwrap().len(), 1);
        assert_eq!(page["data"][0]["authToken"], made[0]);
        assert_eq!(page["meta"]["pagination"], json!({
            "total": 3, "count": 1, "per_page": 2, "current_page": 2, "total_pages": 2,
        }));
        let all = server.rest("GET", "/users/kevin/auth_tokens").send().json();
        assert_eq!(all["meta"]["pagination"]["per_page"], 100);
        for query in ["perPage=0", "perPage=1001", "page=0", "page=x"] {
            server.rest("GET", &format!("/users/kevin/auth_tokens?{query}")).fails(400, "ERR_BAD_REQUEST");
        }
    }

    fn the_oldest_of_more_than_a_hundred_is_retired(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let first = server.token("kevin");
        let second = server.token("kevin");
        for _ in 0..99 {
            server.token("kevin");
        }
        let listed = server.rest("GET", "/users/kevin/auth_tokens").data();
        assert_eq!(listed.as_array().unwrap().len(), 100);
        server.session(&first, "GET", "/me").fails(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
        server.session(&second, "GET", "/me").data();
    }

    fn one_token_is_read_described_and_deleted(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let token = server.token("kevin");
        let path = format!("/users/kevin/auth_tokens/{token}");
        assert_eq!(server.rest("GET", &path).data()["authToken"], token);
        let told = server.rest("PUT", &path)
            .json(json!({ "platform": "ios", "userAgent": "x", "appInfo": { "version": 2 } })).data();
        assert_eq!(told["platform"], "ios");
        assert_eq!(told["appInfo"], json!({ "version": 2 }));
        assert_eq!(server.rest("DELETE", &path).data()["success"], true);
        server.rest("DELETE", &path).fails(404, "ERR_AUTH_TOKEN_NOT_FOUND");
        server.rest("GET", &path).fails(404, "ERR_AUTH_TOKEN_NOT_FOUND");
        server.rest("PUT", &path).fails(404, "ERR_AUTH_TOKEN_NOT_FOUND");
        server.session(&token, "PUT", "/me").fails(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
    }

    fn a_flush_ends_all_tokens_of_one_user(on) {
        let server = on.start(&[]);
        server.user("kevin");
        server.user("other");
        let (token, other) = (server.token("kevin"), server.token("other"));
        assert_eq!(server.rest("DELETE", "/users/Kevin/auth_tokens").data(), json!({
            "success": true, "message": "Cleared Auth Tokens successfully for uid kevin.",
        }));
        assert_eq!(server.rest("GET", "/users/kevin/auth_tokens").data(), json!([]));
        server.session(&token, "GET", "/me").fails(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
        server.session(&other, "GET", "/me").data();
    }

    fn an_unknown_or_blank_uid_has_no_tokens(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let token = server.token("kevin");
        for uid in ["nobody", "%20"] {
            let tokens = format!("/users/{uid}/auth_tokens");
            server.auth("POST", &tokens).fails(404, "ERR_UID_NOT_FOUND");
            server.rest("GET", &tokens).fails(404, "ERR_UID_NOT_FOUND");
            server.rest("DELETE", &tokens).fails(404, "ERR_UID_NOT_FOUND");
            server.rest("GET", &format!("{tokens}/{token}")).fails(404, "ERR_UID_NOT_FOUND");
        }
        server.rest("GET", &format!("/users/cometchat-uid-1/auth_tokens/{token}"))
            .fails(404, "ERR_AUTH_TOKEN_NOT_FOUND");
    }
}
