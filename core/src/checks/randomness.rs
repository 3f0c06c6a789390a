//! Telling random text from names; `redactor/checks/randomness.py` has the reasons.

use super::encodings::decode_base64;
use super::entropy::at_least;
use crate::bytesets::{ALNUM, ByteSet};
use crate::words::WordLists;
use std::borrow::Cow;

/// Bytes of a value that are looked at.
const LOOKED_AT: usize = 256;
/// Least length of a random part: of any letters and digits, of hexadecimal ones, of letters.
const PART: usize = 12;
const HEX_PART: usize = 24;
const LETTERS_PART: usize = 16;
static BASE64_SIGNS: ByteSet = ALNUM.or(&ByteSet::of(b"+/_-="));
const PUBLIC: [&[u8]; 9] = [
    b"sha1-",
    b"sha256-",
    b"sha384-",
    b"sha512-",
    b"AAAA",
    b"iVBORw0KGgo",
    b"9j/4",
    b"R0lGOD",
    b"Qm",
];

/// `value` holds what a random generator made, so that it can be a secret.
pub fn random(words: &WordLists, value: &[u8]) -> bool {
    let value = without_percent(&value[..value.len().min(LOOKED_AT)]);
    let value = &*value;
    if value.len() < 16
        || matches!(value[0], b'/' | b'.' | b'~')
        || value.windows(3).any(|three| three == b"://")
        || is_file(value)
    {
        return false;
    }
    parts(value).any(|part| random_part(words, part)) || random_pieces(words, value)
}

/// `value` is so random that it needs no name to be taken for a secret.
pub fn high_entropy(words: &WordLists, value: &[u8]) -> bool {
    let value = without_padding(&value[..value.len().min(LOOKED_AT)]);
    if count(value, b'0'..=b'9') < 2
        || count(value, b'A'..=b'Z') < 3
        || count(value, b'a'..=b'z') < 3
        || PUBLIC.iter().any(|start| value.starts_with(start))
        || !at_least(value, 40)
        || wordy(words, value)
        || in_order(value)
    {
        return false;
    }
    let named: usize = parts(value)
        .filter(|part| is_word(words, part))
        .map(<[u8]>::len)
        .sum();
    named * 4 <= value.len() && !encodes_text(value)
}

fn without_padding(value: &[u8]) -> &[u8] {
    let end = value.iter().rposition(|&byte| byte != b'=');
    &value[..end.map_or(0, |last| last + 1)]
}

/// `value` with each percent escape replaced by one sign.
fn without_percent(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'%') {
        return Cow::Borrowed(value);
    }
    let mut out = Vec::with_capacity(value.len());
    let mut at = 0;
    while at < value.len() {
        let digits = value.get(at + 1..at + 3);
        let escaped =
            value[at] == b'%' && digits.is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        out.push(if escaped { b'+' } else { value[at] });
        at += if escaped { 3 } else { 1 };
    }
    Cow::Owned(out)
}

/// `value` ends like the name of a file: a dot and up to five small letters.
fn is_file(value: &[u8]) -> bool {
    let ending = value.rsplit(|&byte| byte == b'.').next().unwrap_or(value);
    (1..=5).contains(&ending.len()) && ending.iter().all(u8::is_ascii_lowercase)
}

/// The runs of letters and digits.
fn parts(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value
        .split(|&byte| !ALNUM.has(byte))
        .filter(|part| !part.is_empty())
}

fn count(text: &[u8], kind: std::ops::RangeInclusive<u8>) -> usize {
    text.iter().filter(|byte| kind.contains(byte)).count()
}

/// `value` is base64 whose few signs cut it into parts too short for themselves.
fn random_pieces(words: &WordLists, value: &[u8]) -> bool {
    let whole: Vec<u8> = parts(value).flatten().copied().collect();
    let signs = without_padding(value).len().wrapping_sub(whole.len());
    if signs == 0 || signs * 8 > value.len() || value.iter().any(|&byte| !BASE64_SIGNS.has(byte)) {
        return false;
    }
    count(&whole, b'0'..=b'9') >= 2
        && count(&whole, b'A'..=b'Z') >= 2
        && count(&whole, b'a'..=b'z') >= 2
        && !parts(value).any(|part| is_word(words, part))
        && random_part(words, &whole)
}

fn random_part(words: &WordLists, part: &[u8]) -> bool {
    let size = part.len();
    let digits = count(part, b'0'..=b'9');
    if size < PART || digits == size {
        return false;
    }
    let hex = |letters: std::ops::RangeInclusive<u8>| {
        part.iter()
            .all(|byte| byte.is_ascii_digit() || letters.contains(byte))
    };
    if hex(b'a'..=b'f') || hex(b'A'..=b'F') {
        return size >= HEX_PART && digits > 0 && at_least(part, 28);
    }
    if digits == 0 && size < LETTERS_PART {
        return false;
    }
    let least = match size {
        ..=15 => 27,
        16..=19 => 30,
        20..=31 => 32,
        _ => 36,
    };
    if !at_least(part, least) || wordy(words, part) || in_order(part) {
        return false;
    }
    letter_pairs(words, part).0 >= 6 || turns(part) >= 4
}

/// The letters of `text` follow each other as in words.
fn wordy(words: &WordLists, text: &[u8]) -> bool {
    let (total, usual) = letter_pairs(words, text);
    match total {
        ..6 => false,
        6..10 => usual * 4 >= total * 3,
        _ => usual * 20 >= total * 13,
    }
}

/// Counts the pairs of letters, and the usual ones; a capital starts a new word.
fn letter_pairs(words: &WordLists, text: &[u8]) -> (usize, usize) {
    let (mut total, mut usual) = (0, 0);
    for pair in text.windows(2) {
        let (one, other) = (pair[0], pair[1]);
        if one.is_ascii_alphabetic()
            && other.is_ascii_alphabetic()
            && !(one.is_ascii_lowercase() && other.is_ascii_uppercase())
        {
            total += 1;
            let place = usize::from((one | 0x20) - b'a') * 26 + usize::from((other | 0x20) - b'a');
            usual += usize::from(words.letter_pairs[place]);
        }
    }
    (total, usual)
}

/// Most bytes are the next one after the byte before, as in alphabets.
fn in_order(text: &[u8]) -> bool {
    let nexts = text
        .windows(2)
        .filter(|pair| pair[1].checked_sub(1) == Some(pair[0]))
        .count();
    nexts * 2 > text.len()
}

/// Where digits end and letters begin, and the other way round.
fn turns(text: &[u8]) -> usize {
    text.windows(2)
        .filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit())
        .count()
}

/// A word in small letters, the first one possibly a capital.
fn is_word(words: &WordLists, part: &[u8]) -> bool {
    if part.len() < 4
        || !part[0].is_ascii_alphabetic()
        || !part[1..].iter().all(u8::is_ascii_lowercase)
    {
        return false;
    }
    let (total, usual) = letter_pairs(words, part);
    usual * 4 >= total * 3
}

/// `value` is base64 of printable text.
fn encodes_text(value: &[u8]) -> bool {
    let kept = &value[..value.len() / 4 * 4];
    let Some(decoded) = decode_base64(kept) else {
        return false;
    };
    let printable = decoded
        .iter()
        .filter(|&&byte| (0x20..0x7F).contains(&byte) || matches!(byte, b'\t' | b'\r' | b'\n'))
        .count();
    printable * 10 >= decoded.len() * 9
}
