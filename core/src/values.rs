//! Values: where the value of a sensitive key starts and ends.
//!
//! All functions are linear in the bytes that they pass over and never leave the line.

use crate::bytesets::{ALNUM, ByteSet, KEY_BYTES, LETTERS, QUOTES, SPACES, byte_at};
use crate::quoting::{over_levels, quote_escape_end};
use memchr::{memchr, memchr3};

static SOFT_ENDS: ByteSet = ByteSet::of(b"\"'`,;&)]}|>");
static AFTER_SOFT_END: ByteSet = SOFT_ENDS.or(&ByteSet::of(b" \t\r\n<:\\"));
static LISTING: ByteSet = ByteSet::of(b",;&|");
static ESCAPED_ENDS: ByteSet = ByteSet::of(b"nrt\"'`");
static NAME_START: ByteSet = LETTERS.or(&ByteSet::of(b"_$"));
static NAME_BYTES: ByteSet = KEY_BYTES.or(&ByteSet::of(b"[]%"));
static PARAMETER_BYTES: ByteSet = ALNUM.or(&ByteSet::of(b"_.-"));
static TOKEN_BYTES: ByteSet = ALNUM.or(&ByteSet::of(b"._~+/=-%:!|$"));
/// Bytes at which an unquoted value may end; all others are passed over at once.
static STOPS: ByteSet = SOFT_ENDS.or(&ByteSet::of(
    b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1A\x1B\x1C\x1D\x1E\x1F \x7F\\<%",
));
/// What may follow a comma, a colon, a bracket that ends a string of JSON.
static BEHIND_COMMA: ByteSet = ByteSet::of(b" \t\r\"'`\\{[(-0123456789tfnTFN");
static BEHIND_COLON: ByteSet = ByteSet::of(b" \t\r\"'\\{[-0123456789tfn");
static BEHIND_BRACKET: ByteSet = ByteSet::of(b" \t\r\"'`\\,}])>;:");
/// What follows two quotes of which the first closes a value.
static AFTER_DOUBLED: ByteSet = ByteSet::of(b" \t\r,;:)]}>&\\");
/// First bytes of what is a value only if nothing else can be meant.
static ODD_STARTS: ByteSet = ByteSet::of(b"[{(,;&)]}>");
static TAG_NAME: ByteSet = ALNUM.or(&ByteSet::of(b":._-"));
static ATTRIBUTE_NAME: ByteSet = LETTERS.or(&ByteSet::of(b":-"));
static PHRASE: ByteSet = LETTERS.or(&ByteSet::of(b" _-"));
const ODD_LEAST: usize = 6;
/// Soft ends in a row that are looked over, in bytes.
const ENDS_REACH: usize = 16;
/// How far back what a soft end closes is looked for, in bytes.
const OPENING_REACH: usize = 256;
/// How far ahead a closing bracket is looked for, in bytes.
const ROOM: usize = 1024;
/// Letters of the shortest name that stands without a value.
const FLAG: usize = 4;
const NAME_REACH: usize = 40;
const BRACKET_REACH: usize = 64;

/// Walks forward over spaces and tabs, at most 16 of them.
#[inline]
pub fn skip_spaces(data: &[u8], mut at: usize, high: usize) -> usize {
    let stop = high.min(at + 16);
    while at < stop && SPACES.has(data[at]) {
        at += 1;
    }
    at
}

/// An opening quote and the backslashes before it.
#[derive(Clone, Copy)]
pub struct Opening {
    /// The first byte of the value.
    pub start: usize,
    pub backslashes: usize,
    pub quote: u8,
}

/// Reads an opening quote at `at`.
#[inline]
pub fn quote_at(data: &[u8], mut at: usize, high: usize) -> Option<Opening> {
    let first = at;
    while at < high && data[at] == b'\\' && at - first < 15 {
        at += 1;
    }
    (at < high && QUOTES.has(data[at])).then(|| Opening {
        start: at + 1,
        backslashes: at - first,
        quote: data[at],
    })
}

/// The double quote at `at`, escaped or not, looks like the end of a JSON string.
pub fn closes_string(data: &[u8], at: usize, high: usize) -> bool {
    let after = skip_spaces(data, at + 1, high);
    if after >= high || data[after] == b'\r' {
        return true;
    }
    let going_on = match data[after] {
        b',' => Some(&BEHIND_COMMA),
        b':' => Some(&BEHIND_COLON),
        b'}' | b']' => Some(&BEHIND_BRACKET),
        _ => None,
    };
    if let Some(going_on) = going_on {
        return after + 1 >= high || going_on.has(data[after + 1]);
    }
    // An inner string and the one around it may end together: \"" at any depth.
    at > 0 && data[at - 1] == b'\\' && matches!(data[after], b'"' | b'\\')
}

/// The first double quote in `data[at..stop]` that looks like the end of a JSON string, with the
/// backslashes before it; or `stop`.
///
/// A value that stands in a string does not leave it, whatever opened inside and was not closed.
pub fn string_end(data: &[u8], mut at: usize, stop: usize, high: usize) -> usize {
    let low = at;
    while at < stop {
        let Some(offset) = memchr(b'"', &data[at..stop]) else {
            return stop;
        };
        at += offset;
        if closes_string(data, at, high) {
            while at > low && data[at - 1] == b'\\' {
                at -= 1;
            }
            return at;
        }
        at += 1;
    }
    stop
}

/// The end of a quoted value, and the first byte after its closing quote.
///
/// A quote inside JSON inside a JSON string is written with one, three, seven backslashes. With
/// *b* backslashes at the opening quote the closing one has *b* modulo 2(*b* + 1) of them; with
/// fewer than *b* it closes an outer string, and the value with it.
pub fn quoted_end(data: &[u8], opening: Opening, high: usize) -> (usize, usize) {
    let period = 2 * (opening.backslashes + 1);
    let start = opening.start;
    let mut at = start;
    loop {
        let Some(offset) = memchr(opening.quote, &data[at.min(high)..high]) else {
            return (high, high);
        };
        let found = at + offset;
        let mut run = found;
        while run > start && data[run - 1] == b'\\' {
            run -= 1;
        }
        let count = (found - run) % period;
        at = found + 1;
        if count > opening.backslashes {
            continue;
        }
        if run == found && opening.backslashes == 0 && is_doubled(data, found, high) {
            at += 1;
            continue;
        }
        // Behind a whole number of escaped backslashes the value ends, or the text around it is
        // escaped once more.
        if count < found - run && !ends_word(data, found, high) {
            continue;
        }
        return (found - count, found + 1);
    }
}

/// The quote at `at` is one that SQL, CSV and YAML write twice inside a value.
fn is_doubled(data: &[u8], at: usize, high: usize) -> bool {
    at + 2 < high && data[at + 1] == data[at] && !AFTER_DOUBLED.has(data[at + 2])
}

/// The text around a value goes on behind the quote at `at`.
fn ends_word(data: &[u8], at: usize, high: usize) -> bool {
    if at + 1 >= high || b" \t\r".contains(&data[at + 1]) || closes_string(data, at, high) {
        return true;
    }
    b");&>".contains(&data[at + 1])
        && (at + 2 >= high || b" \t\r,;)]}\"'\\".contains(&data[at + 2]))
}

/// Where a secret that a pattern found in `data[at..stop]` ends in the text around it.
///
/// What a pattern takes for a part of a secret may be the format's: an escaped quote (`\u0022`,
/// `&quot;`, `%22`), the end of an element (`</`) or the next parameter.
pub fn secret_end(data: &[u8], start: usize, stop: usize) -> usize {
    let secret = &data[start..stop.max(start)];
    let first = memchr3(b'<', b'\\', b'&', secret).unwrap_or(secret.len());
    let first = memchr(b'%', &secret[..first]).unwrap_or(first);
    let mut at = start + first;
    while at < stop {
        match data[at] {
            b'<' if byte_at(data, at + 1) == b'/'
                && byte_at(data, at + 2).is_ascii_alphabetic() =>
            {
                return at;
            }
            b'\\' => {
                let mut end = at;
                while end < stop && data[end] == b'\\' {
                    end += 1;
                }
                if quote_escape_end(data, end - 1, stop).is_some() {
                    return at;
                }
                at = end - 1;
            }
            b'&' | b'%'
                // One with an equals sign is made of parameters itself.
                if quote_escape_end(data, at, stop).is_some()
                    || (parameter_at(data, at, data.len())
                        && !data[start..at].contains(&b'=')) =>
            {
                return at;
            }
            _ => {}
        }
        at += 1;
    }
    stop
}

/// An ampersand at `at`, written as an escape, and `name=` behind it follow.
pub fn parameter_at(data: &[u8], at: usize, high: usize) -> bool {
    let rest = data.get(at..).unwrap_or(&[]);
    let start = if rest.starts_with(b"&amp;") {
        at + 5
    } else {
        match percent_end(data, at, b"26") {
            Some(end) => end,
            None => return false,
        }
    };
    let stop = high.min(start + NAME_REACH);
    let mut end = start;
    while end < stop && PARAMETER_BYTES.has(data[end]) {
        end += 1;
    }
    end > start && end < high && (data[end] == b'=' || percent_end(data, end, b"3D").is_some())
}

/// The end of the percent escape of `digits` at `at`, itself escaped or not.
fn percent_end(data: &[u8], at: usize, digits: &[u8; 2]) -> Option<usize> {
    if byte_at(data, at) != b'%' {
        return None;
    }
    let at = over_levels(data, at + 1);
    let found = data.get(at..at + 2)?;
    found.eq_ignore_ascii_case(digits).then_some(at + 2)
}

/// The end of the doubled quote at `at` that opens a value in a CSV or SQL string.
pub fn doubled_quote_end(data: &[u8], at: usize, high: usize) -> Option<usize> {
    let opens = at + 2 < high
        && QUOTES.has(data[at])
        && data[at + 1] == data[at]
        && !AFTER_SOFT_END.has(data[at + 2]);
    opens.then_some(at + 2)
}

/// An unquoted value starts at `at` of the line `data[low..high]`.
///
/// A bracket or a comma there nearly always says that there is none: `f(password=)`,
/// `?password=&x=1`. A word of letters and digits that nothing else explains is a value.
pub fn may_start(data: &[u8], low: usize, at: usize, high: usize) -> bool {
    if at >= high {
        return false;
    }
    let byte = data[at];
    if !ODD_STARTS.has(byte) {
        return true;
    }
    let word = &data[at..high.min(at + OPENING_REACH)];
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let word = &word[..word.iter().position(is_space).unwrap_or(word.len())];
    if word.len() < ODD_LEAST
        || word.iter().any(|byte| b"=:".contains(byte))
        || !word.iter().any(u8::is_ascii_digit)
        || !word.iter().any(u8::is_ascii_alphabetic)
    {
        return false;
    }
    let closer = match byte {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        _ => 0,
    };
    if closer != 0 {
        return memchr(closer, &data[at..high.min(at + ROOM)]).is_none();
    }
    opener_of(byte).is_none_or(|opener| !is_opened(data, low, at, opener))
}

/// What a soft end closes; the others separate.
fn opener_of(byte: u8) -> Option<u8> {
    match byte {
        b')' => Some(b'('),
        b']' => Some(b'['),
        b'}' => Some(b'{'),
        b'>' => Some(b'<'),
        b'"' | b'\'' | b'`' => Some(byte),
        _ => None,
    }
}

/// `opener` stands before `start` in its line, or the line is too long to say.
fn is_opened(data: &[u8], low: usize, start: usize, opener: u8) -> bool {
    start > low + OPENING_REACH || memchr(opener, &data[low..start]).is_some()
}

/// A tag of HTML or XML is at `at`, or what stands for a secret: `<not shown>`.
fn is_tag(data: &[u8], at: usize, high: usize) -> bool {
    let Some(&first) = data[..high].get(at + 1) else {
        return true;
    };
    if b"/!".contains(&first) {
        return true;
    }
    if !first.is_ascii_alphabetic() {
        return false;
    }
    let over = |mut at: usize, most: usize, set: &ByteSet| {
        let stop = high.min(at + most);
        while at < stop && set.has(data[at]) {
            at += 1;
        }
        at
    };
    let end = over(at + 2, 31, &TAG_NAME);
    if end >= high {
        return false;
    }
    if b"/>".contains(&data[end]) {
        return true;
    }
    if !matches!(data[end], b' ' | b'\t'..=b'\r') {
        return false;
    }
    if data[end] == b' ' {
        let words = over(end + 1, 47, &PHRASE);
        if words < high && data[words] == b'>' {
            return true;
        }
    }
    let name = over(end + 1, 32, &ATTRIBUTE_NAME);
    name > end + 1 && name + 1 < high && data[name] == b'=' && b"\"'\\".contains(&data[name + 1])
}

/// The end of an unquoted value that starts at `at` of the line `data[low..high]`.
///
/// With `escaped` the separator before it was an escape: then an escaped ampersand, quote, space,
/// hash, bracket or line break ends the value too.
///
/// White space and an escaped quote or line break always end it. A quote, bracket, comma or other
/// punctuation ends it only when the text behind goes on; where more of the same word follows, only
/// a quote or bracket that was opened before.
pub fn unquoted_end(data: &[u8], low: usize, mut at: usize, high: usize, escaped: bool) -> usize {
    let start = at;
    while at < high {
        let byte = data[at];
        if !STOPS.has(byte) {
            at += 1;
            continue;
        }
        if byte <= 0x20 || byte == 0x7F {
            return at;
        }
        if byte == b'\\' {
            if at + 1 >= high || ESCAPED_ENDS.has(data[at + 1]) {
                return at;
            }
            if data[at + 1] == b'\\' && escaped_quote_follows(data, at, high) {
                return at;
            }
            if quote_escape_end(data, at, high).is_some() {
                return at;
            }
            at += 2;
            continue;
        }
        if byte == b'%' && escaped && escaped_end_at(data, at, high) {
            return at;
        }
        if SOFT_ENDS.has(byte) && ends_value(data, low, start, at, high) {
            return at;
        }
        if byte == b'&'
            && (quote_escape_end(data, at, high).is_some() || parameter_at(data, at, high))
        {
            return at;
        }
        if byte == b'<' && is_tag(data, at, high) {
            return at;
        }
        at += 1;
    }
    at.min(high)
}

fn escaped_end_at(data: &[u8], at: usize, high: usize) -> bool {
    let at = over_levels(data, at + 1);
    data[..high].get(at..at + 2).is_some_and(|digits| {
        matches!(
            &[
                digits[0].to_ascii_uppercase(),
                digits[1].to_ascii_uppercase()
            ],
            b"20"
                | b"22"
                | b"23"
                | b"26"
                | b"27"
                | b"29"
                | b"3C"
                | b"3E"
                | b"5D"
                | b"7D"
                | b"0A"
                | b"0D"
        )
    })
}

fn escaped_quote_follows(data: &[u8], mut at: usize, high: usize) -> bool {
    let stop = high.min(at + 16);
    while at < stop && data[at] == b'\\' {
        at += 1;
    }
    at < high && ESCAPED_ENDS.has(data[at])
}

fn ends_value(data: &[u8], low: usize, start: usize, at: usize, high: usize) -> bool {
    let byte = data[at];
    let mut after = at + 1;
    if let Some(opener) = opener_of(byte).filter(|_| b")]}".contains(&byte)) {
        let inside = &data[start.max(at.saturating_sub(BRACKET_REACH))..at];
        let count = |wanted: u8| inside.iter().filter(|&&other| other == wanted).count();
        if count(opener) > count(byte) {
            return false;
        }
    }
    if after >= high || AFTER_SOFT_END.has(data[after]) {
        let stop = high.min(at + ENDS_REACH);
        while after < stop && SOFT_ENDS.has(data[after]) {
            after += 1;
        }
        return goes_on(data, after, high)
            || data[at..after].iter().any(|&each| {
                opener_of(each).is_some_and(|opener| is_opened(data, low, start, opener))
            });
    }
    if !LISTING.has(byte) || !NAME_START.has(data[after]) {
        return false;
    }
    let name = after;
    let stop = high.min(after + NAME_REACH);
    while after < stop && NAME_BYTES.has(data[after]) {
        after += 1;
    }
    if after < high && data[after] > 0x20 {
        return b"=:&".contains(&data[after]);
    }
    // A name without a value: `; Secure`, `&verbose`, and in statsd `|T1795347886`.
    byte == b'|' || (after - name >= FLAG && data[name..after].iter().all(u8::is_ascii_alphabetic))
}

/// A word ends before `at`: at a space, an escaped break or quote, or a tag.
fn goes_on(data: &[u8], at: usize, high: usize) -> bool {
    if at >= high || b" \t\r\n".contains(&data[at]) {
        return true;
    }
    if data[at] == b'\\' {
        return at + 1 >= high || ESCAPED_ENDS.has(data[at + 1]) || data[at + 1] == b'\\';
    }
    data[at] == b'<' && is_tag(data, at, high)
}

/// The end of a header's token.
pub fn token_end(data: &[u8], mut at: usize, high: usize) -> usize {
    while at < high && TOKEN_BYTES.has(data[at]) {
        if data[at] == b'%' && parameter_at(data, at, high) {
            break;
        }
        at += 1;
    }
    at
}

/// The end of a header's text: the line's, or a quote or escaped break that closes it.
pub fn text_end(data: &[u8], mut at: usize, high: usize) -> usize {
    while at < high {
        let byte = data[at];
        if byte == b'\r' {
            return at;
        }
        if byte == b'\\' && at + 1 < high && b"nr\"'\\".contains(&data[at + 1]) {
            return at;
        }
        if QUOTES.has(byte) && (at + 1 >= high || b" \t\r,;:)]}>".contains(&data[at + 1])) {
            return at;
        }
        at += 1;
    }
    high
}
