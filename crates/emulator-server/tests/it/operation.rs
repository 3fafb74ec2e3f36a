//! The program itself: its flags, what it says, how it starts and stops.

use std::process::Command;

use serde_json::json;

use crate::harness::{Folder, Server, command, output, until};

#[test]
fn it_says_where_it_is_and_which_keys_it_has() {
    let server = Server::on("sqlite::memory:", &["--app", "second"]);
    assert!(server.said.contains(&format!("http://{}", server.address)));
    assert_eq!(server.app_id, "emulator");
    for key in [&server.auth_key, &server.rest_api_key] {
        assert_eq!(key.len(), 40);
        assert!(key.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    assert_ne!(server.auth_key, server.rest_api_key);
    assert_eq!(
        server.own("GET", "/health").data()["apps"],
        json!(["emulator", "second"])
    );
}

#[test]
fn help_explains_every_flag() {
    let mut command = command();
    command.arg("--help");
    let (success, help) = output(command);
    assert!(success);
    for flag in [
        "host",
        "port",
        "database-url",
        "wait-for-database",
        "app-id",
        "auth-key",
        "rest-api-key",
        "app",
        "auth-key-scope",
        "no-seed",
        "rate-limits",
        "control-host",
        "read-timeout",
        "log-format",
        "log-level",
        "exit-with-stdin",
    ] {
        let line = help
            .lines()
            .position(|line| line.trim_start().starts_with(&format!("--{flag}")));
        let line = line.unwrap_or_else(|| panic!("--{flag}"));
        let told = help.lines().nth(line + 1).expect("a line");
        assert!(told.trim().len() > 20, "--{flag}: {told}");
    }
    assert!(help.contains("COMETCHAT_EMULATOR_DATABASE_URL"));
}

#[test]
fn flags_can_be_given_in_the_environment() {
    let mut command = command();
    command
        .env("COMETCHAT_EMULATOR_DATABASE_URL", "sqlite::memory:")
        .env("COMETCHAT_EMULATOR_HOST", "127.0.0.1:1")
        .env("COMETCHAT_EMULATOR_APP_ID", "from-environment")
        .env("COMETCHAT_EMULATOR_AUTH_KEY", "a".repeat(40))
        .env("COMETCHAT_EMULATOR_REST_API_KEY", "b".repeat(40))
        .env("COMETCHAT_EMULATOR_AUTH_KEY_SCOPE", "tokens")
        .env("COMETCHAT_EMULATOR_APPS", "x:1:2,y");
    let server = Server::spawn(command);
    assert_eq!(server.app_id, "from-environment");
    assert_eq!(server.auth_key, "a".repeat(40));
    server
        .auth("POST", "/users")
        .fails(403, "AUTH_ERR_NO_ACCESS");
    assert_eq!(
        server.own("GET", "/health").data()["apps"],
        json!(["from-environment", "x", "y"])
    );
}

#[test]
fn a_port_that_is_taken_is_told() {
    let server = Server::on("sqlite::memory:", &[]);
    let port = server.address.rsplit_once(':').expect("a port").1;
    let mut second = Command::new(env!("CARGO_BIN_EXE_cometchat-emulator"));
    second.args(["--port", port, "--database-url", "sqlite::memory:"]);
    let (success, told) = output(second);
    assert!(!success);
    assert!(
        told.contains(&format!("port {port} on 127.0.0.1 is taken")),
        "{told}"
    );
    assert!(told.contains("--port"), "{told}");
}

#[test]
fn a_database_that_cannot_be_used_is_told_without_its_password() {
    for (url, told) in [
        ("mysql://u:geheim@h/d", "none of sqlite://FILE"),
        (
            "postgres://u:geheim@127.0.0.1:1/d",
            "cannot open the database postgres://u@127.0.0.1:1/d",
        ),
        ("sqlite:///no/such/folder/x.db", "cannot open"),
        ("sqlite://", "names no file"),
    ] {
        let mut command = command();
        command.args(["--database-url", url]);
        let (success, said) = output(command);
        assert!(!success, "{url}");
        assert!(said.contains(told), "{url}: {said}");
        assert!(!said.contains("geheim"), "{said}");
    }
}

#[test]
fn state_and_generated_keys_outlive_a_restart() {
    let folder = Folder::new();
    let url = folder.sqlite_url();
    let first = Server::on(&url, &[]);
    first.user("kevin");
    let token = first.token("kevin");
    let keys = (first.auth_key.clone(), first.rest_api_key.clone());
    assert!(first.stop(), "it ends well when its input is closed");
    let second = Server::on(&url, &[]);
    assert_eq!((second.auth_key.clone(), second.rest_api_key.clone()), keys);
    assert_eq!(second.session(&token, "GET", "/me").data()["uid"], "kevin");
    assert!(second.stop());
    let third = Server::on(&url, &["--auth-key", "given"]);
    assert_eq!(
        (third.auth_key.as_str(), &third.rest_api_key),
        ("given", &keys.1)
    );
    third.rest("GET", "/users/kevin").data();
}

#[test]
fn a_second_process_on_the_same_file_is_refused() {
    let folder = Folder::new();
    let first = Server::on(&folder.sqlite_url(), &[]);
    let mut second = command();
    second.args(["--database-url", &folder.sqlite_url()]);
    let (success, said) = output(second);
    assert!(!success);
    assert!(said.contains("is in use by another emulator"), "{said}");
    first.user("kevin");
}

#[cfg(unix)]
#[test]
fn a_signal_lets_requests_that_have_begun_come_to_their_end() {
    for signal in ["-TERM", "-INT"] {
        let mut server = Server::on("sqlite::memory:", &[]);
        server
            .own("POST", "/faults")
            .json(json!({ "action": { "type": "delay", "ms": 500 } }))
            .data();
        let (address, key) = (server.address.clone(), server.auth_key.clone());
        let begun = std::thread::spawn(move || {
            let mut connection = crate::harness::Connection::open(&address).expect("a connection");
            connection.write(format!(
                "POST /v3/users HTTP/1.1\r\nhost: {address}\r\napiKey: {key}\r\ncontent-length: 22\r\n\r\n{{\"uid\":\"a\",\"name\":\"A\"}}",
            ).as_bytes()).expect("it is sent");
            connection.read().expect("an answer").status
        });
        until("the request has begun", || {
            server.own("GET", "/faults").data()[0]["fired"] == 1
        });
        let sent = Command::new("kill")
            .args([signal, &server.pid().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
        assert_eq!(begun.join().expect("an answer"), 200);
        assert!(server.wait(), "it ends well");
    }
}

#[test]
fn the_log_has_a_line_for_each_request_and_no_secret() {
    for format in ["text", "json"] {
        let mut command = command();
        command.args(["--database-url", "sqlite::memory:", "--log-format", format]);
        let folder = Folder::new();
        let log = folder.path().join("log");
        let file = std::fs::File::create(&log).expect("a file");
        let server = Server::spawn_with_log(command, file);
        server.user("kevin");
        let token = server.token("kevin");
        server.session(&token, "PUT", "/me").data();
        server
            .rest("GET", &format!("/users/kevin/auth_tokens/{token}"))
            .data();
        server
            .rest("GET", "/users")
            .header("apiKey", "wrong-key-wrong-key-wrong-key")
            .fails(401, "AUTH_ERR_APIKEY_NOT_FOUND");
        let secrets = [
            token,
            server.auth_key.clone(),
            server.rest_api_key.clone(),
            "wrong-key".to_owned(),
        ];
        assert!(server.stop());
        let log = std::fs::read_to_string(log).expect("a log");
        assert_eq!(
            log.lines().filter(|line| line.contains("request")).count(),
            5,
            "{log}"
        );
        assert!(log.contains("AUTH_ERR_APIKEY_NOT_FOUND") && log.contains("/v3.0/me"));
        for secret in secrets {
            assert!(!log.contains(&secret), "{log}");
        }
        if format == "json" {
            let line: serde_json::Value =
                serde_json::from_str(log.lines().next().expect("a line")).expect("JSON");
            for field in ["id", "method", "path", "status", "micros"] {
                assert!(!line[field].is_null(), "{field} in {line}");
            }
        }
    }
}
