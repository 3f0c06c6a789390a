//! Sets of words, and the lists of them that a plan brings.

use rustc_hash::FxHashSet;

/// A set of lower-case words.
#[derive(Default)]
pub struct WordSet {
    words: FxHashSet<Box<[u8]>>,
    longest: usize,
}

/// No word of a list is longer.
const LONGEST: usize = 64;

impl WordSet {
    pub fn new(words: &[String]) -> Self {
        Self {
            longest: words
                .iter()
                .map(String::len)
                .max()
                .unwrap_or(0)
                .min(LONGEST),
            words: words.iter().map(|word| word.as_bytes().into()).collect(),
        }
    }

    /// The set holds `word`, which is lower case.
    #[inline]
    pub fn has(&self, word: &[u8]) -> bool {
        word.len() <= self.longest && self.words.contains(word)
    }

    /// The set holds `word` in lower case.
    pub fn has_lower(&self, word: &[u8]) -> bool {
        if word.len() > self.longest {
            return false;
        }
        let mut lower = [0; LONGEST];
        let lower = &mut lower[..word.len()];
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        self.words.contains(&*lower)
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.words.iter().map(|word| &**word)
    }
}

/// The lists of words that both engines know.
#[derive(Default)]
pub struct WordLists {
    pub neutral: WordSet,
    pub sibling: WordSet,
    pub benign: WordSet,
    pub prose: WordSet,
    pub ids: WordSet,
    pub id_suffixes: Vec<Vec<u8>>,
    pub cards: WordSet,
    /// The pairs of letters that are usual in words, by place.
    pub letter_pairs: Vec<bool>,
}

/// Pairs of two small letters.
pub const LETTER_PAIRS: usize = 26 * 26;

/// Reads the pairs of letters of a plan: a letter and those that follow it.
pub fn letter_pairs(plan: &[(char, String)]) -> Vec<bool> {
    let mut pairs = vec![false; LETTER_PAIRS];
    for (first, seconds) in plan {
        for second in seconds.chars() {
            if first.is_ascii_lowercase() && second.is_ascii_lowercase() {
                pairs[(*first as usize - 97) * 26 + second as usize - 97] = true;
            }
        }
    }
    pairs
}
