//! Sets of bytes that detectors ask for again and again. All are ASCII.

/// A set of bytes with constant-time membership.
#[derive(Clone)]
pub struct ByteSet([bool; 256]);

impl ByteSet {
    pub const fn of(members: &[u8]) -> Self {
        let mut set = [false; 256];
        let mut at = 0;
        while at < members.len() {
            set[members[at] as usize] = true;
            at += 1;
        }
        Self(set)
    }

    pub const fn or(&self, other: &Self) -> Self {
        let mut set = self.0;
        let mut at = 0;
        while at < 256 {
            set[at] |= other.0[at];
            at += 1;
        }
        Self(set)
    }

    #[inline(always)]
    pub const fn has(&self, byte: u8) -> bool {
        self.0[byte as usize]
    }

    pub fn is_empty(&self) -> bool {
        !self.0.contains(&true)
    }
}

pub static DIGITS: ByteSet = ByteSet::of(b"0123456789");
pub static HEX: ByteSet = ByteSet::of(b"0123456789abcdefABCDEF");
pub static LETTERS: ByteSet = ByteSet::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
pub static ALNUM: ByteSet =
    ByteSet::of(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
pub static SPACES: ByteSet = ByteSet::of(b" \t");
pub static QUOTES: ByteSet = ByteSet::of(b"\"'`");
pub static BACKSLASH: ByteSet = ByteSet::of(b"\\");
/// What a key is made of.
pub static KEY_BYTES: ByteSet = ALNUM.or(&ByteSet::of(b"_.-$@"));

/// The byte at `at`, or a byte that is in no set when `at` is outside.
#[inline(always)]
pub fn byte_at(data: &[u8], at: usize) -> u8 {
    data.get(at).copied().unwrap_or(0)
}

/// Walks back from `at` over bytes of `members`, at most `limit` of them, not before `low`.
#[inline]
pub fn back_over(data: &[u8], low: usize, mut at: usize, members: &ByteSet, limit: usize) -> usize {
    let stop = low.max(at.saturating_sub(limit));
    while at > stop && members.has(data[at - 1]) {
        at -= 1;
    }
    at
}

/// `data[from..]` within `high` starts with `text`.
#[inline]
pub fn starts_with(data: &[u8], from: usize, high: usize, text: &[u8]) -> bool {
    from <= high && data[from..high].starts_with(text)
}

/// The bytes of `value` without those of `members` at both ends.
pub fn strip<'a>(mut value: &'a [u8], members: &[u8]) -> &'a [u8] {
    while let [first, rest @ ..] = value {
        if !members.contains(first) {
            break;
        }
        value = rest;
    }
    while let [rest @ .., last] = value {
        if !members.contains(last) {
            break;
        }
        value = rest;
    }
    value
}
