//! Short texts: one look at all of it says that most of them hold nothing.

use crate::blobs::{self, LEAST};
use crate::classify::{BLOCK, Bits, Half, Work};
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
    fn run(
        self,
        classes: impl Fn(&[u8; BLOCK]) -> Bits<CLASSES>,
        half: impl Fn(Half) -> Bits<CLASSES>,
    ) -> Option<u64> {
        let Self { kernel, data } = self;
        let mut window: Window = [0; _];
        let bits = if let Some(text) = numbers(data) {
            for (own, eight) in window[BEFORE..].as_chunks_mut().0.iter_mut().zip(text) {
                *own = eight.to_le_bytes();
            }
            // Out of registers: what was just written by pieces is slow to read at once.
            half(text)
        } else {
            window[BEFORE..][..data.len()].copy_from_slice(data);
            classes(window[BEFORE..].first_chunk()?)
        };
        let [alnum, digit, joint, separators, trigger, rare] = bits.class;
        if bits.wide != 0 || (rare != 0 && !holds_no_list(data, rare)) {
            return None;
        }
        let mut carry = Carry::default();
        let starts = alnum & !(alnum << 1);
        let places = kernel
            .keywords
            .places(starts, digit, joint, separators, trigger);
        each!(places, 0, at => {
            if kernel.keywords.may_start(&window, BEFORE + at) && kernel.keywords.starts(data, at) {
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
                && blobs::is_none(data, long.trailing_zeros() as usize + 1 - LEAST));
        none.then_some(starts)
    }
}

/// A text of at most half a block in numbers, and zeros behind it.
#[inline(always)]
fn numbers(data: &[u8]) -> Option<Half> {
    let size = data.len();
    // Two pieces of the text, which overlap.
    let whole = |at: usize| {
        data[at..]
            .first_chunk()
            .map(|own| u128::from_le_bytes(*own))
    };
    let half = |at: usize| data[at..].first_chunk().map(|own| u64::from_le_bytes(*own));
    let quarter = |at: usize| data[at..].first_chunk().map(|own| u32::from_le_bytes(*own));
    let split = |number: u128| [number as u64, (number >> 64) as u64];
    let [a, b] = match size {
        16..=32 => {
            let [a, b] = split(whole(0)?);
            let [c, d] = split(
                whole(size - 16)?
                    .checked_shr(8 * (32 - size) as u32)
                    .unwrap_or(0),
            );
            return Some([a, b, c, d]);
        }
        8..16 => split(u128::from(half(0)?) | u128::from(half(size - 8)?) << (8 * (size - 8))),
        4..8 => [
            u64::from(quarter(0)?) | u64::from(quarter(size - 4)?) << (8 * (size - 4)),
            0,
        ],
        1..4 => {
            let byte = |at: usize| u64::from(data[at]) << (8 * at);
            [byte(0) | byte(size / 2) | byte(size - 1), 0]
        }
        0 => [0, 0],
        _ => return None,
    };
    Some([a, b, 0, 0])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_numbers_has_its_bytes_and_zeros_behind_them() {
        let text: Vec<u8> = (1..=BLOCK as u8).collect();
        for size in 0..=BLOCK {
            let Some(numbers) = numbers(&text[..size]) else {
                assert!(size > BLOCK / 2, "{size}");
                continue;
            };
            let mut expected = [0; BLOCK / 2];
            expected[..size].copy_from_slice(&text[..size]);
            assert_eq!(numbers.map(u64::to_le_bytes).concat(), expected, "{size}");
        }
    }
}
