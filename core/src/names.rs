//! Names of keys: which pair rule the end of a key belongs to.

use crate::keys::{KEY_LIMIT, Words};
use crate::last_three::LastThree;
use crate::places::Window;
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
    last_three: LastThree,
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
        let mut last_three = LastThree::default();
        let mut add = |ending: &[u8]| {
            endings.add(ending);
            last_three.add(ending);
        };
        for (name, rules) in names {
            add(name.as_bytes());
            joined.entry(name.as_bytes().into()).or_default().rules = rules.to_vec();
        }
        for name in excepted {
            joined.entry(name.as_bytes().into()).or_default().except = true;
        }
        for (stem, _) in glue {
            add(stem.as_bytes());
        }
        for word in words.neutral.iter() {
            add(word);
        }
        let glue = glue
            .iter()
            .map(|(stem, rule)| (stem.as_bytes().into(), *rule))
            .collect();
        Self {
            joined,
            glue,
            endings,
            last_three,
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

    /// A key that has a rule may stand before the separator at the place of the window.
    #[inline(always)]
    pub fn may_be_before(&self, window: &Window, place: usize) -> bool {
        self.last_three.may_end(window, place)
    }

    /// No key before the separator at `at` has a rule: says so for most, and at once.
    #[inline(always)]
    pub fn none_before(&self, data: &[u8], at: usize) -> bool {
        match at.checked_sub(TAIL) {
            Some(from) => match data[from..].first_chunk() {
                Some(tail) => self.endings.none_at(u64::from_le_bytes(*tail)),
                None => false,
            },
            None => self.none_near_start(&data[..at]),
        }
    }

    /// As `none_before`, where less than so many bytes stand before the separator.
    #[cold]
    fn none_near_start(&self, before: &[u8]) -> bool {
        let mut tail = [0; TAIL];
        tail[TAIL - before.len()..].copy_from_slice(before);
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
    /// For each kind of the last byte but one the kinds of last bytes that names have there, and of
    /// all that is to be looked at closer.
    two: Box<[u64; 1 << 6]>,
    /// Last four bytes of the names that have as many.
    four: Box<[u64; 1 << 8]>,
    /// Names of three bytes, and of two with whatever stands before them.
    three: Box<[u64; 1 << 6]>,
    /// Names of one byte.
    one: [bool; 256],
    /// Some names end with a digit.
    digits: bool,
}

impl Default for Endings {
    fn default() -> Self {
        Self {
            two: Box::new(closer()),
            four: Box::new([0; 1 << 8]),
            three: Box::new([0; 1 << 6]),
            one: [false; 256],
            digits: false,
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
                let kind = KINDS[last as usize];
                self.two.iter_mut().for_each(|row| *row |= 1 << kind);
            }
        }
        match *name {
            [.., a, b, c, d] => {
                let place = four(u32::from_le_bytes([a, b, c, d]));
                self.four[place >> 6] |= 1 << (place & 63);
            }
            [a, b, c] => self.add_three(a, b, c),
            // Behind nothing, a digit, or a letter.
            [b, c] => [0]
                .into_iter()
                .chain(b'0'..=b'9')
                .chain(b'a'..=b'z')
                .for_each(|a| self.add_three(a, b, c)),
            _ => self.one[last as usize] = true,
        }
    }

    fn add_three(&mut self, a: u8, b: u8, c: u8) {
        let place = three(u32::from_le_bytes([0, a, b, c]));
        self.three[place >> 6] |= 1 << (place & 63);
    }

    fn add_two(&mut self, before: u8, last: u8) {
        self.two[usize::from(KINDS[before as usize])] |= 1 << KINDS[last as usize];
    }

    /// No key ends with the eight bytes `tail` that has a rule, or a neutral word at its end.
    ///
    /// Looks at the last letters and digits, before a quote and digits that may be there.
    #[inline(always)]
    fn none_at(&self, tail: u64) -> bool {
        let last = KINDS[(tail >> 56) as usize];
        let tail = if last == QUOTE { tail << 8 } else { tail };
        let kind = |place: u32| KINDS[(tail >> place) as usize & 0xFF];
        if self.two[usize::from(kind(48))] >> kind(56) & 1 == 0 {
            return true;
        }
        let letter = |kind: u8| kind.wrapping_sub(1) < ZERO - 1;
        let alnum = |kind: u8| kind.wrapping_sub(1) < QUOTE - 1;
        if letter(kind(56)) && letter(kind(48)) && alnum(kind(32)) {
            if alnum(kind(40)) {
                return !self.has((tail >> 32) as u32);
            }
            // `user_id`: what stands between words is passed over, one byte of it.
            if alnum(kind(24)) {
                return !self.has((tail >> 48 << 16 | tail >> 24 & 0xFFFF) as u32);
            }
        }
        self.none_at_all(tail)
    }

    /// As `none_at`, behind the last quote.
    fn none_at_all(&self, mut tail: u64) -> bool {
        let kind = |byte: u8| KINDS[usize::from(byte)];
        let mut last = kind((tail >> 56) as u8);
        while (ZERO..QUOTE).contains(&last) {
            tail <<= 8;
            last = kind((tail >> 56) as u8);
        }
        let [_, _, _, b, c, d, before, end] = tail.to_le_bytes();
        if !(1..ZERO).contains(&last) {
            // Behind a colon there is no key, or one of digits, as in a time.
            return end == b':';
        }
        let row = kind(before);
        if self.two[usize::from(row)] >> last & 1 == 0 {
            return true;
        }
        if !(1..QUOTE).contains(&row) || (row >= ZERO && matches!(end | 0x20, b'm' | b'd')) {
            return false;
        }
        // What stands between words is passed over, one byte of it.
        let alnum = |byte: u8| (1..QUOTE).contains(&kind(byte));
        let (third, fourth) = match (alnum(c), alnum(d)) {
            (true, true) => (c, d),
            (false, true) if alnum(b) => (b, d),
            (true, false) if alnum(b) => (b, c),
            // No key goes on before a quote: it has these three bytes.
            (false, true) if kind(c) == QUOTE => {
                return !self.has_less(u32::from_le_bytes([0, d, before, end]));
            }
            _ => return false,
        };
        !self.has(u32::from_le_bytes([third, fourth, before, end]))
    }

    /// `text` is the last four bytes of the joined words of a key, the last one on top.
    #[inline(always)]
    fn has(&self, text: u32) -> bool {
        let four = four(text);
        self.four[four >> 6 & 0xFF] >> (four & 63) & 1 == 1 || self.has_less(text)
    }

    /// As `has`, of names of less than four bytes.
    #[inline(always)]
    fn has_less(&self, text: u32) -> bool {
        let three = three(text);
        self.three[three >> 6 & 0x3F] >> (three & 63) & 1 == 1
            || self.one[(text >> 24 | 0x20) as usize & 0xFF]
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

/// Kinds of bytes: letters from 1 on, digits, quotes; 0 is all others.
const ZERO: u8 = 27;
const QUOTE: u8 = 37;
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            digit @ b'0'..=b'9' => ZERO + digit - b'0',
            letter @ (b'A'..=b'Z' | b'a'..=b'z') => letter & 31,
            b'"' | b'\'' | b'`' => QUOTE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// What is looked at closer whatever the names are: all but a letter behind a letter or a digit.
///
/// The end of a colour, `0m`, or of an escaped bracket, `%5D`, may stand behind the key.
fn closer() -> [u64; 1 << 6] {
    let letters = ((1 << ZERO) - 1) & !1;
    let (m, d) = (KINDS[usize::from(b'm')], KINDS[usize::from(b'd')]);
    std::array::from_fn(|kind| match kind as u8 {
        1..ZERO => !letters,
        ZERO..QUOTE => !letters | 1 << m | 1 << d,
        _ => u64::MAX,
    })
}

#[inline(always)]
fn four(text: u32) -> usize {
    ((text | 0x2020_2020).wrapping_mul(0x9E37_79B1) >> 18) as usize
}

#[inline(always)]
fn three(text: u32) -> usize {
    (((text | 0x2020_2020) >> 8).wrapping_mul(0x9E37_79B1) >> 20) as usize
}
