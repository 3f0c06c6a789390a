//! Short texts: one look at all of it says that most of them hold nothing.

use crate::blobs::{Blob, LEAST};
use crate::classify::{BLOCK, Bits, Work};
use crate::engine::{Kernel, OPENERS};
use crate::places::{BEFORE, CLASSES, Carry, Window, each, long_runs, twelve_digits};
use memchr::memchr;

impl Kernel {
    /// Nothing is in the text `data`, which has at most `BLOCK` bytes: what a pass finds is none.
    ///
    /// It asks what a pass asks, and gives up where that would look closer. What is plain is ASCII
    /// without escapes; returns where its words start, one bit each.
    #[inline(always)]
    pub fn plain(&self, data: &[u8]) -> Option<u64> {
        if data.len() > BLOCK || self.has_scans || !self.scans.is_empty() {
            return None;
        }
        self.classifier.with(Short { kernel: self, data })
    }
}

struct Short<'a> {
    kernel: &'a Kernel,
    data: &'a [u8],
}

impl Work<CLASSES> for Short<'_> {
    type Out = Option<u64>;

    #[inline(always)]
    fn run(self, classes: impl Fn(&[u8; BLOCK]) -> Bits<CLASSES>) -> Option<u64> {
        let Self { kernel, data } = self;
        let mut window: Window = [0; _];
        window[BEFORE..][..data.len()].copy_from_slice(data);
        let bits = classes(window[BEFORE..].first_chunk()?);
        let [alnum, digit, joint, separators, trigger, rare] = bits.class;
        if bits.wide != 0 || (rare != 0 && !holds_no_list(data, rare)) {
            return None;
        }
        let mut carry = Carry::default();
        let starts = alnum & !(alnum << 1);
        let places = kernel
            .keywords
            .places(starts, digit, joint, separators, trigger);
        each!(places, BEFORE, at => {
            if kernel.keywords.may_start(&window, at) {
                return None;
            }
        });
        if kernel.has_names {
            each!(separators, 0, at => {
                if kernel.names.may_be_before(&window, BEFORE + at)
                    && !kernel.names.none_before(data, at)
                {
                    return None;
                }
            });
        }
        if data.len() < LEAST {
            // Too short for encoded text; a card number has twelve digits and more.
            let none = digit.count_ones() < 12 || twelve_digits(digit, joint, &mut carry) == 0;
            return none.then_some(starts);
        }
        if twelve_digits(digit, joint, &mut carry) != 0 {
            return None;
        }
        let long = long_runs(alnum, &mut carry);
        let none = long == 0
            || (long & (long - 1) == 0
                && Blob::at(data, long.trailing_zeros() as usize + 1 - LEAST, 0).is_none());
        none.then_some(starts)
    }
}

/// Of the bytes at the places `rare` none starts an escape, and no list has a second item.
#[cold]
fn holds_no_list(data: &[u8], rare: u64) -> bool {
    each!(rare, 0, at => {
        if !OPENERS.has(data[at]) {
            return false;
        }
    });
    memchr(b',', data).is_none()
}
