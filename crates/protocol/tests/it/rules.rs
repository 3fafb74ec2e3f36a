//! What a caller may write into a user.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::validate::is_slip;
use cometchat_protocol::{BrokenRule, Field, Given, UserDraft, Violation, Write, limits};
use proptest::prelude::*;

use Write::{Create, Update, UpdateCurrent};

fn text(value: &str) -> Given<String> {
    Given::Value(value.to_owned())
}

fn tags(values: &[&str]) -> Given<Vec<Given<String>>> {
    Given::Value(values.iter().map(|tag| text(tag)).collect())
}

fn minimal() -> UserDraft {
    UserDraft {
        uid: text("usr1"),
        name: text("Kevin"),
        ..UserDraft::default()
    }
}

/// The field and the rule of each violation.
fn broken(draft: &UserDraft, write: Write) -> Vec<(String, BrokenRule)> {
    draft
        .violations(write)
        .iter()
        .map(|found| (found.path(), found.rule))
        .collect()
}

fn first_code(draft: &UserDraft, write: Write) -> Option<&'static str> {
    draft.violations(write).first().map(Violation::code)
}

fn with_uid(uid: &str) -> UserDraft {
    UserDraft {
        uid: text(uid),
        ..minimal()
    }
}

#[test]
fn a_uid_and_a_name_make_a_user() {
    assert_eq!(broken(&minimal(), Create), []);
}

#[test]
fn a_uid_of_letters_digits_hyphen_and_underscore_is_fine() {
    for uid in [
        "0",
        "a",
        "A-b_9",
        "cometchat-uid-1",
        &"u".repeat(limits::UID_CHARS),
    ] {
        assert_eq!(broken(&with_uid(uid), Create), [], "{uid}");
    }
}

#[test]
fn a_uid_of_anything_else_is_invalid() {
    for uid in [
        "a b", " a", "a.b", "a/b", "..", "a?b", "a#b", "ü", "日本", "a\n", "a%20b", "😀",
    ] {
        assert_eq!(
            broken(&with_uid(uid), Create),
            [("uid".into(), BrokenRule::NotAlphaDash)],
            "{uid}"
        );
        assert_eq!(
            first_code(&with_uid(uid), Update),
            Some(codes::INVALID_UID),
            "{uid}"
        );
    }
    let long = with_uid(&"u".repeat(limits::UID_CHARS + 1));
    assert_eq!(
        broken(&long, Create),
        [("uid".into(), BrokenRule::TooLong(limits::UID_CHARS))]
    );
    for blank in ["", "  "] {
        assert_eq!(
            broken(&with_uid(blank), Create),
            [("uid".into(), BrokenRule::Blank)]
        );
        assert_eq!(
            first_code(&with_uid(blank), Create),
            Some(codes::INVALID_UID)
        );
    }
}

#[test]
fn a_missing_uid_is_compulsory_except_for_oneself() {
    let nameless = UserDraft {
        uid: Given::Absent,
        ..minimal()
    };
    assert_eq!(
        first_code(&nameless, Create),
        Some(codes::UID_IS_COMPULSORY)
    );
    assert_eq!(
        first_code(&nameless, Update),
        Some(codes::UID_IS_COMPULSORY)
    );
    assert_eq!(first_code(&nameless, UpdateCurrent), None);
}

#[test]
fn an_update_of_oneself_looks_at_neither_uid_nor_role() {
    let draft = UserDraft {
        uid: text("a b"),
        role: text("a b"),
        ..UserDraft::default()
    };
    assert_eq!(broken(&draft, UpdateCurrent), []);
    assert_eq!(broken(&draft, Update).len(), 2);
}

#[test]
fn a_name_is_compulsory_for_creation_only() {
    let draft = UserDraft {
        name: Given::Absent,
        ..minimal()
    };
    assert_eq!(
        first_code(&draft, Create),
        Some(codes::USER_NAME_IS_COMPULSORY)
    );
    assert_eq!(first_code(&draft, Update), None);
}

#[test]
fn a_name_is_not_blank_and_has_at_most_100_characters() {
    for (name, rule) in [
        (String::new(), BrokenRule::Blank),
        ("  \t".to_owned(), BrokenRule::Blank),
        ("ü".repeat(101), BrokenRule::TooLong(100)),
    ] {
        for write in [Create, Update, UpdateCurrent] {
            let draft = UserDraft {
                name: text(&name),
                ..minimal()
            };
            assert_eq!(
                broken(&draft, write),
                [("name".into(), rule)],
                "{name} {write:?}"
            );
            assert_eq!(first_code(&draft, write), Some(codes::INVALID_USER_NAME));
        }
    }
    let draft = UserDraft {
        name: text(&"😀".repeat(100)),
        ..minimal()
    };
    assert_eq!(broken(&draft, Create), []);
}

#[test]
fn avatar_and_link_are_absolute_urls_of_at_most_3000_characters() {
    for url in [
        "https://example.com/a.png",
        "http://a",
        "myapp://profile/1",
        "https://ü.example/é",
    ] {
        let draft = UserDraft {
            avatar: text(url),
            link: text(url),
            ..minimal()
        };
        assert_eq!(broken(&draft, Create), [], "{url}");
    }
    for url in [
        "nope",
        "/a.png",
        "//host",
        "https://",
        "https:///x",
        "1a://b",
        "http://a b",
        "://",
    ] {
        let draft = UserDraft {
            avatar: text(url),
            link: text(url),
            ..minimal()
        };
        let found = broken(&draft, Update);
        let both = [
            ("avatar".into(), BrokenRule::NotUrl),
            ("link".into(), BrokenRule::NotUrl),
        ];
        assert_eq!(found, both, "{url}");
    }
    let long = format!("https://example.com/{}", "a".repeat(limits::URL_CHARS));
    let draft = UserDraft {
        link: text(&long),
        ..minimal()
    };
    assert_eq!(
        broken(&draft, Create),
        [("link".into(), BrokenRule::TooLong(limits::URL_CHARS))]
    );
    assert_eq!(first_code(&draft, Create), Some(codes::INVALID_USER_LINK));
}

#[test]
fn empty_texts_clear_on_update_and_are_refused_on_creation() {
    let draft = UserDraft {
        avatar: text(""),
        link: text(""),
        status_message: text(""),
        metadata: text("{}"),
        tags: tags(&[]),
        ..minimal()
    };
    assert_eq!(broken(&draft, Update), []);
    assert_eq!(broken(&draft, UpdateCurrent), []);
    let blank = |field: &str| (field.to_owned(), BrokenRule::Blank);
    let refused = [blank("avatar"), blank("link"), blank("statusMessage")];
    assert_eq!(broken(&draft, Create), refused);
}

#[test]
fn a_role_cannot_be_taken_away() {
    let draft = UserDraft {
        role: text(""),
        ..minimal()
    };
    assert_eq!(first_code(&draft, Update), Some(codes::INVALID_USER_ROLE));
}

#[test]
fn metadata_is_an_object_of_at_most_5_kb() {
    let of_length = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
    let draft = |json: Given<String>| UserDraft {
        metadata: json,
        ..minimal()
    };
    let longest = draft(text(&of_length(limits::METADATA_BYTES)));
    assert_eq!(broken(&longest, Create), []);
    let longer = draft(text(&of_length(limits::METADATA_BYTES + 1)));
    let rule = BrokenRule::TooLarge(limits::METADATA_BYTES);
    assert_eq!(broken(&longer, Create), [("metadata".into(), rule)]);
    for wrong in [text("[1]"), text("\"x\""), text("null"), Given::Mistyped] {
        assert_eq!(
            first_code(&draft(wrong), Update),
            Some(codes::INVALID_USER_METADATA)
        );
    }
}

#[test]
fn tags_are_at_most_25_texts_of_at_most_100_characters() {
    let draft = |tags| UserDraft { tags, ..minimal() };
    assert_eq!(broken(&draft(tags(&["x"; limits::TAGS])), Create), []);
    let many = draft(tags(&["x"; limits::TAGS + 1]));
    assert_eq!(
        broken(&many, Create),
        [("tags".into(), BrokenRule::TooMany(limits::TAGS))]
    );
    assert_eq!(
        broken(&draft(Given::Mistyped), Create),
        [("tags".into(), BrokenRule::NotList)]
    );

    let long = "x".repeat(limits::TAG_CHARS + 1);
    let mut list = vec![text("fine"), Given::Mistyped, text(" "), text(&long)];
    let found = broken(&draft(Given::Value(list.clone())), Update);
    let expected = [
        ("tags.1".into(), BrokenRule::NotText),
        ("tags.2".into(), BrokenRule::Blank),
        ("tags.3".into(), BrokenRule::TooLong(limits::TAG_CHARS)),
    ];
    assert_eq!(found, expected);
    list.truncate(1);
    assert_eq!(broken(&draft(Given::Value(list)), Update), []);
}

#[test]
fn every_wrong_field_is_reported_at_once_and_the_first_decides_the_code() {
    let draft = UserDraft {
        uid: Given::Mistyped,
        name: text(" "),
        avatar: text("nope"),
        link: Given::Mistyped,
        role: text("a b"),
        status_message: Given::Mistyped,
        metadata: Given::Mistyped,
        tags: Given::Mistyped,
    };
    let fields: Vec<Field> = draft
        .violations(Create)
        .iter()
        .map(|violation| violation.field)
        .collect();
    assert_eq!(fields, Field::ALL[..8]);
    assert_eq!(first_code(&draft, Create), Some(codes::INVALID_UID));
}

fn given_text() -> impl Strategy<Value = Given<String>> {
    prop_oneof![
        Just(Given::Absent),
        Just(Given::Mistyped),
        any::<String>().prop_map(Given::Value),
        "[a-zA-Z0-9_-]{0,120}".prop_map(Given::Value),
        "[a-z]{1,8}://[a-z./?#]{0,40}".prop_map(Given::Value),
    ]
}

prop_compose! {
    fn draft()(
        uid in given_text(),
        name in given_text(),
        avatar in given_text(),
        link in given_text(),
        role in given_text(),
        status_message in given_text(),
        metadata in given_text(),
        tags in prop_oneof![
            Just(Given::Absent),
            Just(Given::Mistyped),
            prop::collection::vec(given_text(), 0..30).prop_map(Given::Value),
        ],
    ) -> UserDraft {
        UserDraft { uid, name, avatar, link, role, status_message, metadata, tags }
    }
}

#[test]
fn a_slip_is_a_letter_too_many_or_missing_or_the_way_of_writing() {
    for (written, meant) in [
        ("statusMesage", "statusMessage"),
        ("statusMesssage", "statusMessage"),
        ("statuSMessage", "statusMessage"),
        ("status-message", "statusMessage"),
        ("tag", "tags"),
        ("roles", "role"),
    ] {
        assert!(is_slip(written, meant), "{written}");
    }
    for (written, meant) in [
        ("", "uid"),
        ("x", "uid"),
        ("game", "name"),
        ("mean", "name"),
        ("avtr", "avatar"),
        ("avatarUrl", "avatar"),
        ("메", "tags"),
    ] {
        assert!(!is_slip(written, meant), "{written}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_uid_and_a_name_pass_exactly_when_they_keep_the_limits(
        uid in given_text(),
        name in given_text(),
    ) {
        let fits_uid = uid.value().is_some_and(|uid| {
            (1..=100).contains(&uid.len())
                && uid.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        });
        let fits_name = name.value().is_some_and(|name| {
            !name.trim().is_empty() && name.chars().count() <= 100
        });
        let draft = UserDraft { uid, name, ..UserDraft::default() };
        prop_assert_eq!(draft.violations(Create).is_empty(), fits_uid && fits_name);
    }

    #[test]
    fn what_is_reported_is_wrong_for_every_action(draft in draft()) {
        for write in [Create, Update, UpdateCurrent] {
            for violation in draft.violations(write) {
                prop_assert!(violation.path().starts_with(violation.field.name()));
                prop_assert!(violation.to_string().starts_with(&violation.path()));
                prop_assert!(!violation.code().is_empty());
            }
        }
    }

    #[test]
    fn a_change_that_one_may_make_oneself_one_may_make_with_a_key(draft in draft()) {
        let by_oneself: Vec<_> = draft.violations(UpdateCurrent);
        let with_key = draft.violations(Update);
        prop_assert!(by_oneself.iter().all(|violation| with_key.contains(violation)));
    }
}
