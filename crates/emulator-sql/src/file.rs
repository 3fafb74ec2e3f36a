//! The file of a SQLite database: who may open and read it, and whether it is still the file that
//! was opened.

use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::database_url::shown;
use cometchat_emulator::store::OpenError;

/// The first bytes of a SQLite database.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// An open database file. Must be dropped after SQLite's own connections: with the first handle
/// that a process closes, the system releases all of its locks on the file.
#[derive(Debug)]
pub struct DatabaseFile {
    path: PathBuf,
    file: File,
    created: bool,
    opened: Named,
    log: Log,
    #[cfg(not(target_os = "linux"))]
    lock: File,
}

/// The write-ahead log beside the file.
#[derive(Debug)]
struct Log {
    path: PathBuf,
    opened: OnceLock<Named>,
}

/// A file as of the last check.
#[derive(Debug)]
struct Named {
    id: (u64, u64),
    /// It only grows while it is open.
    length: AtomicU64,
}

/// What another program did to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed(pub &'static str);

impl DatabaseFile {
    /// Opens the file, creates it if wanted and needed, and locks it.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be opened, is in use by another process, or is not a SQLite
    /// database. An existing file is left as it was, and a new one is removed.
    pub fn open(path: &Path, create: bool) -> Result<Self, OpenError> {
        let name = shown(&path.to_string_lossy());
        let failed =
            |error: io::Error| OpenError::new(format!("cannot open the database {name}: {error}"));
        let created = create && !path.exists();
        let mut options = File::options();
        options
            .read(true)
            .write(true)
            .create(create)
            .truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(OpenError::new(format!("the database {name} is no file")));
        }
        // By its real name, not that of a link: SQLite puts the log next to the name it is given,
        // and has to find it there again.
        let path = fs::canonicalize(path).map_err(failed)?;
        #[cfg(target_os = "linux")]
        lock(&file, &name)?;
        #[cfg(not(target_os = "linux"))]
        let lock = lock_beside(&path, &name)?;
        let log = beside(&path, "-wal");
        let this = DatabaseFile {
            file,
            created,
            opened: Named::new(&metadata),
            log: Log {
                path: log,
                opened: OnceLock::new(),
            },
            path,
            #[cfg(not(target_os = "linux"))]
            lock,
        };
        if let Err(error) = this.examine(&metadata, &name) {
            this.remove_if_unused();
            return Err(error);
        }
        this.keep_private();
        Ok(this)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    fn examine(&self, metadata: &Metadata, name: &str) -> Result<(), OpenError> {
        #[cfg(unix)]
        if std::os::unix::fs::MetadataExt::nlink(metadata) > 1 {
            return Err(OpenError::new(format!(
                "the database {name} has more than one name (hard links), and its log is found by \
                 only one of them: remove the other name, or copy the file"
            )));
        }
        if metadata.len() > 0 && !self.has_magic() {
            return Err(OpenError::new(format!(
                "{name} is no SQLite database, or is damaged; it is left as it is: put a copy in \
                 its place, or give another file with --database-url"
            )));
        }
        Ok(())
    }

    /// Removes the file if it was created for nothing.
    pub fn remove_if_unused(&self) {
        if self.created && self.file.metadata().is_ok_and(|file| file.len() == 0) {
            let _ = fs::remove_file(&self.path);
        }
    }

    /// Makes the file and its log accessible to the owner only, since they hold keys. SQLite gives
    /// the files it creates next to it the same permissions.
    fn keep_private(&self) {
        #[cfg(unix)]
        for path in [
            self.path.clone(),
            self.log.path.clone(),
            beside(&self.path, "-shm"),
        ] {
            use std::os::unix::fs::PermissionsExt;
            let Ok(metadata) = fs::metadata(&path) else {
                continue;
            };
            let mode = metadata.permissions().mode();
            if mode & 0o077 == 0 {
                continue;
            }
            match fs::set_permissions(&path, fs::Permissions::from_mode(mode & 0o700)) {
                Ok(()) => tracing::info!(
                    file = %path.display(),
                    "others could open this file, which holds keys: they cannot any more"
                ),
                Err(error) => tracing::warn!(
                    file = %path.display(), %error,
                    "others can open this file, which holds keys, and that cannot be changed"
                ),
            }
        }
    }

    /// Whether the file and its log are still the ones that were opened, and complete.
    ///
    /// # Errors
    /// [`Changed`] says what happened to them. The next process may not find what is written after
    /// that.
    pub fn check(&self) -> Result<(), Changed> {
        self.opened.check(&self.path)?;
        if !self.has_magic() {
            return Err(Changed("overwritten"));
        }
        self.check_log()
    }

    /// The same check for the log alone.
    pub fn check_log(&self) -> Result<(), Changed> {
        match self.log.opened.get() {
            Some(opened) => opened.check(&self.log.path),
            None => Ok(()),
        }
    }

    /// From now on the log has to stay as well; it exists once something was written.
    pub fn watch_log(&self) {
        if let Ok(metadata) = fs::metadata(&self.log.path) {
            self.log.opened.get_or_init(|| Named::new(&metadata));
        }
    }

    fn has_magic(&self) -> bool {
        let mut found = [0; MAGIC.len()];
        read_start(&self.file, &mut found).is_ok() && found == *MAGIC
    }
}

impl Drop for DatabaseFile {
    /// Closing alone would leave the lock to a child process that is just being started.
    fn drop(&mut self) {
        #[cfg(target_os = "linux")]
        let locked = &self.file;
        #[cfg(not(target_os = "linux"))]
        let locked = &self.lock;
        let _ = locked.unlock();
    }
}

#[cfg(unix)]
fn read_start(file: &File, buffer: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, 0)
}

#[cfg(not(unix))]
fn read_start(mut file: &File, buffer: &mut [u8]) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(buffer)
}

impl Named {
    fn new(metadata: &Metadata) -> Self {
        Named {
            id: id(metadata),
            length: AtomicU64::new(metadata.len()),
        }
    }

    fn check(&self, path: &Path) -> Result<(), Changed> {
        let now = fs::metadata(path).map_err(|_| Changed("deleted"))?;
        if id(&now) != self.id {
            return Err(Changed("replaced"));
        }
        if now.len() < self.length.fetch_max(now.len(), Ordering::Relaxed) {
            return Err(Changed("truncated"));
        }
        Ok(())
    }
}

/// Device and inode, where the system has them.
fn id(metadata: &Metadata) -> (u64, u64) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (metadata.dev(), metadata.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        (0, 0)
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// SQLite would admit two processes, but each keeps the keys in memory and would not see the
/// other's changes. The lock is on the file itself, whatever its name; Linux keeps this kind of
/// lock apart from SQLite's. The system releases it however the process ends.
fn lock(file: &File, name: &str) -> Result<(), OpenError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(OpenError::new(format!(
            "the database {name} is in use by another emulator; stop it, or give this one another \
             file with --database-url"
        ))),
        Err(TryLockError::Error(error)) => Err(OpenError::new(format!(
            "cannot lock the database {name}: {error}"
        ))),
    }
}

/// Other systems would confuse a lock on the file itself with SQLite's.
#[cfg(not(target_os = "linux"))]
fn lock_beside(path: &Path, name: &str) -> Result<File, OpenError> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .open(beside(path, "-lock"))
        .map_err(|error| OpenError::new(format!("cannot lock the database {name}: {error}")))?;
    lock(&file, name)?;
    Ok(file)
}
