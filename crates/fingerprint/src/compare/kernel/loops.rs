//! The loops around each set of instructions' own kernels.

/// Writes the loops around a module's `likeness`, `packed` and `near_mask`, so that these are compiled
/// into them for the same instructions.
macro_rules! loops {
    ($($features:literal)?) => {
        $(#[target_feature(enable = $features)])?
        pub(super) fn likenesses(first: &Bank, second: &Bank, keys: &mut Vec<u32>) {
            for own in first.iter() {
                for block in second.blocks() {
                    if block.may_be_turned_like(own.direction) {
                        let (packed, count) = packed(&own, block);
                        // All eight at once are one store; what does not count is cut off again.
                        let length = keys.len() + count;
                        keys.extend_from_slice(&packed);
                        keys.truncate(length);
                    }
                }
            }
        }

        $(#[target_feature(enable = $features)])?
        pub(super) fn best_likenesses(first: &Bank, second: &Bank, best: &mut Vec<u16>) {
            for own in first.iter() {
                let mut most = 0;
                for block in second.blocks() {
                    if block.may_be_turned_like(own.direction) {
                        most = likeness(&own, block).into_iter().fold(most, u32::max);
                    }
                }
                best.push(most as u16);
            }
        }

        $(#[target_feature(enable = $features)])?
        pub(super) fn near(moved: &[Moved], second: &Field, turned: u8, found: &mut Vec<u16>) {
            for (i, own) in moved.iter().enumerate() {
                for step in 0..second.length.div_ceil(STEP) {
                    let mut mask = near_mask(*own, second, step, turned);
                    while mask != 0 {
                        let j = step * STEP + mask.trailing_zeros() as usize;
                        found.push((i << 8 | j) as u16);
                        mask &= mask - 1;
                    }
                }
            }
        }
    };
}
