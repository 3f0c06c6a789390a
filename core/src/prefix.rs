//! What a pattern can start with: a filter that says no to most candidates at once.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// Bytes at the start of a match that are looked at.
pub const REACH: usize = 8;

/// For each of the first bytes of a match, the bytes that can stand there.
pub struct Prefix([[u64; 4]; REACH]);

/// Offsets that a match may have come to: one bit each; those from `REACH` on are of no interest.
type Offsets = u8;

impl Prefix {
    pub fn of(hir: &Hir) -> Self {
        let mut prefix = Self([[0; 4]; REACH]);
        let ends = prefix.walk(hir, 1);
        // Behind the end of a match anything may stand.
        if ends != 0 {
            for at in ends.trailing_zeros() as usize..REACH {
                prefix.0[at] = [!0; 4];
            }
        }
        prefix
    }

    /// The byte `byte` can stand at `at`.
    #[inline]
    pub fn allows(&self, at: usize, byte: u8) -> bool {
        self.0[at][usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// The bytes that a match can start with.
    pub fn first(&self) -> [u64; 4] {
        self.0[0]
    }

    /// At some place no byte is allowed by both.
    pub fn excludes(&self, other: &Self) -> bool {
        let apart = |(one, other): (&[u64; 4], &[u64; 4])| {
            one.iter().zip(other).all(|(one, other)| one & other == 0)
        };
        self.0.iter().zip(&other.0).any(apart)
    }

    /// A match may start at the start of `text`.
    #[inline]
    pub fn may_match(&self, text: &[u8]) -> bool {
        let mut start = [0; REACH];
        if let Some(chunk) = text.first_chunk() {
            start = *chunk;
        } else {
            start[..text.len()].copy_from_slice(text);
        }
        start
            .iter()
            .enumerate()
            .all(|(at, &byte)| self.allows(at, byte))
    }

    fn add(&mut self, offsets: Offsets, first: u8, last: u8) {
        for at in (0..REACH).filter(|at| offsets >> at & 1 == 1) {
            for byte in first..=last {
                self.0[at][usize::from(byte >> 6)] |= 1 << (byte & 63);
            }
        }
    }

    fn walk(&mut self, hir: &Hir, starts: Offsets) -> Offsets {
        if starts == 0 {
            return 0;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => starts,
            HirKind::Literal(literal) => literal.0.iter().fold(starts, |offsets, &byte| {
                self.add(offsets, byte, byte);
                offsets << 1
            }),
            HirKind::Class(Class::Bytes(class)) => {
                for range in class.ranges() {
                    self.add(starts, range.start(), range.end());
                }
                starts << 1
            }
            HirKind::Class(Class::Unicode(_)) => {
                self.add(starts, 0, u8::MAX);
                !(starts - 1)
            }
            HirKind::Repetition(Repetition { min, max, sub, .. }) => {
                let mut ends = if *min == 0 { starts } else { 0 };
                let mut offsets = starts;
                for round in 1..=max.unwrap_or(u32::MAX).min(*min + REACH as u32) {
                    offsets = self.walk(sub, offsets);
                    if round >= *min {
                        ends |= offsets;
                    }
                    if offsets == 0 {
                        break;
                    }
                }
                ends
            }
            HirKind::Capture(capture) => self.walk(&capture.sub, starts),
            HirKind::Concat(parts) => parts
                .iter()
                .fold(starts, |offsets, part| self.walk(part, offsets)),
            HirKind::Alternation(parts) => parts
                .iter()
                .fold(0, |ends, part| ends | self.walk(part, starts)),
        }
    }
}
