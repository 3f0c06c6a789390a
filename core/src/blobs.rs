//! Text in base64 or hexadecimal digits, found by what it decodes to.
//!
//! It is looked for in runs of letters and digits: base64 of ASCII text is nearly always one. Where
//! the first characters of a run decode to text, at one of the places where a group may start, the
//! text is followed in both directions for as long as it is one. What decodes to anything else is
//! left at once.

use crate::bytesets::ALNUM;
use crate::decoded::Decoded;

/// The shortest run that is looked at, in bytes.
pub const LEAST: usize = 20;
/// Its first bytes that must decode to ASCII text, and where they may start.
const HEAD: usize = 16;
const SHIFTS: usize = 4;
const NONE: u8 = u8::MAX;

/// How bytes are written: each group of characters stands for some bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    Hex,
    Base64,
}

/// Encoded text.
pub struct Blob {
    code: Code,
    start: usize,
    end: usize,
}

/// The bytes of a group, how many they are, and how many characters it has.
struct Group {
    bytes: [u8; 3],
    size: usize,
    chars: usize,
}

static BASE64: [u8; 256] = {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [NONE; 256];
    let mut at = 0;
    while at < letters.len() {
        values[letters[at] as usize] = at as u8;
        at += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
};
static HEX: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut at = 0;
    while at < 16 {
        values[b"0123456789abcdef"[at] as usize] = at as u8;
        values[b"0123456789ABCDEF"[at] as usize] = at as u8;
        at += 1;
    }
    values
};

/// For each character its places in a group of ASCII text: one bit each.
static PLACES: [u8; 256] = {
    let mut places = [0; 256];
    let mut byte = 0;
    while byte < places.len() {
        // Bytes of ASCII text begin with the bits 0010 to 0111, or with 0000.
        let value = BASE64[byte];
        if value != NONE {
            places[byte] |= (value < 32) as u8;
            places[byte] |= ((value & 15 < 8 && value & 15 != 1) as u8) << 1;
            places[byte] |= ((value & 2 == 0) as u8) << 2;
        }
        let value = HEX[byte];
        if value != NONE {
            places[byte] |= ((value < 8 && value != 1) as u8) << 3 | 1 << 4;
        }
        byte += 1;
    }
    places
};

/// For each place in a run, modulo four, and character: at which shifts it may start text, one bit
/// each; base64 in the low half, hexadecimal digits in the high one.
static SHIFTED: [[u8; 256]; 4] = {
    let mut shifted = [[0; 256]; 4];
    let mut byte = 0;
    while byte < 256 {
        let mut at = 0;
        while at < 4 * SHIFTS {
            let (own, shift) = (at / SHIFTS, at % SHIFTS);
            let place = (own + 4 - shift) % 4;
            let base64 = place == 3 || PLACES[byte] >> place & 1 == 1;
            let hex = PLACES[byte] >> (3 + place % 2) & 1 == 1;
            shifted[own][byte] |= (base64 as u8) << shift | (hex as u8) << (SHIFTS + shift);
            at += 1;
        }
        byte += 1;
    }
    shifted
};

/// The shifts at which the run at `first` may start text; none for most runs.
#[inline(always)]
fn shifts(data: &[u8], first: usize) -> u8 {
    let Some(head) = data[first..].first_chunk::<HEAD>() else {
        return 0;
    };
    // These bytes are in the head at every shift. To look at all of them takes less time than to
    // guess wrong at which one the answer is known.
    let inner = head.iter().enumerate().skip(SHIFTS - 1);
    inner.fold(u8::MAX, |all, (at, &byte)| {
        all & SHIFTED[at % 4][usize::from(byte)]
    })
}

/// The run at `first` starts no text at all: so says a filter, of most runs.
#[inline(always)]
pub fn is_none(data: &[u8], first: usize) -> bool {
    shifts(data, first) == 0
}

#[inline]
fn ascii_text(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7E | b'\t' | b'\n' | b'\r')
}

fn text(byte: u8) -> bool {
    ascii_text(byte) || byte >= 0x80
}

impl Code {
    fn chars(self) -> usize {
        match self {
            Self::Hex => 2,
            Self::Base64 => 4,
        }
    }

    /// Decodes the group at `at`.
    #[inline]
    fn group(self, data: &[u8], at: usize, high: usize) -> Group {
        let (values, bits) = match self {
            Self::Hex => (&HEX, 4),
            Self::Base64 => (&BASE64, 6),
        };
        let mut value = 0u32;
        let mut chars = 0;
        while chars < self.chars() && at + chars < high {
            let part = values[data[at + chars] as usize];
            if part == NONE {
                break;
            }
            value = value << bits | u32::from(part);
            chars += 1;
        }
        let size = chars * bits / 8;
        value >>= chars * bits % 8;
        let mut bytes = [0; 3];
        for (place, byte) in bytes[..size].iter_mut().enumerate() {
            *byte = (value >> (8 * (size - 1 - place))) as u8;
        }
        Group { bytes, size, chars }
    }

    fn is_text(self, group: &Group, is_text: impl Fn(u8) -> bool) -> bool {
        group.chars == self.chars() && group.bytes[..group.size].iter().all(|&byte| is_text(byte))
    }

    fn starts_text(self, data: &[u8], at: usize) -> bool {
        (at..at + HEAD)
            .step_by(self.chars())
            .all(|place| self.is_text(&self.group(data, place, data.len()), ascii_text))
    }

    /// The bounds of the text around its head at `at`, not before `low`.
    fn extent(self, data: &[u8], at: usize, low: usize) -> (usize, usize) {
        let (high, chars) = (data.len(), self.chars());
        let mut start = at;
        while start >= low + chars
            && self.is_text(&self.group(data, start - chars, high), ascii_text)
        {
            start -= chars;
        }
        let mut end = at + HEAD;
        let mut group = self.group(data, end, high);
        while self.is_text(&group, text) {
            end += chars;
            group = self.group(data, end, high);
        }
        // What follows in the alphabet of the code may be no part of it: only letters and digits are.
        let ahead = data[end..high.min(end + chars)].iter();
        let own = ahead.take_while(|&&byte| ALNUM.has(byte)).count();
        let group = self.group(data, end, end + own);
        let partial = group.size > 0 && group.chars < chars;
        if partial && group.bytes[..group.size].iter().all(|&byte| text(byte)) {
            // The last bytes of base64, with what it may be padded with.
            let stop = high.min(end + chars);
            end += group.chars;
            while end < stop && data[end] == b'=' {
                end += 1;
            }
        }
        (start, end)
    }
}

impl Blob {
    /// The longest text that the run at `first`, of at least `LEAST` bytes, starts.
    #[inline]
    pub fn at(data: &[u8], first: usize, low: usize) -> Option<Self> {
        let shifts = shifts(data, first);
        if shifts == 0 {
            return None;
        }
        let mut best: Option<Self> = None;
        for (code, bits) in [(Code::Hex, shifts >> SHIFTS), (Code::Base64, shifts)] {
            for shift in 0..SHIFTS {
                let at = first + shift;
                if bits >> shift & 1 == 0 || !code.starts_text(data, at) {
                    continue;
                }
                let (start, end) = code.extent(data, at, low);
                if best
                    .as_ref()
                    .is_none_or(|best| end - start > best.end - best.start)
                {
                    best = Some(Self { code, start, end });
                }
            }
        }
        best
    }

    pub fn end(&self) -> usize {
        self.end
    }

    pub fn decoded(&self, data: &[u8]) -> Decoded {
        let (chars, size) = match self.code {
            Code::Hex => (2, 1),
            Code::Base64 => (4, 3),
        };
        let mut decoded = Decoded::in_groups(self.start, self.end, chars, size);
        let mut at = self.start;
        while at < self.end {
            let group = self.code.group(data, at, self.end);
            decoded.data.extend_from_slice(&group.bytes[..group.size]);
            at += chars;
        }
        decoded
    }
}

/// The end of the run of letters and digits that `at` is in.
pub fn run_end(data: &[u8], at: usize) -> usize {
    let rest = data[at..].iter().position(|&byte| !ALNUM.has(byte));
    rest.map_or(data.len(), |size| at + size)
}
