//! The last three bytes of keys: a filter without a branch, the first one of all separators.

use crate::bytesets::{ALNUM, QUOTES};
use crate::places::Window;
use std::array;

/// Kinds of bytes: letters from 1 on whatever their case, all digits, the colon; 0 is all others.
const OTHER: u8 = 0;
const DIGIT: u8 = 27;
const COLON: u8 = 28;
const KINDS: usize = 32;

static KIND: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b':' => COLON,
            letter @ (b'A'..=b'Z' | b'a'..=b'z') => letter & 31,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};

/// For the kinds of the last two bytes the kinds that the byte before can have.
///
/// What is no letter behind a letter is for a closer look: words of a key may be joined there, and
/// digits at its end, the end of a colour (`0m`) or of an escaped bracket (`%5D`) are none of it.
/// Only a colon ends no key, and digits behind a colon are a time.
pub struct LastThree {
    before: Box<[u32; KINDS * KINDS]>,
    /// The kind of the last byte, moved to where it stands in a place of `before`, and the others.
    last: [u16; 256],
    kind: [u16; 256],
    quote: [bool; 256],
    /// What may stand between the words of a key, but for the colon, which may be that of a time.
    between: [bool; 256],
}

impl Default for LastThree {
    fn default() -> Self {
        let letters = [b'm', b'd'].map(|letter| KIND[usize::from(letter)]);
        let before = |at: usize| match ((at % KINDS) as u8, (at / KINDS) as u8) {
            (_, COLON) | (COLON, DIGIT) => 0,
            (DIGIT, DIGIT) => !(1 << COLON),
            (_, OTHER | DIGIT) | (OTHER | COLON, _) => u32::MAX,
            (DIGIT, last) if letters.contains(&last) => u32::MAX,
            _ => 0,
        };
        Self {
            before: Box::new(array::from_fn(before)),
            last: KIND.map(|kind| u16::from(kind) * KINDS as u16),
            kind: KIND.map(u16::from),
            quote: array::from_fn(|byte| QUOTES.has(byte as u8)),
            between: array::from_fn(|byte| !ALNUM.has(byte as u8) && byte as u8 != b':'),
        }
    }
}

impl LastThree {
    /// Adds what can stand at the end of a key.
    pub fn add(&mut self, name: &[u8]) {
        let kind = |byte: u8| usize::from(KIND[usize::from(byte)]);
        match *name {
            [.., a, b, c] => {
                // What stands between words is no part of a name.
                let before = 1 << kind(a) | 1 << OTHER | 1 << COLON;
                self.before[kind(c) * KINDS + kind(b)] |= before;
            }
            [b, c] => self.before[kind(c) * KINDS + kind(b)] = u32::MAX,
            [c] => self.before[kind(c) * KINDS..][..KINDS].fill(u32::MAX),
            [] => {}
        }
    }

    /// A key can end before the place of the window, or before a quote there.
    ///
    /// What stands between its words is passed over, one byte of it.
    #[inline(always)]
    pub fn may_end(&self, window: &Window, place: usize) -> bool {
        let quote = usize::from(self.quote[usize::from(window[place - 1])]);
        let byte = |back: usize| usize::from(window[place - back - quote]);
        let last_two = usize::from(self.last[byte(1)] | self.kind[byte(2)]) % (KINDS * KINDS);
        let third = byte(3 + usize::from(self.between[byte(3)]));
        self.before[last_two] >> (self.kind[third] % KINDS as u16) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use crate::names::Names;
    use crate::pairs::may_name;
    use crate::places::{BEFORE, Window};
    use crate::words::{WordLists, WordSet};

    fn words() -> WordLists {
        let none = || WordSet::new(&[]);
        WordLists {
            neutral: WordSet::new(&["value".to_owned(), "b64".to_owned()]),
            sibling: none(),
            benign: none(),
            prose: none(),
            ids: none(),
            id_suffixes: Vec::new(),
            cards: none(),
            letter_pairs: Vec::new(),
        }
    }

    #[test]
    fn no_key_that_may_have_a_rule_is_refused() {
        let names = ["password", "pw", "pin", "cvc2", "sid", "dbpass"];
        let rules = [0];
        let names = Names::new(
            names.iter().map(|name| (*name, &rules[..])),
            &[],
            &[("passwd".to_owned(), 0)],
            &words(),
        );
        let mut state = 7u32;
        let mut random = |limit: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % limit
        };
        let pieces =
            "password pw pin cvc2 sid s id p i n w pass _ - . : \" ' 2 b64 m d %5D \x1B[0m n value";
        let pieces: Vec<&str> = pieces.split(' ').collect();
        let (mut refused, mut let_through) = (0, 0);
        for _ in 0..if cfg!(miri) { 200 } else { 200_000 } {
            let mut text: Vec<u8> = b", ".repeat(BEFORE);
            for _ in 0..1 + random(5) {
                text.extend(pieces[random(pieces.len())].bytes());
            }
            let at = text.len();
            text.push(b"=:|"[random(3)]);
            let mut window: Window = [0; _];
            window[..=BEFORE].copy_from_slice(&text[at - BEFORE..]);
            let may = !names.none_before(&text, at) && may_name(&text, &names, at);
            if names.may_be_before(&window, BEFORE) {
                let_through += 1;
            } else {
                refused += 1;
                assert!(!may, "{:?}", text.escape_ascii().to_string());
            }
        }
        assert!(refused > 0 && let_through > 0);
    }
}
