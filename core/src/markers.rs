//! Markers: the text that an action leaves behind, and how to know one again.

use crate::bytesets::{ALNUM, ByteSet};

pub const OPENING: &[u8] = b"[redacted:";
static INSIDE: ByteSet = ALNUM.or(&ByteSet::of(b"-.:*_"));
const LIMIT: usize = 120;

/// The end of the marker that starts at `at`, or `at` when there is none.
pub fn marker_end(data: &[u8], at: usize, high: usize) -> usize {
    if at >= high || !data[at..high].starts_with(OPENING) {
        return at;
    }
    let stop = high.min(at + LIMIT);
    let mut end = at + OPENING.len();
    while end < stop && INSIDE.has(data[end]) {
        end += 1;
    }
    if end < stop && data[end] == b']' && end > at + OPENING.len() {
        return end + 1;
    }
    at
}
