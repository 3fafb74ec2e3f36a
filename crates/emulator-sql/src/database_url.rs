//! Parses database URLs, and names a database in messages without its password.

use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::backend::Backend;
use cometchat_emulator::store::OpenError;

/// The database that a URL names.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    Memory,
    File(SqliteFile),
    Postgres(PostgresPlace),
}

/// A SQLite file.
#[derive(Debug, Clone)]
pub struct SqliteFile {
    pub path: PathBuf,
    /// Whether to create a missing file.
    pub create: bool,
    /// The SQLite VFS, if not the default one.
    vfs: Option<String>,
}

/// A PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresPlace {
    pub url: String,
    /// The URL in messages.
    name: String,
}

const FORMS: &str =
    "sqlite://FILE, sqlite::memory:, memory: and postgres://USER:PASSWORD@HOST/DATABASE";

impl DatabaseUrl {
    /// Parses a database URL.
    ///
    /// # Errors
    /// [`OpenError`], which never contains a password or a possible part of one.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            return sqlite(rest.strip_prefix("//").unwrap_or(rest));
        }
        for scheme in ["postgres", "postgresql"] {
            let rest = url.strip_prefix(scheme);
            if let Some(rest) = rest.and_then(|rest| rest.strip_prefix("://")) {
                return postgres(scheme, rest).map(DatabaseUrl::Postgres);
            }
        }
        Err(OpenError::new(format!(
            "the database URL is none of {FORMS}"
        )))
    }

    pub fn backend(&self) -> Backend {
        match self {
            DatabaseUrl::Postgres(_) => Backend::Postgres,
            DatabaseUrl::Memory | DatabaseUrl::File(_) => Backend::Sqlite,
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::Memory => f.write_str("sqlite::memory:"),
            DatabaseUrl::File(file) => {
                write!(f, "sqlite://{}", shown(&file.path.to_string_lossy()))
            }
            DatabaseUrl::Postgres(database) => f.write_str(&database.name),
        }
    }
}

/// A path for messages: with a wrong scheme, it may contain a login.
pub fn shown(path: &str) -> String {
    match (path.find(':'), path.rfind('@')) {
        (Some(colon), Some(at)) if colon < at => format!("{}:…{}", &path[..colon], &path[at..]),
        _ => path.to_owned(),
    }
}

fn sqlite(rest: &str) -> Result<DatabaseUrl, OpenError> {
    let (file, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut memory = file == ":memory:";
    let (mut create, mut vfs) = (true, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match (name.as_ref(), value.as_ref()) {
            ("mode", "memory") => memory = true,
            ("mode", "rwc") | ("cache", "private") => {}
            ("mode", "rw") => create = false,
            ("mode", "ro") | ("immutable", _) => {
                return Err(OpenError::new(
                    "the emulator writes to its database: leave mode=ro and immutable out of the \
                     database URL",
                ));
            }
            // Databases in memory are shared between this process's connections anyway.
            ("cache", "shared") if memory || query.contains("mode=memory") => {}
            ("vfs", name) if !name.is_empty() => vfs = Some(name.to_owned()),
            _ => {
                return Err(OpenError::new(
                    "the URL of a SQLite database takes no parameter but mode=rwc, mode=rw (the file \
                     has to be there) and mode=memory; write ? in a file's name as %3F",
                ));
            }
        }
    }
    if memory {
        return Ok(DatabaseUrl::Memory);
    }
    let name = percent_decode_str(file).decode_utf8().ok();
    let name = name.filter(|name| !name.contains('\0'));
    let name = name.ok_or_else(|| OpenError::new("the file's name has to be UTF-8 without NUL"))?;
    if name.is_empty() {
        return Err(OpenError::new(
            "the database URL names no file; write sqlite://FILE, or sqlite::memory:",
        ));
    }
    Ok(DatabaseUrl::File(SqliteFile {
        path: PathBuf::from(name.as_ref()),
        create,
        vfs,
    }))
}

/// Characters that must be encoded in the path of a URL.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'`')
    .add(b'{')
    .add(b'}');

impl SqliteFile {
    /// The URL for the driver, once the file exists and its absolute path is known.
    pub fn url(&self, real: &Path) -> String {
        // Anything but an absolute path after two slashes would be taken for a host.
        let slashes = if real.starts_with("/") { "//" } else { "" };
        let path = real.to_string_lossy();
        let path = utf8_percent_encode(&path, PATH);
        let mut parameters = form_urlencoded::Serializer::new(String::new());
        // If the file disappears, no other may be created in its place.
        parameters.append_pair("mode", "rw");
        if let Some(vfs) = &self.vfs {
            parameters.append_pair("vfs", vfs);
        }
        format!("sqlite:{slashes}{path}?{}", parameters.finish())
    }
}

/// The parameters that the driver knows. It would log any other, with its value.
const PARAMETERS: &[&str] = &[
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// The error for a URL that cannot be parsed. It repeats nothing of it, since any part may be the
/// password.
pub fn malformed() -> OpenError {
    OpenError::new(
        "the database URL is malformed: write postgres://USER:PASSWORD@HOST:PORT/DATABASE, and in \
         user and password %40 for @, %3A for :, %2F for /, %3F for ?, %23 for # and %25 for %",
    )
}

fn postgres(scheme: &str, rest: &str) -> Result<PostgresPlace, OpenError> {
    let (location, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = location.split_once('/').unwrap_or((location, ""));
    // A password with a reserved character extends beyond the login.
    if rest.contains('#') || database.contains('@') {
        return Err(malformed());
    }
    let mut known = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if PARAMETERS.contains(&name.as_ref()) || name.starts_with("options[") {
            known.append_pair(&name, &value);
        } else if name.contains(['@', '/', ':']) {
            return Err(malformed());
        } else {
            tracing::warn!("a parameter of the database URL is unknown, and left out");
        }
    }
    let shown = match authority.rsplit_once('@') {
        Some((login, host)) => {
            let user = login.split_once(':').map_or(login, |(user, _)| user);
            format!("{user}@{host}")
        }
        // Without a login, what looks like a port may be the password of a user without a host.
        None => authority
            .rsplit_once(':')
            .filter(|_| !authority.ends_with(']'))
            .map_or(authority, |(host, _)| host)
            .to_owned(),
    };
    Ok(PostgresPlace {
        url: format!("{scheme}://{location}?{}", known.finish()),
        name: format!("{scheme}://{shown}/{database}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postgresql_url_is_shown_without_its_password() {
        for (url, name) in [
            ("postgres://u:geheim@h:1/d", "postgres://u@h:1/d"),
            ("postgresql://u:ge@heim@h/d", "postgresql://u@h/d"),
            ("postgres://h/d?password=geheim&user=u", "postgres://h/d"),
            ("postgres://u:123/d", "postgres://u/d"),
            ("postgres://u@[::1]:5/d", "postgres://u@[::1]:5/d"),
        ] {
            let parsed = DatabaseUrl::parse(url).expect("a database");
            assert_eq!(parsed.to_string(), name, "{url}");
        }
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_repeated() {
        for url in [
            "postgres://u:ge/heim@h/d",
            "postgres://u:ge?heim@h/d",
            "postgres://u:ge#heim@h/d",
            "postgres:/u:geheim@h/d",
            "u:geheim@h/d",
            "geheim",
            "sqlite://x.db?geheim=geheim",
        ] {
            let error = DatabaseUrl::parse(url).expect_err(url).to_string();
            assert!(!error.contains("heim"), "{error}");
        }
    }

    #[test]
    fn a_sqlite_url_names_a_file_or_memory() {
        let memory = [
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite://x.db?mode=memory",
            "sqlite://?mode=memory&cache=shared",
        ];
        for url in memory {
            assert!(
                matches!(DatabaseUrl::parse(url), Ok(DatabaseUrl::Memory)),
                "{url}"
            );
        }
        for (url, path) in [
            ("sqlite:x.db", "x.db"),
            ("sqlite://rel data.db", "rel data.db"),
            ("sqlite:///a%20b#c.db?mode=rwc", "/a b#c.db"),
        ] {
            match DatabaseUrl::parse(url) {
                Ok(DatabaseUrl::File(file)) => assert_eq!(file.path, PathBuf::from(path), "{url}"),
                other => panic!("{url}: {other:?}"),
            }
        }
        for url in [
            "sqlite:",
            "sqlite::memory:?x",
            "sqlite://x.db?mode=ro",
            "sqlite://%FF",
        ] {
            assert!(DatabaseUrl::parse(url).is_err(), "{url}");
        }
    }
}
