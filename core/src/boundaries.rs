//! Where a token may start: the tails of escape sequences.

use crate::bytesets::{ALNUM, ByteSet, HEX, LETTERS};

static SIMPLE_ESCAPES: ByteSet = ByteSet::of(b"abefnrtv0");
static ANSI_PARAMETERS: ByteSet = ByteSet::of(b"0123456789;?");
/// Longest parameters of a terminal's control sequence, in bytes.
const ANSI_REACH: usize = 15;

/// How often a percent sign may itself be escaped.
const LEVELS: usize = 4;

/// Reports where the text behind the escape sequence that starts at `at` starts, if one does.
///
/// The letter or digit before a token is then part of `\n`, `\u0022`, `\x27`, `%3D`, `%253D` or
/// of a terminal colour, and no part of a longer word: a token may start there.
#[inline]
pub fn escape_ends(data: &[u8], at: usize, mut found: impl FnMut(usize)) {
    let Some(&next) = data.get(at + 1) else {
        return;
    };
    match data[at] {
        b'\\' => {
            let digits = match next {
                b'x' => 2,
                b'u' => 4,
                b'U' => 8,
                _ if SIMPLE_ESCAPES.has(next) => 0,
                _ => return,
            };
            if hex_digits(data, at + 2, digits) {
                found(at + 2 + digits);
            }
        }
        b'%' => {
            for level in 0..=LEVELS {
                let digits = at + 1 + 2 * level;
                if !hex_digits(data, digits, 2) {
                    return;
                }
                found(digits + 2);
                if &data[digits..digits + 2] != b"25" {
                    return;
                }
            }
        }
        0x1B if next == b'[' => {
            let parameters = data[at + 2..].iter().take(ANSI_REACH);
            let count = parameters
                .take_while(|&&byte| ANSI_PARAMETERS.has(byte))
                .count();
            let letter = at + 2 + count;
            if data.get(letter).is_some_and(u8::is_ascii_alphabetic) {
                found(letter + 1);
            }
        }
        _ => {}
    }
}

fn hex_digits(data: &[u8], at: usize, count: usize) -> bool {
    data.get(at..at + count)
        .is_some_and(|digits| digits.iter().all(|&byte| HEX.has(byte)))
}

/// An escape sequence ends right before `at`.
pub fn escape_tail(data: &[u8], at: usize) -> bool {
    if at < 2 || !ALNUM.has(data[at - 1]) {
        return false;
    }
    let hex = |letter: u8, digits: usize| {
        at >= digits + 2
            && data[at - digits - 2] == b'\\'
            && data[at - digits - 1] == letter
            && hex_digits(data, at - digits, digits)
    };
    if (data[at - 2] == b'\\' && SIMPLE_ESCAPES.has(data[at - 1]))
        || (at >= 3 && hex_digits(data, at - 2, 2) && percent_before(data, at - 2))
        || hex(b'x', 2)
        || hex(b'u', 4)
        || hex(b'U', 8)
    {
        return true;
    }
    if !LETTERS.has(data[at - 1]) {
        return false;
    }
    let mut first = at - 1;
    while first > 0 && at - first <= ANSI_REACH && ANSI_PARAMETERS.has(data[first - 1]) {
        first -= 1;
    }
    first >= 2 && data[first - 1] == b'[' && data[first - 2] == 0x1B
}

/// A percent sign ends before `at`, plain or escaped up to four times itself.
fn percent_before(data: &[u8], mut at: usize) -> bool {
    for _ in 0..=LEVELS {
        if data[at - 1] == b'%' {
            return true;
        }
        if at < 3 || &data[at - 2..at] != b"25" {
            return false;
        }
        at -= 2;
    }
    false
}
