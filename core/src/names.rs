//! Names of keys: which pair rule the end of a key belongs to.

use crate::keys::{KEY_LIMIT, Words};
use crate::words::WordLists;
use rustc_hash::FxHashMap;

/// Bytes before a separator that tell most keys apart from all names.
const TAIL: usize = 8;

/// Words of the longest name, joined with those before it.
const NAME_WORDS: usize = 5;

#[derive(Default)]
struct Entry {
    rules: Vec<u32>,
    except: bool,
}

pub struct Names {
    joined: FxHashMap<Box<[u8]>, Entry>,
    glue: Vec<(Box<[u8]>, u32)>,
    endings: Endings,
}

impl Names {
    pub fn new<'a>(
        names: impl Iterator<Item = (&'a str, &'a [u32])>,
        excepted: &[String],
        glue: &[(String, u32)],
        words: &WordLists,
    ) -> Self {
        let mut joined: FxHashMap<Box<[u8]>, Entry> = FxHashMap::default();
        let mut endings = Endings::default();
        for (name, rules) in names {
            endings.add(name.as_bytes());
            joined.entry(name.as_bytes().into()).or_default().rules = rules.to_vec();
        }
        for name in excepted {
            joined.entry(name.as_bytes().into()).or_default().except = true;
        }
        for (stem, _) in glue {
            endings.add(stem.as_bytes());
        }
        for word in words.neutral.iter() {
            endings.add(word);
        }
        let glue = glue
            .iter()
            .map(|(stem, rule)| (stem.as_bytes().into(), *rule))
            .collect();
        Self {
            joined,
            glue,
            endings,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.joined.values().all(|entry| entry.rules.is_empty())
    }

    /// The rules whose names the end of `key` matches, the longest name first.
    pub fn of(&self, words: &WordLists, key: &[u8]) -> Vec<u32> {
        let key = &key[key.len().saturating_sub(KEY_LIMIT)..];
        if !self.may_end(key) {
            return Vec::new();
        }
        self.lookup(words, &mut Words::of(key))
    }

    /// No key before the separator at `at` has a rule: says so for most, and at once.
    #[inline(always)]
    pub fn none_before(&self, data: &[u8], at: usize) -> bool {
        let Some(&tail) = at
            .checked_sub(TAIL)
            .and_then(|from| data[from..].first_chunk())
        else {
            return false;
        };
        self.endings.none_at(u64::from_le_bytes(tail))
    }

    /// A key that ends like `key` can have a rule, or a neutral word at its end.
    #[inline]
    pub fn may_end(&self, key: &[u8]) -> bool {
        self.endings.may_end(key)
    }

    pub fn lookup(&self, lists: &WordLists, words: &mut Words) -> Vec<u32> {
        for _ in 0..3 {
            if words.len() > 0 && is_neutral(lists, words.last()) {
                words.pop();
            }
        }
        if words.len() == 0 {
            return Vec::new();
        }
        let rules = self.lookup_words(words);
        if rules.is_empty() && words.last().last().is_some_and(u8::is_ascii_digit) {
            words.strip_digits();
            return self.lookup_words(words);
        }
        rules
    }

    fn lookup_words(&self, words: &Words) -> Vec<u32> {
        let mut rules = Vec::new();
        for count in (1..=words.len().min(NAME_WORDS)).rev() {
            if let Some(entry) = self.joined.get(words.joined(count)) {
                if entry.except {
                    return rules;
                }
                rules.extend_from_slice(&entry.rules);
            }
        }
        if rules.is_empty() {
            let last = words.last();
            let stem = self.glue.iter().find(|(stem, _)| last.ends_with(stem));
            rules.extend(stem.map(|&(_, rule)| rule));
        }
        rules
    }
}

fn is_neutral(lists: &WordLists, word: &[u8]) -> bool {
    lists.neutral.has(word) || word.iter().all(u8::is_ascii_digit)
}

/// A filter on the last bytes of a key: says no for nearly all keys that have no rule.
///
/// Names are compared with the joined words of a key, so separators are passed over here.
struct Endings {
    /// Last two bytes of the names.
    two: Box<[u64; 1 << 6]>,
    /// Last four bytes of the names that have as many.
    four: Vec<u64>,
    /// Names of three bytes.
    three: Vec<u64>,
    /// Some names end with a digit.
    digits: bool,
    /// Last bytes of shorter names.
    short: [bool; 256],
}

impl Default for Endings {
    fn default() -> Self {
        Self {
            two: Box::new([0; 1 << 6]),
            four: vec![0; 1 << 8],
            three: vec![0; 1 << 6],
            digits: false,
            short: [false; 256],
        }
    }
}

impl Endings {
    fn add(&mut self, name: &[u8]) {
        let Some(&last) = name.last() else {
            return;
        };
        if last.is_ascii_digit() {
            self.digits = true;
            self.add(&name[..name.len() - 1]);
        }
        match *name {
            [.., a, b] => self.add_two(a, b),
            // Whatever stands before it.
            _ => {
                let (_, place) = two(0, last);
                self.two.iter_mut().for_each(|row| *row |= 1 << place);
            }
        }
        match *name {
            [.., a, b, c, d] => {
                let place = four(u32::from_le_bytes([a, b, c, d]));
                self.four[place >> 6] |= 1 << (place & 63);
            }
            [a, b, c] => {
                let place = three(u32::from_le_bytes([0, a, b, c]));
                self.three[place >> 6] |= 1 << (place & 63);
            }
            _ => self.short[last as usize] = true,
        }
    }

    fn add_two(&mut self, before: u8, last: u8) {
        let (row, place) = two(before, last);
        self.two[row] |= 1 << place;
    }

    /// No key ends with the eight bytes `tail` that has a rule, or a neutral word at its end.
    ///
    /// Looks at the last letters and digits, before a quote and digits that may be there.
    #[inline(always)]
    fn none_at(&self, mut tail: u64) -> bool {
        let mut last = (tail >> 56) as u8;
        let mut kind = KINDS[last as usize];
        if kind == QUOTE {
            tail <<= 8;
            last = (tail >> 56) as u8;
            kind = KINDS[last as usize];
        }
        while kind == DIGIT {
            tail <<= 8;
            last = (tail >> 56) as u8;
            kind = KINDS[last as usize];
        }
        if kind != LETTER {
            // Behind a colon there is no key, or one of digits, as in a time.
            return last == b':';
        }
        let [_, _, _, b, c, d, before, _] = tail.to_le_bytes();
        match KINDS[before as usize] {
            LETTER => {}
            // The end of a colour, `0m`, or of an escaped bracket, `%5D`, may stand behind the key.
            DIGIT if !matches!(last | 0x20, b'm' | b'd') => {}
            _ => return false,
        }
        let (row, place) = two(before, last);
        if self.two[row] >> place & 1 == 0 {
            return true;
        }
        let alnum = |byte: u8| KINDS[byte as usize] & (LETTER | DIGIT) != 0;
        // What stands between words is passed over, one byte of it.
        let (third, fourth) = match (alnum(c), alnum(d)) {
            (true, true) => (c, d),
            (false, true) if alnum(b) => (b, d),
            (true, false) if alnum(b) => (b, c),
            _ => return false,
        };
        !self.has(u32::from_le_bytes([third, fourth, before, last]))
    }

    /// `text` is the last four bytes of the joined words of a key, the last one on top.
    #[inline]
    fn has(&self, text: u32) -> bool {
        let text = text | 0x2020_2020;
        let (four, three) = (four(text), three(text));
        self.four[four >> 6] >> (four & 63) & 1 == 1
            || self.three[three >> 6] >> (three & 63) & 1 == 1
            || self.short[(text >> 24) as usize]
    }

    #[inline(always)]
    fn may_end(&self, key: &[u8]) -> bool {
        if let [.., a, b, c, d] = *key
            && a.is_ascii_alphanumeric()
            && b.is_ascii_alphanumeric()
            && c.is_ascii_alphanumeric()
            && d.is_ascii_alphabetic()
        {
            // `%5D` may stand between the key and its separator.
            return self.has(u32::from_le_bytes([a, b, c, d])) || (d | 0x20 == b'd' && c == b'5');
        }
        self.joined_may_end(key)
    }

    fn joined_may_end(&self, key: &[u8]) -> bool {
        // An escaped quote or bracket may stand between the key and its separator.
        if matches!(key, [.., b'2', b'2' | b'7'] | [.., b'5', b'd' | b'D']) {
            return true;
        }
        let letters = key
            .iter()
            .rposition(u8::is_ascii_alphabetic)
            .map_or(0, |last| last + 1);
        let behind = &key[letters..];
        if behind.iter().any(u8::is_ascii_digit) {
            if self.digits && self.letters_may_end(key) {
                return true;
            }
            if letters == 0 {
                // The words before it name a key of digits; they may be out of reach.
                return key.len() >= KEY_LIMIT;
            }
        }
        // Digits at the end, and words of digits, are no part of the name.
        self.letters_may_end(&key[..letters])
    }

    /// The last four letters and digits of `key`, separators passed over, end a name.
    fn letters_may_end(&self, key: &[u8]) -> bool {
        let mut text = 0;
        let mut count = 0;
        for &byte in key.iter().rev() {
            if byte.is_ascii_alphanumeric() {
                text |= u32::from(byte) << (24 - 8 * count);
                count += 1;
            }
            if count == 4 {
                break;
            }
        }
        self.has(text)
    }
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const QUOTE: u8 = 4;
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' | b'a'..=b'z' => LETTER,
            b'"' | b'\'' | b'`' => QUOTE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// The place of two letters or digits, in upper or lower case; some share one.
#[inline(always)]
fn two(before: u8, last: u8) -> (usize, u8) {
    (
        usize::from(before & 31 | (before & 64) >> 1),
        last & 31 | (last & 64) >> 1,
    )
}

#[inline(always)]
fn four(text: u32) -> usize {
    ((text | 0x2020_2020).wrapping_mul(0x9E37_79B1) >> 18) as usize
}

#[inline(always)]
fn three(text: u32) -> usize {
    (((text | 0x2020_2020) >> 8).wrapping_mul(0x9E37_79B1) >> 20) as usize
}
