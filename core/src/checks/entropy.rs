//! How random a value is, in whole numbers: the logarithms are rounded to 1/65536 once.

use std::sync::LazyLock;

/// Bytes of a value that are looked at.
const LOOKED_AT: usize = 1024;

static LOG2: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut table = vec![0; LOOKED_AT + 1];
    for (count, entry) in table.iter_mut().enumerate().skip(1) {
        *entry = ((count as f64).log2() * 65536.0).round_ties_even() as u64;
    }
    table
});

/// Reads `3.0` as 30.
pub fn tenths(bits: &str) -> Option<u64> {
    let (whole, tenth) = bits.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || tenth.len() != 1 || !digits(tenth) {
        return None;
    }
    Some(whole.parse::<u64>().ok()?.checked_mul(10)? + tenth.parse::<u64>().ok()?)
}

/// `value` has at least `tenths` tenths of a bit of Shannon entropy a byte.
pub fn at_least(value: &[u8], tenths: u64) -> bool {
    let value = &value[..value.len().min(LOOKED_AT)];
    let size = value.len() as u64;
    if size == 0 {
        return false;
    }
    let mut counts = [0u16; 256];
    for &byte in value {
        counts[byte as usize] += 1;
    }
    let log2 = &*LOG2;
    let known: u64 = counts
        .iter()
        .map(|&count| u64::from(count) * log2[count as usize])
        .sum();
    (size * log2[value.len()])
        .saturating_sub(known)
        .saturating_mul(10)
        >= tenths.saturating_mul(65536 * size)
}

/// `value` has a digit and a letter.
pub fn mixed(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic)
}
