//! The Luhn check of ISO/IEC 7812-1, annex B.

const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];

/// The last of `digits` (ASCII digits only) is the Luhn digit of the others.
pub fn luhn(digits: &[u8]) -> bool {
    let mut total = 0u32;
    for (place, &byte) in digits.iter().rev().enumerate() {
        let digit = byte - b'0';
        total += u32::from(if place % 2 == 1 {
            DOUBLED[digit as usize]
        } else {
            digit
        });
    }
    total.is_multiple_of(10)
}

/// `luhn` on the digits of `value`, whatever stands between them.
pub fn luhn_digits(value: &[u8]) -> bool {
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_digit).collect();
    digits.len() > 1 && luhn(&digits)
}
