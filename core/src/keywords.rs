//! Keywords: which rules may match where a token starts.

use crate::bytesets::ALNUM;
use crate::classify::{BLOCK, Window};

#[derive(Clone)]
struct Keyword {
    text: Box<[u8]>,
    /// The first four bytes, of which `mask` count.
    head: u32,
    mask: u32,
    ignore_case: bool,
    pattern: u32,
}

/// All keywords, behind a filter on their first three bytes.
pub struct Keywords {
    keywords: Vec<Keyword>,
    /// The keywords of a filter place are `keywords[first..last]`.
    places: Vec<(u16, u16)>,
    filter: Box<[u64; FILTER]>,
    /// For the last bits of a filter place: the last six bits of fourth bytes.
    fourths: Box<[u64; FOURTHS]>,
    /// Keywords of one or two bytes.
    short: Vec<Keyword>,
    /// Classes of first and of second bytes of short keywords; one in common lets a pair pass.
    firsts: Box<[u8; 256]>,
    seconds: Box<[u8; 256]>,
}

const PLACE_BITS: u32 = 14;
const FILTER: usize = 1 << (PLACE_BITS - 6);
const FOURTHS: usize = 1 << 8;

#[inline(always)]
fn place(a: u8, b: u8, c: u8) -> usize {
    let text = u32::from(a) | u32::from(b) << 8 | u32::from(c) << 16;
    (text.wrapping_mul(0x9E37_79B1) >> (32 - PLACE_BITS)) as usize
}

impl Keywords {
    /// Takes `(keyword, ignore case, pattern)`; a keyword is in lower case when case is ignored.
    pub fn new(entries: impl Iterator<Item = (String, bool, u32)>) -> Self {
        let mut placed: Vec<(u32, Keyword)> = Vec::new();
        let mut table = Self {
            filter: Box::new([0; FILTER]),
            fourths: Box::new([0; FOURTHS]),
            firsts: Box::new([0; 256]),
            seconds: Box::new([0; 256]),
            keywords: Vec::new(),
            places: vec![(0, 0); 1 << PLACE_BITS],
            short: Vec::new(),
        };
        for (text, ignore_case, pattern) in entries {
            let text = text.into_bytes().into_boxed_slice();
            let (head, mask) = head(&text, ignore_case);
            let keyword = Keyword {
                text,
                head,
                mask,
                ignore_case,
                pattern,
            };
            if keyword.text.len() < 3 {
                table.add_short(keyword);
                continue;
            }
            let mut places = spellings(&keyword).map(|[a, b, c]| place(a, b, c)).to_vec();
            places.sort_unstable();
            places.dedup();
            for place in places {
                table.filter[place >> 6] |= 1 << (place & 63);
                table.fourths[place & (FOURTHS - 1)] |= fourths(&keyword);
                placed.push((place as u32, keyword.clone()));
            }
        }
        placed.sort_by_key(|(place, keyword)| (*place, keyword.pattern));
        for (place, keyword) in placed {
            let at = table.keywords.len() as u16;
            let entry = &mut table.places[place as usize];
            if entry.1 == 0 {
                entry.0 = at;
            }
            entry.1 = at + 1;
            table.keywords.push(keyword);
        }
        table
    }

    fn add_short(&mut self, keyword: Keyword) {
        // Keywords with the same first byte share a class, so that few pairs pass by chance.
        let first = keyword.text[0];
        let mut firsts: Vec<u8> = Vec::new();
        for short in &self.short {
            if !firsts.contains(&short.text[0]) {
                firsts.push(short.text[0]);
            }
        }
        let known = firsts.iter().position(|&byte| byte == first);
        let class = 1 << (known.unwrap_or(firsts.len()) % 8);
        for [a, b, _] in spellings(&keyword) {
            self.firsts[a as usize] |= class;
            match keyword.text.len() {
                1 => self
                    .seconds
                    .iter_mut()
                    .for_each(|classes| *classes |= class),
                _ => self.seconds[b as usize] |= class,
            }
        }
        self.short.push(keyword);
    }

    /// The first bytes of keywords that do not start with a letter or digit.
    pub fn triggers(&self) -> Vec<u8> {
        let all = self.keywords.iter().chain(&self.short);
        all.map(|keyword| keyword.text[0])
            .filter(|&byte| !ALNUM.has(byte))
            .collect()
    }

    /// The patterns with a keyword that can be found in a number.
    pub fn in_numbers(&self) -> impl Iterator<Item = u32> {
        let all = self.keywords.iter().chain(&self.short);
        all.filter(|keyword| {
            let number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'-');
            keyword.text.iter().all(number)
        })
        .map(|keyword| keyword.pattern)
    }

    /// A keyword may start at `at`, which is inside the block that `window` starts with.
    #[inline(always)]
    pub fn may_start(&self, window: &Window, at: usize) -> bool {
        let at = at % BLOCK;
        let [a, b, c, d] = [window[at], window[at + 1], window[at + 2], window[at + 3]];
        let place = place(a, b, c);
        (self.filter[place >> 6] >> (place & 63) & 1 == 1
            && self.fourths[place & (FOURTHS - 1)] >> (d & 63) & 1 == 1)
            || self.short_may_start(a, b)
    }

    #[inline(always)]
    fn short_may_start(&self, a: u8, b: u8) -> bool {
        self.firsts[a as usize] & self.seconds[b as usize] != 0
    }

    /// Reports the patterns whose keyword starts at `at`, with the keyword's end.
    #[inline]
    pub fn at(&self, data: &[u8], at: usize, mut found: impl FnMut(u32, usize)) {
        let rest = &data[at..];
        let start = match *rest {
            [a, b, c, d, ..] => [a, b, c, d],
            [a, b, c] => [a, b, c, 0],
            [a, b] => [a, b, 0, 0],
            [a] => [a, 0, 0, 0],
            [] => return,
        };
        let [a, b, c, _] = start;
        let start = u32::from_le_bytes(start);
        let mut visit = |keyword: &Keyword| {
            let same = start & keyword.mask == keyword.head
                && rest.get(..keyword.text.len()).is_some_and(|text| {
                    if keyword.ignore_case {
                        text.eq_ignore_ascii_case(&keyword.text)
                    } else {
                        *text == *keyword.text
                    }
                });
            if same {
                found(keyword.pattern, at + keyword.text.len());
            }
        };
        let (first, last) = self.places[place(a, b, c)];
        for keyword in &self.keywords[first as usize..last as usize] {
            visit(keyword);
        }
        if self.short_may_start(a, b) {
            for keyword in &self.short {
                visit(keyword);
            }
        }
    }
}

/// The last six bits of the bytes that can be the fourth of a keyword's text.
fn fourths(keyword: &Keyword) -> u64 {
    match keyword.text.get(3) {
        None => !0,
        Some(byte) if keyword.ignore_case => {
            1 << (byte & 63) | 1 << (byte.to_ascii_uppercase() & 63)
        }
        Some(byte) => 1 << (byte & 63),
    }
}

/// The first four bytes of a keyword and a mask of what counts of them.
fn head(text: &[u8], ignore_case: bool) -> (u32, u32) {
    let mut head = [0; 4];
    let mut mask = [0; 4];
    for (at, &byte) in text.iter().take(4).enumerate() {
        mask[at] = if ignore_case && byte.is_ascii_alphabetic() {
            !0x20
        } else {
            !0
        };
        head[at] = byte & mask[at];
    }
    (u32::from_le_bytes(head), u32::from_le_bytes(mask))
}

/// The spellings in upper and lower case of the first three bytes of a keyword.
fn spellings(keyword: &Keyword) -> [[u8; 3]; 8] {
    let byte = |at: usize| keyword.text.get(at).copied().unwrap_or(0);
    std::array::from_fn(|choice| {
        std::array::from_fn(|at| {
            if keyword.ignore_case && choice >> at & 1 == 1 {
                byte(at).to_ascii_uppercase()
            } else {
                byte(at)
            }
        })
    })
}
