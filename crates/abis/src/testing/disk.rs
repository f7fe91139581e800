//! A disk in memory that stops the world at a chosen write and knows what would have survived.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::gallery::{Appender, Files, ReadAt};

/// What a stop leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Survival {
    /// The process was killed: all that was written is there.
    Everything,
    /// The power went: only what was synchronised is there.
    Synchronised,
    /// The power went: names that were synchronised, and half of the bytes that were not.
    Torn,
}

/// The disk. Clones are the same disk.
#[derive(Clone, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

#[derive(Default, Clone)]
struct State {
    files: BTreeMap<u64, Bytes>,
    names: BTreeMap<String, u64>,
    lasting_names: BTreeMap<String, u64>,
    next: u64,
    writes: usize,
    /// The write at which everything stops.
    stop_at: Option<usize>,
    stopped: bool,
}

#[derive(Default, Clone)]
struct Bytes {
    all: Vec<u8>,
    lasting: usize,
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Stops at this write, counted from the first.
    pub(crate) fn stop_at(&self, write: usize) {
        self.state().stop_at = Some(write);
    }

    /// Writes so far.
    pub(crate) fn writes(&self) -> usize {
        self.state().writes
    }

    /// The disk as it is found afterwards.
    pub(crate) fn after(&self, survival: Survival) -> Self {
        let state = self.state();
        let all = survival == Survival::Everything;
        let names = if all { state.names.clone() } else { state.lasting_names.clone() };
        let mut files = BTreeMap::new();
        for (number, bytes) in &state.files {
            let length = match survival {
                Survival::Everything => bytes.all.len(),
                Survival::Synchronised => bytes.lasting,
                Survival::Torn => usize::midpoint(bytes.lasting, bytes.all.len()),
            };
            files.insert(*number, Bytes { all: bytes.all[..length].to_vec(), lasting: length });
        }
        let next = state.next;
        let lasting_names = names.clone();
        let found = State { files, names, lasting_names, next, ..State::default() };
        Self(Arc::new(Mutex::new(found)))
    }

    /// Name and length of each file.
    pub(crate) fn listing(&self) -> Vec<(String, usize)> {
        let state = self.state();
        state.names.iter().map(|(name, n)| (name.clone(), state.files[n].all.len())).collect()
    }

    /// Alters one byte of a file.
    pub(crate) fn flip(&self, name: &str, at: usize) {
        let state = &mut *self.state();
        let number = state.names[name];
        if let Some(byte) = state.files.get_mut(&number).and_then(|file| file.all.get_mut(at)) {
            *byte ^= 0x40;
        }
    }
}

impl State {
    /// Counts a write, or stops.
    fn write(&mut self) -> io::Result<()> {
        self.read()?;
        if self.stop_at == Some(self.writes) {
            self.stopped = true;
            return Err(io::Error::other("stopped"));
        }
        self.writes += 1;
        Ok(())
    }

    fn read(&self) -> io::Result<()> {
        if self.stopped { Err(io::Error::other("stopped")) } else { Ok(()) }
    }

    fn number(&self, name: &str) -> io::Result<u64> {
        self.names.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

struct Open {
    disk: Disk,
    number: u64,
}

impl Files for Disk {
    fn create(&self, name: &str) -> io::Result<Box<dyn Appender>> {
        let mut state = self.state();
        state.write()?;
        let number = state.next;
        state.next += 1;
        state.files.insert(number, Bytes::default());
        state.names.insert(name.to_owned(), number);
        Ok(Box::new(Open { disk: self.clone(), number }))
    }

    fn append(&self, name: &str, length: u64) -> io::Result<Box<dyn Appender>> {
        let mut state = self.state();
        let number = state.number(name)?;
        if state.files[&number].all.len() as u64 != length {
            state.write()?;
        }
        if let Some(file) = state.files.get_mut(&number) {
            file.all.truncate(length as usize);
            file.lasting = file.lasting.min(length as usize);
        }
        Ok(Box::new(Open { disk: self.clone(), number }))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn ReadAt>> {
        let state = self.state();
        state.read()?;
        Ok(Arc::new(Open { disk: self.clone(), number: state.number(name)? }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        state.write()?;
        let number = state.number(from)?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), number);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        state.write()?;
        state.number(name)?;
        state.names.remove(name);
        Ok(())
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let state = self.state();
        state.read()?;
        Ok(state.names.keys().cloned().collect())
    }

    fn sync_names(&self) -> io::Result<()> {
        let mut state = self.state();
        state.write()?;
        state.lasting_names = state.names.clone();
        Ok(())
    }
}

impl Appender for Open {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.state();
        let counted = state.write();
        // A write that is stopped has got half-way.
        let written = if counted.is_ok() { bytes.len() } else { bytes.len() / 2 };
        if let Some(file) = state.files.get_mut(&self.number) {
            file.all.extend_from_slice(&bytes[..written]);
        }
        counted
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.state();
        state.write()?;
        if let Some(file) = state.files.get_mut(&self.number) {
            file.lasting = file.all.len();
        }
        Ok(())
    }
}

impl ReadAt for Open {
    fn length(&self) -> io::Result<u64> {
        let state = self.disk.state();
        state.read()?;
        Ok(state.files[&self.number].all.len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        let state = self.disk.state();
        state.read()?;
        let all = &state.files[&self.number].all;
        let end = offset as usize + bytes.len();
        let found = all.get(offset as usize..end);
        bytes.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}
