//! Keys in tables: the cell before the value's, in HTML, in Markdown and in what databases print.

use crate::bytesets::{ByteSet, KEY_BYTES, LETTERS, SPACES, back_over};
use crate::keys::KEY_LIMIT;
use memchr::{memchr, memrchr};

/// What a name in a cell or in quotes is made of.
pub static NAME_BYTES: ByteSet = KEY_BYTES.or(&ByteSet::of(b" \t/"));
static BEHIND_NAME: ByteSet = SPACES.or(&ByteSet::of(b":"));
/// What may stand around the name in the first cell of a row.
static AROUND: ByteSet = ByteSet::of(b" \t*`\"'");
static BEHIND_VALUE: ByteSet = ByteSet::of(b" \t\r");
static WORD_BYTES: ByteSet = LETTERS.or(&ByteSet::of(b"_.-/()!? "));
/// Elements that are cells, and elements that stand in them around a name or a value.
const CELLS: [&[u8]; 4] = [b"td", b"th", b"dt", b"dd"];
const INLINE: [&[u8]; 10] = [
    b"code", b"b", b"strong", b"em", b"i", b"tt", b"kbd", b"pre", b"span", b"p",
];
/// How deep they stand in each other.
const DEPTH: usize = 3;
/// Longest tag that is looked at, in bytes.
const TAG: usize = 64;
const PADDING: usize = 40;
/// Bytes of a cell that say whether it holds words.
const WORDS: usize = 64;

/// A tag: the place where it starts, its name, and whether it is an end.
#[derive(Clone, Copy)]
struct Tag<'a> {
    start: usize,
    name: &'a [u8],
    ends: bool,
}

impl Tag<'_> {
    fn is_one_of(&self, names: &[&[u8]]) -> bool {
        names
            .iter()
            .any(|name| self.name.eq_ignore_ascii_case(name))
    }
}

/// Reads the tag that ends at `at`.
fn tag_before(data: &[u8], low: usize, at: usize) -> Option<Tag<'_>> {
    if at <= low || data[at - 1] != b'>' {
        return None;
    }
    let stop = low.max(at.saturating_sub(TAG));
    let start = stop + memrchr(b'<', &data[stop..at])?;
    let ends = data[start + 1] == b'/';
    let first = start + 1 + usize::from(ends);
    let mut end = first;
    while LETTERS.has(data[end]) {
        end += 1;
    }
    Some(Tag {
        start,
        name: &data[first..end],
        ends,
    })
}

/// The name in the cell before the one whose content starts behind the tag `name` at `at`.
///
/// `<tr><td>password</td><td>hunter2</td></tr>`, `<dt>password</dt><dd>hunter2</dd>`, also with
/// elements such as `code` inside.
pub fn cell_before<'a>(data: &'a [u8], low: usize, at: usize, name: &'a [u8]) -> Option<&'a [u8]> {
    let mut tag = Tag {
        start: at,
        name,
        ends: false,
    };
    for _ in 0..DEPTH {
        if !tag.is_one_of(&INLINE) {
            break;
        }
        tag = tag_before(data, low, back_over(data, low, tag.start, &SPACES, 8))?;
        if tag.ends {
            return None;
        }
    }
    if !tag.is_one_of(&CELLS) {
        return None;
    }
    let closing = tag_before(data, low, back_over(data, low, tag.start, &SPACES, PADDING))?;
    if !closing.ends || !closing.is_one_of(&CELLS) {
        return None;
    }
    let mut at = closing.start;
    for _ in 0..DEPTH {
        at = back_over(data, low, at, &BEHIND_NAME, 8);
        match tag_before(data, low, at) {
            Some(inner) if inner.ends && inner.is_one_of(&INLINE) => at = inner.start,
            _ => break,
        }
    }
    let start = back_over(data, low, at, &NAME_BYTES, KEY_LIMIT);
    (start > low && data[start - 1] == b'>').then(|| &data[start..at])
}

/// The name in the first cell of a row, which ends at `bar`.
///
/// `| password | hunter2 |` of Markdown, ` password | hunter2` of a database's client.
pub fn row_key(data: &[u8], low: usize, bar: usize) -> Option<(usize, usize)> {
    let end = back_over(data, low, bar, &AROUND, PADDING);
    let start = back_over(data, low, end, &NAME_BYTES, KEY_LIMIT);
    let mut at = back_over(data, low, start, &AROUND, PADDING);
    if at > low && data[at - 1] == b'|' {
        at = back_over(data, low, at - 1, &SPACES, PADDING);
    }
    (at == low).then_some((start, end))
}

/// The end of what a bar at `bar` may name, padding and quotes left aside.
#[inline]
pub fn name_end(data: &[u8], bar: usize) -> usize {
    back_over(data, 0, bar, &AROUND, PADDING)
}

/// Where the text in the cell that starts at `at` ends.
pub fn cell_end(data: &[u8], at: usize, high: usize) -> usize {
    let end = memchr(b'|', &data[at..high]).map_or(high, |offset| at + offset);
    back_over(data, at, end, &BEHIND_VALUE, end - at)
}

/// A cell holds a word of a heading or a description, and no value; with `spaced` a value may have
/// spaces in it.
pub fn is_word(cell: &[u8], spaced: bool) -> bool {
    let head = &cell[..cell.len().min(WORDS)];
    head.iter().all(|&byte| WORD_BYTES.has(byte)) || (!spaced && head.contains(&b' '))
}
