//! Keywords: which rules may match where a token starts.

use crate::bytesets::ALNUM;

#[derive(Clone)]
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
    /// Keywords of one or two bytes.
    short: Vec<Keyword>,
    /// Classes of first and of second bytes of short keywords; one in common lets a pair pass.
    firsts: Vec<u8>,
    seconds: Vec<u8>,
}

const PLACE_BITS: u32 = 14;

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
            filter: vec![0; 1 << (PLACE_BITS - 6)],
            firsts: vec![0; 256],
            seconds: vec![0; 256],
            ..Self::default()
        };
        for (text, ignore_case, pattern) in entries {
            let text = text.into_bytes().into_boxed_slice();
            let keyword = Keyword {
                text,
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
                placed.push((place as u32, keyword.clone()));
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

    fn add_short(&mut self, keyword: Keyword) {
        let class = 1 << (self.short.len() % 8);
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

    /// A keyword may start at `at`.
    #[inline(always)]
    pub fn may_start(&self, data: &[u8], at: usize) -> bool {
        let Some(&[a, b, c]) = data[at..].first_chunk() else {
            // At the very end only short keywords fit.
            return self.firsts[data[at] as usize] != 0;
        };
        let place = place(a, b, c);
        self.filter[place >> 6] >> (place & 63) & 1 == 1 || self.short_may_start(a, b)
    }

    #[inline(always)]
    fn short_may_start(&self, a: u8, b: u8) -> bool {
        self.firsts[a as usize] & self.seconds[b as usize] != 0
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
                self.keywords[first as usize..last as usize]
                    .iter()
                    .for_each(&mut visit);
            }
        }
        self.short.iter().for_each(&mut visit);
    }
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
