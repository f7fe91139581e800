//! Short lists and sets in place, so that a comparison takes no memory while it runs.

use std::ops::Deref;

/// At most `N` items.
#[derive(Clone, Copy)]
pub(crate) struct List<T, const N: usize> {
    items: [T; N],
    length: usize,
}

impl<T: Copy + Default, const N: usize> Default for List<T, N> {
    fn default() -> Self {
        Self { items: [T::default(); N], length: 0 }
    }
}

impl<T: Copy, const N: usize> List<T, N> {
    /// Adds an item; a full list drops it.
    pub(crate) fn push(&mut self, item: T) {
        if let Some(place) = self.items.get_mut(self.length) {
            *place = item;
            self.length += 1;
        }
    }
}

impl<T, const N: usize> Deref for List<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items[..self.length]
    }
}

/// Which of up to 256 minutiae were taken already.
#[derive(Default)]
pub(crate) struct Taken([u64; 4]);

impl Taken {
    /// Whether a minutia was taken.
    pub(crate) fn holds(&self, minutia: u8) -> bool {
        self.0[usize::from(minutia >> 6)] >> (minutia & 63) & 1 == 1
    }

    /// Takes a minutia.
    pub(crate) fn insert(&mut self, minutia: u8) {
        self.0[usize::from(minutia >> 6)] |= 1 << (minutia & 63);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_what_fits() {
        let mut list = List::<u8, 3>::default();
        for item in 1..=4 {
            list.push(item);
        }
        assert_eq!(*list, [1, 2, 3]);
    }

    #[test]
    fn only_what_was_inserted_is_held() {
        let mut taken = Taken::default();
        for minutia in [0, 63, 64, 255] {
            assert!(!taken.holds(minutia));
            taken.insert(minutia);
        }
        assert_eq!((0..=255).filter(|m| taken.holds(*m)).count(), 4);
    }
}
