//! The words of a text, whatever it is written in: plain, in a string of JSON or in a repr.

use super::hashing::Hasher;
use crate::bytesets::{ALNUM, byte_at};
use rustc_hash::FxHashMap;

/// Kinds of characters, as Python has them: all other numbers end a word.
const NOTHING: u8 = 1;
const WORD: u8 = 2;
const CHARACTER: u8 = 3;

/// What each character is, and what it is folded to where that is not itself.
pub struct Characters {
    pub kinds: Box<[u8]>,
    pub folded: FxHashMap<u32, Box<[u8]>>,
}

/// A word: the hash of what it is folded to, and its bounds in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub hash: u64,
    pub start: usize,
    pub end: usize,
    /// It is a character of a script without spaces.
    pub character: bool,
}

/// A word that goes on.
struct Word<'a> {
    hasher: &'a Hasher,
    hash: u64,
    chunk: u64,
    fill: u32,
    start: usize,
    end: usize,
    open: bool,
}

impl Word<'_> {
    #[inline(always)]
    fn push(&mut self, byte: u8) {
        self.chunk |= u64::from(byte) << (8 * self.fill);
        self.fill += 1;
        if self.fill == 8 {
            self.hash = self.hasher.step(self.hash, self.chunk);
            (self.chunk, self.fill) = (0, 0);
        }
    }

    fn extend(&mut self, folded: &[u8], start: usize, end: usize) {
        if !self.open {
            (self.open, self.start) = (true, start);
        }
        self.end = end;
        for &byte in folded {
            self.push(byte);
        }
    }

    #[inline(always)]
    fn close(&mut self, character: bool, tokens: &mut Vec<Token>) {
        if !self.open {
            return;
        }
        if self.fill > 0 {
            self.hash = self.hasher.step(self.hash, self.chunk);
        }
        tokens.push(Token {
            hash: self.hash,
            start: self.start,
            end: self.end,
            character,
        });
        (self.hash, self.chunk, self.fill, self.open) = (0, 0, 0, false);
    }
}

/// Adds the words of `data[low..high]`.
pub fn tokens_of(
    characters: &Characters,
    hasher: &Hasher,
    data: &[u8],
    low: usize,
    high: usize,
    tokens: &mut Vec<Token>,
) {
    let data = &data[..high];
    let mut word = Word {
        hasher,
        hash: 0,
        chunk: 0,
        fill: 0,
        start: 0,
        end: 0,
        open: false,
    };
    let mut at = low;
    while at < high {
        let byte = data[at];
        if ALNUM.has(byte) {
            if !word.open {
                (word.open, word.start) = (true, at);
            }
            while at < high && ALNUM.has(data[at]) {
                word.push(data[at] | 0x20);
                at += 1;
            }
            word.end = at;
            continue;
        }
        let first = at;
        let point;
        if byte >= 0x80 {
            (point, at) = character(data, at);
        } else if byte == b'\\' {
            (point, at) = escape(data, at);
        } else {
            word.close(false, tokens);
            at += 1;
            continue;
        }
        let kind = characters.kinds.get(point as usize).copied().unwrap_or(0);
        if kind == NOTHING {
            continue;
        }
        if kind != WORD {
            word.close(false, tokens);
        }
        if kind == WORD || kind == CHARACTER {
            let mut buffer = [0; 4];
            let own = char::from_u32(point).map(|own| own.encode_utf8(&mut buffer).as_bytes());
            let folded = characters.folded.get(&point).map(|folded| &**folded);
            word.extend(folded.or(own).unwrap_or_default(), first, at);
            if kind == CHARACTER {
                word.close(true, tokens);
            }
        }
    }
    word.close(false, tokens);
}

/// The size of the UTF-8 sequence that `lead` starts, 1 where it starts none.
fn size(lead: u8) -> usize {
    match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    }
}

fn decoded(sequence: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(sequence).ok()?;
    let mut chars = text.chars();
    let point = u32::from(chars.next()?);
    chars.next().is_none().then_some(point)
}

/// The character at `at` and its end; a byte that starts none ends words.
fn character(data: &[u8], at: usize) -> (u32, usize) {
    if let &[0xC2..=0xDF, second @ 0x80..=0xBF, ..] = &data[at..] {
        return (
            u32::from(data[at] & 0x1F) << 6 | u32::from(second & 0x3F),
            at + 2,
        );
    }
    let end = (at + size(data[at])).min(data.len());
    decoded(&data[at..end]).map_or((0, at + 1), |point| (point, end))
}

fn run_end(data: &[u8], mut at: usize) -> usize {
    while byte_at(data, at) == b'\\' {
        at += 1;
    }
    at
}

fn number(data: &[u8], at: usize, digits: usize) -> Option<u32> {
    data.get(at..at + digits)?
        .iter()
        .try_fold(0u32, |value, &byte| {
            Some(value << 4 | char::from(byte).to_digit(16)?)
        })
}

/// The character that the backslashes at `at` escape, and the end of that; 0 for what ends words.
fn escape(data: &[u8], at: usize) -> (u32, usize) {
    let behind = run_end(data, at);
    match byte_at(data, behind) {
        b'n' | b'r' | b't' | b'f' | b'b' | b'v' => (0, behind + 1),
        b'u' => match number(data, behind + 1, 4) {
            None => (0, behind),
            Some(high @ 0xD800..0xDC00) => {
                let other = run_end(data, behind + 5);
                let low = (other > behind + 5 && byte_at(data, other) == b'u')
                    .then(|| number(data, other + 1, 4))
                    .flatten();
                match low {
                    Some(low @ 0xDC00..0xE000) => {
                        (0x10000 + ((high - 0xD800) << 10) + low - 0xDC00, other + 5)
                    }
                    _ => (high, behind + 5),
                }
            }
            Some(point) => (point, behind + 5),
        },
        b'U' => number(data, behind + 1, 8).map_or((0, behind), |point| (point, behind + 9)),
        b'x' => match number(data, behind + 1, 2) {
            None => (0, behind),
            Some(byte) => escaped_bytes(data, byte as u8, behind + 3),
        },
        _ => (0, behind),
    }
}

/// A character whose first byte was an escape; alone it is a character of Latin-1.
fn escaped_bytes(data: &[u8], byte: u8, at: usize) -> (u32, usize) {
    let alone = (u32::from(byte), at);
    if byte < 0x80 {
        return alone;
    }
    let mut sequence = [byte, 0, 0, 0];
    let size = size(byte);
    let mut end = at;
    for place in &mut sequence[1..size] {
        let behind = run_end(data, end);
        let more = (behind > end && byte_at(data, behind) == b'x')
            .then(|| number(data, behind + 1, 2))
            .flatten();
        match more {
            Some(more @ 0x80..) => *place = more as u8,
            _ => return alone,
        }
        end = behind + 3;
    }
    decoded(&sequence[..size]).map_or(alone, |point| (point, end))
}
