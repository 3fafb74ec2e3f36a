//! Listing users: search, filters, pages.

use serde_json::{Value, json};

use crate::harness::{Server, behaviours};

fn uids(server: &Server, query: &str) -> Vec<String> {
    let users = server.rest("GET", &format!("/users?{query}")).data();
    let users = users.as_array().expect("a list").clone();
    users
        .iter()
        .map(|user| user["uid"].as_str().expect("a uid").to_owned())
        .collect()
}

fn add(server: &Server, user: Value) {
    server.auth("POST", "/users").json(user).data();
}

behaviours! {
    fn a_list_comes_in_pages_with_a_count_of_all(on) {
        let server = on.start(&["--no-seed"]);
        for number in 0..7 {
            server.user(&format!("user-{number}"));
        }
        let page = server.rest("GET", "/users?perPage=3&page=2").send().json();
        assert_eq!(page["meta"]["pagination"], json!({
            "total": 7, "count": 3, "per_page": 3, "current_page": 2, "total_pages": 3,
        }));
        assert_eq!(page["cursor"]["affix"], "prepend");
        assert!(page["cursor"]["updatedAt"].is_i64());
        assert_eq!(uids(&server, "perPage=3&page=3"), ["user-6"]);
        assert!(uids(&server, "page=99").is_empty());
        assert_eq!(server.rest("GET", "/users").send().json()["meta"]["pagination"]["per_page"], 100);
        for query in ["perPage=1001", "perPage=0", "page=0", "page=x", "perPage=", "status=busy",
            "withTags=maybe", "searchIn=avatar", "tags=%00"] {
            server.rest("GET", &format!("/users?{query}")).fails(400, "ERR_BAD_REQUEST");
        }
        assert_eq!(uids(&server, "unknown=1&searchKey=").len(), 7);
    }

    fn a_search_takes_what_uids_and_names_begin_with_in_any_case(on) {
        let server = on.start(&["--no-seed"]);
        add(&server, json!({ "uid": "anna", "name": "Zoe" }));
        add(&server, json!({ "uid": "bert", "name": "Ännchen" }));
        add(&server, json!({ "uid": "carl_1", "name": "Anna 100%" }));
        add(&server, json!({ "uid": "carlx1", "name": "Johanna" }));
        assert_eq!(uids(&server, "searchKey=ANN"), ["anna", "carl_1"]);
        assert_eq!(uids(&server, "searchKey=ann&searchIn=uid"), ["anna"]);
        assert_eq!(uids(&server, "searchKey=ann&searchIn[]=name"), ["carl_1"]);
        assert_eq!(uids(&server, "searchKey=%C3%84NN"), ["bert"], "beyond ASCII");
        assert_eq!(uids(&server, "searchKey=carl_"), ["carl_1"], "LIKE's own characters are plain");
        assert_eq!(uids(&server, "searchKey=anna%20100%25"), ["carl_1"]);
        assert_eq!(uids(&server, "searchKey=%25"), Vec::<String>::new());
    }

    fn filters_add_up(on) {
        let server = on.start(&["--no-seed"]);
        add(&server, json!({ "uid": "a", "name": "A", "tags": ["red", "big"] }));
        add(&server, json!({ "uid": "b", "name": "B", "tags": ["red"], "role": "admin" }));
        add(&server, json!({ "uid": "c", "name": "C", "tags": ["blue"] }));
        add(&server, json!({ "uid": "d", "name": "D" }));
        let token = server.token("b");
        server.session(&token, "PUT", "/me").data();
        assert_eq!(uids(&server, "tags=red"), ["a", "b"]);
        assert_eq!(uids(&server, "tags=big,blue"), ["a", "c"]);
        assert_eq!(uids(&server, "tags[]=red&role=admin"), ["b"]);
        assert_eq!(uids(&server, "roles=admin,default&tags[0]=red"), ["a", "b"]);
        assert_eq!(uids(&server, "roles[]=admin"), ["b"]);
        assert_eq!(uids(&server, "status=available"), ["b"]);
        assert_eq!(uids(&server, "status=offline"), ["a", "c", "d"]);
        server.auth("PUT", "/users/a").json(json!({ "tags": ["blue"] })).data();
        assert_eq!(uids(&server, "tags=red"), ["b"], "tags that were replaced no longer count");
        assert_eq!(uids(&server, "tags=blue"), ["a", "c"]);
    }

    fn tags_are_shown_when_asked_for(on) {
        let server = on.start(&["--no-seed"]);
        add(&server, json!({ "uid": "a", "name": "A", "tags": ["red"] }));
        assert_eq!(server.rest("GET", "/users").data()[0].get("tags"), None);
        assert_eq!(server.rest("GET", "/users?withTags=1").data()[0]["tags"], json!(["red"]));
    }

    fn deactivated_users_are_listed_when_asked_for(on) {
        let server = on.start(&["--no-seed"]);
        server.user("a");
        server.user("b");
        server.rest("DELETE", "/users/a").data();
        assert_eq!(uids(&server, ""), ["b"]);
        assert_eq!(uids(&server, "withDeactivated=true"), ["a", "b"]);
        assert_eq!(uids(&server, "onlyDeactivated=1"), ["a"]);
        let users = server.rest("GET", "/users?onlyDeactivated=1").data();
        assert!(users[0]["deactivatedAt"].is_i64());
    }

    fn a_signed_in_user_may_list_users(on) {
        let server = on.start(&["--no-seed"]);
        server.user("a");
        server.user("b");
        let token = server.token("b");
        let users = server.session(&token, "GET", "/users").data();
        assert_eq!(users[0]["conversationId"], "a_user_b");
        assert_eq!(users[1].get("conversationId"), None, "nobody talks to themselves");
    }
}
