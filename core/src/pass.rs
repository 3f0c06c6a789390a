//! One pass over a text: find the places of some hundred bytes at a time at which something may
//! start, and look at those that pass a filter.
//!
//! All places of a chunk are filtered before one of them is looked at: with no call between them
//! what the filters need stays in registers.

use crate::blobs::{self, Blob, LEAST};
use crate::boundaries::escape_ends;
use crate::classify::BLOCK;
use crate::engine::Kernel;
use crate::escapes::may_undo;
use crate::pairs::{may_name, may_open_list};
use crate::places::{
    BEFORE, BLOCKS, Bitmaps, CHUNK, Carry, Find, Places, Room, Source, copy, each, inside,
};
use crate::reader::Scanned;
use crate::registered::WordMap;
use crate::sequence::Runs;
use crate::spans::Span;
use memchr::memchr_iter;

/// Stands for a pattern in the keyword table: a block may start here.
pub const BLOCK_SIGN: u32 = u32::MAX;

/// The first item of a list is a key only this near to the list's opening, in whole blocks.
const LIST_REACH: usize = 3 * BLOCK;

/// What is to be read once more decoded, and places that may have a value in the lines below.
pub enum Encoded {
    Opening(usize),
    /// The bounds of a line with escapes.
    Line(usize, usize),
    Blob(Blob),
}

/// Memory that a pass reuses.
pub struct Memory {
    /// What an earlier match of each pattern has covered.
    pub done: Vec<usize>,
    pub places: Places,
    pub room: Room,
}

impl Memory {
    pub const fn new() -> Self {
        Self {
            done: Vec::new(),
            places: Places::new(),
            room: [0; _],
        }
    }
}

pub struct Pass<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) data: &'a [u8],
    pub(crate) outer: &'a [u8],
    pub(crate) spans: &'a mut Vec<Span>,
    /// What an earlier match of each pattern has covered.
    pub(crate) done: &'a mut Vec<usize>,
    pub(crate) low: usize,
    pub(crate) high: usize,
    pub(crate) pair_at: usize,
    pub(crate) card_at: usize,
    pub(crate) scanned: Scanned,
    pub(crate) runs: Runs,
    pub(crate) wide: bool,
    pub may_have_block: bool,
    /// What is to be read once more decoded.
    pub found: Vec<Encoded>,
    /// What is before this place is noted or is not to be read once more.
    pub(crate) undone: usize,
    /// Text in base64 or hexadecimal digits is looked for: there is room for some.
    long: bool,
    /// What is before this place is text in base64 or hexadecimal digits, or is none.
    pub(crate) blob_at: usize,
    /// Places behind escape sequences, beyond the block.
    behind: u64,
    /// Up to here a list may have been opened so near that a comma is behind its first item.
    list_reach: usize,
}

impl<'a> Pass<'a> {
    #[inline(always)]
    pub fn new(
        kernel: &'a Kernel,
        data: &'a [u8],
        outer: &'a [u8],
        spans: &'a mut Vec<Span>,
        done: &'a mut Vec<usize>,
        encoded: bool,
    ) -> Self {
        done.clear();
        Self {
            kernel,
            data,
            outer,
            spans,
            done,
            low: 0,
            high: 0,
            pair_at: 0,
            card_at: 0,
            scanned: Scanned::default(),
            runs: Runs::default(),
            wide: false,
            may_have_block: false,
            found: Vec::new(),
            undone: if encoded { 0 } else { usize::MAX },
            long: encoded && data.len() >= LEAST,
            blob_at: 0,
            behind: 0,
            list_reach: 0,
        }
    }

    /// Looks at all of the text; notes its words in `words`.
    pub fn run(&mut self, places: &mut Places, room: &mut Room, words: Option<&mut WordMap>) {
        self.chunks(places, room, words);
        if self.wide && self.undone != usize::MAX {
            self.folded();
        }
        if self.kernel.has_scans {
            self.scans();
        }
    }

    /// Looks at one chunk of the text after the other.
    #[inline(always)]
    fn chunks(&mut self, places: &mut Places, room: &mut Room, mut words: Option<&mut WordMap>) {
        let (data, kernel) = (self.data, self.kernel);
        let mut carry = Carry::default();
        let (mut base, mut letters, mut wide) = (0, 0, 0);
        while base < data.len() {
            let source = match inside(data, base) {
                Some(source) => source,
                None => copy(data, base, room),
            };
            let blocks = BLOCKS.min((data.len() - base).div_ceil(BLOCK));
            kernel.classifier.with(Find {
                places,
                source,
                blocks,
                carry: &mut carry,
                keywords: &kernel.keywords,
                names: &kernel.names,
            });
            wide |= places.any_wide;
            if let Some(words) = words.as_deref_mut() {
                letters = words.put_all(data, base, places, blocks, letters);
            }
            self.look(base, source, blocks, places);
            base += CHUNK;
        }
        self.wide = wide != 0;
        if let Some(words) = words {
            words.wide = self.wide;
        }
    }

    /// Looks closely at the places of a chunk.
    #[inline(always)]
    fn look(&mut self, base: usize, source: &Source, blocks: usize, places: &mut Places) {
        let kernel = self.kernel;
        if places.any_rare | self.behind != 0 || base < self.list_reach {
            self.rare(base, source, blocks, places);
        }
        if places.any_long != 0 && self.long {
            self.long_runs(base, blocks, places);
        }
        if !places.keywords.is_empty() {
            self.keywords(base, places.keywords.get());
        }
        if !kernel.scans.is_empty() {
            self.starts(base, blocks, places);
        }
        if places.any_digits != 0 && kernel.cards.is_some() {
            self.digits(base, blocks, places);
        }
        if !places.keys.is_empty() && kernel.has_names {
            self.separators(base, places.keys.get());
        }
    }

    #[inline(never)]
    fn keywords(&mut self, base: usize, places: &[u16]) {
        for &place in places {
            self.keyword(base + usize::from(place));
        }
    }

    #[inline(never)]
    fn separators(&mut self, base: usize, places: &[u16]) {
        let (data, names) = (self.data, &self.kernel.names);
        for &place in places {
            let at = base + usize::from(place);
            let none = data[at] != b'>' && names.none_before(data, at);
            if !none && may_name(data, names, at) {
                self.separator(at);
            }
        }
    }

    /// Looks at escape sequences and openings of lists: adds the places behind them.
    #[inline(never)]
    fn rare(&mut self, base: usize, source: &Source, blocks: usize, places: &mut Places) {
        let (data, kernel) = (self.data, self.kernel);
        let (mut more_keywords, mut more_keys): (Bitmaps, Bitmaps) = ([0; _], [0; _]);
        for index in 0..blocks {
            let start = base + index * BLOCK;
            let (mut behind, mut ahead) = (self.behind, 0);
            let (mut keywords, mut separators) = (0, 0);
            each!(places.rare[index], start, at => {
                let next = data.get(at + 1);
                let bit = 1 << (at - start);
                match data[at] {
                    b'[' | b'(' if may_open_list(data, at + 1) => {
                        self.list_reach = start + LIST_REACH;
                    }
                    b'[' | b'(' => {}
                    b'>' => separators |= bit,
                    // `\u003d`
                    b'\\' if next == Some(&b'u') => separators |= bit,
                    // `%3D`, which may be encoded again
                    b'%' if matches!(next, Some(b'2' | b'3')) => separators |= bit,
                    b'\\' | b'%' | b'&' | 0x1B => {}
                    _ => keywords |= bit,
                }
                escape_ends(data, at, |end| match end - start {
                    place @ ..BLOCK => behind |= 1 << place,
                    place => ahead |= 1 << (place - BLOCK),
                });
                if may_undo(data, at) && at >= self.undone {
                    self.encoded(at);
                }
            });
            let behind = behind & places.alnum[index] & !places.starts[index];
            places.starts[index] |= behind;
            each!(behind, 0, place => {
                if kernel.keywords.may_start(source, BEFORE + index * BLOCK + place) {
                    keywords |= 1 << place;
                }
            });
            if start < self.list_reach {
                let block = &source[BEFORE + index * BLOCK..][..BLOCK];
                for comma in memchr_iter(b',', block) {
                    separators |= 1 << comma;
                }
            }
            more_keywords[index] = keywords;
            more_keys[index] = separators;
            self.behind = ahead;
        }
        places.keywords.add(&more_keywords);
        places.keys.add(&more_keys);
    }

    /// Looks at runs of letters and digits that get long.
    #[inline(never)]
    fn long_runs(&mut self, base: usize, blocks: usize, places: &Places) {
        for (index, &long) in places.long[..blocks].iter().enumerate() {
            each!(long, base + index * BLOCK, at => {
                let first = at + 1 - LEAST;
                if first < self.blob_at || !blobs::is_none(self.data, first) {
                    self.long_run(first);
                }
            });
        }
    }

    /// Looks at starts of runs for rules without a keyword.
    #[cold]
    fn starts(&mut self, base: usize, blocks: usize, places: &Places) {
        let (data, kernel) = (self.data, self.kernel);
        for (index, &starts) in places.starts[..blocks].iter().enumerate() {
            each!(starts, base + index * BLOCK, at => {
                kernel.scans.at(data, at, |pattern| self.candidate(at, at, pattern));
            });
        }
    }

    /// Looks at runs of at least twelve digits and joints.
    #[cold]
    fn digits(&mut self, base: usize, blocks: usize, places: &Places) {
        for (index, &digits) in places.digits[..blocks].iter().enumerate() {
            each!(digits, base + index * BLOCK, at => {
                if at >= self.card_at {
                    self.card(if data_digit(self.data, at) { at } else { at - 1 });
                }
            });
        }
    }
}

fn data_digit(data: &[u8], at: usize) -> bool {
    at < data.len() && data[at].is_ascii_digit()
}
