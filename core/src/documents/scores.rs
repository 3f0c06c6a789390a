//! The words of a text, and what each counts for prose or against it.

use crate::bytesets::ByteSet;

/// What a word that is none takes away, and one with a colon behind it.
pub const OTHER: i64 = -5;
pub const COLON: i64 = -3;
/// What ends a stretch whatever was said: the name of an error, a level, a time, a key of JSON.
const BREAK: i64 = -100;
/// What a word takes away in which a digit stands for a letter, as recognisers of text write.
const MIXED: i64 = -1;
/// Longest word of ASCII letters, and longest number that may stand in a text, in bytes.
const LONGEST: usize = 28;
const NUMBER: usize = 10;
/// Words that, with a colon behind them, are part of a report and of no text; ends of such.
const SIGNS: [&[u8]; 9] = [
    b"by",
    b"cause",
    b"info",
    b"debug",
    b"trace",
    b"notice",
    b"warn",
    b"fatal",
    b"critical",
];
const SIGN_ENDS: [&[u8]; 3] = [b"error", b"exception", b"warning"];

pub static SPACES: ByteSet = ByteSet::of(b" \t\r\n\0\x0B\x0C");
static OPENERS: ByteSet = ByteSet::of(b"\"'([*_`#>-");
static CLOSERS: ByteSet = ByteSet::of(b"\"'.,;:!?)]*_`-\\");
static DIGITS: ByteSet = ByteSet::of(b"0123456789.,-%");
static MARKUP: ByteSet = ByteSet::of(b"#*->`_~");

/// What a byte may be in a word: one bit each.
const SPACE: u8 = 1;
const COLONS: u8 = 2;
const BACKSLASH: u8 = SPACE | COLONS;
const SMALL: u8 = 4;
const COMMA: u8 = 8;
/// What is no letter and no digit, and is never taken from the edges of a word.
const SIGN: u8 = 16;
const POINT: u8 = 32;
const OTHERS: u8 = 64;
/// Letters outside ASCII.
const WIDE: u8 = 128;

static KINDS: [u8; 256] = {
    let mut kinds = [OTHERS; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        kinds[at] = if SPACES.has(byte) {
            SPACE
        } else if byte == b'\\' {
            BACKSLASH
        } else if byte.is_ascii_lowercase() {
            SMALL
        } else if byte == b':' {
            COLONS
        } else if byte == b',' {
            COMMA
        } else if byte == b'.' {
            POINT
        } else if byte >= 0x80 {
            WIDE
        } else if byte.is_ascii_alphanumeric()
            || OPENERS.has(byte)
            || CLOSERS.has(byte)
            || DIGITS.has(byte)
        {
            OTHERS
        } else {
            SIGN
        };
        at += 1;
    }
    kinds
};

/// Reports words, each with the kinds of its bytes.
#[inline(always)]
pub fn words(text: &[u8], low: usize, high: usize, mut word: impl FnMut(usize, usize, u8)) {
    let (mut at, mut start, mut kinds) = (low, low, 0);
    while at < high {
        let kind = KINDS[usize::from(text[at])];
        let end = at;
        at += 1;
        if kind & SPACE == 0 {
            kinds |= kind;
            continue;
        }
        if kind == BACKSLASH {
            at = behind_backslashes(text, at, high);
            if at == high || !matches!(text[at], b'n' | b'r' | b't') {
                kinds |= kind;
                continue;
            }
            at += 1;
        }
        if end > start {
            word(start, end, kinds);
        }
        (start, kinds) = (at, 0);
    }
    if high > start {
        word(start, high, kinds);
    }
}

/// What a word counts that shows it by the kinds of its bytes alone.
#[inline(always)]
pub fn quick(text: &[u8], start: usize, end: usize, kinds: u8) -> Option<(i64, bool)> {
    let last = end - usize::from(kinds & (COMMA | POINT) != 0);
    if kinds & !(SMALL | COMMA | POINT) == 0 {
        // Small letters, and a comma or a point behind them.
        let plain = last == end || text[start..last].iter().all(u8::is_ascii_lowercase);
        let size = last - start;
        if plain && size > 0 {
            let score = match size {
                1 => 0,
                2..=LONGEST => 1,
                _ => OTHER,
            };
            return Some((score, kinds & COMMA != 0));
        }
    } else if kinds & SIGN != 0 && kinds & (BACKSLASH | WIDE) == 0 {
        let tail = text[start..end].iter().rev();
        let mut tail = tail.take_while(|&&byte| CLOSERS.has(byte));
        return Some((OTHER, kinds & COMMA != 0 && tail.any(|&byte| byte == b',')));
    }
    None
}

/// What the word `text[start..end]` counts, and whether a comma stands behind it.
pub fn score(text: &[u8], start: usize, end: usize) -> (i64, bool) {
    let (mut first, mut last) = (start, end);
    while first < last {
        if text[first] == b'\\' {
            if escaped_letter(text, first, last).is_some() {
                break;
            }
            first = behind_backslashes(text, first, last);
        } else if OPENERS.has(text[first]) {
            first += 1;
        } else {
            break;
        }
    }
    let (mut comma, mut colon) = (false, false);
    while last > first && CLOSERS.has(text[last - 1]) {
        last -= 1;
        comma |= text[last] == b',';
        colon |= text[last] == b':';
        if matches!(text[last], b'"' | b'\'') && last + 1 < end && text[last + 1] == b':' {
            return (BREAK, false);
        }
    }
    if first == last {
        let only = text[start..end].iter().all(|&byte| MARKUP.has(byte));
        return (if only { 0 } else { COLON }, false);
    }
    if text[first..last].iter().all(|&byte| DIGITS.has(byte)) {
        if colon {
            return (BREAK, comma);
        }
        return (if last - first <= NUMBER { 0 } else { OTHER }, comma);
    }
    let word = &text[first..last];
    if is_time(word) {
        return (BREAK, comma);
    }
    if colon {
        return (if names_report(word) { BREAK } else { COLON }, comma);
    }
    if last - first == 1 && text[first].is_ascii_alphabetic() {
        return (0, comma); // a letter alone is filling as often as a word
    }
    if is_mixed(&text[first..last]) {
        return (MIXED, comma);
    }
    (letters(text, first, last), comma)
}

/// A time of the day, with its seconds, ends a date or stands alone.
fn is_time(word: &[u8]) -> bool {
    [0, 11].iter().any(|&at| {
        word.get(at..at + 8).is_some_and(|time| {
            time[2] == b':'
                && time[5] == b':'
                && [0, 1, 3, 4, 6, 7]
                    .iter()
                    .all(|&at| time[at].is_ascii_digit())
        })
    })
}

/// The word, which has a colon behind it, is the name of an error or a level.
fn names_report(word: &[u8]) -> bool {
    let ends = |sign: &&[u8]| {
        let tail = word.len().checked_sub(sign.len());
        tail.is_some_and(|tail| word[tail..].eq_ignore_ascii_case(sign))
    };
    SIGN_ENDS.iter().any(ends) || SIGNS.iter().any(|sign| word.eq_ignore_ascii_case(sign))
}

fn is_mixed(word: &[u8]) -> bool {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let size = word.len();
    word.iter().all(u8::is_ascii_alphanumeric) && digits > 0 && digits * 4 <= size && size <= 16
}

/// What letters count: as one word, or a third of a word each where none stand apart.
fn letters(text: &[u8], first: usize, last: usize) -> i64 {
    let (mut wide, mut three) = (false, 0);
    let (mut small, mut letters) = (false, false);
    let mut at = first;
    while at < last {
        let byte = text[at];
        at += 1;
        if byte == b'\\' {
            if let Some((end, sign, long)) = escaped_letter(text, at - 1, last) {
                if sign == Sign::Box {
                    return OTHER;
                }
                wide = true;
                if sign == Sign::None {
                    letters = true;
                    three += i64::from(long);
                }
                at = end;
            } else if wide {
                at = behind_backslashes(text, at, last);
            } else {
                return OTHER;
            }
        } else if byte >= 0x80 {
            wide = true;
            if byte == 0xE2 && at < last && (0x80..0xB0).contains(&text[at]) {
                if matches!(text[at], 0x94 | 0x95) {
                    return OTHER;
                }
                at = (at + 2).min(last);
                continue;
            }
            letters = true;
            three += i64::from(byte >= 0xE0);
        } else if byte.is_ascii_alphabetic() {
            letters = true;
            if small && byte.is_ascii_uppercase() {
                return OTHER;
            }
            small = byte.is_ascii_lowercase();
        } else if matches!(byte, b'\'' | b'-') && first < at - 1 {
            small = false;
        } else if !wide {
            return OTHER;
        }
    }
    if !wide && last - first > LONGEST {
        return OTHER;
    }
    if letters { (three / 3).max(1) } else { 0 }
}

/// Signs that are no letters, U+2000 to U+2BFF: dashes, quotes, arrows; and what draws boxes.
#[derive(PartialEq, Eq)]
enum Sign {
    None,
    Some,
    Box,
}

/// Reads `\u0436` at `at`, with any number of backslashes: where it ends, whether it is a sign, and
/// whether the character has three bytes in UTF-8.
fn escaped_letter(text: &[u8], at: usize, end: usize) -> Option<(usize, Sign, bool)> {
    let at = behind_backslashes(text, at, end);
    if at + 5 > end || text[at] != b'u' {
        return None;
    }
    let digits = &text[at + 1..at + 5];
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    if digits.starts_with(b"00") && (b'0'..=b'7').contains(&digits[2]) {
        return None;
    }
    let long = digits[0] != b'0' || b"89abcdefABCDEF".contains(&digits[1]);
    let sign = match digits {
        [b'2', b'5', b'0'..=b'7', _] => Sign::Box,
        [b'2', b'0'..=b'9' | b'a' | b'b' | b'A' | b'B', ..] => Sign::Some,
        _ => Sign::None,
    };
    Some((at + 5, sign, long))
}

pub fn behind_backslashes(text: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && text[at] == b'\\' {
        at += 1;
    }
    at
}
