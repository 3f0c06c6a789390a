//! Folding: the same line with foreign digits as ASCII digits and invisible characters gone.

use rustc_hash::FxHashMap;

/// A folded line and the way back: `origins[i]` is where byte `i` comes from.
pub struct Folded {
    pub data: Vec<u8>,
    pub origins: Vec<(usize, usize)>,
}

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

    #[inline]
    fn may_fold(&self, text: &[u8]) -> bool {
        let head = head(text);
        self.heads[head >> 6] >> (head & 63) & 1 == 1
    }

    /// Folds the line `data[low..high]`, or says `None` when there is nothing to fold.
    ///
    /// Bytes that are not well-formed UTF-8 stand for themselves.
    pub fn fold(&self, data: &[u8], low: usize, high: usize) -> Option<Folded> {
        let mut folded: Option<Folded> = None;
        let mut copied = low;
        let mut at = low;
        while at < high {
            if data[at].is_ascii() {
                at += 1;
                continue;
            }
            let size = sequence(&data[at..high]);
            if size < 2 || !self.may_fold(&data[at..]) {
                at += size;
                continue;
            }
            let end = at + size;
            if let Some(put) = self.table.get(&data[at..end]) {
                let folded = folded.get_or_insert_with(|| Folded {
                    data: Vec::new(),
                    origins: Vec::new(),
                });
                folded.copy(data, copied, at);
                for &byte in put {
                    folded.data.push(byte);
                    folded.origins.push((at, end));
                }
                copied = end;
            }
            at = end;
        }
        if let Some(folded) = &mut folded {
            folded.copy(data, copied, high);
        }
        folded
    }
}

impl Folded {
    fn copy(&mut self, data: &[u8], first: usize, last: usize) {
        self.data.extend_from_slice(&data[first..last]);
        self.origins.extend((first..last).map(|at| (at, at + 1)));
    }
}

fn head(text: &[u8]) -> usize {
    usize::from(text[0]) << 8 | usize::from(text[1])
}

/// The size of the UTF-8 sequence that `text` starts with, 1 when it is none.
#[inline]
fn sequence(text: &[u8]) -> usize {
    let size = match text[0] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0 => 4,
        _ => return 1,
    };
    let well_formed = text.len() >= size && text[1..size].iter().all(|byte| byte & 0xC0 == 0x80);
    if well_formed { size } else { 1 }
}
