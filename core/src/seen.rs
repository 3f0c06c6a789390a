//! Keys that were looked at before: records of a program have the same few keys again and again.
//!
//! What is kept is a key that holds nothing and names nothing, and whether that is so depends on the
//! kernel alone. Keys are compared by their bytes.

/// Longer keys are not kept.
pub const LONGEST: usize = 32;
const PLACES_BITS: u32 = 7;

/// A key by its bytes: two pieces of it that overlap where it is short, and its size.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Key {
    pieces: [u64; 4],
    kernel: u32,
    size: u32,
}

impl Key {
    /// The key `text` in the kernel of the number `kernel`, if it is neither empty nor too long.
    #[inline]
    pub fn of(text: &[u8], kernel: u32) -> Option<Self> {
        let piece = |at: usize| {
            text[at..]
                .first_chunk()
                .map_or(0, |chunk| u64::from_le_bytes(*chunk))
        };
        let half = |at: usize| {
            text[at..]
                .first_chunk()
                .map_or(0, |chunk| u32::from_le_bytes(*chunk))
        };
        let size = text.len();
        let pieces = match size {
            0 => return None,
            1..4 => [
                u64::from(text[0])
                    | u64::from(text[size / 2]) << 8
                    | u64::from(text[size - 1]) << 16,
                0,
                0,
                0,
            ],
            4..8 => [
                u64::from(half(0)) | u64::from(half(size - 4)) << 32,
                0,
                0,
                0,
            ],
            8..16 => [piece(0), piece(size - 8), 0, 0],
            16..=LONGEST => [piece(0), piece(8), piece(size - 16), piece(size - 8)],
            _ => return None,
        };
        Some(Self {
            pieces,
            kernel,
            size: size as u32,
        })
    }

    #[inline]
    fn place(&self) -> usize {
        let [a, b, c, d] = self.pieces;
        let mixed = a ^ b.rotate_left(21) ^ c.rotate_left(37) ^ d.rotate_left(51);
        let mixed = (mixed ^ u64::from(self.size)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> (64 - PLACES_BITS)) as usize
    }
}

/// The keys that are kept: of those that share a place, the two that came last.
#[derive(Default)]
pub struct Seen(Option<Box<[[Key; 2]; 1 << PLACES_BITS]>>);

impl Seen {
    pub const fn new() -> Self {
        Self(None)
    }

    #[inline]
    pub fn has(&self, key: &Key) -> bool {
        self.0.as_ref().is_some_and(|keys| {
            let [last, before] = &keys[key.place()];
            last == key || before == key
        })
    }

    pub fn keep(&mut self, key: Key) {
        let keys = self
            .0
            .get_or_insert_with(|| Box::new([[Key::default(); 2]; 1 << PLACES_BITS]));
        let own = &mut keys[key.place()];
        *own = [key, own[0]];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_are_the_same_only_when_all_bytes_are() {
        let text: Vec<u8> = (1..=LONGEST as u8).collect();
        for size in 1..=LONGEST {
            let key = Key::of(&text[..size], 1).unwrap();
            assert!(key == Key::of(&text[..size], 1).unwrap());
            assert!(key != Key::of(&text[..size], 2).unwrap());
            for at in 0..size {
                let mut other = text[..size].to_vec();
                other[at] ^= 0x80;
                assert!(key != Key::of(&other, 1).unwrap());
            }
            for other in (1..=LONGEST).filter(|&other| other != size) {
                assert!(key != Key::of(&text[..other], 1).unwrap());
            }
        }
        assert!(Key::of(b"", 1).is_none());
        assert!(Key::of(&[0; LONGEST + 1], 1).is_none());
    }

    #[test]
    fn what_is_kept_is_there_until_another_takes_its_place() {
        let mut seen = Seen::new();
        let key = |number: u32| Key::of(format!("key-{number}").as_bytes(), 1).unwrap();
        assert!(!seen.has(&key(1)));
        assert!(!seen.has(&Key::default()));
        seen.keep(key(1));
        assert!(seen.has(&key(1)));
        for number in 2..2000 {
            seen.keep(key(number));
            assert!(seen.has(&key(number)));
        }
        assert!(!seen.has(&key(1)));
        let first = key(1).place();
        let [second, third] = [0, 1].map(|nth| {
            let mut same = (2..).filter(|&number| key(number).place() == first);
            key(same.nth(nth).unwrap())
        });
        for own in [key(1), second, third] {
            seen.keep(own);
        }
        assert!(!seen.has(&key(1)) && seen.has(&second) && seen.has(&third));
    }
}
