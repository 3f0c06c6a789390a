//! Quotes that are written as escapes: `\x22`, `\u0022`, `%22`, `%2522`, `&quot;`, `""`.
//!
//! A value that one of these opens ends at the next one that is spelled the same. Colours of a
//! terminal around keys and values are stepped over.

use crate::bytesets::{ByteSet, HEX, back_over, byte_at};

const COLOUR: &[u8] = b"\x1B[";
static COLOUR_PARAMETERS: ByteSet = ByteSet::of(b"0123456789;");
/// Longest parameters of a colour, in bytes, and colours one behind the other.
const COLOUR_REACH: usize = 15;
const COLOURS: usize = 3;

const SPELLINGS: [&[u8]; 10] = [
    b"\\u0022", b"\\u0027", b"&quot;", b"&apos;", b"&#x22;", b"&#x27;", b"&#34;", b"&#39;",
    b"\\x22", b"\\x27",
];
/// How often a percent sign may itself be escaped.
const LEVELS: usize = 4;

/// Steps over `25` as often as a percent sign may be escaped.
pub fn over_levels(data: &[u8], mut at: usize) -> usize {
    for _ in 0..LEVELS {
        if !data.get(at..).is_some_and(|rest| rest.starts_with(b"25")) {
            break;
        }
        at += 2;
    }
    at
}

/// Reads the percent escape that ends at `end`: where it starts and its two hex digits in upper
/// case.
pub fn escaped_before(data: &[u8], low: usize, end: usize) -> Option<(usize, [u8; 2])> {
    if end < low + 3 || !HEX.has(data[end - 1]) || !HEX.has(data[end - 2]) {
        return None;
    }
    let digits = [
        data[end - 2].to_ascii_uppercase(),
        data[end - 1].to_ascii_uppercase(),
    ];
    let mut at = end - 2;
    for _ in 0..LEVELS {
        if data[at - 1] == b'%' {
            return Some((at - 1, digits));
        }
        if at <= low + 2 || &data[at - 2..at] != b"25" {
            break;
        }
        at -= 2;
    }
    None
}

/// The end of the escaped quote that starts at `at`.
pub fn quote_escape_end(data: &[u8], at: usize, high: usize) -> Option<usize> {
    match byte_at(&data[..high], at) {
        b'%' => {
            let end = over_levels(data, at + 1);
            let digits = data[..high].get(end..end + 2)?;
            matches!(digits, b"22" | b"27").then_some(end + 2)
        }
        b'\\' | b'&' => {
            let rest = &data[at..high];
            let spelling = SPELLINGS
                .iter()
                .find(|spelling| rest.starts_with(spelling))?;
            Some(at + spelling.len())
        }
        _ => None,
    }
}

/// Where the escaped quote that ends at `end` starts.
pub fn quote_escape_before(data: &[u8], low: usize, end: usize) -> Option<usize> {
    if end <= low || !matches!(data[end - 1], b';' | b'2' | b'7') {
        return None;
    }
    let text = &data[low..end];
    if let Some(spelling) = SPELLINGS.iter().find(|spelling| text.ends_with(spelling)) {
        return Some(end - spelling.len());
    }
    let (start, digits) = escaped_before(data, low, end)?;
    matches!(&digits, b"22" | b"27").then_some(start)
}

/// Steps over the tail of an escape at the start of the key `data[start..end]`.
///
/// The bytes before a key may be `%26`, `%2526`, `\x22`, `\u0026` or `\n`, whose digits and
/// letters read like the key's own.
pub fn bare_start(data: &[u8], low: usize, start: usize, end: usize) -> usize {
    if start <= low {
        return start;
    }
    match data[start - 1] {
        b'[' | b';' => return behind_colour(data, low, start, end),
        b'%' => {
            let at = over_levels(data, start);
            if at + 2 <= end && HEX.has(data[at]) && HEX.has(data[at + 1]) {
                return at + 2;
            }
        }
        b'\\' if start < end => {
            let digits = match data[start] {
                b'n' | b'r' | b't' => return start + 1,
                b'x' => 2,
                b'u' => 4,
                _ => return start,
            };
            let last = start + 1 + digits;
            if last <= end && data[start + 1..last].iter().all(|&byte| HEX.has(byte)) {
                return last;
            }
        }
        _ => {}
    }
    start
}

/// Steps over `36m` where `ESC [` and parameters stand before `start`.
fn behind_colour(data: &[u8], low: usize, start: usize, end: usize) -> usize {
    let first = back_over(data, low, start, &COLOUR_PARAMETERS, COLOUR_REACH);
    if !data[low..first].ends_with(COLOUR) {
        return start;
    }
    let digits = data[start..end]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if data[start..end].get(digits) == Some(&b'm') {
        start + digits + 1
    } else {
        start
    }
}

/// Where the colours of a terminal that end at `end` start; `end` where there are none.
pub fn colour_before(data: &[u8], low: usize, mut end: usize) -> usize {
    for _ in 0..COLOURS {
        if end < low + 3 || data[end - 1] != b'm' {
            break;
        }
        let first = back_over(data, low, end - 1, &COLOUR_PARAMETERS, COLOUR_REACH);
        if !data[low..first].ends_with(COLOUR) {
            break;
        }
        end = first - 2;
    }
    end
}

/// Where the colours of a terminal that start at `at` end; `at` where there are none.
pub fn colour_end(data: &[u8], mut at: usize, high: usize) -> usize {
    for _ in 0..COLOURS {
        let Some(rest) = data
            .get(at..high)
            .and_then(|rest| rest.strip_prefix(COLOUR))
        else {
            break;
        };
        let count = rest
            .iter()
            .take(COLOUR_REACH)
            .take_while(|&&byte| COLOUR_PARAMETERS.has(byte))
            .count();
        if rest.get(count) != Some(&b'm') {
            break;
        }
        at += COLOUR.len() + count + 1;
    }
    at
}
