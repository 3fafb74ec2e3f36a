//! Blocking users: as a server on behalf of a user, and as the signed-in user.

use serde_json::{Value, json};

use crate::harness::{Server, behaviours};

fn with_users(server: Server, uids: &[&str]) -> Server {
    for uid in uids {
        server.user(uid);
    }
    server
}

fn block(server: &Server, uid: &str, others: &[&str]) -> Value {
    let path = format!("/users/{uid}/blockedusers");
    server
        .rest("POST", &path)
        .json(json!({ "blockedUids": others }))
        .data()
}

fn unblock(server: &Server, uid: &str, others: &[&str]) -> Value {
    let path = format!("/users/{uid}/blockedusers");
    server
        .rest("DELETE", &path)
        .json(json!({ "blockedUids": others }))
        .data()
}

fn uids_of(users: &Value) -> Vec<&str> {
    let users = users.as_array().expect("a list").iter();
    users
        .map(|user| user["uid"].as_str().expect("a uid"))
        .collect()
}

/// The uids that a user's list of blocks has.
fn listed(server: &Server, uid: &str, query: &str) -> Vec<String> {
    let users = server
        .rest("GET", &format!("/users/{uid}/blockedusers?{query}"))
        .data();
    uids_of(&users).into_iter().map(str::to_owned).collect()
}

/// A user as another sees it.
fn seen(server: &Server, uid: &str, viewer: &str) -> Value {
    let path = format!("/users/{uid}");
    server
        .rest("GET", &path)
        .header("onBehalfOf", viewer)
        .data()
}

/// `blockedByMe` and `hasBlockedMe`.
fn flags(user: &Value) -> (bool, bool) {
    let flag = |name: &str| user[name].as_bool().expect("a flag");
    (flag("blockedByMe"), flag("hasBlockedMe"))
}

behaviours! {
    fn both_sides_see_a_block_until_it_is_taken_back(on) {
        let server = with_users(on.start(&["--no-seed"]), &["ann", "bert", "carl"]);
        assert_eq!(flags(&seen(&server, "bert", "ann")), (false, false));
        assert_eq!(block(&server, "ann", &["Bert"]), json!({ "bert": {
            "success": true,
            "message": "The user with UID ann has blocked user with UID bert successfully.",
        } }));
        let bert = seen(&server, "bert", "ann");
        assert_eq!(flags(&bert), (true, false));
        assert!(bert["blockedByMeAt"].is_i64());
        assert_eq!(bert["blockedAt"], bert["blockedByMeAt"]);
        let ann = seen(&server, "ann", "bert");
        assert_eq!(flags(&ann), (false, true));
        assert!(ann["blockedAt"].is_i64());
        assert_eq!(ann.get("blockedByMeAt"), None);
        assert_eq!(flags(&seen(&server, "carl", "ann")), (false, false));
        let plain = server.rest("GET", "/users/bert").data();
        assert_eq!(plain.get("blockedByMe"), None, "nobody asks");
        assert_eq!(plain.get("blockedAt"), None);

        block(&server, "bert", &["ann"]);
        assert_eq!(flags(&seen(&server, "bert", "ann")), (true, true));
        assert_eq!(unblock(&server, "ann", &["bert"]), json!({ "bert": {
            "success": true,
            "message": "The user with UID ann has unblocked user with UID bert successfully.",
        } }));
        let bert = seen(&server, "bert", "ann");
        assert_eq!(flags(&bert), (false, true), "the other block stays");
        assert_eq!(bert.get("blockedByMeAt"), None);
    }

    fn each_uid_is_answered_by_itself(on) {
        let server = with_users(on.start(&["--no-seed"]), &["ann", "bert", "carl", "gone"]);
        server.rest("DELETE", "/users/gone").data();
        let outcomes = block(&server, "ann", &["bert", "Nobody", "BERT", "no uid", "ann", "gone", "carl"]);
        assert_eq!(outcomes.as_object().unwrap().len(), 6, "{outcomes}");
        for (uid, code) in [
            ("Nobody", "ERR_UID_NOT_FOUND"), ("no uid", "ERR_UID_NOT_FOUND"), ("gone", "ERR_UID_NOT_FOUND"),
            ("ann", "ERR_CANNOT_BLOCK_SELF"),
        ] {
            assert_eq!(outcomes[uid]["success"], false, "{uid}");
            assert_eq!(outcomes[uid]["error"]["code"], code, "{uid}");
            assert!(outcomes[uid]["error"]["message"].is_string(), "{uid}");
        }
        assert_eq!(outcomes["bert"]["success"], true);
        assert_eq!(outcomes["carl"]["success"], true);
        assert_eq!(listed(&server, "ann", ""), ["bert", "carl"]);
        let again = block(&server, "ann", &["bert"]);
        assert_eq!(again["bert"]["success"], true, "blocking twice succeeds");
        let outcomes = unblock(&server, "ann", &["bert", "nobody", "ann"]);
        assert_eq!(outcomes["bert"]["success"], true);
        assert_eq!(outcomes["nobody"]["error"]["code"], "ERR_UID_NOT_FOUND");
        assert_eq!(outcomes["ann"]["success"], true, "nobody blocks themselves, so it is done");
        assert_eq!(listed(&server, "ann", ""), ["carl"]);
    }

    fn a_list_has_the_direction_that_is_asked_for_and_pages(on) {
        let server = with_users(on.start(&["--no-seed"]), &["ann", "b-1", "b-2", "c-1", "c-2", "d"]);
        block(&server, "ann", &["b-1", "b-2", "c-1"]);
        block(&server, "c-1", &["ann"]);
        block(&server, "c-2", &["ann", "b-1"]);
        assert_eq!(listed(&server, "ann", ""), ["b-1", "b-2", "c-1", "c-2"]);
        assert_eq!(listed(&server, "ann", "direction=both"), ["b-1", "b-2", "c-1", "c-2"]);
        assert_eq!(listed(&server, "ann", "direction=blockedByMe"), ["b-1", "b-2", "c-1"]);
        assert_eq!(listed(&server, "ann", "direction=hasBlockedMe"), ["c-1", "c-2"]);
        assert_eq!(listed(&server, "ann", "searchKey=B-"), ["b-1", "b-2"]);
        assert_eq!(listed(&server, "ann", "searchKey=kev&direction=hasBlockedMe"), ["c-1", "c-2"], "by name");
        assert_eq!(listed(&server, "d", ""), Vec::<String>::new());
        let page = server.rest("GET", "/users/ann/blockedusers?perPage=3&page=2").send().json();
        assert_eq!(uids_of(&page["data"]), ["c-2"]);
        assert_eq!(page["meta"]["pagination"], json!({
            "total": 4, "count": 1, "per_page": 3, "current_page": 2, "total_pages": 2,
        }));
        assert!(page["meta"]["cursor"]["updatedAt"].is_i64());
        assert_eq!(listed(&server, "ann", "per_page=1&page=2"), ["b-2"], "as the SDK names it");
        let users = server.rest("GET", "/users/ann/blockedusers").data();
        assert_eq!(flags(&users[0]), (true, false));
        assert_eq!(flags(&users[2]), (true, true));
        assert_eq!(flags(&users[3]), (false, true));
        assert_eq!(users[3]["conversationId"], "ann_user_c-2");
        for query in ["direction=mine", "perPage=0", "page=x", "searchKey=%00"] {
            server.rest("GET", &format!("/users/ann/blockedusers?{query}")).fails(400, "ERR_BAD_REQUEST");
        }
    }

    fn a_list_of_users_says_who_has_blocked_whom_and_can_leave_the_blocked_out(on) {
        let server = with_users(on.start(&["--no-seed"]), &["ann", "bert", "carl", "dora"]);
        block(&server, "ann", &["bert"]);
        block(&server, "carl", &["ann"]);
        let users = server.rest("GET", "/users").header("onBehalfOf", "ann").data();
        let told: Vec<_> = users.as_array().unwrap().iter().map(flags).collect();
        assert_eq!(told, [(false, false), (true, false), (false, true), (false, false)]);
        let hidden = |query: &str, viewer: &str| {
            let page = server.rest("GET", &format!("/users?{query}")).header("onBehalfOf", viewer).send().json();
            let uids: Vec<_> = uids_of(&page["data"]).into_iter().map(str::to_owned).collect();
            assert_eq!(page["meta"]["pagination"]["total"], uids.len());
            uids
        };
        assert_eq!(hidden("hideBlockedUsers=1", "ann"), ["ann", "carl", "dora"]);
        assert_eq!(hidden("hideBlockedUsers=true&searchKey=kev", "ann"), ["ann", "carl", "dora"]);
        assert_eq!(hidden("hideBlockedUsers=0", "ann").len(), 4);
        assert_eq!(hidden("hideBlockedUsers=1", "bert").len(), 4, "who was blocked sees everybody");
        let users = server.rest("GET", "/users?hideBlockedUsers=1").data();
        assert_eq!(uids_of(&users).len(), 4, "nobody asks");
        server.rest("GET", "/users?hideBlockedUsers=maybe").fails(400, "ERR_BAD_REQUEST");
        unblock(&server, "ann", &["bert"]);
        assert_eq!(hidden("hideBlockedUsers=1", "ann").len(), 4, "a total that is remembered is forgotten");
    }

    fn a_signed_in_user_blocks_as_itself(on) {
        let server = with_users(on.start(&["--no-seed"]), &["ann", "bert"]);
        let token = server.token("ann");
        let ask = |method| server.session(&token, method, "/blockedusers");
        let outcomes = ask("POST").json(json!({ "blockedUids": ["bert", "ann"] })).data();
        assert_eq!(outcomes["bert"]["success"], true);
        assert_eq!(outcomes["ann"]["error"]["code"], "ERR_CANNOT_BLOCK_SELF");
        let users = ask("GET").data();
        assert_eq!(uids_of(&users), ["bert"]);
        assert_eq!(flags(&server.session(&token, "GET", "/users/bert").data()), (true, false));
        let users = server.session(&token, "GET", "/users?hideBlockedUsers=1").data();
        assert_eq!(uids_of(&users), ["ann"]);
        ask("DELETE").json(json!({ "blockedUids": ["bert"] })).data();
        assert_eq!(ask("GET").data(), json!([]));
        server.ask("GET", "/v3.0/blockedusers").fails(401, "AUTH_ERR_EMPTY_AUTH_TOKEN");
    }

    fn only_the_rest_api_key_may_act_for_others(on) {
        let server = with_users(on.start(&["--no-seed"]), &["ann", "bert"]);
        let token = server.token("ann");
        let path = "/users/ann/blockedusers";
        for method in ["GET", "POST", "DELETE"] {
            let body = json!({ "blockedUids": ["bert"] });
            server.auth(method, path).json(body.clone()).fails(403, "AUTH_ERR_NO_ACCESS");
            server.session(&token, method, path).json(body.clone()).fails(401, "AUTH_ERR_EMPTY_APIKEY");
            let unknown = server.rest(method, "/users/Nobody/blockedusers").json(body);
            let error = unknown.fails(404, "ERR_UID_NOT_FOUND");
            assert!(error["message"].as_str().unwrap().contains("nobody"), "{error}");
        }
        for body in [json!({}), json!({ "blockedUids": [] }), json!({ "blockedUids": "bert" }), json!({ "blockedUids": [5] })] {
            server.rest("POST", path).json(body).fails(400, "ERR_BAD_REQUEST");
        }
    }

    fn blocks_go_with_a_user_who_is_deleted_and_wait_for_one_who_is_deactivated(on) {
        let server = with_users(on.start(&["--no-seed"]), &["ann", "bert", "carl"]);
        block(&server, "ann", &["bert", "carl"]);
        block(&server, "bert", &["ann"]);
        server.rest("DELETE", "/users/bert").data();
        assert_eq!(listed(&server, "ann", ""), ["carl"]);
        server.rest("GET", "/users/bert/blockedusers").fails(404, "ERR_UID_NOT_FOUND");
        let users = server.rest("GET", "/users?onlyDeactivated=1").header("onBehalfOf", "ann").data();
        assert_eq!(flags(&users[0]), (true, true));
        server.rest("PUT", "/users").json(json!({ "uidsToActivate": ["bert"] })).data();
        assert_eq!(flags(&seen(&server, "bert", "ann")), (true, true), "it is as it was");

        server.rest("DELETE", "/users/bert").json(json!({ "permanent": true })).data();
        server.user("bert");
        assert_eq!(flags(&seen(&server, "bert", "ann")), (false, false), "a new user of the same uid");
        assert_eq!(listed(&server, "ann", ""), ["carl"]);
        assert_eq!(listed(&server, "bert", ""), Vec::<String>::new());
    }

    fn a_page_of_many_users_tells_of_each(on) {
        let server = on.start(&["--no-seed"]);
        server.own("POST", "/seed").json(json!({ "appId": server.app_id, "count": 1_500 })).data();
        let others: Vec<String> = (1..=1_500).filter(|number| number % 7 == 0).map(|number| format!("user-{number}")).collect();
        for some in others.chunks(100) {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            block(&server, "user-1", &some);
        }
        let mut blocked = Vec::new();
        for page in [1, 2] {
            let users = server.rest("GET", &format!("/users?perPage=1000&page={page}")).header("onBehalfOf", "user-1").data();
            for user in users.as_array().unwrap() {
                if flags(user).0 {
                    blocked.push(user["uid"].as_str().unwrap().to_owned());
                }
            }
        }
        blocked.sort();
        let mut expected = others.clone();
        expected.sort();
        assert_eq!(blocked, expected);
        assert_eq!(listed(&server, "user-1", "perPage=1000"), expected);
    }

    fn blocks_are_a_part_of_a_snapshot_and_of_none_that_is_older(on) {
        let server = with_users(on.start(&["--no-seed"]), &["ann", "bert", "gone"]);
        block(&server, "ann", &["bert", "gone"]);
        server.rest("DELETE", "/users/gone").data();
        let snapshot = server.own("GET", "/snapshot").data();
        let blocks = snapshot["apps"][0]["blocks"].as_array().expect("blocks");
        assert_eq!(blocks.len(), 2);
        server.own("POST", "/reset").data();
        server.own("PUT", "/snapshot").json(snapshot.clone()).data();
        assert_eq!(server.own("GET", "/snapshot").data(), snapshot);
        assert_eq!(flags(&seen(&server, "bert", "ann")), (true, false));

        let mut older = snapshot.clone();
        older["apps"][0].as_object_mut().unwrap().remove("blocks");
        server.own("PUT", "/snapshot").json(older).data();
        assert_eq!(flags(&seen(&server, "bert", "ann")), (false, false));
        for (block, path) in [
            (json!({ "uid": "nobody", "blockedUid": "ann", "blockedAt": 1 }), "apps.0.blocks.0.uid"),
            (json!({ "uid": "ann", "blockedUid": "nobody", "blockedAt": 1 }), "apps.0.blocks.0.blockedUid"),
            (json!({ "uid": "ann", "blockedUid": "ann", "blockedAt": 1 }), "apps.0.blocks.0.blockedUid"),
        ] {
            let mut wrong = snapshot.clone();
            wrong["apps"][0]["blocks"] = json!([block]);
            let error = server.own("PUT", "/snapshot").json(wrong).fails(400, "ERR_BAD_REQUEST");
            assert!(error["details"][path].is_array(), "{path} in {error}");
        }
    }

    fn blocking_is_a_standard_operation_and_stands_in_the_journal(on) {
        let server = with_users(on.start(&["--no-seed", "--rate-limits=30,50"]), &["ann", "bert"]);
        let body = json!({ "blockedUids": ["bert"] });
        for method in ["POST", "DELETE"] {
            let answer = server.rest(method, "/users/ann/blockedusers").json(body.clone()).send();
            assert_eq!(answer.header("x-rate-limit"), Some("50"), "{method}");
        }
        assert_eq!(server.rest("DELETE", "/users/bert").send().header("x-rate-limit"), Some("30"));
        let requests = server.own("GET", "/requests?limit=2").data();
        assert_eq!(requests[0]["path"], "/v3.0/users/ann/blockedusers");
        assert_eq!(requests[0]["body"], body);
    }
}
