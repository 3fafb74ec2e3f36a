//! A file system under SQLite whose writes, syncs, truncations and openings fail on request, at the
//! n-th of them. Everything else goes to the usual one.

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::size_of;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::{Arc, LazyLock, Mutex, Once};

use libsqlite3_sys::{
    SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_TRUNCATE,
    SQLITE_IOERR_WRITE, SQLITE_OK, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs,
    sqlite3_vfs_find, sqlite3_vfs_register,
};

/// The name to give as `vfs` in a database URL.
pub const NAME: &str = "faulty";

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The disk is full: nothing is written.
    Full,
    /// An error of the device: half of it is written.
    Device,
    /// An error that is told although all of it was written.
    Told,
}

/// Until when calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    Once,
    UntilLifted,
}

#[derive(Debug, Clone, Copy)]
struct Armed {
    failure: Failure,
    lasting: Lasting,
    /// Calls that still go well.
    left: u32,
    fired: bool,
}

/// What fails below one folder.
#[derive(Debug, Default)]
pub struct Control(Mutex<Option<Armed>>);

static CONTROLS: LazyLock<Mutex<HashMap<PathBuf, Arc<Control>>>> = LazyLock::new(Mutex::default);

impl Control {
    /// The control over the files of a folder.
    pub fn over(folder: &Path) -> Arc<Self> {
        register();
        let folder = folder.canonicalize().expect("a folder");
        let mut controls = CONTROLS.lock().expect("no panic here");
        Arc::clone(controls.entry(folder).or_default())
    }

    /// From now on, the n-th call fails.
    pub fn arm(&self, n: u32, failure: Failure, lasting: Lasting) {
        *self.0.lock().expect("no panic here") = Some(Armed {
            failure,
            lasting,
            left: n - 1,
            fired: false,
        });
    }

    /// Whether a call has failed since it was armed.
    pub fn has_fired(&self) -> bool {
        let armed = self.0.lock().expect("no panic here");
        armed.is_some_and(|armed| armed.fired)
    }

    /// Ends all failing; returns whether a call has failed.
    pub fn lift(&self) -> bool {
        let armed = self.0.lock().expect("no panic here").take();
        armed.is_some_and(|armed| armed.fired)
    }

    /// Counts a call; how it is to fail, if it is.
    fn call(&self) -> Option<Failure> {
        let mut armed = self.0.lock().expect("no panic here");
        let armed = armed.as_mut()?;
        if armed.left > 0 {
            armed.left -= 1;
            return None;
        }
        if armed.fired && armed.lasting == Lasting::Once {
            return None;
        }
        armed.fired = true;
        Some(armed.failure)
    }
}

/// A file: SQLite's part, ours, and right behind it in memory the real file.
#[repr(C)]
struct File {
    base: sqlite3_file,
    control: *const Control,
}

unsafe fn real(file: *mut sqlite3_file) -> *mut sqlite3_file {
    unsafe { file.cast::<u8>().add(size_of::<File>()).cast() }
}

unsafe fn methods<'m>(file: *mut sqlite3_file) -> &'m sqlite3_io_methods {
    unsafe { &*(*real(file)).pMethods }
}

unsafe fn failure(file: *mut sqlite3_file) -> Option<Failure> {
    unsafe { (*file.cast::<File>()).control.as_ref() }.and_then(Control::call)
}

fn usual() -> *mut sqlite3_vfs {
    static USUAL: LazyLock<usize> =
        LazyLock::new(|| unsafe { sqlite3_vfs_find(c"unix".as_ptr()) } as usize);
    *USUAL as *mut sqlite3_vfs
}

fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| unsafe {
        let mut vfs = ptr::read(usual());
        vfs.zName = c"faulty".as_ptr();
        vfs.szOsFile += size_of::<File>() as c_int;
        vfs.pNext = ptr::null_mut();
        vfs.xOpen = Some(open);
        // It lives as long as the process.
        let code = sqlite3_vfs_register(Box::leak(Box::new(vfs)), 0);
        assert_eq!(code, SQLITE_OK);
    });
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    unsafe {
        (*file).pMethods = ptr::null();
        let control = control_over(name);
        (*file.cast::<File>()).control = control;
        if control.as_ref().and_then(Control::call).is_some() {
            return SQLITE_CANTOPEN;
        }
        let open = (*usual()).xOpen.expect("a way to open");
        let code = open(usual(), name, real(file), flags, out);
        if !(*real(file)).pMethods.is_null() {
            (*file).pMethods = &METHODS;
        }
        code
    }
}

/// The control over a file. It is never freed, as SQLite keeps the address.
unsafe fn control_over(name: *const c_char) -> *const Control {
    if name.is_null() {
        return ptr::null();
    }
    let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
    let folder = Path::new(name.as_ref()).parent();
    let controls = CONTROLS.lock().expect("no panic here");
    let control = folder.and_then(|folder| controls.get(folder));
    control.map_or(ptr::null(), |control| Arc::into_raw(Arc::clone(control)))
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    data: *const c_void,
    length: c_int,
    offset: sqlite3_int64,
) -> c_int {
    unsafe {
        let write = methods(file).xWrite.expect("a way to write");
        let (written, code) = match failure(file) {
            None => return write(real(file), data, length, offset),
            Some(Failure::Full) => (0, SQLITE_FULL),
            Some(Failure::Device) => (length / 2, SQLITE_IOERR_WRITE),
            Some(Failure::Told) => (length, SQLITE_IOERR_WRITE),
        };
        if written > 0 {
            write(real(file), data, written, offset);
        }
        code
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: sqlite3_int64) -> c_int {
    unsafe {
        match failure(file) {
            None => methods(file).xTruncate.expect("a way to truncate")(real(file), length),
            Some(_) => SQLITE_IOERR_TRUNCATE,
        }
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    unsafe {
        match failure(file) {
            None => methods(file).xSync.expect("a way to sync")(real(file), flags),
            Some(_) => SQLITE_IOERR_FSYNC,
        }
    }
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    unsafe {
        if extend != 0 && failure(file).is_some() {
            return SQLITE_IOERR_SHMSIZE;
        }
        methods(file).xShmMap.expect("a way to map")(real(file), page, size, extend, out)
    }
}

/// Methods that hand everything on.
macro_rules! passing {
    ($($name:ident $method:ident ($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        $(
            unsafe extern "C" fn $name(file: *mut sqlite3_file, $($argument: $type),*) $(-> $result)? {
                unsafe { methods(file).$method.expect("a method")(real(file), $($argument),*) }
            }
        )*
    };
}

passing! {
    close xClose() -> c_int;
    read xRead(data: *mut c_void, length: c_int, offset: sqlite3_int64) -> c_int;
    size xFileSize(out: *mut sqlite3_int64) -> c_int;
    lock xLock(level: c_int) -> c_int;
    unlock xUnlock(level: c_int) -> c_int;
    reserved xCheckReservedLock(out: *mut c_int) -> c_int;
    file_control xFileControl(operation: c_int, argument: *mut c_void) -> c_int;
    sector xSectorSize() -> c_int;
    characteristics xDeviceCharacteristics() -> c_int;
    shm_lock xShmLock(offset: c_int, count: c_int, flags: c_int) -> c_int;
    shm_barrier xShmBarrier();
    shm_unmap xShmUnmap(delete: c_int) -> c_int;
    fetch xFetch(offset: sqlite3_int64, length: c_int, out: *mut *mut c_void) -> c_int;
    unfetch xUnfetch(offset: sqlite3_int64, page: *mut c_void) -> c_int;
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(reserved),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};
