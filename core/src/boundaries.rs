//! Where a token may start: the tails of escape sequences.

use crate::bytesets::{ALNUM, ByteSet, HEX, LETTERS};

static SIMPLE_ESCAPES: ByteSet = ByteSet::of(b"abefnrtv0");
static ANSI_PARAMETERS: ByteSet = ByteSet::of(b"0123456789;?");
/// Longest parameters of a terminal's control sequence, in bytes.
const ANSI_REACH: usize = 15;

/// Where the text behind the escape sequence that starts at `at` starts, if one does.
///
/// The letter or digit before a token is then part of `\n`, `\u0022`, `\x27`, `%3D` or of a
/// terminal colour, and no part of a longer word: a token may start there.
pub fn escape_end(data: &[u8], at: usize) -> Option<usize> {
    let next = *data.get(at + 1)?;
    match data[at] {
        b'\\' => match next {
            b'x' => hex_digits(data, at + 2, 2),
            b'u' => hex_digits(data, at + 2, 4),
            b'U' => hex_digits(data, at + 2, 8),
            _ if SIMPLE_ESCAPES.has(next) => Some(at + 2),
            _ => None,
        },
        b'%' => hex_digits(data, at + 1, 2),
        0x1B if next == b'[' => {
            let parameters = data[at + 2..].iter();
            let count = parameters
                .take(ANSI_REACH)
                .take_while(|&&byte| ANSI_PARAMETERS.has(byte))
                .count();
            let letter = at + 2 + count;
            (letter < data.len() && LETTERS.has(data[letter])).then_some(letter + 1)
        }
        _ => None,
    }
}

fn hex_digits(data: &[u8], at: usize, count: usize) -> Option<usize> {
    let digits = data.get(at..at + count)?;
    digits
        .iter()
        .all(|&byte| HEX.has(byte))
        .then_some(at + count)
}

/// An escape sequence ends right before `at`.
pub fn escape_tail(data: &[u8], at: usize) -> bool {
    let ends = |back: usize| at >= back && escape_end(data, at - back) == Some(at);
    if at < 2 || !ALNUM.has(data[at - 1]) {
        return false;
    }
    if (data[at - 2] == b'\\' && SIMPLE_ESCAPES.has(data[at - 1]))
        || (at >= 3 && data[at - 3] == b'%' && ends(3))
        || (at >= 4 && data[at - 4] == b'\\' && data[at - 3] == b'x' && ends(4))
        || (at >= 6 && data[at - 6] == b'\\' && data[at - 5] == b'u' && ends(6))
        || (at >= 10 && data[at - 10] == b'\\' && data[at - 9] == b'U' && ends(10))
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
