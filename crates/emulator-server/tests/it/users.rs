//! Creating, reading, updating and deleting users.

use serde_json::json;

use crate::harness::behaviours;

behaviours! {
    fn a_new_user_has_what_was_given_and_nothing_else(on) {
        let server = on.start(&[]);
        let user = server.auth("POST", "/users").json(json!({ "uid": "kevin", "name": "Kevin" })).data();
        let created = user["createdAt"].as_i64().expect("seconds");
        assert!(created > 1_700_000_000);
        assert_eq!(user, json!({
            "uid": "kevin", "name": "Kevin", "role": "default", "status": "offline",
            "createdAt": created,
        }));
        let full = server.auth("POST", "/users").json(json!({
            "uid": "barry", "name": "Barry", "avatar": "https://example.com/a.png",
            "link": "https://example.com/barry", "role": "admin", "statusMessage": "Hello World",
            "metadata": { "custom": "data" }, "tags": ["tag1", "tag2"],
        })).data();
        for (field, value) in [
            ("avatar", json!("https://example.com/a.png")),
            ("link", json!("https://example.com/barry")),
            ("role", json!("admin")),
            ("statusMessage", json!("Hello World")),
            ("metadata", json!({ "custom": "data" })),
            ("tags", json!(["tag1", "tag2"])),
        ] {
            assert_eq!(full[field], value, "{field}");
        }
        assert_eq!(full.get("updatedAt"), None);
        let read = server.rest("GET", "/users/barry").data();
        assert_eq!(read, full, "what was created is what is read");
    }

    fn a_uid_is_kept_in_lower_case_and_found_in_any(on) {
        let server = on.start(&[]);
        assert_eq!(server.user("Usr1")["uid"], "usr1");
        assert_eq!(server.rest("GET", "/users/USR1").data()["uid"], "usr1");
        assert_eq!(server.rest("GET", "/users/%55sr1").data()["uid"], "usr1");
    }

    fn texts_are_trimmed(on) {
        let server = on.start(&[]);
        let user = server.auth("POST", "/users").json(json!({
            "uid": " trimmed ", "name": "\tKevin \n", "tags": [" a "],
        })).data();
        assert_eq!(user["uid"], "trimmed");
        assert_eq!(user["name"], "Kevin");
        assert_eq!(user["tags"], json!(["a"]));
    }

    fn unknown_and_read_only_fields_are_passed_over(on) {
        let server = on.start(&[]);
        let user = server.auth("POST", "/users").json(json!({
            "uid": "kevin", "name": "Kevin", "hasBlockedMe": false, "blockedByMe": true,
            "deactivatedAt": 5, "status": "online", "lastActiveAt": 7, "authToken": "x",
            "createdAt": 1, "nonsense": { "a": [] },
        })).data();
        assert_eq!(user["status"], "offline");
        for field in ["hasBlockedMe", "deactivatedAt", "lastActiveAt", "authToken", "nonsense"] {
            assert_eq!(user.get(field), None, "{field}");
        }
        assert_ne!(user["createdAt"], 1);
    }

    fn both_versions_answer_alike(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let key = server.rest_api_key.clone();
        let older = server.ask("GET", "/v3/users/kevin").header("apikey", &key).data();
        assert_eq!(older, server.rest("GET", "/users/kevin").data());
    }

    fn a_taken_uid_is_refused_with_400(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let error = server.auth("POST", "/users")
            .json(json!({ "uid": "KEVIN", "name": "Other" }))
            .fails(400, "ERR_UID_ALREADY_EXISTS");
        assert_eq!(
            error["message"],
            "The uid kevin already exists. Please use another uid or try after permanently \
             deleting the user.",
        );
        assert_eq!(error.get("details"), None);
        assert_eq!(server.rest("GET", "/users/kevin").data()["name"], "Kevin");
    }

    fn of_equal_creations_at_once_one_succeeds(on) {
        let server = on.start(&[]);
        let successes: usize = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..16)
                .map(|_| scope.spawn(|| {
                    let mut connection = crate::harness::Connection::open(&server.address).unwrap();
                    (0..20).filter(|round| {
                        server.auth("POST", "/users")
                            .json(json!({ "uid": format!("race-{round}"), "name": "Kevin" }))
                            .send_on(&mut connection)
                            .expect("an answer")
                            .status == 200
                    }).count()
                }))
                .collect();
            callers.into_iter().map(|caller| caller.join().expect("a count")).sum()
        });
        assert_eq!(successes, 20);
    }

    fn every_broken_rule_is_told_in_the_services_words(on) {
        let server = on.start(&[]);
        let error = server.auth("POST", "/users").json(json!({})).fails(400, "ERR_BAD_REQUEST");
        assert_eq!(error, json!({
            "message": "Failed to validate the data sent with the request.",
            "devMessage": "Failed to validate the data sent with the request.",
            "source": "chat-api",
            "details": {
                "uid": ["The uid field is required."],
                "name": ["The name field is required."],
            },
            "code": "ERR_BAD_REQUEST",
        }));
        let long = "x".repeat(101);
        for (field, value, told) in [
            ("uid", json!(""), "The uid field is required."),
            ("uid", json!("a b"), "The uid must only contain letters, numbers, dashes and underscores."),
            ("uid", json!(long), "The uid must not be greater than 100 characters."),
            ("uid", json!(5), "The uid must be a string."),
            ("name", json!(" "), "The name field is required."),
            ("name", json!(long), "The name must not be greater than 100 characters."),
            ("name", json!(["x"]), "The name must be a string."),
            ("name", json!("a\u{0}b"), "The name format is invalid."),
            ("avatar", json!("nope"), "The avatar must be a valid URL."),
            ("link", json!(5), "The link must be a string."),
            ("role", json!("nobody"), "The selected role is invalid."),
            ("statusMessage", json!({}), "The status message must be a string."),
            ("metadata", json!([1]), "The metadata must be an object."),
            ("metadata", json!({ "x": "y".repeat(5_200) }), "The metadata must not be greater than 5120 bytes."),
            ("tags", json!("x"), "The tags must be an array."),
            ("tags", json!(vec!["x"; 26]), "The tags must not have more than 25 items."),
        ] {
            let mut body = json!({ "uid": "kevin", "name": "Kevin" });
            body[field] = value.clone();
            let error = server.auth("POST", "/users").json(body).fails(400, "ERR_BAD_REQUEST");
            assert_eq!(error["details"], json!({ field: [told] }), "{field}: {value}");
        }
        for (tag, told) in [
            (json!(" "), "The tags.1 field is required."),
            (json!(null), "The tags.1 field is required."),
            (json!(7), "The tags.1 must be a string."),
            (json!(long), "The tags.1 must not be greater than 100 characters."),
        ] {
            let error = server.auth("POST", "/users")
                .json(json!({ "uid": "kevin", "name": "Kevin", "tags": ["a", tag] }))
                .fails(400, "ERR_BAD_REQUEST");
            assert_eq!(error["details"], json!({ "tags.1": [told] }));
        }
        server.rest("GET", "/users/kevin").fails(404, "ERR_UID_NOT_FOUND");
    }

    fn an_auth_token_comes_with_a_new_user_only_when_asked_for(on) {
        let server = on.start(&[]);
        assert_eq!(server.user("plain").get("authToken"), None);
        let user = server.auth("POST", "/users")
            .json(json!({ "uid": "kevin", "name": "Kevin", "tags": ["a"], "withAuthToken": true }))
            .data();
        let token = user["authToken"].as_str().expect("a token");
        assert_eq!(server.session(token, "GET", "/me").data()["uid"], "kevin");
    }

    fn metadata_comes_back_digit_by_digit_and_key_by_key(on) {
        let server = on.start(&[]);
        let metadata = r#"{"z":1.10,"a":12345678901234567890123,"@private":{"email":"k@example.com"},"e":"\u00e9\u0000"}"#;
        let body = format!(r#"{{"uid":"kevin","name":"Kevin","metadata":{metadata}}}"#);
        let sent = server.auth("POST", "/users").body(body).send();
        assert!(sent.text().contains(metadata), "{}", sent.text());
        let read = server.rest("GET", "/users/kevin").send();
        assert!(read.text().contains(metadata), "{}", read.text());
    }

    fn metadata_may_be_a_text(on) {
        let server = on.start(&[]);
        server.user("kevin");
        for (text, kept) in [
            (r#"{"a": 1}"#, json!({ "a": 1 })),
            ("no JSON", json!({ "rawMetadata": "no JSON" })),
            ("[1]", json!({ "rawMetadata": "[1]" })),
        ] {
            let user = server.auth("PUT", "/users/kevin").json(json!({ "metadata": text })).data();
            assert_eq!(user["metadata"], kept);
        }
        let user = server.auth("PUT", "/users/kevin").json(json!({ "metadata": " " })).data();
        assert_eq!(user.get("metadata"), None);
    }

    fn an_update_changes_what_it_names_and_stamps_the_time(on) {
        let server = on.start(&[]);
        server.auth("POST", "/users").json(json!({
            "uid": "kevin", "name": "Kevin", "link": "https://example.com", "tags": ["a"],
        })).data();
        let user = server.auth("PUT", "/users/Kevin").json(json!({
            "uid": "someone-else", "name": "Kevin Fernandez", "role": "ADMIN", "tags": ["b", "c"],
            "avatar": "https://example.com/new.png", "metadata": { "updated": true },
            "statusMessage": "Updated status", "deactivatedAt": 0, "hasBlockedMe": false,
        })).data();
        assert_eq!(user["uid"], "kevin");
        assert_eq!(user["name"], "Kevin Fernandez");
        assert_eq!(user["role"], "admin");
        assert_eq!(user["tags"], json!(["b", "c"]));
        assert_eq!(user["link"], "https://example.com");
        assert!(user["updatedAt"].is_i64());
        assert_eq!(user, server.rest("GET", "/users/kevin").data());
    }

    fn an_empty_value_or_unset_clears_a_field(on) {
        let server = on.start(&[]);
        let full = json!({
            "uid": "kevin", "name": "Kevin", "avatar": "https://example.com/a.png",
            "link": "https://example.com", "statusMessage": "Hi", "metadata": { "a": 1 }, "tags": ["a"],
        });
        server.auth("POST", "/users").json(full.clone()).data();
        for change in [
            json!({ "avatar": "", "link": "", "statusMessage": "", "metadata": {}, "tags": [] }),
            json!({ "unset": ["avatar", "link", "metadata", "statusMessage", "tags"] }),
        ] {
            server.auth("PUT", "/users/kevin").json(full.clone()).data();
            let user = server.auth("PUT", "/users/kevin").json(change).data();
            for field in ["avatar", "link", "statusMessage", "metadata", "tags"] {
                assert_eq!(user.get(field), None, "{field}");
            }
            assert_eq!(user["name"], "Kevin");
        }
        let untouched = server.auth("PUT", "/users/kevin").json(full).data();
        let nulls = json!({ "avatar": null, "link": null, "metadata": null, "tags": null, "name": null });
        let after = server.auth("PUT", "/users/kevin").json(nulls).data();
        assert_eq!(after["avatar"], untouched["avatar"]);
        assert_eq!(after["tags"], untouched["tags"]);
        server.auth("PUT", "/users/kevin").json(json!({ "unset": ["name"] }))
            .fails(400, "ERR_BAD_REQUEST");
    }

    fn an_update_needs_no_name_but_takes_no_empty_one(on) {
        let server = on.start(&[]);
        server.user("kevin");
        assert_eq!(server.auth("PUT", "/users/kevin").json(json!({})).data()["name"], "Kevin");
        let error = server.auth("PUT", "/users/kevin").json(json!({ "name": "" }))
            .fails(400, "ERR_BAD_REQUEST");
        assert_eq!(error["details"]["name"], json!(["The name field must have a value."]));
    }

    fn an_unknown_uid_is_named_as_it_was_sent_in_lower_case(on) {
        let server = on.start(&[]);
        let error = server.rest("GET", "/users/babuInvalid").fails(404, "ERR_UID_NOT_FOUND");
        assert_eq!(
            error["message"],
            "The UID babuinvalid does not exist, please make sure you have created a user with \
             UID babuinvalid.",
        );
        assert_eq!(
            error["devMessage"],
            "The UID babuinvalid does not exist, so please make sure you have created a user with \
             UID babuinvalid.",
        );
        for path in ["/users/%20", "/users/%00", "/users/%ff", "/users/a%20b"] {
            let error = server.rest("GET", path).fails(404, "ERR_UID_NOT_FOUND");
            let shown = path.trim_start_matches("/users/");
            assert!(error["message"].as_str().unwrap().contains(shown), "{error}");
            server.auth("PUT", path).json(json!({ "name": "x" })).fails(404, "ERR_UID_NOT_FOUND");
        }
    }

    fn deleting_deactivates_unless_it_is_for_good(on) {
        let server = on.start(&[]);
        server.user("kevin");
        let token = server.token("kevin");
        assert_eq!(server.rest("DELETE", "/users/kevin").data(), json!({ "deactivatedUids": ["kevin"] }));
        server.rest("GET", "/users/kevin").fails(404, "ERR_UID_NOT_FOUND");
        server.auth("PUT", "/users/kevin").json(json!({ "name": "x" })).fails(404, "ERR_UID_NOT_FOUND");
        server.rest("DELETE", "/users/kevin").fails(404, "ERR_UID_NOT_FOUND");
        server.session(&token, "GET", "/me").fails(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
        server.auth("POST", "/users").json(json!({ "uid": "kevin", "name": "x" }))
            .fails(400, "ERR_UID_ALREADY_EXISTS");
        let gone = server.rest("DELETE", "/users/KEVIN").json(json!({ "permanent": true })).data();
        assert_eq!(gone, json!({
            "success": true, "message": "User with kevin has been deleted successfully.",
        }));
        server.rest("DELETE", "/users/kevin").json(json!({ "permanent": true }))
            .fails(404, "ERR_UID_NOT_FOUND");
        server.user("kevin");
    }

    fn many_are_deactivated_and_reactivated_in_groups(on) {
        let server = on.start(&[]);
        server.user("a");
        server.user("b");
        let put_out = server.rest("DELETE", "/users")
            .json(json!({ "uidsToDeactivate": ["A", "InvalidUID", "a b"] })).data();
        assert_eq!(put_out, json!({ "deactivatedUids": ["a"], "notFound": ["InvalidUID", "a b"] }));
        let again = server.rest("DELETE", "/users").json(json!({ "uidsToDeactivate": ["a", "b"] })).data();
        assert_eq!(again, json!({ "deactivatedUids": ["b"], "alreadyDeactivatedUids": ["a"] }));
        let back = server.rest("PUT", "/users").json(json!({ "uidsToActivate": ["A", "a"] })).data();
        assert_eq!(back, json!({ "reactivatedUids": ["a"] }));
        let more = server.rest("PUT", "/users").json(json!({ "uidsToActivate": ["a", "b"] })).data();
        assert_eq!(more, json!({ "reactivatedUids": ["b"], "nonDeactivatedUids": ["a"] }));
        let none = server.rest("PUT", "/users").json(json!({ "uidsToActivate": ["InvalidUID"] })).data();
        assert_eq!(none, json!({ "notFound": ["InvalidUID"] }));
        assert_eq!(server.rest("GET", "/users/a").data().get("deactivatedAt"), None);
        for body in [json!({}), json!({ "uidsToDeactivate": [] }), json!({ "uidsToDeactivate": "a" })] {
            let error = server.rest("DELETE", "/users").json(body).fails(400, "ERR_BAD_REQUEST");
            assert!(error["details"]["uidsToDeactivate"].is_array());
        }
    }

    fn on_behalf_of_someone_tells_what_they_are_to_each_other(on) {
        let server = on.start(&[]);
        server.user("b");
        server.user("a");
        let user = server.rest("GET", "/users/a").header("onBehalfOf", "B").data();
        assert_eq!(user["conversationId"], "a_user_b");
        assert_eq!(user["hasBlockedMe"], false);
        assert_eq!(user["blockedByMe"], false);
        server.rest("GET", "/users/a").header("onBehalfOf", "nobody").fails(404, "ERR_UID_NOT_FOUND");
        assert_eq!(server.rest("GET", "/users/a").data().get("conversationId"), None);
    }

    fn private_details_are_for_keys_and_for_the_user_itself(on) {
        let server = on.start(&["--no-seed"]);
        let private = json!({ "email": "kevin@example.com", "contactNumber": "0123456789" });
        let metadata = json!({ "floor": 12345678901234567890u64, "@private": private });
        for (uid, metadata) in [("kevin", &metadata), ("only", &json!({ "@private": private }))] {
            let user = json!({ "uid": uid, "name": "K", "metadata": metadata });
            assert_eq!(server.auth("POST", "/users").json(user).data()["metadata"], *metadata);
        }
        server.user("other");
        let (own, other) = (server.token("kevin"), server.token("other"));
        assert_eq!(server.rest("GET", "/users/kevin").header("onBehalfOf", "other").data()["metadata"], metadata);
        assert_eq!(server.session(&own, "GET", "/users/kevin").data()["metadata"], metadata);
        assert_eq!(server.session(&own, "GET", "/me").data()["metadata"], metadata);
        let seen = json!({ "floor": 12345678901234567890u64 });
        assert_eq!(server.session(&other, "GET", "/users/kevin").data()["metadata"], seen);
        let listed = server.session(&other, "GET", "/users?uids=kevin,only&sortBy=name").data();
        assert_eq!(listed[0]["metadata"], seen);
        assert_eq!(listed[1].get("metadata"), None, "nothing is left of it");
    }

    fn an_app_starts_with_the_services_sample_users(on) {
        let server = on.start(&[]);
        for number in 1..=5 {
            let user = server.rest("GET", &format!("/users/cometchat-uid-{number}")).data();
            assert!(user["avatar"].is_string());
        }
        let bare = on.start(&["--no-seed"]);
        bare.rest("GET", "/users/cometchat-uid-1").fails(404, "ERR_UID_NOT_FOUND");
    }
}
