//! The OpenAPI document: complete, and true.

use serde_json::Value;

use crate::harness::behaviours;

/// A path of the document with something in the place of each parameter.
fn concrete(path: &str) -> String {
    path.split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "1"
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

behaviours! {
    fn every_route_that_is_told_of_is_there_and_no_other(on) {
        let server = on.start(&[]);
        let document = server.ask("GET", "/openapi.json").send().json();
        let paths = document["paths"].as_object().expect("paths");
        for (path, item) in paths {
            let mut served = Vec::new();
            for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
                // No key, or a body that fits nothing: whatever answers must not do anything.
                let answer = server.ask(method, &concrete(path)).body("\0").send();
                // The service answers 404 for a wrong method, as for a wrong path; the emulator's
                // own routes answer as HTTP has it.
                let is_served = match answer.status {
                    404 => answer.json()["error"]["code"] != "ERR_API_NOT_FOUND",
                    status => status != 405,
                };
                if is_served {
                    served.push(method.to_lowercase());
                }
                if path.starts_with("/v3.0") {
                    let older = concrete(path).replacen("/v3.0", "/v3", 1);
                    let older = server.ask(method, &older).body("\0").send();
                    assert_eq!(older.status, answer.status, "{method} {path} as /v3");
                }
            }
            let mut told: Vec<_> = item.as_object().expect("operations").keys().cloned().collect();
            told.sort();
            served.sort();
            assert_eq!(told, served, "{path}");
        }
        assert_eq!(paths.values().map(|item| item.as_object().unwrap().len()).sum::<usize>(), 42);
    }

    fn every_reference_leads_somewhere(on) {
        let server = on.start(&[]);
        let document = server.ask("GET", "/openapi.json").send().json();
        let mut references = Vec::new();
        fn gather<'v>(value: &'v Value, references: &mut Vec<&'v str>) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(reference)) = fields.get("$ref") {
                        references.push(reference);
                    }
                    fields.values().for_each(|value| gather(value, references));
                }
                Value::Array(items) => items.iter().for_each(|value| gather(value, references)),
                _ => {}
            }
        }
        gather(&document, &mut references);
        assert!(references.len() > 100);
        for reference in references {
            let place = reference.strip_prefix('#').expect("a place in the document");
            assert!(document.pointer(place).is_some(), "{reference}");
        }
    }

    fn every_operation_has_a_name_of_its_own(on) {
        let server = on.start(&[]);
        let document = server.ask("GET", "/openapi.json").send().json();
        let mut ids: Vec<_> = document["paths"].as_object().unwrap().values()
            .flat_map(|item| item.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().expect("a name").to_owned())
            .collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
