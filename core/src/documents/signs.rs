//! What a text may hold: what each kind of document needs at least, counted in one pass.
//!
//! Nothing here finds a document. It says of most texts of a log that they hold none, and is right
//! whenever it says so: each condition is one without which the finder finds nothing, for the
//! reason given beside it.
//!
//! The pass classifies 64 bytes at a time. For prose it weighs words by what they score at most. A
//! word starts behind a space or an escaped one, and what it scores is bounded by its first byte
//! that is neither a plain letter nor taken from its edges: a carry runs from the start of each
//! word over what is plain and stops at that byte, an addition for all words of a block at once.
//!
//! Why no word weighs less here than `scores::score` gives it:
//!
//! - No word of ASCII scores more than one; others a third for each letter, so that each byte
//!   outside ASCII and each escape adds a third.
//! - A sign is in no list of what is taken from the edges, or stands behind a letter and before
//!   another: it stays inside. As long as nothing outside ASCII and no escape comes before it, the
//!   word is no text, minus five. Only a colon at the end, which is seen first, makes that minus
//!   three, and it has no letter and no digit behind it.
//! - A digit stays inside as well: such a word is a number, a mixed word or no text, none above zero.
//!   The same holds for a capital behind a small letter.
//! - A letter, a colon and a space: a colon was taken from the end, minus three. A letter or digit,
//!   a quote, a colon and a space: a key, minus a hundred; so is a time at the start of a word.
//!
//! A stretch of words weighs at most what its blocks do: whole ones with all that takes away, the
//! last one without. Only the last word may have given back too little, for a colon in the block
//! behind; `gate` allows for it.

use super::scores::SPACES;
use crate::bytesets::{ByteSet, LETTERS};
use crate::classify::{BLOCK, Bits, Classifier, Half, Work};
use crate::places::{each, up};
use std::sync::LazyLock;

/// What a word counts at most; all weights are in thirds of a word.
pub const WORD: i64 = 3;
/// What it counts less than that: with a digit or a capital inside it is none; with a sign inside
/// it takes five words away, but two less where a colon is behind it.
const NONE: i64 = -WORD;
const SIGN: i64 = -5 * WORD;
const COLON: i64 = 2 * WORD;
/// Letters with a colon behind them take three away.
const NAME: i64 = -WORD - 3 * WORD;
/// A key of JSON with its colon takes a hundred away; so much is left when it counts as the others.
const KEY: i64 = -90 * WORD;

const SPACE: usize = 0;
const LETTER: usize = 1;
/// Digits, and the letters of `\x41` and `\u0041`.
const DIGIT: usize = 2;
/// What may stand at the edges of a word and not inside it.
const SOFT: usize = 3;
const BACKSLASH: usize = 4;
/// The letters of `\n`, `\r` and `\t`; the colon and the hyphen.
const BREAK: usize = 5;
/// What may stand inside a word: quotes and the hyphen.
const MARK: usize = 6;
/// Capitals, and the control characters that binaries have.
const CAPITAL: usize = 7;

const CLASSES: usize = 8;

static CLASSIFIER: LazyLock<Classifier<CLASSES>> = LazyLock::new(|| {
    let controls: Vec<u8> = (1..0x20)
        .filter(|byte| !b"\t\n\r\x1B".contains(byte))
        .chain([0x7F])
        .collect();
    let capitals = ByteSet::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    let sets: [ByteSet; CLASSES] = [
        SPACES.clone(),
        LETTERS.clone(),
        ByteSet::of(b"0123456789ux"),
        ByteSet::of(b"\"([*_`#>.,;:!?)]%"),
        ByteSet::of(b"\\"),
        ByteSet::of(b"nrt:-"),
        ByteSet::of(b"\"'-"),
        capitals.or(&ByteSet::of(&controls)),
    ];
    Classifier::new(sets.each_ref())
});

/// What was counted.
#[derive(Default)]
pub struct Signs {
    /// What the heaviest stretch weighs at most, but for its last word.
    pub weight: i64,
    /// Some letters are not ASCII, or may be written as escapes.
    pub other_letters: bool,
    /// Bytes that a binary may have, as they are or in escapes, at most.
    pub odd: usize,
    /// Line breaks written as `\n`, and other escapes.
    pub breaks: usize,
    /// A file may start: as it is, or as a program writes it.
    pub file: bool,
    /// Header fields that each mail has one of, and that each upload has.
    pub mail: bool,
    pub upload: bool,
    run: i64,
}

/// What a block needs of the one before.
#[derive(Default)]
struct Before {
    backslash: u64,
    word: u64,
    letter: u64,
    alnum: u64,
    small: u64,
    capital: u64,
    colon: u64,
    quote: u64,
    digit: u64,
    /// Carries that ran out of the block: over signs behind a letter, and from the start of a word.
    soft: bool,
    sign: bool,
    none: bool,
    escaped: bool,
}

/// Where a carry ends that runs over `bits` from each of `starts`: on bytes outside them.
#[inline(always)]
fn ends(bits: u64, starts: u64, carry: &mut bool) -> u64 {
    let (sum, over) = bits.overflowing_add(starts & bits);
    let (sum, again) = sum.overflowing_add(u64::from(*carry));
    *carry = over | again;
    (sum | starts) & !bits
}

/// Counts what is in a text.
struct Counting<'t, 'q> {
    text: &'t [u8],
    quotes: Option<&'q mut Vec<usize>>,
}

impl Work<CLASSES> for Counting<'_, '_> {
    type Out = Signs;

    #[inline(always)]
    fn run(
        self,
        classes: impl Fn(&[u8; BLOCK]) -> Bits<CLASSES>,
        _: impl Fn(Half) -> Bits<CLASSES>,
    ) -> Signs {
        let Self { text, mut quotes } = self;
        let (mut signs, mut before) = (Signs::default(), Before::default());
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        let mut base = 0;
        for block in blocks {
            signs.block(&classes(block), text, base, &mut before, &mut quotes);
            base += BLOCK;
        }
        if !rest.is_empty() {
            // Zeros are spaces.
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            signs.block(&classes(&block), text, base, &mut before, &mut quotes);
        }
        signs
    }
}

impl Signs {
    /// Counts what is in `text`, and notes where its quotes are.
    pub fn of(text: &[u8], quotes: Option<&mut Vec<usize>>) -> Self {
        CLASSIFIER.with(Counting { text, quotes })
    }

    #[inline(always)]
    fn block(
        &mut self,
        bits: &Bits<CLASSES>,
        text: &[u8],
        base: usize,
        before: &mut Before,
        quotes: &mut Option<&mut Vec<usize>>,
    ) {
        let (class, wide) = (&bits.class, bits.wide);
        let backslash = class[BACKSLASH];
        let behind_backslash = up(backslash, before.backslash, 1);
        let breaks = class[BREAK] & class[LETTER] & behind_backslash;
        let letter = class[LETTER] & !breaks;
        let digit = class[DIGIT] & !class[LETTER];
        let coded = class[DIGIT] & letter & behind_backslash;
        let capital = letter & class[CAPITAL];
        let small = letter & !class[CAPITAL];
        let control = class[CAPITAL] & !class[LETTER];
        let soft = class[SOFT];
        let colon = class[BREAK] & soft;
        let quote = class[MARK] & !class[BREAK];
        let alnum = letter | digit;
        let word = !(class[SPACE] | breaks);

        // Signs inside a word: `/` anywhere, `.` behind a letter and before another.
        let known = class[SPACE] | class[LETTER] | digit | soft | backslash | class[MARK] | wide;
        let behind_letter = (soft | backslash) & up(letter, before.letter, 1);
        let between = ends(soft | backslash, behind_letter, &mut before.soft);
        let inside = !known | (between & alnum & !coded);
        let none = digit | (capital & up(small, before.small, 1));

        // Behind letters outside ASCII, and letters in escapes, a word may hold anything.
        let stop = inside | wide | coded;
        let starts = word & !up(word, before.word, 1);
        let signs = ends(word & !stop, starts, &mut before.sign) & inside;
        let ended = ends(word & !(stop | none), starts, &mut before.none);
        let nones = ended & none;
        // Backslashes alone are no word: those of `\n` end the one before.
        let words = word & ends(backslash, starts, &mut before.escaped);

        let behind_colon = up(colon, before.colon, 1);
        let named = behind_colon & class[SPACE];
        let mut keys = named
            & up(quote, before.quote, 2)
            & (up(alnum, before.alnum, 3)
                | (up(backslash, before.backslash, 3) & up(alnum, before.alnum, 4)));
        each!(named, base, at => {
            if self.header(&text[..at - 1]) {
                keys |= 1 << (at - base);
            }
        });
        if colon & up(colon, before.colon, 3) != 0 {
            let times = times(digit, colon, before);
            keys |= times & !up(word, before.word, 8);
            each!(times, base, at => {
                if dated(text, at + 1) {
                    keys |= 1 << (at - base);
                }
            });
        }
        // Letters, a colon and a space: for certain a word that takes three away.
        let names = ended & named & up(alnum, before.alnum, 2);

        let count = |bits: u64| i64::from(bits.count_ones());
        let mut most = WORD * count(words) + COLON * count(behind_colon & !alnum & !names);
        if wide | coded != 0 {
            // Three of them make one word where none stand apart.
            most += count(wide) + count(coded);
            self.other_letters = true;
        }
        if wide | coded | control != 0 {
            let odd = count(wide) + 6 * count(coded) + count(control);
            self.odd += odd as usize;
        }
        let mut all = most + NONE * count(nones) + SIGN * count(signs);
        if keys | names != 0 {
            all += KEY * count(keys) + NAME * count(names);
        }
        self.weight = self.weight.max(self.run + most);
        self.run = most.max(self.run + all).max(0);
        if breaks != 0 {
            self.breaks += breaks.count_ones() as usize;
        }

        self.file |= coded | control != 0;
        let second = (capital | (letter & class[DIGIT])) & up(capital, before.capital, 1);
        each!(second, base, at => {
            self.file |= starts_file(&text[at - 1..]);
        });
        if let Some(quotes) = quotes {
            each!(quote, base, at => {
                quotes.push(at);
            });
        }

        *before = Before {
            backslash,
            word,
            letter,
            alnum,
            small,
            capital,
            colon,
            quote,
            digit,
            ..*before
        };
    }

    /// Looks at the names of header fields; `head` ends in the name of an error or a level, which
    /// takes as much away as a key.
    #[inline(always)]
    fn header(&mut self, head: &[u8]) -> bool {
        let ends = |name: &[u8]| {
            let tail = head.len().checked_sub(name.len());
            tail.is_some_and(|tail| head[tail..].eq_ignore_ascii_case(name))
        };
        let is = |name: &[u8]| {
            let tail = head.len().checked_sub(name.len() + 1);
            ends(name) && tail.is_none_or(|tail| matches!(head[tail], b' ' | b'\n'))
        };
        match head.last() {
            Some(b't' | b'T') => self.mail |= ends(b"subject"),
            Some(b'd' | b'D') => self.mail |= ends(b"message-id"),
            Some(b'n' | b'N') => {
                self.mail |= ends(b"mime-version");
                self.upload |= ends(b"content-disposition");
                return ends(b"exception") || is(b"warn");
            }
            Some(b'r' | b'R') => return ends(b"error"),
            Some(b'g' | b'G') => return ends(b"warning") || is(b"debug"),
            Some(b'o' | b'O') => return is(b"info"),
            _ => {}
        }
        false
    }
}

/// Where times of the day with their seconds end.
#[cold]
fn times(digit: u64, colon: u64, before: &Before) -> u64 {
    let digits = |count| up(digit, before.digit, count);
    let colons = |count| up(colon, before.colon, count);
    let two = |count| digits(count) & digits(count + 1);
    digit & digits(1) & colons(2) & two(3) & colons(5) & two(6)
}

/// A date and a time are one word, which starts behind a space.
fn dated(text: &[u8], end: usize) -> bool {
    let Some(start) = end.checked_sub(19) else {
        return false;
    };
    let shape = b"0000-00-00T00:00:00";
    let same = |(own, other): (&u8, &u8)| own == other || *own == b'0' && other.is_ascii_digit();
    shape.iter().zip(&text[start..end]).all(same)
        && (start == 0 || matches!(text[start - 1], b' ' | b'\n'))
}

/// The part of letters of the files that have no byte outside ASCII, no control and no escape.
#[inline(always)]
fn starts_file(text: &[u8]) -> bool {
    match text[0] {
        b'P' => text.starts_with(b"PDF-"),
        b'G' => text.starts_with(b"GIF8"),
        b'J' => text.starts_with(b"JFIF"),
        b'E' => text.starts_with(b"Exif"),
        b'W' => text.starts_with(b"WEBPVP8"),
        b'B' => text.starts_with(b"BZh91AY"),
        _ => false,
    }
}
