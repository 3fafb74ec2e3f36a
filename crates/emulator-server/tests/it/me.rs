//! The signed-in user.

use serde_json::json;

use crate::harness::behaviours;

behaviours! {
    fn a_session_starts_with_all_that_a_client_needs(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let token = server.token("kevin");
        let me = server.session(&token, "PUT", "/me").json(json!({
            "platform": "WEB", "deviceId": "app_x_1",
            "appInfo": { "version": "v4.2.0", "apiVersion": "v3.0", "userAgent": "Node" },
        })).data();
        assert_eq!(me["uid"], "kevin");
        assert_eq!(me["authToken"], token.as_str());
        assert_eq!(me["status"], "available");
        assert!(me["lastActiveAt"].is_i64());
        assert_eq!(me["wsChannel"]["identity"], format!("[{}]kevin", server.app_id));
        assert_eq!(me["jwt"].as_str().unwrap().split('.').count(), 3);
        assert_eq!(me["settings"]["ADMIN_API_HOST"], server.address.as_str());
        assert_eq!(me["settings"]["CLIENT_API_HOST"], server.address.as_str());
        assert_eq!(me["settings"]["CHAT_API_VERSION"], "v3.0");
        assert_eq!(me.get("updatedAt"), None, "signing in is no update");
    }

    fn an_update_of_oneself_changes_neither_uid_nor_role(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let token = server.token("kevin");
        let me = server.session(&token, "PUT", "/me").json(json!({
            "uid": "cometchat-uid-1", "role": "no-such-role", "name": "New Name",
            "tags": ["vip"], "statusMessage": "Hi", "hasBlockedMe": false,
        })).data();
        assert_eq!(me["uid"], "kevin");
        assert_eq!(me["role"], "default");
        assert_eq!(me["name"], "New Name");
        assert_eq!(me["tags"], json!(["vip"]));
        assert_eq!(me["authToken"], token.as_str());
        assert!(me["updatedAt"].is_i64());
        let cleared = server.session(&token, "PUT", "/me")
            .json(json!({ "statusMessage": "", "unset": ["tags"] })).data();
        assert_eq!(cleared.get("statusMessage"), None);
        assert_eq!(cleared.get("tags"), None);
        let error = server.session(&token, "PUT", "/me").json(json!({ "avatar": "nope", "name": "" }))
            .fails(400, "ERR_BAD_REQUEST");
        assert_eq!(error["details"], json!({
            "avatar": ["The avatar must be a valid URL."],
            "name": ["The name field must have a value."],
        }));
    }

    fn signing_out_ends_this_session_only(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let (here, there) = (server.token("kevin"), server.token("kevin"));
        server.session(&here, "PUT", "/me").data();
        server.session(&here, "DELETE", "/me").data();
        for method in ["GET", "PUT", "DELETE"] {
            let error = server.session(&here, method, "/me").fails(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
            assert_eq!(error["message"], format!(
                "The auth token {here} does not exist. Please make sure you are logged in and have \
                 a valid auth token or try login again.",
            ));
        }
        assert_eq!(server.rest("GET", "/users/kevin").data()["status"], "offline");
        server.session(&there, "PUT", "/me").data();
        assert_eq!(server.rest("GET", "/users/kevin").data()["status"], "available");
    }

    fn a_session_reads_users_but_changes_none(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let token = server.token("kevin");
        let seen = server.session(&token, "GET", "/users/cometchat-uid-1").data();
        assert_eq!(seen["hasBlockedMe"], false);
        assert_eq!(seen["conversationId"], "cometchat-uid-1_user_kevin");
        server.session(&token, "PUT", "/users/cometchat-uid-1").json(json!({ "name": "x" }))
            .fails(401, "AUTH_ERR_EMPTY_APIKEY");
        server.ask("PUT", "/v3.0/me").fails(401, "AUTH_ERR_EMPTY_AUTH_TOKEN");
        for nonsense in ["nonsense", "\u{e9}", "a b"] {
            server.session(nonsense, "GET", "/me").fails(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
        }
    }

    fn a_clients_report_of_its_surroundings_is_taken(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let token = server.token("kevin");
        server.session(&token, "POST", "/user_sessions").json(json!({ "sessionId": "x", "data": {} })).data();
        server.session("x_1", "POST", "/user_sessions").fails(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
    }

    fn a_token_opens_its_own_app_only(on) {
        let app = format!("other-{}", std::process::id());
        let server = on.start(&["--app", &app]);
        server.user("kevin");
        let token = server.token("kevin");
        server.session(&token, "GET", "/me").header("appId", &app)
            .fails(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
    }
}
