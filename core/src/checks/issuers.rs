//! Issuer ranges of payment cards, as a table by length and first three digits.

/// What the issuer ranges say about a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Issuer {
    Unknown,
    /// Believed only with a card word or a card's grouping.
    InContext,
    Known,
}

struct Range {
    low: Vec<u8>,
    high: Vec<u8>,
    lengths: Vec<usize>,
    context: bool,
}

const SHORTEST: usize = 12;
const LONGEST: usize = 19;
const HEADS: usize = 1000;
const CONTEXT: u8 = 1;
const KNOWN: u8 = 2;
/// A range with a longer prefix starts like this: ask the list.
const LONGER: u8 = 4;

pub struct Issuers {
    table: Vec<u8>,
    longer: Vec<Range>,
}

impl Issuers {
    pub fn new(ranges: &[(String, String, Vec<usize>, bool)]) -> Self {
        let mut issuers = Self {
            table: vec![0; HEADS * (LONGEST - SHORTEST + 1)],
            longer: Vec::new(),
        };
        for (low, high, lengths, context) in ranges {
            let number = |text: &str, pad: char| -> usize {
                let head: String = text.chars().chain([pad; 3]).take(3).collect();
                head.parse().unwrap_or(0)
            };
            let bit = if low.len() > 3 {
                LONGER
            } else if *context {
                CONTEXT
            } else {
                KNOWN
            };
            for &length in lengths {
                if (SHORTEST..=LONGEST).contains(&length) {
                    for head in number(low, '0')..=number(high, '9') {
                        issuers.table[(length - SHORTEST) * HEADS + head] |= bit;
                    }
                }
            }
            if low.len() > 3 {
                issuers.longer.push(Range {
                    low: low.clone().into_bytes(),
                    high: high.clone().into_bytes(),
                    lengths: lengths.clone(),
                    context: *context,
                });
            }
        }
        issuers
    }

    /// Looks up a number of 12 to 19 ASCII digits.
    pub fn of(&self, digits: &[u8]) -> Issuer {
        let head = digits[..3]
            .iter()
            .fold(0, |head, &byte| head * 10 + usize::from(byte - b'0'));
        let mut bits = self.table[(digits.len() - SHORTEST) * HEADS + head];
        if bits & KNOWN == 0 && bits & LONGER != 0 {
            for range in &self.longer {
                let prefix = &digits[..range.low.len().min(digits.len())];
                if range.lengths.contains(&digits.len())
                    && range.low.as_slice() <= prefix
                    && prefix <= range.high.as_slice()
                {
                    bits |= if range.context { CONTEXT } else { KNOWN };
                }
            }
        }
        if bits & KNOWN != 0 {
            Issuer::Known
        } else if bits & CONTEXT != 0 {
            Issuer::InContext
        } else {
            Issuer::Unknown
        }
    }
}
