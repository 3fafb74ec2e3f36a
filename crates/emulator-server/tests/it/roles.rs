//! Roles, as far as users need them.

use serde_json::json;

use crate::harness::behaviours;

behaviours! {
    fn an_app_starts_with_default_and_admin(on) {
        let server = on.start(&[]);
        let roles = server.rest("GET", "/roles").data();
        let ids: Vec<_> = roles.as_array().unwrap().iter().map(|role| role["role"].as_str().unwrap()).collect();
        assert_eq!(ids, ["admin", "default"]);
    }

    fn a_role_that_was_made_can_be_given(on) {
        let server = on.start(&[]);
        let role = server.rest("POST", "/roles").json(json!({
            "role": "Teacher", "name": "Teacher", "description": "Teaches", "metadata": { "a": 1 },
        })).data();
        assert_eq!(role["role"], "teacher");
        let user = server.auth("POST", "/users").json(json!({ "uid": "t", "name": "T", "role": "TEACHER" })).data();
        assert_eq!(user["role"], "teacher");
        let changed = server.rest("PUT", "/roles/teacher").json(json!({ "name": "Professor", "description": "" })).data();
        assert_eq!(changed["name"], "Professor");
        assert_eq!(changed.get("description"), None);
        assert_eq!(server.rest("GET", "/roles/Teacher").data(), changed);
        server.rest("DELETE", "/roles/teacher").data();
        assert_eq!(server.rest("GET", "/users/t").data()["role"], "default");
        for method in ["GET", "PUT", "DELETE"] {
            server.rest(method, "/roles/teacher").fails(404, "ERR_ROLE_NOT_FOUND");
        }
    }

    fn what_is_no_role_is_refused(on) {
        let server = on.start(&[]);
        server.rest("POST", "/roles").json(json!({ "role": "admin", "name": "A" }))
            .fails(400, "ERR_ROLE_ALREADY_EXISTS");
        for body in [json!({}), json!({ "role": "a b", "name": "x" }), json!({ "role": "x" }),
            json!({ "role": "x", "name": "" }), json!({ "role": 5, "name": "x" })] {
            server.rest("POST", "/roles").json(body).fails(400, "ERR_BAD_REQUEST");
        }
        server.rest("DELETE", "/roles/default").fails(400, "ERR_ROLE_DELETE_DENIED");
    }

    fn an_app_has_at_most_25_roles(on) {
        let server = on.start(&[]);
        for number in 0..23 {
            server.rest("POST", "/roles").json(json!({ "role": format!("r{number}"), "name": "R" })).data();
        }
        server.rest("POST", "/roles").json(json!({ "role": "one-more", "name": "R" }))
            .fails(400, "ERR_BAD_REQUEST");
    }
}
