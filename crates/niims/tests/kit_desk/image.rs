//! A disk of its own for a laptop: an image file behind a loop device. Where the machine does not
//! let us mount one, a folder takes its place and freed blocks cannot be looked at.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Bytes that are searched at once. Longer than any value, by far.
const PIECE: usize = 8 << 20;

/// The disk of a laptop.
pub enum Disk {
    /// An ext4 image, mounted.
    Image { file: PathBuf, mount: PathBuf },
    /// A folder of the machine's own disk.
    Folder(PathBuf),
}

impl Disk {
    pub fn make(folder: &Path, bytes: u64) -> Self {
        let (file, mount) = (folder.join("disk.img"), folder.join("disk"));
        std::fs::create_dir(&mount).unwrap();
        File::create(&file).unwrap().set_len(bytes).unwrap();
        let made = done(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&file));
        let disk = Self::Image { file, mount: mount.clone() };
        if made && disk.mount_if_allowed() {
            return disk;
        }
        println!("no disk image can be mounted here: only the files of a folder are searched");
        Self::Folder(mount)
    }

    pub fn path(&self) -> &Path {
        match self {
            Self::Image { mount, .. } | Self::Folder(mount) => mount,
        }
    }

    pub fn is_image(&self) -> bool {
        matches!(self, Self::Image { .. })
    }

    pub fn mount_again(&self) {
        assert!(!self.is_image() || self.mount_if_allowed(), "the image does not mount any more");
    }

    /// Mounts the image. The file system writes nothing to it by itself for five minutes: what
    /// is on it is what somebody flushed.
    fn mount_if_allowed(&self) -> bool {
        let Self::Image { file, mount } = self else { return false };
        done(Command::new("mount").args(["-o", "loop,commit=300"]).arg(file).arg(mount))
    }

    /// The power goes: what was not flushed is gone. The image as it is at this moment takes the
    /// place of the one that would be there after an orderly end, and is mounted again. Nobody may
    /// have a file open.
    pub fn cut_power(&self) {
        let Self::Image { file, .. } = self else { panic!("no image can be mounted here") };
        let left = file.with_extension("left");
        assert!(done(Command::new("cp").arg("--sparse=always").arg(file).arg(&left)));
        self.unmount();
        std::fs::rename(&left, file).unwrap();
        self.mount_again();
    }

    /// Pulls the disk out: from now on reading and writing it fails. What was not flushed is gone.
    /// `false` where the kernel does not let us.
    pub fn pull(&self) -> bool {
        let Self::Image { file, mount } = self else { return false };
        let (source, program) = (file.with_extension("c"), file.with_extension("pull"));
        // EXT4_IOC_SHUTDOWN of Linux's ext4.h, without flushing its journal.
        let text = "#include <fcntl.h>\n#include <stdint.h>\n#include <sys/ioctl.h>\n\
                    int main(int n, char **at) { uint32_t how = 2; (void)n; \
                    return ioctl(open(at[1], O_RDONLY), _IOR('X', 125, uint32_t), &how) != 0; }\n";
        std::fs::write(&source, text).unwrap();
        // The compiler is there, for without one nothing is linked.
        assert!(done(Command::new("cc").arg("-o").arg(&program).arg(&source)));
        done(Command::new(&program).arg(mount))
    }

    /// Puts the disk back in. Nobody may have a file open.
    pub fn put_back(&self) {
        self.unmount();
        self.mount_again();
    }

    /// Puts everything on the image, as an orderly end would.
    pub fn flush(&self) {
        assert!(done(Command::new("sync").arg("-f").arg(self.path())));
    }

    /// Everything that was written is on the image, and nobody writes any more.
    pub fn unmount(&self) {
        if let Self::Image { mount, .. } = self {
            assert!(done(Command::new("umount").arg(mount)), "the disk is still in use");
        }
    }

    /// Hands over every byte of the disk, freed blocks and journal among them, in pieces that
    /// overlap by `overlap`; a piece of nothing but zeros is left out. How many bytes there were.
    pub fn each_piece(&self, overlap: usize, mut look: impl FnMut(&[u8])) -> u64 {
        match self {
            Self::Image { file, .. } => each_piece(file, overlap, &mut look),
            Self::Folder(folder) => {
                files(folder).iter().map(|file| each_piece(file, overlap, &mut look)).sum()
            }
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Image { mount, .. } = self {
            done(Command::new("umount").arg("-q").arg("-l").arg(mount));
        }
    }
}

fn each_piece(file: &Path, overlap: usize, look: &mut impl FnMut(&[u8])) -> u64 {
    let mut file = File::open(file).unwrap();
    let (mut piece, mut total) = (Vec::new(), 0);
    loop {
        let kept = piece.len().saturating_sub(overlap);
        piece.drain(..kept);
        let read = file.by_ref().take(PIECE as u64).read_to_end(&mut piece).unwrap();
        total += read as u64;
        if read == 0 {
            return total;
        }
        if piece.iter().any(|byte| *byte != 0) {
            look(&piece);
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn done(command: &mut Command) -> bool {
    command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
