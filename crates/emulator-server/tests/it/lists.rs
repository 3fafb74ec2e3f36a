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
    fn a_tag_with_a_comma_is_found_as_one_item_of_a_list(on) {
        let server = on.start(&["--no-seed"]);
        for (uid, tags) in [("both", json!(["a,b"])), ("first", json!(["a"])), ("second", json!(["b"]))] {
            server.auth("POST", "/users").json(json!({ "uid": uid, "name": "T", "tags": tags })).data();
        }
        let found = |query: &str| -> Vec<String> {
            let users = server.rest("GET", &format!("/users?{query}")).data();
            users.as_array().unwrap().iter().map(|user| user["uid"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(found("tags[]=a%2Cb"), ["both"]);
        assert_eq!(found("tags%5B0%5D=a,b&tags%5B1%5D=a"), ["both", "first"]);
        assert_eq!(found("tags=a,b"), ["first", "second"]);
    }


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
            "withTags=maybe", "searchIn=avatar", "tags=%00", "sortBy=uid", "sortOrder=up",
            "friendsOnly=maybe"] {
            server.rest("GET", &format!("/users?{query}")).fails(400, "ERR_BAD_REQUEST");
        }
        assert_eq!(uids(&server, "unknown=1&searchKey=").len(), 7);
    }

    fn a_count_is_a_flag_and_leaves_the_page_as_it_is(on) {
        let server = on.start(&["--no-seed"]);
        for uid in ["a", "b", "c"] {
            server.user(uid);
        }
        for flag in ["true", "false", "1", "0"] {
            let page = server.rest("GET", &format!("/users?count={flag}")).send().json();
            assert_eq!(page["data"].as_array().unwrap().len(), 3, "{flag}");
            assert_eq!(page["meta"]["pagination"]["total"], 3, "{flag}");
            assert_eq!(page["meta"]["pagination"]["per_page"], 100, "{flag}");
        }
        server.rest("GET", "/users?count=3").fails(400, "ERR_BAD_REQUEST");
    }

    fn a_total_follows_every_change(on) {
        let server = on.start(&["--no-seed"]);
        // Requested twice: a total that is remembered has to be forgotten.
        let totals = |query: &str| [(); 2].map(|()| {
            let page = server.rest("GET", &format!("/users?perPage=1{query}")).send().json();
            page["meta"]["pagination"]["total"].as_i64()
        });
        server.user("a");
        assert_eq!(totals(""), [Some(1); 2]);
        server.user("b");
        add(&server, json!({ "uid": "c", "name": "C", "tags": ["red"], "withAuthToken": true }));
        assert_eq!(totals(""), [Some(3); 2]);
        assert_eq!(totals("&tags=red"), [Some(1); 2]);
        server.auth("PUT", "/users/a").json(json!({ "tags": ["red"] })).data();
        assert_eq!(totals("&tags=red"), [Some(2); 2]);
        assert_eq!(totals("&searchKey=kev"), [Some(2); 2]);
        server.auth("PUT", "/users/a").json(json!({ "name": "Anna" })).data();
        assert_eq!(totals("&searchKey=kev"), [Some(1); 2]);
        server.rest("DELETE", "/users/a").data();
        assert_eq!(totals(""), [Some(2); 2]);
        assert_eq!(totals("&onlyDeactivated=1"), [Some(1); 2]);
        server.own("POST", "/seed").json(json!({ "appId": server.app_id, "count": 4 })).data();
        assert_eq!(totals(""), [Some(6); 2]);
        server.own("POST", "/reset").json(json!({ "appId": server.app_id })).data();
        assert_eq!(totals(""), [Some(0); 2]);
    }

    fn pages_and_searches_are_the_same_among_many_users(on) {
        let server = on.start(&["--no-seed"]);
        const COUNT: usize = 10_500;
        server.own("POST", "/seed").json(json!({ "appId": server.app_id, "count": COUNT })).data();
        add(&server, json!({ "uid": "zoe", "name": "Zoe" }));
        let mut sorted: Vec<_> = (1..=COUNT).map(|number| format!("user-{number}")).collect();
        sorted.sort();
        // From the start, far from it, far from the end, at the end; by uid, by name, by both.
        for search in ["searchKey=user", "searchKey=user&searchIn=uid", "searchKey=user&searchIn=name"] {
            for page in [1, 5, 7, 11, 12] {
                let expected: Vec<_> = sorted.iter().skip((page - 1) * 1_000).take(1_000).collect();
                let found = uids(&server, &format!("{search}&perPage=1000&page={page}"));
                assert!(found.iter().eq(expected), "{search}, page {page}");
            }
        }
        // Few enough to be sorted: by name alone, in the order of uids all the same.
        let few = uids(&server, "searchKey=user%20104&searchIn=name&perPage=1000");
        let expected: Vec<_> = sorted.iter().filter(|uid| uid.starts_with("user-104")).collect();
        assert!(few.iter().eq(expected), "{few:?}");
        let page = server.rest("GET", "/users?searchKey=user&perPage=1").send().json();
        assert_eq!(page["meta"]["pagination"]["total"], COUNT);
        assert_eq!(uids(&server, "perPage=1000&page=11").last().map(String::as_str), Some("zoe"));
    }

    fn a_search_takes_what_uids_and_names_begin_with_in_any_case(on) {
        let server = on.start(&["--no-seed"]);
        add(&server, json!({ "uid": "anna", "name": "Zoe" }));
        add(&server, json!({ "uid": "bert", "name": "Ännchen" }));
        add(&server, json!({ "uid": "carl_1", "name": "Anna 100%" }));
        add(&server, json!({ "uid": "carlx1", "name": "Johanna" }));
        assert_eq!(uids(&server, "searchKey=ANN"), ["carl_1", "anna"]);
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
        assert_eq!(uids(&server, "tags=red"), ["b", "a"]);
        assert_eq!(uids(&server, "tags=big,blue"), ["a", "c"]);
        assert_eq!(uids(&server, "tags[]=red&role=admin"), ["b"]);
        assert_eq!(uids(&server, "roles=admin,default&tags[0]=red"), ["b", "a"]);
        assert_eq!(uids(&server, "roles[]=admin"), ["b"]);
        assert_eq!(uids(&server, "status=available"), ["b"]);
        assert_eq!(uids(&server, "status=offline"), ["a", "c", "d"]);
        server.auth("PUT", "/users/a").json(json!({ "tags": ["blue"] })).data();
        assert_eq!(uids(&server, "tags=red"), ["b"], "tags that were replaced no longer count");
        assert_eq!(uids(&server, "tags=blue"), ["a", "c"]);
    }

    fn a_list_is_sorted_by_status_and_name_or_by_name(on) {
        let server = on.start(&["--no-seed"]);
        for (uid, name) in [("a", "zoe"), ("b", "Yan"), ("c", "adam"), ("d", "Adam"), ("e", "Émile")] {
            add(&server, json!({ "uid": uid, "name": name }));
        }
        assert_eq!(uids(&server, ""), ["c", "d", "b", "a", "e"], "by name in any case, then by uid");
        for uid in ["a", "d"] {
            server.session(&server.token(uid), "PUT", "/me").data();
        }
        let by_status = ["d", "a", "c", "b", "e"];
        let by_name = ["c", "d", "b", "a", "e"];
        assert_eq!(uids(&server, ""), by_status, "who is there comes first");
        assert_eq!(uids(&server, "sortBy=status&sortOrder=asc"), by_status);
        assert_eq!(uids(&server, "sortBy=name"), by_name);
        let turned = |uids: [&str; 5]| uids.into_iter().rev().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(uids(&server, "sortOrder=desc"), turned(by_status));
        assert_eq!(uids(&server, "sortBy=name&sortOrder=desc"), turned(by_name));
        assert_eq!(uids(&server, "sortBy=&sortOrder="), by_status, "an empty value counts as none");
        assert_eq!(uids(&server, "searchKey=a"), ["d", "a", "c"], "a search, too");
        assert_eq!(uids(&server, "searchKey=a&sortBy=name&sortOrder=desc"), ["a", "d", "c"]);
        for (sort, sorted) in [("", by_status), ("&sortBy=name", by_name)] {
            let paged: Vec<_> = (1..=3).flat_map(|page| uids(&server, &format!("perPage=2&page={page}{sort}"))).collect();
            assert_eq!(paged, sorted, "pages of it{sort}");
        }
        server.session(&server.token("a"), "DELETE", "/me").data();
        assert_eq!(uids(&server, ""), ["d", "c", "b", "a", "e"], "who has left is among the others");
        server.auth("PUT", "/users/d").json(json!({ "name": "zz" })).data();
        assert_eq!(uids(&server, "sortBy=name"), ["c", "b", "a", "d", "e"], "a new name counts");
    }

    fn users_are_found_by_uids_at_most_25_of_them(on) {
        let server = on.start(&["--no-seed"]);
        for uid in ["a", "b", "c"] {
            server.user(uid);
        }
        server.rest("DELETE", "/users/c").data();
        assert_eq!(uids(&server, "uids=B,nobody,a,c"), ["a", "b"]);
        assert_eq!(uids(&server, "uids[]=a&uids[]=c&withDeactivated=1"), ["a", "c"]);
        assert_eq!(uids(&server, "uids=a,b&searchKey=b"), ["b"]);
        assert_eq!(uids(&server, "uids="), ["a", "b"], "an empty value counts as none");
        let page = server.rest("GET", "/users?uids=a,b&perPage=1&page=2").send().json();
        assert_eq!(page["data"][0]["uid"], "b");
        assert_eq!(page["meta"]["pagination"]["total"], 2);
        let many = |count: usize| vec!["a"; count].join(",");
        assert_eq!(uids(&server, &format!("uids={}", many(25))), ["a"]);
        server.rest("GET", &format!("/users?uids={}", many(26))).fails(400, "ERR_BAD_REQUEST");
    }

    fn nobody_has_friends(on) {
        let server = on.start(&[]);
        let page = server.rest("GET", "/users?friendsOnly=1").send().json();
        assert_eq!(page["data"], json!([]));
        assert_eq!(page["meta"]["pagination"]["total"], 0);
        assert_eq!(uids(&server, "friendsOnly=0").len(), 5);
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
