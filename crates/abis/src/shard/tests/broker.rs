//! A real broker, that can be killed and started again.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A broker of its own for each test.
pub struct Broker {
    dir: TempDir,
    pub url: String,
}

impl Broker {
    pub fn start() -> Self {
        let mut broker = Self { dir: TempDir::new().unwrap(), url: String::new() };
        broker.start_again();
        broker
    }

    /// On the same port as before.
    pub fn start_again(&mut self) {
        self.url = self.script(&["start"], &["0"]).trim().to_owned();
    }

    /// Without a word.
    pub fn kill(&self) {
        self.script(&["kill"], &[]);
    }

    fn script(&self, before: &[&str], after: &[&str]) -> String {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scripts/nats-throwaway");
        let place = self.dir.path().join("broker");
        let output = Command::new(script).args(before).arg(place).args(after).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.script(&["stop"], &[]);
    }
}
