//! Killed at every write.

use super::*;
use crate::gallery::GalleryError;
use crate::testing::Survival;

/// A life of a gallery: every operation that writes, several of them with people who go.
fn live(disk: &Disk, truth: &Truth, acknowledged: &mut u64) -> Result<(), GalleryError> {
    let gallery = open_with(disk, truth, settings(), at(0))?;
    let mut catch_up = |now: i64| {
        gallery.catch_up(truth, u64::MAX, at(now))?;
        *acknowledged = gallery.position();
        Ok::<(), GalleryError>(())
    };
    (0..6).for_each(|person| truth.insert(person, finger(person, 0)));
    catch_up(1)?;
    truth.remove(2);
    truth.insert(3, finger(3, 1));
    (6..9).for_each(|person| truth.insert(person, finger(person, 0)));
    catch_up(2)?;
    truth.insert(9, finger(9, 0));
    truth.insert(10, finger(10, 0));
    catch_up(3)?;
    truth.remove(10);
    truth.insert(10, finger(10, 3));
    catch_up(4)?;
    gallery.maintain(truth, at(30))?;
    truth.remove(0);
    truth.insert(11, finger(11, 0));
    catch_up(31)?;
    gallery.maintain(truth, at(60))?;
    truth.insert(12, finger(12, 0));
    catch_up(61)?;
    gallery.flush()?;
    gallery.maintain(truth, at(62))?;
    Ok(())
}

#[test]
fn killed_at_any_write_it_opens_with_what_was_acknowledged_and_catches_up() {
    let disk = Disk::default();
    live(&disk, &Truth::default(), &mut 0).unwrap();
    let writes = disk.writes();
    assert!(writes > 80, "{writes}");
    for stop in 0..writes {
        let (disk, truth, mut acknowledged) = (Disk::default(), Truth::default(), 0);
        disk.stop_at(stop);
        assert!(live(&disk, &truth, &mut acknowledged).is_err());
        for survival in [Survival::Everything, Survival::Synchronised, Survival::Torn] {
            let about = format!("stopped at write {stop}, {survival:?} survives");
            let found = disk.after(survival);
            // The truth may not be within reach just then: what is there opens without it.
            truth.fail(true);
            let gallery = open(&found, &truth).unwrap();
            let position = gallery.position();
            assert!(position >= acknowledged, "{about}: {position} of {acknowledged}");
            check_state(&gallery, &truth, &truth.given_up_to(position), &about);
            truth.fail(false);
            gallery.catch_up(&truth, u64::MAX, at(100)).unwrap();
            check_state(&gallery, &truth, &truth.enrolled(), &about);
            drop(gallery);
            let again = open(&found, &truth).unwrap();
            check_state(&again, &truth, &truth.enrolled(), &about);
        }
    }
}

/// The check above can fail: a gallery that acknowledges before it synchronises is caught.
#[test]
fn an_acknowledgement_before_the_disk_would_be_seen() {
    let (disk, truth) = (Disk::default(), Truth::default());
    let gallery = open(&disk, &truth).unwrap();
    truth.insert(0, finger(0, 0));
    let before = disk.after(Survival::Synchronised);
    gallery.catch_up(&truth, u64::MAX, at(1)).unwrap();
    assert_eq!(open(&before, &truth).unwrap().position(), 0);
    assert_eq!(open(&disk.after(Survival::Synchronised), &truth).unwrap().position(), 1);
}
