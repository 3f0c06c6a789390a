//! Characters that are read as others: foreign digits and look-alike letters as those of ASCII,
//! invisible ones as nothing.

use crate::bytesets::{ALNUM, ByteSet};
use rustc_hash::FxHashMap;

static WORD: ByteSet = ALNUM.or(&ByteSet::of(b"_"));
/// How an escape that ends in a letter or a digit starts, and the size of the digits behind that.
const STARTS: [(&[u8], usize); 4] = [(b"%", 2), (b"\\x", 2), (b"\\u", 4), (b"\\U", 8)];

/// What a character is read as.
pub struct Fold {
    pub put: Box<[u8]>,
    /// Only where a letter, a digit or an underscore of ASCII stands beside it.
    pub beside: bool,
}

pub struct Folds {
    table: FxHashMap<Box<[u8]>, Fold>,
    /// The first two bytes of what folds, one bit for each pair.
    heads: Vec<u64>,
}

impl Folds {
    pub fn new(entries: &[(String, String, bool)]) -> Self {
        let mut heads = vec![0; 1 << 10];
        let mut table = FxHashMap::default();
        for (characters, put, beside) in entries {
            for found in characters.chars() {
                let mut buffer = [0; 4];
                let found = found.encode_utf8(&mut buffer).as_bytes();
                let head = head(found);
                heads[head >> 6] |= 1 << (head & 63);
                let fold = Fold {
                    put: put.as_bytes().into(),
                    beside: *beside,
                };
                table.insert(found.into(), fold);
            }
        }
        Self { table, heads }
    }

    /// What the character `text`, of two bytes at least, is read as, if not as itself.
    #[inline]
    pub fn get(&self, text: &[u8]) -> Option<&Fold> {
        if text.len() < 2 {
            return None;
        }
        let head = head(text);
        if self.heads[head >> 6] >> (head & 63) & 1 == 0 {
            return None;
        }
        self.table.get(text)
    }

    /// The first place from `at` on where a character stands for which its line is read as another.
    ///
    /// Bytes that are not well-formed UTF-8 stand for themselves.
    pub fn next(&self, data: &[u8], mut at: usize) -> Option<usize> {
        loop {
            at += data[at..].iter().position(|byte| !byte.is_ascii())?;
            let size = sequence(&data[at..]);
            let end = at + size;
            if let Some(fold) = self.get(&data[at..end])
                && (!fold.beside || is_beside_ascii(data, (0, data.len()), (at, end)))
            {
                return Some(at);
            }
            at = end;
        }
    }

    /// `text` with each character read as the other, where one of them is a reason to.
    pub fn folded(&self, text: &[u8]) -> Vec<u8> {
        if self.next(text, 0).is_none() {
            return text.to_vec();
        }
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while at < text.len() {
            let character = &text[at..at + sequence(&text[at..])];
            out.extend_from_slice(self.get(character).map_or(character, |fold| &fold.put));
            at += character.len();
        }
        out
    }
}

/// `text` with the bytes that lone surrogates stand for: Python makes one of each byte that could not
/// be decoded (PEP 383).
pub fn restored(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        if let (0xED, [second @ 0xB2..=0xB3, third @ 0x80..=0xBF, behind @ ..]) = (first, tail) {
            out.push(third | ((second & 1) << 6));
            rest = behind;
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    out
}

/// A letter, a digit or an underscore of ASCII stands beside `data[start..end]`.
pub fn is_beside_ascii(
    data: &[u8],
    (low, high): (usize, usize),
    (start, end): (usize, usize),
) -> bool {
    if end < high && WORD.has(data[end]) {
        return true;
    }
    let before = &data[low..start];
    let Some(&last) = before.last() else {
        return false;
    };
    if !WORD.has(last) || before.iter().nth_back(1) == Some(&b'\\') {
        return false;
    }
    // The last digit of an escape is no character beside it.
    !STARTS.iter().any(|&(sign, size)| {
        let Some(at) = before.len().checked_sub(size) else {
            return false;
        };
        before[..at].ends_with(sign) && before[at..].iter().all(u8::is_ascii_hexdigit)
    })
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
