//! The time and the randomness of the machine.

use jiff::Timestamp;
use niims_wire::{Clock, Entropy};
use rand::TryRng;
use rand::rngs::SysRng;

/// The machine's clock.
pub fn clock() -> Clock {
    Clock::new(Timestamp::now)
}

/// The operating system's random source.
pub fn entropy() -> Entropy {
    Entropy::new(|bytes| {
        // Without randomness no key and no number may be made: stop at once.
        if SysRng.try_fill_bytes(bytes).is_err() {
            eprintln!("niims: the operating system gives no random bytes");
            std::process::abort();
        }
    })
}

/// 32 random bytes, in the form that the pages take.
pub fn page_entropy() -> niims_web::Entropy {
    let entropy = entropy();
    std::sync::Arc::new(move || {
        let mut bytes = [0; 32];
        rand::Rng::fill_bytes(&mut entropy.rng(), &mut bytes);
        bytes
    })
}
