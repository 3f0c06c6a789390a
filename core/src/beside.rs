//! What stands right behind a card number: expiry date, security code, track data.

use crate::bytesets::{ALNUM, ByteSet, byte_at, strip};

static GAPS: ByteSet = ByteSet::of(b" ,;|:+\t");
/// What ends a text of which a number and its code are the last part.
static TEXT_ENDS: ByteSet = ByteSet::of(b"\"'`<>)]}|&\\\r");

/// Reports the expiry date, security code or track data that follow a number ending at `at`.
///
/// `sure` says whether it is written as a card or beside a card word: then bare digits are its code.
pub fn beside(
    data: &[u8],
    mut at: usize,
    high: usize,
    sure: impl FnOnce() -> bool,
    found: &mut impl FnMut(usize, usize),
) {
    let data = &data[..high];
    if let Some(end) = track_1(data, at).or_else(|| track_2(data, at)) {
        found(at, end);
        return;
    }
    let expiry = expiry(data, at);
    if let Some((first, last)) = expiry {
        found(first, last);
        at = last;
    }
    let Some((first, last)) = code(data, at) else {
        return;
    };
    if last < high && ALNUM.has(data[last]) {
        return;
    }
    // The number and the digits one space behind it are all of a text.
    let alone =
        first - at == 1 && b" +".contains(&data[at]) && (last >= high || TEXT_ENDS.has(data[last]));
    let named = !strip(&data[at..first], b" ,;|:+\t=").is_empty();
    if expiry.is_some() || named || alone || sure() {
        found(first, last);
    }
}

fn over(data: &[u8], at: usize, most: usize, member: impl Fn(u8) -> bool) -> usize {
    let rest = data.get(at..).unwrap_or(&[]);
    rest.iter()
        .take(most)
        .take_while(|&&byte| member(byte))
        .count()
}

/// `\^[^?\n]{2,40}\^[^?\n\x80-\xFF]{4,80}\??`: a bound inside a character would cut it.
fn track_1(data: &[u8], at: usize) -> Option<usize> {
    if byte_at(data, at) != b'^' {
        return None;
    }
    let inside = |byte| byte != b'?' && byte != b'\n';
    let longest = over(data, at + 1, 40, inside);
    for name in (2..=longest).rev() {
        let second = at + 1 + name;
        if byte_at(data, second) == b'^' {
            let rest = over(data, second + 1, 80, |byte| inside(byte) && byte.is_ascii());
            if rest >= 4 {
                return Some(over_question(data, second + 1 + rest));
            }
        }
    }
    None
}

/// `[=D]\d{7,30}\??`
fn track_2(data: &[u8], at: usize) -> Option<usize> {
    if !matches!(byte_at(data, at), b'=' | b'D') {
        return None;
    }
    let digits = over(data, at + 1, 30, |byte| byte.is_ascii_digit());
    (digits >= 7).then(|| over_question(data, at + 1 + digits))
}

fn over_question(data: &[u8], at: usize) -> usize {
    at + usize::from(byte_at(data, at) == b'?')
}

fn gap(data: &[u8], at: usize) -> Option<usize> {
    let gap = over(data, at, 2, |byte| GAPS.has(byte));
    (gap > 0).then_some(at + gap)
}

/// `[ ,;|:+\t]{1,2}(?:exp(?:iry)?[ :=]{1,2})?((?:0[1-9]|1[0-2])[ /\-](?:20\d\d|\d\d))`
fn expiry(data: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut at = gap(data, at)?;
    if data[at..].starts_with(b"exp") {
        at += if data[at..].starts_with(b"expiry") {
            6
        } else {
            3
        };
        let gap = over(data, at, 2, |byte| b" :=".contains(&byte));
        if gap == 0 {
            return None;
        }
        at += gap;
    }
    let month = matches!(
        (byte_at(data, at), byte_at(data, at + 1)),
        (b'0', b'1'..=b'9') | (b'1', b'0'..=b'2')
    );
    if !month || !b" /-".contains(&byte_at(data, at + 2)) {
        return None;
    }
    let digits = over(data, at + 3, 4, |byte| byte.is_ascii_digit());
    if digits == 4 && data[at + 3..].starts_with(b"20") {
        return Some((at, at + 7));
    }
    (digits >= 2).then_some((at, at + 5))
}

/// `[ ,;|:+\t]{1,2}(?:(?:cvv2?|cvc2?|csc)[ :=]{0,2})?(\d{3,4})`
fn code(data: &[u8], at: usize) -> Option<(usize, usize)> {
    let at = gap(data, at)?;
    let digits = |at: usize| {
        let count = over(data, at, 4, |byte| byte.is_ascii_digit());
        (count >= 3).then_some((at, at + count))
    };
    let named = |at: usize| digits(at + over(data, at, 2, |byte| b" :=".contains(&byte)));
    match data.get(at..at + 3) {
        Some(b"cvv" | b"cvc") => {
            let second = (byte_at(data, at + 3) == b'2')
                .then(|| named(at + 4))
                .flatten();
            second.or_else(|| named(at + 3))
        }
        Some(b"csc") => named(at + 3),
        _ => digits(at),
    }
}
