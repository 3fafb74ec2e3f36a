//! The command line: its flags, and what the emulator prints once it is ready.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{
    BoolishValueParser, NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser,
};
use clap::{Parser, ValueEnum};

use cometchat_emulator::rate_limits::{self, Limits};
use cometchat_emulator::{AppConfig, AuthKeyScope, Config, Emulator};

use crate::start::Database;

/// A local server that behaves like CometChat's user API. Not affiliated with CometChat.
#[derive(Debug, Parser)]
#[command(name = "cometchat-emulator", version)]
pub struct Args {
    /// Address to listen on, with or without a port (HOST:PORT); --port wins
    #[arg(long, env = "COMETCHAT_EMULATOR_HOST", default_value = "127.0.0.1")]
    pub host: String,

    /// Port to listen on; 0 takes any free one [default: 8090]
    #[arg(long, env = "COMETCHAT_EMULATOR_PORT")]
    pub port: Option<u16>,

    /// Where the state is stored: sqlite://FILE, sqlite::memory:, postgres://USER@HOST/DATABASE, or
    /// memory: for no database at all
    #[arg(
        long,
        env = "COMETCHAT_EMULATOR_DATABASE_URL",
        default_value = "sqlite://cometchat-emulator.db",
        hide_env_values = true
    )]
    pub database_url: String,

    /// Seconds to wait for a PostgreSQL that is not there yet, such as one that starts beside this
    #[arg(
        long,
        value_name = "SECONDS",
        env = "COMETCHAT_EMULATOR_WAIT_FOR_DATABASE",
        default_value_t = 0
    )]
    pub wait_for_database: u64,

    /// Id of the app to serve
    #[arg(
        long,
        env = "COMETCHAT_EMULATOR_APP_ID",
        default_value = "emulator",
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub app_id: String,

    /// Auth key of that app (scope authOnly) [default: the one in the database, or a new one]
    #[arg(long, env = "COMETCHAT_EMULATOR_AUTH_KEY", hide_env_values = true)]
    pub auth_key: Option<String>,

    /// REST API key of that app (scope fullAccess) [default: the one in the database, or a new one]
    #[arg(long, env = "COMETCHAT_EMULATOR_REST_API_KEY", hide_env_values = true)]
    pub rest_api_key: Option<String>,

    /// Another app, as ID, ID:AUTH_KEY or ID:AUTH_KEY:REST_API_KEY; may be repeated
    #[arg(
        long = "app",
        value_name = "ID[:AUTH_KEY[:REST_API_KEY]]",
        env = "COMETCHAT_EMULATOR_APPS",
        value_delimiter = ',',
        hide_env_values = true,
        value_parser = parse_app
    )]
    pub apps: Vec<AppConfig>,

    /// What the auth key may do: create and update users and create auth tokens (all), create users
    /// and auth tokens (create), or create auth tokens (tokens)
    #[arg(
        long,
        env = "COMETCHAT_EMULATOR_AUTH_KEY_SCOPE",
        default_value = "all",
        value_parser = PossibleValuesParser::new(["all", "create", "tokens"])
            .try_map(|name| name.parse::<AuthKeyScope>())
    )]
    pub auth_key_scope: AuthKeyScope,

    /// Start new apps without the sample users cometchat-uid-1 to cometchat-uid-5
    #[arg(long, env = "COMETCHAT_EMULATOR_NO_SEED", value_parser = BoolishValueParser::new())]
    pub no_seed: bool,

    /// Enforce rate limits and send their headers: this many core and standard operations per app
    /// and minute, or the service's own numbers if none (or the word "service") are given
    #[arg(
        long,
        env = "COMETCHAT_EMULATOR_RATE_LIMITS",
        value_name = "CORE,STANDARD",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = rate_limits::SERVICE_WORD
    )]
    pub rate_limits: Option<Limits>,

    /// Another host name under which the emulator's own routes (/__emulator/) answer, such as a
    /// container's; may be repeated
    #[arg(
        long = "control-host",
        value_name = "NAME",
        env = "COMETCHAT_EMULATOR_CONTROL_HOSTS",
        value_delimiter = ','
    )]
    pub control_hosts: Vec<String>,

    /// Folder of the demo page (www/dist), to be served at /
    #[arg(long, value_name = "DIR", env = "COMETCHAT_EMULATOR_PAGE")]
    pub page: Option<PathBuf>,

    /// Seconds that a client may take to send a request, and may leave a response unread
    #[arg(long, env = "COMETCHAT_EMULATOR_READ_TIMEOUT", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub read_timeout: u64,

    /// Format of the log on standard error
    #[arg(long, env = "COMETCHAT_EMULATOR_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// How much is logged; info has one line per request
    #[arg(long, env = "COMETCHAT_EMULATOR_LOG_LEVEL", default_value = "info")]
    pub log_level: LogLevel,

    /// Stop when standard input is closed, so that a test's emulator never outlives the test
    #[arg(long, env = "COMETCHAT_EMULATOR_EXIT_WITH_STDIN", value_parser = BoolishValueParser::new())]
    pub exit_with_stdin: bool,

    /// Answer creations without writing them, to measure what the database costs
    #[arg(long, hide = true)]
    pub discard_creations: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
}

/// The port if none is given.
const DEFAULT_PORT: u16 = 8090;

impl Args {
    /// Host and port to listen on. A port in `--host` counts if `--port` is not given, so that the
    /// variable that tells clients where the emulator is can tell the emulator the same.
    pub fn host_and_port(&self) -> (String, u16) {
        // Clients accept an address of this form from the same variable.
        let host = self
            .host
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let (host, port) = match host.rsplit_once(':') {
            // An IPv6 address has colons of its own; with a port it is in brackets.
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, port.parse().ok())
            }
            _ => (host, None),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = self.port.or(port).unwrap_or(DEFAULT_PORT);
        (host.to_owned(), port)
    }

    /// The page's folder, if there is one to serve. An empty variable counts as none.
    pub fn page_folder(&self) -> Option<&Path> {
        let folder = self.page.as_deref();
        folder.filter(|folder| !folder.as_os_str().is_empty())
    }

    /// Where the state is kept.
    pub fn database(&self) -> Database {
        Database {
            url: self.database_url.clone(),
            wait: Duration::from_secs(self.wait_for_database),
            discard_creations: self.discard_creations,
        }
    }

    /// The emulator's configuration, once its address is known.
    pub fn config(&self, address: SocketAddr) -> Config {
        // An empty variable counts as none.
        let given = |key: &Option<String>| key.clone().filter(|key| !key.is_empty());
        let mut apps = vec![AppConfig {
            id: self.app_id.clone(),
            auth_key: given(&self.auth_key),
            rest_api_key: given(&self.rest_api_key),
        }];
        for app in &self.apps {
            match apps.iter_mut().find(|known| known.id == app.id) {
                Some(known) => *known = app.clone(),
                None => apps.push(app.clone()),
            }
        }
        Config {
            apps,
            auth_key_scope: self.auth_key_scope,
            seed: !self.no_seed,
            read_timeout: Duration::from_secs(self.read_timeout),
            rate_limits: self.rate_limits,
            control_hosts: self.control_hosts.clone(),
            address: address.to_string(),
            page: self.page_folder().is_some(),
        }
    }
}

fn parse_app(text: &str) -> Result<AppConfig, String> {
    let mut parts = text.splitn(3, ':').map(str::trim);
    let id = parts.next().unwrap_or_default();
    if id.is_empty() {
        return Err("an app needs an id".to_owned());
    }
    let mut key = || {
        parts
            .next()
            .filter(|key| !key.is_empty())
            .map(str::to_owned)
    };
    Ok(AppConfig {
        id: id.to_owned(),
        auth_key: key(),
        rest_api_key: key(),
    })
}

/// What is printed on standard output once the emulator is ready: the address and the keys, as a
/// block to paste into a shell or an `.env` file.
pub fn ready(emulator: &Emulator, address: SocketAddr) -> String {
    let mut text = format!(
        "CometChat emulator {} (unofficial), listening on http://{address}\n\n",
        env!("CARGO_PKG_VERSION")
    );
    for (at, app) in emulator.apps.all().iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = if at == 0 {
            writeln!(
                text,
                "COMETCHAT_EMULATOR_HOST={address}\nCOMETCHAT_APP_ID={}\nCOMETCHAT_AUTH_KEY={}\n\
                 COMETCHAT_REST_API_KEY={}",
                app.id,
                app.auth_key(),
                app.rest_api_key()
            )
        } else {
            writeln!(
                text,
                "\n# one more app: {}\n#   auth key:     {}\n#   REST API key: {}",
                app.id,
                app.auth_key(),
                app.rest_api_key()
            )
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_comes_from_host_and_port_or_from_host_alone() {
        for (flags, host, port) in [
            (&[][..], "127.0.0.1", 8090),
            (&["--host", "0.0.0.0"], "0.0.0.0", 8090),
            (&["--host", "localhost:1234"], "localhost", 1234),
            (&["--host", "http://127.0.0.1:1234/"], "127.0.0.1", 1234),
            (&["--host", "127.0.0.1:1234", "--port", "0"], "127.0.0.1", 0),
            (&["--host", "::1"], "::1", 8090),
            (&["--host", "[::1]:1234"], "::1", 1234),
        ] {
            let args = Args::parse_from([&["cometchat-emulator"], flags].concat());
            assert_eq!(args.host_and_port(), (host.to_owned(), port), "{flags:?}");
        }
    }
}
