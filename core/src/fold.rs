//! Characters that are read as others: foreign digits as ASCII digits, invisible ones as nothing.

use rustc_hash::FxHashMap;

pub struct Folds {
    table: FxHashMap<Box<[u8]>, Box<[u8]>>,
    /// The first two bytes of what folds, one bit for each pair.
    heads: Vec<u64>,
}

impl Folds {
    pub fn new(entries: &[(Vec<u8>, Vec<u8>)]) -> Self {
        let mut heads = vec![0; 1 << 10];
        let mut table = FxHashMap::default();
        for (found, put) in entries {
            let head = head(found);
            heads[head >> 6] |= 1 << (head & 63);
            table.insert(
                found.clone().into_boxed_slice(),
                put.clone().into_boxed_slice(),
            );
        }
        Self { table, heads }
    }

    /// What the character `text`, of two bytes at least, is read as, if not as itself.
    #[inline]
    pub fn get(&self, text: &[u8]) -> Option<&[u8]> {
        if text.len() < 2 {
            return None;
        }
        let head = head(text);
        if self.heads[head >> 6] >> (head & 63) & 1 == 0 {
            return None;
        }
        self.table.get(text).map(|put| &**put)
    }

    /// The first place from `at` on where a character stands that is read as another.
    ///
    /// Bytes that are not well-formed UTF-8 stand for themselves.
    pub fn next(&self, data: &[u8], mut at: usize) -> Option<usize> {
        loop {
            at += data[at..].iter().position(|byte| !byte.is_ascii())?;
            let size = sequence(&data[at..]);
            if self.get(&data[at..at + size]).is_some() {
                return Some(at);
            }
            at += size;
        }
    }
}

fn head(text: &[u8]) -> usize {
    usize::from(text[0]) << 8 | usize::from(text[1])
}

/// The size of the UTF-8 sequence that `text` starts with, 1 when it is none.
#[inline]
pub fn sequence(text: &[u8]) -> usize {
    let size = match text[0] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0 => 4,
        _ => return 1,
    };
    let well_formed = text.len() >= size && text[1..size].iter().all(|byte| byte & 0xC0 == 0x80);
    if well_formed { size } else { 1 }
}
