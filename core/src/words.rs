//! Sets of words, and the lists of them that a plan brings.

use rustc_hash::FxHashSet;

/// A set of lower-case words.
#[derive(Default)]
pub struct WordSet {
    words: FxHashSet<Box<[u8]>>,
    /// For each first byte, by its last five bits, the sizes of the words: most others end here.
    sizes: [u64; 32],
}

/// No word of a list is longer.
const LONGEST: usize = 64;

impl WordSet {
    pub fn new(words: &[String]) -> Self {
        let mut sizes = [0; 32];
        for word in words {
            let (row, bit) = size(word.as_bytes());
            sizes[row] |= bit;
        }
        Self {
            sizes,
            words: words.iter().map(|word| word.as_bytes().into()).collect(),
        }
    }

    /// The set has a word of this size with such a first byte.
    #[inline]
    fn may_have(&self, word: &[u8]) -> bool {
        let (row, bit) = size(word);
        self.sizes[row] & bit != 0
    }

    /// The set holds `word`, which is lower case.
    #[inline]
    pub fn has(&self, word: &[u8]) -> bool {
        self.may_have(word) && self.words.contains(word)
    }

    /// The set holds `word` in lower case.
    pub fn has_lower(&self, word: &[u8]) -> bool {
        if word.len() > LONGEST || !self.may_have(word) {
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

/// The row of a word by its first byte, the same for small and capital letters, and a bit for its
/// size.
#[inline]
fn size(word: &[u8]) -> (usize, u64) {
    let first = word.first().copied().unwrap_or(0);
    (usize::from(first & 31), 1 << word.len().min(63))
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
