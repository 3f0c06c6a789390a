//! Names of keys: which pair rule the end of a key belongs to.

use crate::keys::{KEY_LIMIT, Words};
use crate::words::WordLists;
use rustc_hash::FxHashMap;

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
        let glue = glue.iter().map(|(stem, rule)| (stem.as_bytes().into(), *rule)).collect();
        Self { joined, glue, endings }
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
struct Endings {
    three: Vec<u64>,
    short: [bool; 256],
}

impl Default for Endings {
    fn default() -> Self {
        Self { three: vec![0; 1 << 9], short: [false; 256] }
    }
}

impl Endings {
    fn add(&mut self, name: &[u8]) {
        let Some(&last) = name.last() else {
            return;
        };
        if let [.., a, b, c] = *name {
            let place = Self::place(a, b, c);
            self.three[place >> 6] |= 1 << (place & 63);
        } else {
            self.short[last as usize] = true;
        }
    }

    #[inline]
    fn place(a: u8, b: u8, c: u8) -> usize {
        let text = u32::from(a) | u32::from(b) << 8 | u32::from(c) << 16 | 0x20_2020;
        (text.wrapping_mul(0x9E37_79B1) >> 17) as usize
    }

    #[inline]
    fn may_end(&self, key: &[u8]) -> bool {
        let [.., a, b, c] = *key else {
            return true;
        };
        // Digits and separators at the end change where a name ends: the full lookup decides.
        if !c.is_ascii_alphabetic() || !b.is_ascii_alphanumeric() || !a.is_ascii_alphanumeric() {
            return !c.is_ascii_digit() || Self::digits_may_end(self, key);
        }
        let place = Self::place(a, b, c);
        self.three[place >> 6] >> (place & 63) & 1 == 1 || self.short[(c | 0x20) as usize]
    }

    #[cold]
    fn digits_may_end(&self, key: &[u8]) -> bool {
        key.iter().any(u8::is_ascii_alphabetic)
    }
}
