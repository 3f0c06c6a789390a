//! Keys: finding the key of a value by walking back, and splitting it into words.

use crate::bytesets::{ByteSet, KEY_BYTES, QUOTES, SPACES, back_over};

/// Longest key that is looked at, in bytes.
pub const KEY_LIMIT: usize = 64;

static OPENERS: ByteSet = QUOTES.or(&ByteSet::of(b"\\[({"));
static CLOSERS: ByteSet = QUOTES.or(&ByteSet::of(b"\\]"));
static SIGNS: ByteSet = ByteSet::of(b"=:>");
const CAPACITY: usize = 160;

/// The lower-case words of a key, written one after the other.
pub struct Words {
    text: [u8; CAPACITY],
    starts: [u8; CAPACITY],
    count: usize,
    end: usize,
}

/// The words of `key`: `[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+`; digits stay with the letters
/// before them.
pub fn split_words(key: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < key.len() && !key[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let start = at;
        let small = |at: usize| key.get(at).is_some_and(u8::is_ascii_lowercase);
        while at < key.len() && key[at].is_ascii_uppercase() {
            at += 1;
        }
        if small(at) {
            // The last capital of a run belongs to the small letters behind it.
            if at > start + 1 {
                at -= 1;
                return Some(&key[start..at]);
            }
            while small(at) {
                at += 1;
            }
        }
        while at < key.len() && key[at].is_ascii_digit() {
            at += 1;
        }
        (at > start).then(|| &key[start..at])
    })
}

impl Words {
    pub fn new() -> Self {
        Self {
            text: [0; CAPACITY],
            starts: [0; CAPACITY],
            count: 0,
            end: 0,
        }
    }

    pub fn of(key: &[u8]) -> Self {
        let mut words = Self::new();
        words.push(key);
        words
    }

    /// Adds the words of `piece`.
    pub fn push(&mut self, piece: &[u8]) {
        for word in split_words(piece) {
            let end = self.end + word.len();
            if end > CAPACITY {
                return;
            }
            self.starts[self.count] = self.end as u8;
            self.count += 1;
            let text = &mut self.text[self.end..end];
            text.copy_from_slice(word);
            text.make_ascii_lowercase();
            self.end = end;
        }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// The last `count` words, joined.
    pub fn joined(&self, count: usize) -> &[u8] {
        let start = self.starts[self.count - count] as usize;
        &self.text[start.min(self.end)..self.end]
    }

    pub fn last(&self) -> &[u8] {
        self.joined(1)
    }

    pub fn pop(&mut self) {
        self.count -= 1;
        self.end = self.starts[self.count] as usize;
    }

    /// Cuts the digits off the last word.
    pub fn strip_digits(&mut self) {
        let start = self.starts[self.count - 1] as usize;
        while self.end > start && self.text[self.end - 1].is_ascii_digit() {
            self.end -= 1;
        }
    }
}

/// The key, path segment or word that names the bare number starting at `at`.
///
/// Understands `key=1`, `"key": 1`, `key => 1`, `/key/1` and `key 1`.
pub fn key_before(data: &[u8], low: usize, at: usize) -> &[u8] {
    let mut end = back_over(data, low, at, &OPENERS, 8);
    let spaced = back_over(data, low, end, &SPACES, 3);
    if spaced > low && SIGNS.has(data[spaced - 1]) {
        end = back_over(data, low, spaced, &SIGNS, 2);
        end = back_over(data, low, end, &SPACES, 3);
        end = back_over(data, low, end, &CLOSERS, 8);
    } else if spaced < end {
        end = spaced;
    } else if end > low && data[end - 1] == b'/' {
        end -= 1;
    } else {
        return &[];
    }
    &data[back_over(data, low, end, &KEY_BYTES, KEY_LIMIT)..end]
}

/// The runs of letters in `window`.
pub fn letter_runs(window: &[u8]) -> impl Iterator<Item = &[u8]> {
    window
        .split(|byte| !byte.is_ascii_alphabetic())
        .filter(|run| !run.is_empty())
}
