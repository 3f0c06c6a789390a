//! Keywords: which rules may match where a token starts.

use crate::bytesets::{ALNUM, DIGITS};
use crate::cards::JOINTS;
use crate::engine::SEPARATORS;

#[derive(Clone)]
struct Keyword {
    text: Box<[u8]>,
    /// The first eight bytes, of which `mask` count.
    head: u64,
    mask: u64,
    ignore_case: bool,
    pattern: u32,
}

/// All keywords, behind filters on their first five bytes.
pub struct Keywords {
    /// All bits where no keyword starts with two digits, or is one; else none.
    no_digits: u64,
    /// The same for a separator and a joint behind it.
    no_joints: u64,
    /// The same for a joint and no joint behind it.
    no_lone_joints: u64,
    keywords: Vec<Keyword>,
    /// The keywords of a filter place are `keywords[first..last]`.
    places: Vec<(u16, u16)>,
    /// For each filter place: the fourth bytes that keywords can have, by their last three bits.
    fourths: [u8; 1 << PLACE_BITS],
    /// The same for the kinds of fifth bytes.
    fifths: [u32; 1 << PLACE_BITS],
    /// Keywords of one or two bytes.
    short: Vec<Keyword>,
    /// Classes of first and of second bytes of short keywords; one in common lets a pair pass.
    short_firsts: [u8; 256],
    short_seconds: [u8; 256],
}

/// Bytes of a keyword that are compared at once.
const HEAD: usize = 8;
const PLACE_BITS: u32 = 14;
/// The third byte chooses one of so many places for the first two.
const THIRDS: u8 = 32;

/// The place of the first three bytes of `text`, whose first byte is the lowest.
///
/// The factor moves all but five bits of the third byte out, and all of the fourth: a keyword of two
/// bytes has no more places than these make. Of many such factors it is one under which few words of
/// logs and code share a place with a keyword.
#[inline(always)]
fn place(text: u32) -> usize {
    (text.wrapping_mul(0xE8EE_6800) >> (32 - PLACE_BITS)) as usize
}

/// Kinds of bytes that follow the start of a keyword: letters whatever their case, and others.
static KIND: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            letter @ (b'A'..=b'Z' | b'a'..=b'z') => letter & 31,
            b'0'..=b'9' => 27,
            b':' | b'=' => 28,
            b'_' => 29,
            b'-' | b'.' | b'/' => 30,
            b' ' => 31,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

impl Keywords {
    /// Takes `(keyword, ignore case, pattern)`; a keyword is in lower case when case is ignored.
    /// `allows` says whether a match of a pattern can have a byte so far behind its keyword's start.
    pub fn new(
        entries: impl Iterator<Item = (String, bool, u32)>,
        allows: impl Fn(u32, usize, u8) -> bool,
    ) -> Self {
        let mut placed: Vec<(u32, Keyword)> = Vec::new();
        let mut table = Self {
            no_digits: u64::MAX,
            no_joints: u64::MAX,
            no_lone_joints: u64::MAX,
            fourths: [0; 1 << PLACE_BITS],
            fifths: [0; 1 << PLACE_BITS],
            short_firsts: [0; 256],
            short_seconds: [0; 256],
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
            table.add_start(&keyword);
            if keyword.text.len() < 3 {
                table.add_short(keyword);
                continue;
            }
            let spelled = |[a, b, c]: [u8; 3]| place(u32::from_le_bytes([a, b, c, 0]));
            let mut places = spellings(&keyword).map(spelled).to_vec();
            places.sort_unstable();
            places.dedup();
            let can_be = |at: usize, byte: u8| match keyword.text.get(at) {
                Some(&own) if keyword.ignore_case => own.eq_ignore_ascii_case(&byte),
                Some(&own) => own == byte,
                None => allows(pattern, at, byte),
            };
            let (mut fourths, mut fifths) = (0, 0);
            for byte in 0..=u8::MAX {
                fourths |= u8::from(can_be(3, byte)) << (byte & 7);
                fifths |= u32::from(can_be(4, byte)) << KIND[usize::from(byte)];
            }
            for place in places {
                table.fourths[place] |= fourths;
                table.fifths[place] |= fifths;
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

    /// Takes note of what the first two bytes of a keyword can be.
    fn add_start(&mut self, keyword: &Keyword) {
        let alone = keyword.text.len() == 1;
        for [a, b, _] in spellings(keyword) {
            if DIGITS.has(a) && (alone || DIGITS.has(b)) {
                self.no_digits = 0;
            }
            if SEPARATORS.has(a) && (alone || JOINTS.has(b)) {
                self.no_joints = 0;
            }
            if JOINTS.has(a) && (alone || !JOINTS.has(b)) {
                self.no_lone_joints = 0;
            }
        }
    }

    /// Lets through all that may start with a short keyword.
    fn open(&mut self, first: u8, second: u8) {
        for third in 0..THIRDS {
            let place = place(u32::from_le_bytes([first, second, third, 0]));
            self.fourths[place] = u8::MAX;
            self.fifths[place] = u32::MAX;
        }
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
            self.short_firsts[a as usize] |= class;
            let alone = keyword.text.len() == 1;
            let seconds = if alone { 0..=u8::MAX } else { b..=b };
            for second in seconds {
                self.short_seconds[second as usize] |= class;
                if !is_sign(&keyword) {
                    self.open(a, second);
                }
            }
        }
        self.short.push(keyword);
    }

    /// The first bytes of keywords that do not start with a letter or digit, but for `signs`.
    pub fn triggers(&self) -> Vec<u8> {
        let all = self.keywords.iter().chain(&self.short);
        all.filter(|keyword| !is_sign(keyword))
            .map(|keyword| keyword.text[0])
            .filter(|&byte| !ALNUM.has(byte))
            .collect()
    }

    /// Keywords that are one byte, and no letter or digit. No filter knows them.
    pub fn signs(&self) -> Vec<u8> {
        let signs = self.short.iter().filter(|keyword| is_sign(keyword));
        signs.map(|keyword| keyword.text[0]).collect()
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

    /// The places of a block at which a keyword may start, given the starts of words in it.
    ///
    /// Most numbers, most colons and most hyphens are none; of the byte behind the block nothing
    /// is known.
    #[inline(always)]
    pub fn places(&self, starts: u64, digit: u64, joint: u64, separator: u64, trigger: u64) -> u64 {
        let numbers = digit & digit >> 1 & self.no_digits;
        let separators = separator & joint >> 1 & self.no_joints;
        let lone = joint & !(joint >> 1 | 1 << 63) & self.no_lone_joints;
        starts & !numbers | trigger & !(separators | lone)
    }

    /// A keyword may start at `at`, as far as the first five bytes say; there are as many.
    #[inline(always)]
    pub fn may_start(&self, data: &[u8], at: usize) -> bool {
        let (Some(&start), Some(fifth)) = (data[at..].first_chunk(), data.get(at + 4)) else {
            return true;
        };
        let start = u32::from_le_bytes(start);
        let place = place(start);
        self.fourths[place] >> (start >> 24 & 7) & 1 == 1
            && self.fifths[place] >> (KIND[usize::from(*fifth)] & 31) & 1 == 1
    }

    #[inline(always)]
    fn short_may_start(&self, a: u8, b: u8) -> bool {
        self.short_firsts[a as usize] & self.short_seconds[b as usize] != 0
    }

    /// A keyword starts at `at`.
    #[cold]
    pub fn starts(&self, data: &[u8], at: usize) -> bool {
        let mut any = false;
        self.at(data, at, |_, _| any = true);
        any
    }

    /// Reports the patterns whose keyword starts at `at`, with the keyword's end.
    #[inline]
    pub fn at(&self, data: &[u8], at: usize, mut found: impl FnMut(u32, usize)) {
        let rest = &data[at..];
        let mut start = [0; HEAD];
        if let Some(head) = rest.first_chunk() {
            start = *head;
        } else {
            start[..rest.len()].copy_from_slice(rest);
        }
        let [a, b, ..] = start;
        let start = u64::from_le_bytes(start);
        let mut visit = |keyword: &Keyword| {
            let same = start & keyword.mask == keyword.head
                && rest.get(..keyword.text.len()).is_some_and(|text| {
                    // What is compared already is all of most.
                    let (Some(text), Some(own)) = (text.get(HEAD..), keyword.text.get(HEAD..))
                    else {
                        return true;
                    };
                    if keyword.ignore_case {
                        text.eq_ignore_ascii_case(own)
                    } else {
                        text == own
                    }
                });
            if same {
                found(keyword.pattern, at + keyword.text.len());
            }
        };
        let (first, last) = self.places[place(start as u32)];
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

/// The keyword is one byte, and no letter or digit.
fn is_sign(keyword: &Keyword) -> bool {
    matches!(*keyword.text, [byte] if !ALNUM.has(byte))
}

/// The first bytes of a keyword and a mask of what counts of them.
fn head(text: &[u8], ignore_case: bool) -> (u64, u64) {
    let mut head = [0; HEAD];
    let mut mask = [0; HEAD];
    for (at, &byte) in text.iter().take(HEAD).enumerate() {
        mask[at] = if ignore_case && byte.is_ascii_alphabetic() {
            !0x20
        } else {
            !0
        };
        head[at] = byte & mask[at];
    }
    (u64::from_le_bytes(head), u64::from_le_bytes(mask))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_passes_whatever_stands_behind_it_and_in_each_spelling() {
        let entries = [("5K", false), ("pat", false), ("bearer", true)];
        let entries = entries.map(|(word, ignore_case)| (word.to_owned(), ignore_case, 0));
        let keywords = Keywords::new(entries.into_iter(), |_, _, _| true);
        for byte in 0..=u8::MAX {
            assert!(keywords.may_start(&[b'5', b'K', byte, byte, byte], 0));
            assert!(keywords.may_start(&[b'p', b'a', b't', byte, byte], 0));
        }
        assert!(keywords.may_start(b"BEARer", 0) && keywords.may_start(b"bearER", 0));
        assert!(!keywords.may_start(b"PATxx", 0));
    }

    #[test]
    fn behind_a_short_keyword_only_what_a_match_can_have_passes() {
        let entries = [("pat".to_owned(), false, 0)];
        let keywords = Keywords::new(entries.into_iter(), |_, _, byte| byte.is_ascii_digit());
        assert!(keywords.may_start(b"pat12", 0));
        assert!(!keywords.may_start(b"path\"", 0));
    }
}
