//! Keywords: which rules may match where a token starts.

use crate::bytesets::ALNUM;

struct Keyword {
    text: Box<[u8]>,
    ignore_case: bool,
    pattern: u32,
}

/// All keywords, behind a filter on their first three bytes.
#[derive(Default)]
pub struct Keywords {
    keywords: Vec<Keyword>,
    /// The keywords of a filter place are `keywords[first..last]`.
    places: Vec<(u32, u16, u16)>,
    filter: Vec<u64>,
    /// Keywords of one or two bytes, by their first byte.
    short: Vec<(u8, Vec<Keyword>)>,
    is_short: Vec<bool>,
}

const PLACE_BITS: u32 = 14;

#[inline(always)]
fn place(a: u8, b: u8, c: u8) -> usize {
    let text = u32::from(a) | u32::from(b) << 8 | u32::from(c) << 16 | 0x20_2020;
    (text.wrapping_mul(0x9E37_79B1) >> (32 - PLACE_BITS)) as usize
}

impl Keywords {
    /// Takes `(keyword, ignore case, pattern)`; a keyword is in lower case when case is ignored.
    pub fn new(entries: impl Iterator<Item = (String, bool, u32)>) -> Self {
        let mut placed: Vec<(u32, Keyword)> = Vec::new();
        let mut table = Self {
            filter: vec![0; 1 << (PLACE_BITS - 6)],
            is_short: vec![false; 256],
            ..Self::default()
        };
        for (text, ignore_case, pattern) in entries {
            let text = text.into_bytes().into_boxed_slice();
            let keyword = Keyword { text, ignore_case, pattern };
            if let [a, b, c, ..] = *keyword.text {
                let place = place(a, b, c);
                table.filter[place >> 6] |= 1 << (place & 63);
                placed.push((place as u32, keyword));
            } else if let Some(&first) = keyword.text.first() {
                table.add_short(first, keyword);
            }
        }
        placed.sort_by_key(|(place, keyword)| (*place, keyword.pattern));
        for (place, keyword) in placed {
            let at = table.keywords.len() as u16;
            match table.places.last_mut() {
                Some(last) if last.0 == place => last.2 = at + 1,
                _ => table.places.push((place, at, at + 1)),
            }
            table.keywords.push(keyword);
        }
        table
    }

    fn add_short(&mut self, first: u8, keyword: Keyword) {
        let mut firsts = vec![first];
        if keyword.ignore_case && first.is_ascii_lowercase() {
            firsts.push(first.to_ascii_uppercase());
        }
        for first in firsts {
            self.is_short[first as usize] = true;
            let copy = Keyword { text: keyword.text.clone(), ..keyword };
            match self.short.iter_mut().find(|(known, _)| *known == first) {
                Some((_, list)) => list.push(copy),
                None => self.short.push((first, vec![copy])),
            }
        }
    }

    /// The first bytes of keywords that do not start with a letter or digit.
    pub fn triggers(&self) -> Vec<u8> {
        let all = self.keywords.iter().chain(self.short.iter().flat_map(|(_, list)| list));
        all.map(|keyword| keyword.text[0]).filter(|&byte| !ALNUM.has(byte)).collect()
    }

    /// A keyword may start at `at`.
    #[inline(always)]
    pub fn may_start(&self, data: &[u8], at: usize) -> bool {
        let place = match data.get(at..at + 3) {
            Some(&[a, b, c]) => place(a, b, c),
            _ => return self.is_short[data[at] as usize],
        };
        self.filter[place >> 6] >> (place & 63) & 1 == 1 || self.is_short[data[at] as usize]
    }

    /// Reports the patterns whose keyword starts at `at`, with the keyword's end.
    pub fn at(&self, data: &[u8], at: usize, mut found: impl FnMut(u32, usize)) {
        let mut visit = |keyword: &Keyword| {
            let end = at + keyword.text.len();
            let Some(text) = data.get(at..end) else {
                return;
            };
            let same = if keyword.ignore_case {
                text.eq_ignore_ascii_case(&keyword.text)
            } else {
                *text == *keyword.text
            };
            if same {
                found(keyword.pattern, end);
            }
        };
        if let Some(&[a, b, c]) = data.get(at..at + 3) {
            let place = place(a, b, c) as u32;
            if let Ok(index) = self.places.binary_search_by_key(&place, |entry| entry.0) {
                let (_, first, last) = self.places[index];
                self.keywords[first as usize..last as usize].iter().for_each(&mut visit);
            }
        }
        if self.is_short[data[at] as usize] {
            let lists = self.short.iter().filter(|(first, _)| *first == data[at]);
            lists.flat_map(|(_, list)| list).for_each(&mut visit);
        }
    }
}
