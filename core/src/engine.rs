//! The kernel: a compiled ruleset, and what it finds in a text.

use crate::bytesets::{ALNUM, ByteSet, DIGITS};
use crate::cards::{Cards, JOINTS};
use crate::classify::Classifier;
use crate::documents::Documents;
use crate::escapes::Escapes;
use crate::fold::restored;
use crate::judge::PairRule;
use crate::keys::KEY_LIMIT;
use crate::keywords::Keywords;
use crate::names::Names;
use crate::pass::Memory;
use crate::patterns::Pattern;
use crate::places::CLASSES;
use crate::scans::Scans;
use crate::seen::Seen;
use crate::spans::Span;
use crate::words::WordLists;

/// Separators of a key and its value but for `>` and escapes, which are rare.
pub static SEPARATORS: ByteSet = ByteSet::of(b"=:|");
pub static OPENERS: ByteSet = ByteSet::of(b"[(");
static ESCAPES: ByteSet = ByteSet::of(b"\\%&\x1B");
static RARE: ByteSet = OPENERS.or(&ESCAPES).or(&ByteSet::of(b">"));

/// Finds what the rules of a ruleset describe. Immutable after construction.
pub struct Kernel {
    /// Told apart by it from other kernels of the process.
    pub number: u32,
    pub patterns: Vec<Pattern>,
    /// The pair rule at each index of the ruleset.
    pub pairs: Vec<Option<PairRule>>,
    pub keywords: Keywords,
    pub names: Names,
    pub has_names: bool,
    pub words: WordLists,
    pub cards: Option<Cards>,
    pub escapes: Escapes,
    pub block_rule: Option<u32>,
    pub documents: Documents,
    pub scans: Scans,
    /// Some patterns are searched for in every line.
    pub has_scans: bool,
    pub classifier: Classifier<CLASSES>,
    /// No pattern finds anything in a number of less than twelve digits, with or without a sign
    /// and a point.
    pub spares_numbers: bool,
    /// The name in a marker is no key, and no pattern for values matches a marker.
    pub spares_markers: bool,
}

/// Memory that a search reuses.
pub struct Scratch {
    pub spans: Vec<Span>,
    pub memory: Memory,
    pub text: Vec<u8>,
    pub next: Vec<u8>,
    pub out: Vec<u8>,
    pub seen: Seen,
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Scratch {
    pub const fn new() -> Self {
        Self {
            spans: Vec::new(),
            memory: Memory::new(),
            text: Vec::new(),
            next: Vec::new(),
            out: Vec::new(),
            seen: Seen::new(),
        }
    }
}

impl Kernel {
    /// The classes of bytes at which something may start.
    pub fn classifier(keywords: &Keywords) -> Classifier<CLASSES> {
        let triggers = ByteSet::of(&keywords.triggers());
        let rare = RARE.or(&ByteSet::of(&keywords.signs()));
        Classifier::new([&ALNUM, &DIGITS, &JOINTS, &SEPARATORS, &triggers, &rare])
    }

    pub fn pair_rule(&self, index: u32) -> Option<&PairRule> {
        self.pairs.get(index as usize)?.as_ref()
    }

    /// The rules that `key` has in a record, also when it is written with look-alike letters, and
    /// when these could not be decoded.
    pub fn rules_of_key(&self, key: &[u8]) -> Vec<u32> {
        if key.is_ascii() {
            return self.names.of(&self.words, key);
        }
        let end = &key[key.len().saturating_sub(4 * KEY_LIMIT)..];
        self.names
            .of(&self.words, &self.escapes.folds.folded(&restored(end)))
    }

    /// The secret that `key` makes of its value `data`.
    pub fn named(&self, data: &[u8], key: &[u8]) -> Vec<Span> {
        for index in self.rules_of_key(key) {
            let rule = self.pair_rule(index);
            if let Some((first, last)) =
                rule.and_then(|rule| rule.secret(&self.words, data, 0, data.len()))
            {
                return vec![Span::new(first, last, index)];
            }
        }
        Vec::new()
    }
}
