//! Characters written as escapes: `\u0034`, `\x34`, `%34`, `&#52;`, `&#x34;`, `&colon;`.
//!
//! The detectors know the escapes that stand *beside* a secret and its key. Those *inside* a key, a
//! number or a token are undone here: a line is read once more with each such character in its
//! place, together with characters that look like another one or like nothing. Backslashes stay as
//! they are spelled, quotes are spelled `&quot;` and `&apos;` whatever they were, so that what is a
//! string in the line is a string in what is read, and a line break becomes `\n` in two bytes, so
//! that a line stays one.

use crate::bytesets::{ALNUM, ByteSet, DIGITS, byte_at};
use crate::decoded::Decoded;
use crate::fold::{Fold, Folds, is_beside_ascii, sequence};
use crate::quoting::quote_escape_end;
use rustc_hash::FxHashMap;

const LONGEST_NAME: usize = 16;
const LONGEST_DECIMAL: usize = 7;
const LONGEST_HEX: usize = 6;
/// Backslashes between the halves of a surrogate pair.
const BACKSLASHES: usize = 16;
const DOUBLE: &[u8] = b"&quot;";
const SINGLE: &[u8] = b"&apos;";
static KEPT: ByteSet = ByteSet::of(b"`\\");
static SIGNS: ByteSet = ByteSet::of(b"\\%&");
static NO_STRETCH: ByteSet = ByteSet::of(b"\"'`<>");
/// What URLs write as an escape. Where one stands in nothing long, it hides nothing.
static RESERVED: ByteSet = ByteSet::of(b" !()*+,/:;=?[]^{|}");
/// Letters and digits beside an escape of a URL that may be part of a secret.
const LONG: usize = 8;
static TOKEN: ByteSet = ALNUM.or(&ByteSet::of(b"_-"));
static ASCII: [u8; 128] = {
    let mut bytes = [0; 128];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] = at as u8;
        at += 1;
    }
    bytes
};

/// A character that is undone.
pub struct Unit<'a> {
    start: usize,
    end: usize,
    put: &'a [u8],
    /// The line, or with `local` the stretch around it, is read once more for it.
    counts: bool,
    /// It is an escape of URLs.
    local: bool,
}

/// What an escape is read as.
#[derive(Clone, Copy)]
struct Put<'a> {
    bytes: &'a [u8],
    /// As [`Fold::beside`].
    beside: bool,
}

impl<'a> From<&'a [u8]> for Put<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            beside: false,
        }
    }
}

impl<'a> From<&'a Fold> for Put<'a> {
    fn from(fold: &'a Fold) -> Self {
        Self {
            bytes: &fold.put,
            beside: fold.beside,
        }
    }
}

/// What characters and entities are read as.
pub struct Escapes {
    pub folds: Folds,
    entities: FxHashMap<Box<[u8]>, Box<[u8]>>,
}

impl Escapes {
    pub fn new(folds: &[(String, String, bool)], entities: &[(String, Vec<u8>)]) -> Self {
        let entry = |(name, put): &(String, Vec<u8>)| (name.as_bytes().into(), put[..].into());
        Self {
            folds: Folds::new(folds),
            entities: entities.iter().map(entry).collect(),
        }
    }

    /// The escape at `at` is a reason to read its line once more.
    pub fn undoes(&self, data: &[u8], mut at: usize) -> bool {
        while at > 0 && data[at] == b'\\' && data[at - 1] == b'\\' {
            at -= 1;
        }
        self.unit(data, at, 0, data.len())
            .is_some_and(|unit| unit.counts)
    }

    /// Calls `read` with what is to be read once more of the line `data[low..high]`, and where that
    /// starts.
    ///
    /// It is the line, or, where percent escapes and escaped slashes are all that it has, only the
    /// stretches without spaces, quotes and tags around them. An ampersand is no reason to: it ends
    /// a value in any spelling. Nor is what URLs must escape, unless it is between digits, or beside
    /// something long.
    pub fn decoded_lines(
        &self,
        data: &[u8],
        low: usize,
        high: usize,
        mut read: impl FnMut(usize, Decoded),
    ) {
        let mut units = Vec::new();
        let mut at = low;
        while let Some(offset) = data[at..high].iter().position(|&byte| is_sign(byte)) {
            at += offset;
            match self.unit(data, at, low, high) {
                Some(unit) => {
                    at = unit.end;
                    units.push(unit);
                }
                None if data[at] == b'\\' => at = run_end(data, at, high),
                None => at += 1,
            }
        }
        if units.iter().any(|unit| unit.counts && !unit.local) {
            read(low, undone(data, low, high, &units));
            return;
        }
        let stretch = |byte: u8| byte > 0x20 && byte < 0x7F && !NO_STRETCH.has(byte);
        let mut done = low;
        let mut index = 0;
        while let Some(unit) = units.get(index) {
            if !unit.counts {
                index += 1;
                continue;
            }
            let (mut first, mut last) = (unit.start, unit.end);
            while first > done && stretch(data[first - 1]) {
                first -= 1;
            }
            while last < high && stretch(data[last]) {
                last += 1;
            }
            // One before it that does not count.
            while index > 0 && units[index - 1].start >= first {
                index -= 1;
            }
            let inside = index;
            while units.get(index).is_some_and(|unit| unit.start < last) {
                index += 1;
            }
            read(first, undone(data, first, last, &units[inside..index]));
            done = last;
        }
    }

    /// The unit whose sign is at `at`.
    fn unit(&self, data: &[u8], at: usize, low: usize, high: usize) -> Option<Unit<'_>> {
        let mut local = data[at] == b'%';
        let (end, put) = match data[at] {
            b'\\' => {
                let behind = run_end(data, at, high);
                local = behind < high && data[behind] == b'/';
                self.behind_backslash(data, behind, high)
            }
            b'%' => self.percent(data, at, high),
            b'&' => self.entity(data, at, high),
            _ => self.wide(data, at, high),
        }?;
        let counts = if put.beside {
            is_beside_ascii(data, (low, high), (at, end))
        } else {
            !self.plain(data, (low, high), (at, end), put.bytes, local)
        };
        Some(Unit {
            start: at,
            end,
            put: put.bytes,
            counts,
            local,
        })
    }

    /// The detectors understand the escape `data[start..end]` as it stands.
    fn plain(
        &self,
        data: &[u8],
        (low, high): (usize, usize),
        (start, end): (usize, usize),
        put: &[u8],
        local: bool,
    ) -> bool {
        match put {
            b"&" => self.entity(data, end - 1, high).is_none(),
            // The digits of an escape are not those of a number behind it.
            DOUBLE | SINGLE if !local => {
                let joined = end < high && DIGITS.has(data[end - 1]) && DIGITS.has(data[end]);
                !joined && quote_escape_end(data, start, high) == Some(end)
            }
            DOUBLE | SINGLE => hides_nothing(&data[low..high], start - low, end - low),
            [byte] => {
                local
                    && RESERVED.has(*byte)
                    && hides_nothing(&data[low..high], start - low, end - low)
            }
            _ => false,
        }
    }

    /// What the character `point` is read as; `None` where its escape stays.
    fn put(&self, point: u32) -> Option<Put<'_>> {
        let bytes: &[u8] = match point {
            0x09 => b"\\t",
            0x0A => b"\\n",
            0x0D => b"\\r",
            0x22 => DOUBLE,
            0x27 => SINGLE,
            0x20..0x7F if !KEPT.has(point as u8) => {
                let at = point as usize;
                &ASCII[at..=at]
            }
            _ if point < 0x7F => return None,
            _ => {
                let mut buffer = [0; 4];
                let text = char::from_u32(point)?.encode_utf8(&mut buffer);
                return self.fold(text.as_bytes());
            }
        };
        Some(bytes.into())
    }

    fn fold(&self, text: &[u8]) -> Option<Put<'_>> {
        self.folds.get(text).map(Put::from)
    }

    /// What stands at `at`, behind any number of backslashes.
    fn behind_backslash(&self, data: &[u8], at: usize, high: usize) -> Option<(usize, Put<'_>)> {
        if at >= high {
            return None;
        }
        let digits = match data[at] {
            b'/' => return Some((at + 1, b"/".as_slice().into())),
            b'u' => 4,
            b'U' => 8,
            b'x' => 2,
            _ => return None,
        };
        let mut point = number(data, at + 1, digits, high)?;
        let mut end = at + 1 + digits;
        if digits == 2
            && point >= 0xC2
            && let Some(found) = self.bytes(data, point as u8, end, high)
        {
            return Some(found);
        }
        if digits == 4 && (0xD800..0xDC00).contains(&point) {
            let mut other = end;
            while other < high && data[other] == b'\\' && other - end < BACKSLASHES {
                other += 1;
            }
            if other == end || other >= high || data[other] != b'u' {
                return None;
            }
            let second = number(data, other + 1, 4, high)?;
            if !(0xDC00..0xE000).contains(&second) {
                return None;
            }
            point = 0x10000 + ((point - 0xD800) << 10) + second - 0xDC00;
            end = other + 5;
        }
        Some((end, self.put(point)?))
    }

    /// The rest of a character of which each byte is written as an escape: `\xc2\xa0`.
    fn bytes(
        &self,
        data: &[u8],
        byte: u8,
        mut end: usize,
        high: usize,
    ) -> Option<(usize, Put<'_>)> {
        let mut text = [byte, 0, 0, 0];
        let size = size_of(byte);
        for place in &mut text[1..size] {
            let start = end;
            while end < high && data[end] == b'\\' && end - start < BACKSLASHES {
                end += 1;
            }
            if end == start || end >= high || data[end] != b'x' {
                return None;
            }
            *place = number(data, end + 1, 2, high)? as u8;
            if *place & 0xC0 != 0x80 {
                return None;
            }
            end += 3;
        }
        Some((end, self.fold(&text[..size])?))
    }

    fn percent(&self, data: &[u8], mut at: usize, high: usize) -> Option<(usize, Put<'_>)> {
        let byte = number(data, at + 1, 2, high)? as u8;
        at += 3;
        if byte == b'\\' {
            // %5Cu2009
            return self.behind_backslash(data, at, high);
        }
        if byte.is_ascii() {
            return Some((at, self.put(u32::from(byte))?));
        }
        let mut text = [byte, 0, 0, 0];
        let size = size_of(byte);
        for place in &mut text[1..size] {
            if at >= high || data[at] != b'%' {
                return None;
            }
            *place = number(data, at + 1, 2, high)? as u8;
            if *place & 0xC0 != 0x80 {
                return None;
            }
            at += 3;
        }
        Some((at, self.fold(&text[..size])?))
    }

    fn entity(&self, data: &[u8], mut at: usize, high: usize) -> Option<(usize, Put<'_>)> {
        at += 1;
        let within = |at: usize| if at < high { data[at] } else { 0 };
        let (mut base, mut longest) = (0, LONGEST_NAME);
        if within(at) == b'#' {
            at += 1;
            (base, longest) = (10, LONGEST_DECIMAL);
            if matches!(within(at), b'x' | b'X') {
                at += 1;
                (base, longest) = (16, LONGEST_HEX);
            }
        }
        let mut end = at;
        let mut point = 0;
        while end - at <= longest {
            let byte = within(end);
            if base == 0 {
                if !byte.is_ascii_alphabetic() {
                    break;
                }
            } else {
                let Some(digit) = char::from(byte).to_digit(base) else {
                    break;
                };
                point = point * base + digit;
            }
            end += 1;
        }
        if end == at || end - at > longest || within(end) != b';' {
            return None;
        }
        let put = if base == 0 {
            Put::from(&**self.entities.get(&data[at..end])?)
        } else {
            self.put(point)?
        };
        Some((end + 1, put))
    }

    fn wide(&self, data: &[u8], at: usize, high: usize) -> Option<(usize, Put<'_>)> {
        let size = sequence(&data[at..high]);
        if size < 2 {
            return None;
        }
        Some((at + size, self.fold(&data[at..at + size])?))
    }
}

/// A filter on the two bytes at `at`; what it refuses is no escape that is undone.
#[inline(always)]
pub fn may_undo(data: &[u8], at: usize) -> bool {
    let next = byte_at(data, at + 1);
    match data[at] {
        b'\\' => matches!(next, b'u' | b'U' | b'x' | b'/'),
        b'%' => next.is_ascii_hexdigit(),
        b'&' => next == b'#' || next.is_ascii_alphabetic(),
        _ => false,
    }
}

#[inline]
fn is_sign(byte: u8) -> bool {
    SIGNS.has(byte) || (0xC2..=0xF0).contains(&byte)
}

/// What stands beside the escape `line[start..end]` is short.
fn hides_nothing(line: &[u8], start: usize, end: usize) -> bool {
    let (before, behind) = (&line[..start], &line[end..]);
    let long = |text: Option<&[u8; LONG]>| {
        text.is_some_and(|text| text.iter().all(|&byte| TOKEN.has(byte)))
    };
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let number = digit(before.last()) && digit(behind.first());
    !(number || long(before.last_chunk()) || long(behind.first_chunk()))
}

/// The end of the run of backslashes at `at`.
fn run_end(data: &[u8], mut at: usize, high: usize) -> usize {
    while at < high && data[at] == b'\\' {
        at += 1;
    }
    at
}

/// Reads that many hexadecimal digits.
fn number(data: &[u8], at: usize, digits: usize, high: usize) -> Option<u32> {
    if at + digits > high {
        return None;
    }
    data[at..at + digits].iter().try_fold(0, |value, &byte| {
        Some(value << 4 | char::from(byte).to_digit(16)?)
    })
}

/// The size of the UTF-8 sequence that `byte` starts, 1 when it starts none.
fn size_of(byte: u8) -> usize {
    match byte {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0 => 4,
        _ => 1,
    }
}

fn undone(data: &[u8], low: usize, high: usize, units: &[Unit]) -> Decoded {
    let mut decoded = Decoded::in_pieces(low);
    decoded.data.reserve(high - low);
    let mut at = low;
    for unit in units {
        decoded.data.extend_from_slice(&data[at..unit.start]);
        decoded.piece(unit.put, unit.start, unit.end);
        at = unit.end;
    }
    decoded.data.extend_from_slice(&data[at..high]);
    decoded
}
