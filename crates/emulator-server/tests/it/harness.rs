//! What the tests stand on: an emulator of their own on a free port, and a small HTTP client that
//! can also send what no proper client would.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Where a behaviour is tried.
pub enum Database {
    Memory,
    Sqlite,
    /// The URL of a database that several emulators use at once, each for an app of its own.
    Postgres(String),
}

/// Declares behaviours: each is a test in memory and one on SQLite, and is listed in `ALL` for
/// PostgreSQL.
macro_rules! behaviours {
    ($($(#[$attribute:meta])* fn $name:ident($on:ident) $body:block)*) => {
        mod on_memory {
            $(
                #[test]
                $(#[$attribute])*
                fn $name() {
                    super::body::$name(&crate::harness::Database::Memory);
                }
            )*
        }

        mod on_sqlite {
            $(
                #[test]
                $(#[$attribute])*
                fn $name() {
                    super::body::$name(&crate::harness::Database::Sqlite);
                }
            )*
        }

        mod body {
            #[allow(unused_imports)]
            use super::*;
            $(
                pub fn $name($on: &crate::harness::Database) $body
            )*
        }

        pub const ALL: &[(&str, fn(&crate::harness::Database))] = &[
            $((stringify!($name), body::$name),)*
        ];
    };
}
pub(crate) use behaviours;

/// A number that no other place in this process, and hardly another process, has.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{count}", std::process::id())
}

/// A folder that goes away with its owner.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("emulator-{}", unique()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn sqlite_url(&self) -> String {
        format!("sqlite://{}", self.0.join("emulator.db").display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An emulator that serves one test. It ends with the test.
pub struct Server {
    child: Child,
    pub address: String,
    pub app_id: String,
    pub auth_key: String,
    pub rest_api_key: String,
    /// All that stood on standard output until it was ready.
    pub said: String,
    _folder: Option<Folder>,
}

/// The command that runs the emulator, without anything of this process's environment.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cometchat-emulator"));
    command
        .env_clear()
        .args(["--port", "0", "--exit-with-stdin"]);
    command
}

/// Runs a command to its end; whether that was a success, and all that it says.
pub fn output(mut command: Command) -> (bool, String) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // Its standard input stays open: the end of that would be a reason to stop.
    let stdin = child.stdin.take();
    let output = child.wait_with_output().expect("it ends");
    drop(stdin);
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8(text).expect("text"),
    )
}

impl Database {
    /// Starts an emulator on a database, or on an app, of its own.
    pub fn start(&self, flags: &[&str]) -> Server {
        let mut command = command();
        command.args(flags);
        let folder = match self {
            Database::Memory => {
                command.args(["--database-url", "memory:"]);
                None
            }
            Database::Sqlite => {
                let folder = Folder::new();
                command.args(["--database-url", &folder.sqlite_url()]);
                Some(folder)
            }
            Database::Postgres(url) => {
                command.args(["--database-url", url]);
                if !flags.contains(&"--app-id") {
                    command.args(["--app-id", &format!("app-{}", unique())]);
                }
                None
            }
        };
        let mut server = Server::spawn(command);
        server._folder = folder;
        server
    }
}

impl Server {
    /// Starts an emulator on this database and waits until it is ready.
    pub fn on(url: &str, flags: &[&str]) -> Self {
        let mut command = command();
        command.args(["--database-url", url]).args(flags);
        Server::spawn(command)
    }

    pub fn spawn(command: Command) -> Self {
        Self::spawn_with_log(command, Stdio::piped())
    }

    /// Starts an emulator whose log goes somewhere.
    pub fn spawn_with_log(mut command: Command, log: impl Into<Stdio>) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the emulator starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut said = String::new();
        let value = |said: &str, name: &str| {
            said.lines().find_map(|line| {
                line.strip_prefix(name)?
                    .strip_prefix('=')
                    .map(str::to_owned)
            })
        };
        let rest_api_key = loop {
            if let Some(key) = value(&said, "COMETCHAT_REST_API_KEY") {
                break key;
            }
            if out.read_line(&mut said).expect("a line") == 0 {
                let mut why = String::new();
                let _ = child
                    .stderr
                    .take()
                    .map(|mut err| err.read_to_string(&mut why));
                panic!("the emulator did not start: {said}{why}");
            }
        };
        // A test that fails says more when the log was read.
        if let Some(mut log) = child.stderr.take() {
            std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        }
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let known = |name: &str| value(&said, name).expect("a line of the block");
        Server {
            address: known("COMETCHAT_EMULATOR_HOST"),
            app_id: known("COMETCHAT_APP_ID"),
            auth_key: known("COMETCHAT_AUTH_KEY"),
            rest_api_key,
            child,
            said,
            _folder: None,
        }
    }

    /// A request with no key and no token, for this app.
    pub fn ask(&self, method: &str, path: &str) -> Request<'_> {
        Request {
            address: &self.address,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: vec![("appId".to_owned(), self.app_id.clone())],
            body: Vec::new(),
        }
    }

    /// A request with the auth key, below `/v3.0`.
    pub fn auth(&self, method: &str, path: &str) -> Request<'_> {
        self.ask(method, &format!("/v3.0{path}"))
            .header("apiKey", &self.auth_key)
    }

    /// A request with the REST API key, below `/v3.0`.
    pub fn rest(&self, method: &str, path: &str) -> Request<'_> {
        self.ask(method, &format!("/v3.0{path}"))
            .header("apiKey", &self.rest_api_key)
    }

    /// A request with an auth token, below `/v3.0`.
    pub fn session(&self, token: &str, method: &str, path: &str) -> Request<'_> {
        self.ask(method, &format!("/v3.0{path}"))
            .header("authToken", token)
    }

    /// A request to the emulator's own routes.
    pub fn own(&self, method: &str, path: &str) -> Request<'_> {
        self.ask(method, &format!("/__emulator{path}"))
    }

    /// Creates a user of this uid and returns it.
    pub fn user(&self, uid: &str) -> Value {
        self.auth("POST", "/users")
            .json(serde_json::json!({ "uid": uid, "name": "Kevin" }))
            .data()
    }

    /// A new auth token of a user.
    pub fn token(&self, uid: &str) -> String {
        let token = self
            .auth("POST", &format!("/users/{uid}/auth_tokens"))
            .data();
        token["authToken"].as_str().expect("a token").to_owned()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it the hard way, as `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is gone");
    }

    /// Closes its standard input and waits for its end; returns whether that was a success.
    pub fn stop(mut self) -> bool {
        drop(self.child.stdin.take());
        self.child.wait().expect("it ends").success()
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> bool {
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A request in the making.
pub struct Request<'s> {
    address: &'s str,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// How a request was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request<'_> {
    /// Sets a header, in the place of one of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub fn json(self, body: Value) -> Self {
        self.body(body.to_string())
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    fn bytes(&self, keep: bool) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if !self.headers.iter().any(|(name, _)| name == "host") {
            head += &format!("host: {}\r\n", self.address);
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !keep {
            head += "connection: close\r\n";
        }
        head += &format!("content-length: {}\r\n\r\n", self.body.len());
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Sends it on a connection of its own; the error is that of a connection that broke.
    pub fn try_send(&self) -> std::io::Result<Answer> {
        let mut connection = Connection::open(self.address)?;
        connection.write(&self.bytes(false))?;
        connection.read()
    }

    pub fn send(&self) -> Answer {
        self.try_send().expect("an answer")
    }

    /// Sends it on a connection that is kept.
    pub fn send_on(&self, connection: &mut Connection) -> std::io::Result<Answer> {
        connection.write(&self.bytes(true))?;
        connection.read()
    }

    /// Sends it; the `data` of the answer, which has to be a success.
    #[track_caller]
    pub fn data(&self) -> Value {
        let answer = self.send();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["data"].take()
    }

    /// Sends it; the `error` of the answer, which has to have this status and code.
    #[track_caller]
    pub fn fails(&self, status: u16, code: &str) -> Value {
        let answer = self.send();
        assert_eq!(answer.status, status, "{}", answer.text());
        let error = answer.json()["error"].take();
        assert_eq!(error["code"], code, "{error}");
        for name in ["message", "devMessage", "source"] {
            assert!(error[name].is_string(), "{name} in {error}");
        }
        error
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("JSON: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A connection, for what a proper client does and for what it does not.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub fn open(address: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Connection(BufReader::new(stream)))
    }

    pub fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// How long a read or a write may take.
    pub fn limit(&mut self, limit: Duration) {
        let stream = self.0.get_ref();
        let both = stream
            .set_read_timeout(Some(limit))
            .and(stream.set_write_timeout(Some(limit)));
        both.expect("a limit");
    }

    /// Closes one side, or both.
    pub fn shutdown(&mut self, how: Shutdown) {
        self.0.get_ref().shutdown(how).expect("it can be closed");
    }

    /// The same connection, to be used by another thread.
    pub fn another(&self) -> TcpStream {
        self.0.get_ref().try_clone().expect("the same connection")
    }

    /// Reads one answer, as long as its head says.
    pub fn read(&mut self) -> std::io::Result<Answer> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| std::io::Error::other(format!("no answer: {line:?}")))?;
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line)?;
            match line.trim_end().split_once(": ") {
                Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
                None => break,
            }
        }
        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        let length = answer
            .header("content-length")
            .and_then(|length| length.parse().ok())
            .unwrap_or(0);
        answer.body.resize(length, 0);
        self.0.read_exact(&mut answer.body)?;
        Ok(answer)
    }

    /// Waits until the other side has closed; false when it still had something to say after that.
    pub fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
        }
    }
}

/// Waits until something holds, for ten seconds at most.
#[track_caller]
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(10), "never: {what}");
        std::thread::yield_now();
    }
}
