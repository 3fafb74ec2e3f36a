//! Keys and tokens are in no line of the log and no entry of the journal, wherever a client puts
//! them by mistake.

use serde_json::{Value, json};

use crate::harness::{Connection, Folder, Server, command};

/// A token that an import brings: nothing in its form says that it is one.
const IMPORTED: &str = "odd/token+of kevin";
/// Keys as somebody may choose them.
const CHOSEN: [&str; 2] = ["letmein", "open sesame 5"];

/// Every character percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// UTF-16, as some programs write a file.
fn wide(text: &str) -> Vec<u8> {
    let marked = std::iter::once(0xfeff).chain(text.encode_utf16());
    marked.flat_map(u16::to_le_bytes).collect()
}

struct Sent {
    target: String,
    headers: String,
    body: Vec<u8>,
}

fn targets(secret: &str) -> Vec<String> {
    let once = encoded(secret);
    let twice = once.replace('%', "%25");
    [
        "/v3.0/users?authToken=#",
        "/v3.0/users?x=#&perPage=3",
        "/v3.0/users?AUTH_TOKEN[]=#",
        "/v3.0/users?auth%54oken=#",
        "/v3.0/users?#",
        "/v3.0/users?next=%2Fv3%3FapiKey%3D#",
        "/v3.0/users/kevin/auth_tokens/#",
        "/v3.0/users/kevin/auth_token/#",
        "/v3.0/users/kevin/AUTH_TOKENS/#/x",
        "/v3.0/users/kevin/auth_tokens//#",
        "/v3.0/users/kevin/auth%5ftokens/#",
        "/v3.0/users/kevin/tokns/#",
        "/v3.0/users/#",
        "/#",
        "/v3.0/users;authToken=#/x",
    ]
    .into_iter()
    .flat_map(|target| [&once, &twice].map(|secret| target.replace('#', secret)))
    .collect()
}

fn bodies(secret: &str) -> Vec<Vec<u8>> {
    let inner = json!({ "authKey": secret }).to_string();
    let texts = [
        json!({ "uid": "a", "authKey": secret }).to_string(),
        json!({ "authToken": [secret] }).to_string(),
        json!({ "apiKey": { "a": [{ "b": secret }] } }).to_string(),
        json!({ "metadata": { "x": [[{ "Auth-Key": secret }]] } }).to_string(),
        json!({ "uid": "a", "name": format!("I am {secret}.") }).to_string(),
        json!({ secret: 1, "authToken": { secret: 1 } }).to_string(),
        json!({ "payload": inner }).to_string(),
        json!({ "payload": json!({ "payload": inner }).to_string() }).to_string(),
        json!([[secret]]).to_string(),
        json!(secret).to_string(),
        format!("\u{feff}{}", json!({ "uid": "a", "authKey": secret })),
        format!("\u{feff}\u{feff}{{\"authKey\":\"{secret}"),
        format!("{{\"uid\":\"a\",\"authToken\":\"{secret}\",\"name\":"),
        format!("{{'authToken': '{secret}'}}"),
        format!("{{\"authToken\":[\"{secret}\",[\"{secret}\""),
        format!("{{\"authToken\" : {{\"x\":\"{secret}\""),
        format!("{{\"payload\":\"{{\\\"authToken\\\":\\\"{secret}\\\"}}"),
        format!("uid=a&authToken={}&name=b", encoded(secret)),
        format!("authToken: {secret}\r\nuid: a"),
        format!("<user><authToken>{secret}</authToken></user>"),
        format!("content-disposition: form-data; name=\"apiKey\"\r\n\r\n{secret}\r\n--x"),
        secret.to_owned(),
        format!("{}{{\"authKey\":\"{secret}\"}}", "[".repeat(200)),
    ];
    let wide = [wide(&json!({ "authKey": secret }).to_string())];
    texts
        .into_iter()
        .map(String::into_bytes)
        .chain(wide)
        .collect()
}

fn all(secret: &str) -> Vec<Sent> {
    let mut all = Vec::new();
    for target in targets(secret) {
        all.push(Sent {
            target,
            headers: String::new(),
            body: Vec::new(),
        });
    }
    for body in bodies(secret) {
        all.push(Sent {
            target: "/v3.0/users".to_owned(),
            headers: String::new(),
            body,
        });
    }
    for header in [
        "referer: http://x/?authToken=#",
        "x-user-auth-token: #",
        "cookie: a=b; c=#",
        "x-note: #",
    ] {
        let headers = header.replace('#', secret) + "\r\n";
        all.push(Sent {
            target: "/v3.0/users".to_owned(),
            headers,
            body: Vec::new(),
        });
    }
    all
}

/// What is left of a secret once everything is decoded that could hide it.
fn holds(shown: &str, secret: &str) -> bool {
    let plain = shown
        .replace("\\u0000", "")
        .replace('\\', "")
        .to_ascii_lowercase();
    let secret = secret.to_ascii_lowercase();
    [
        secret.clone(),
        encoded(&secret),
        encoded(&secret).replace('%', "%25"),
    ]
    .iter()
    .any(|secret| plain.contains(secret.as_str()))
}

fn import(server: &Server, app_id: &str) {
    let user = json!({ "uid": "kevin", "name": "Kevin" });
    let token = json!({ "uid": "kevin", "authToken": IMPORTED.replace(' ', "_"), "createdAt": 1 });
    let app = json!({ "appId": app_id, "users": [user], "authTokens": [token] });
    let snapshot = json!({ "version": 1, "apps": [app] });
    server.own("PUT", "/snapshot").json(snapshot).data();
}

/// Sends everything and looks at the journal after each request.
fn try_all(server: &Server, secrets: &[String]) {
    let mut shown = 0;
    for secret in secrets {
        for sent in all(secret) {
            let mut connection = Connection::open(&server.address).expect("a connection");
            let head = format!(
                "POST {} HTTP/1.1\r\nhost: {}\r\nappId: {}\r\n{}content-length: {}\r\n\r\n",
                sent.target,
                server.address,
                server.app_id,
                sent.headers,
                sent.body.len()
            );
            connection
                .write(&[head.as_bytes(), &sent.body].concat())
                .expect("it is sent");
            connection.read().expect("an answer");
            let entry = server.own("GET", "/requests?limit=1").send().text();
            let body = String::from_utf8_lossy(&sent.body);
            assert!(
                !holds(&entry, secret),
                "{} {} {body}\n{entry}",
                sent.target,
                sent.headers
            );
            shown += 1;
        }
    }
    assert!(shown > 50);
}

#[test]
fn secrets_are_masked_wherever_they_are() {
    let folder = Folder::new();
    let log = folder.path().join("log");
    let start = || {
        let file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log);
        let mut command = command();
        command
            .args(["--database-url", &folder.sqlite_url()])
            .args(["--auth-key", CHOSEN[0], "--rest-api-key", CHOSEN[1]])
            .args(["--app", "other"]);
        Server::spawn_with_log(command, file.expect("a file"))
    };
    let server = start();
    import(&server, &server.app_id);
    let other = server.own("GET", "/config").data()["apps"][1].take();
    let mut secrets: Vec<String> = ["authKey", "restApiKey"]
        .map(|name| other[name].as_str().expect("a key").to_owned())
        .to_vec();
    secrets.extend(CHOSEN.map(str::to_owned));
    secrets.push(IMPORTED.replace(' ', "_"));
    server.user("kevin-2");
    let made = server.rest("POST", "/users/kevin-2/auth_tokens").data()["authToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    secrets.push(made);
    try_all(&server, &secrets);
    assert!(server.stop());
    // The tokens that an import brought are known after a restart, too.
    let again = start();
    try_all(&again, &secrets[4..5]);
    assert!(again.stop());
    let log = std::fs::read_to_string(&log).expect("a log");
    assert!(log.lines().count() > 300, "{log}");
    for secret in &secrets {
        let line = log.lines().find(|line| holds(line, secret));
        assert!(line.is_none(), "{secret}: {line:?}");
    }
}

#[test]
fn what_goes_by_a_secrets_name_is_masked_though_nobody_knows_it() {
    let server = Server::on("sqlite::memory:", &[]);
    let unknown = "some.unknown.thing";
    for body in [
        json!({ "authToken": unknown }).to_string(),
        json!({ "authKey": [unknown] }).to_string(),
        json!({ "apiKey": { "x": unknown } }).to_string(),
        json!({ "API_KEY": { unknown: 1 } }).to_string(),
        json!({ "payload": json!({ "restApiKey": unknown }).to_string() }).to_string(),
        format!("\u{feff}{{\"authToken\":\"{unknown}\"}}"),
        format!("{{\"authToken\":\"{unknown}"),
        format!("{{\"authToken\":[\"{unknown}\""),
        format!("authToken={unknown}"),
        format!("authToken%3D{unknown}"),
    ] {
        server.auth("POST", "/users").body(body.clone()).send();
        let entry = server.own("GET", "/requests?limit=1").send().text();
        assert!(!entry.contains(unknown), "{body}\n{entry}");
    }
    for target in [
        "?authToken=#",
        "?a=1&api-key=#&b=2",
        "?auth_key[]=#",
        "/kevin/auth_tokens/#",
        "/kevin/authTokens/#",
    ] {
        server
            .auth("GET", &format!("/users{}", target.replace('#', unknown)))
            .send();
        let entry = server.own("GET", "/requests?limit=1").send().text();
        assert!(!entry.contains(unknown), "{target}\n{entry}");
    }
}

#[test]
fn what_is_no_secret_is_shown_as_it_was_sent() {
    let server = Server::on("sqlite::memory:", &[]);
    let sent = json!({
        "uid": "kevin", "name": "Kevin = 100 % & more", "withAuthToken": true,
        "metadata": { "a": [1, 2.5, null, "x/y?z=%41"], "json": "{\"b\": 1}" }, "tags": ["key", "token"],
    });
    let path = "/users?searchKey=a%20b&limit=3&tags[]=x";
    server.auth("POST", path).json(sent.clone()).send();
    let entry: Value = server.own("GET", "/requests?limit=1").data();
    assert_eq!(entry[0]["body"], sent);
    assert_eq!(entry[0]["query"], "searchKey=a%20b&limit=3&tags[]=x");
    assert_eq!(entry[0]["path"], "/v3.0/users");
}
