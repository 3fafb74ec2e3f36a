//! The user record on the wire, and what is known of its fields.

use cometchat_protocol::envelope::{Failure, Success};
use cometchat_protocol::{Editable, Field, Given, UserRecord};
use serde_json::{Value, json};

#[test]
fn a_record_survives_the_wire_with_what_it_does_not_know() {
    let wire = json!({
        "uid": "usr1", "name": "Kevin", "status": "offline", "role": "default",
        "metadata": { "custom": "data" }, "tags": ["a"], "createdAt": 1772166128,
        "lastActiveAt": 5, "statusMessage": "hi", "conversationId": "a_user_b",
    });
    let record: UserRecord<Value> = serde_json::from_value(wire.clone()).unwrap();
    assert_eq!(record.status_message.as_deref(), Some("hi"));
    assert_eq!(record.other["conversationId"], "a_user_b");
    assert_eq!(serde_json::to_value(&record).unwrap(), wire);
}

#[test]
fn an_unset_field_is_absent_and_not_null() {
    let record: UserRecord<Value> =
        serde_json::from_value(json!({ "uid": "usr1", "name": "Kevin" })).unwrap();
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(text, r#"{"uid":"usr1","name":"Kevin"}"#);
}

#[test]
fn every_field_of_the_record_is_in_the_table() {
    let full = json!(
        Field::ALL
            .iter()
            .map(|field| (field.name(), sample(*field)))
            .collect::<std::collections::BTreeMap<_, _>>()
    );
    let record: UserRecord<Value> = serde_json::from_value(full.clone()).unwrap();
    assert!(
        record.other.is_empty(),
        "no known field falls through: {:?}",
        record.other
    );
    assert_eq!(serde_json::to_value(&record).unwrap(), full);
}

fn sample(field: Field) -> Value {
    use cometchat_protocol::FieldType::*;
    match field.kind() {
        Text => json!("text"),
        Time => json!(1),
        Flag => json!(true),
        Object => json!({}),
        TextList => json!(["a"]),
    }
}

#[test]
fn the_documented_fields_are_editable_as_documented() {
    let documented = [
        ("uid", Editable::AtCreation),
        ("name", Editable::Yes),
        ("avatar", Editable::Yes),
        ("link", Editable::Yes),
        ("role", Editable::NotByOneself),
        ("metadata", Editable::Yes),
        ("status", Editable::No),
        ("statusMessage", Editable::Yes),
        ("lastActiveAt", Editable::No),
        ("hasBlockedMe", Editable::No),
        ("blockedByMe", Editable::No),
        ("tags", Editable::Yes),
    ];
    for (name, editable) in documented {
        let field = Field::ALL
            .iter()
            .find(|field| field.name() == name)
            .expect(name);
        assert_eq!(field.editable(), editable, "{name}");
    }
}

#[test]
fn a_given_field_tells_absent_null_and_mistyped_apart() {
    #[derive(serde::Deserialize)]
    struct Fields {
        #[serde(default)]
        absent: Given<String>,
        null: Given<String>,
        mistyped: Given<String>,
        value: Given<String>,
    }
    let fields: Fields =
        serde_json::from_value(json!({ "null": null, "mistyped": 5, "value": "" })).unwrap();
    assert_eq!(fields.absent, Given::Absent);
    assert_eq!(fields.null, Given::Absent);
    assert_eq!(fields.mistyped, Given::Mistyped);
    assert_eq!(fields.value, Given::Value(String::new()));
}

#[test]
fn the_envelopes_have_the_services_shape() {
    let success = Success {
        data: json!({ "uid": "usr1" }),
    };
    let wire = serde_json::to_value(success).unwrap();
    assert_eq!(wire, json!({ "data": { "uid": "usr1" } }));
    let wire = json!({ "error": {
        "code": "ERR_BAD_REQUEST", "message": "m", "devMessage": "d", "source": "chat-api",
        "details": { "uid": ["The uid field is required."] },
    }});
    let failure: Failure = serde_json::from_value(wire.clone()).unwrap();
    assert_eq!(failure.error.details.as_ref().unwrap()["uid"].len(), 1);
    assert_eq!(serde_json::to_value(failure).unwrap(), wire);
}
