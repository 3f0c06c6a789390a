//! Rules without a keyword, tried where a run of letters or digits starts.

use crate::bytesets::ALNUM;
use crate::patterns::Pattern;
use crate::prefix::REACH;

/// Patterns whose matches start where runs start; one bit each.
pub struct Scans {
    patterns: Vec<u32>,
    tables: Box<[[u32; 256]; REACH]>,
}

impl Scans {
    /// Takes those of `patterns` that can only match at the start of a run; the others are left
    /// to a search of every line.
    pub fn new(patterns: &mut [Pattern]) -> Self {
        let mut scans = Self {
            patterns: Vec::new(),
            tables: Box::new([[0; 256]; REACH]),
        };
        for (index, pattern) in patterns.iter_mut().enumerate() {
            if !pattern.scan || scans.patterns.len() == u32::BITS as usize {
                continue;
            }
            let prefix = pattern.matcher.prefix();
            let alone = (0..=u8::MAX).all(|byte| {
                if ALNUM.has(byte) {
                    pattern.before.has(byte)
                } else {
                    !prefix.allows(0, byte)
                }
            });
            if !alone {
                continue;
            }
            let bit = 1 << scans.patterns.len();
            for (at, table) in scans.tables.iter_mut().enumerate() {
                for byte in (0..=u8::MAX).filter(|&byte| prefix.allows(at, byte)) {
                    table[byte as usize] |= bit;
                }
            }
            pattern.scan = false;
            scans.patterns.push(index as u32);
        }
        scans
    }

    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Reports the patterns that may match at `at`.
    #[inline]
    pub fn at(&self, data: &[u8], at: usize, mut found: impl FnMut(u32)) {
        let mut bits = self.tables[0][data[at] as usize];
        for (offset, table) in self.tables.iter().enumerate().skip(1) {
            if bits == 0 {
                return;
            }
            bits &= table[data.get(at + offset).copied().unwrap_or(0) as usize];
        }
        while bits != 0 {
            found(self.patterns[bits.trailing_zeros() as usize]);
            bits &= bits - 1;
        }
    }
}
