//! Checks of the numbers of Austria, Hungary, Latvia, Luxembourg and the states of Yugoslavia, of
//! Israel, Korea, Mexico and the United States.
//!
//! The algorithms are those of `redactor/checks/national_ids/`, which names their standards.

use super::national_ids::{kept_upper, luhn, number, only_digits, repeated, verhoeff, weighted};

const SEPARATORS: &[u8] = b" .-/";
const MBI_LETTERS: &[u8] = b"ACDEFGHJKMNPQRTUVWXY";

/// The check called `name`, if it is one of these.
pub fn named(name: &str) -> Option<fn(&[u8]) -> bool> {
    Some(match name {
        "at-svnr" => at_svnr,
        "hu-taj" => hu_taj,
        "hu-tax-id" => hu_tax_id,
        "il-id" => il_id,
        "kr-rrn" => kr_rrn,
        "lu-matricule" => lu_matricule,
        "lv-personas-kods" => lv_personas_kods,
        "mx-curp" => mx_curp,
        "si-emso" => si_emso,
        "us-itin" => us_itin,
        "us-mbi" => us_mbi,
        _ => return None,
    })
}

fn date(day: &[u8], month: &[u8], months: u64) -> bool {
    (1..=31).contains(&number(day)) && (1..=months).contains(&number(month))
}

fn digit(byte: u8) -> u64 {
    u64::from(byte - b'0')
}

fn at_svnr(value: &[u8]) -> bool {
    only_digits::<10>(value, SEPARATORS).is_some_and(|digits| {
        digits[0] != b'0'
            && date(&digits[4..6], &digits[6..8], 15)
            && weighted(&digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == digit(digits[3])
    })
}

fn hu_taj(value: &[u8]) -> bool {
    only_digits::<9>(value, SEPARATORS).is_some_and(|digits| {
        !repeated(&digits) && weighted(&digits, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == digit(digits[8])
    })
}

fn hu_tax_id(value: &[u8]) -> bool {
    only_digits::<10>(value, SEPARATORS).is_some_and(|digits| {
        digits[0] == b'8'
            && !repeated(&digits)
            && weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == digit(digits[9])
    })
}

fn lu_matricule(value: &[u8]) -> bool {
    only_digits::<13>(value, SEPARATORS).is_some_and(|digits| {
        let (mut first, mut second) = ([0; 12], [0; 12]);
        first.copy_from_slice(&digits[..12]);
        second.copy_from_slice(&digits[..12]);
        second[11] = digits[12];
        matches!(&digits[..2], b"18" | b"19" | b"20")
            && date(&digits[6..8], &digits[4..6], 12)
            && luhn(&first)
            && verhoeff(&second)
    })
}

fn lv_personas_kods(value: &[u8]) -> bool {
    only_digits::<11>(value, SEPARATORS).is_some_and(|digits| {
        if digits.starts_with(b"32") {
            return !repeated(&digits[2..]);
        }
        let sum = 1 + weighted(&digits, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
        date(&digits[..2], &digits[2..4], 12)
            && b"012".contains(&digits[6])
            && sum % 11 % 10 == digit(digits[10])
    })
}

fn si_emso(value: &[u8]) -> bool {
    only_digits::<13>(value, SEPARATORS).is_some_and(|digits| {
        let sum = weighted(&digits, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
        date(&digits[..2], &digits[2..4], 12)
            && b"09".contains(&digits[4])
            && (11 - sum % 11) % 11 % 10 == digit(digits[12])
    })
}

/// Numbers given since October 2020 have no check digit: those born since then need none.
fn kr_rrn(value: &[u8]) -> bool {
    only_digits::<13>(value, b" -").is_some_and(|digits| {
        if !date(&digits[4..6], &digits[2..4], 12) {
            return false;
        }
        if b"3478".contains(&digits[6]) && digits[..4] >= b"2010"[..] {
            return !repeated(&digits[7..]);
        }
        let sum = weighted(&digits, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
        (11 - sum % 11) % 10 == digit(digits[12])
    })
}

fn il_id(value: &[u8]) -> bool {
    only_digits::<9>(value, b" -").is_some_and(|digits| !repeated(&digits) && luhn(&digits))
}

fn us_itin(value: &[u8]) -> bool {
    only_digits::<9>(value, b" -").is_some_and(|digits| {
        digits[0] == b'9'
            && !repeated(&digits)
            && matches!(number(&digits[3..5]), 50..=65 | 70..=88 | 90..=92 | 94..)
    })
}

/// Digits and letters have their places.
fn us_mbi(value: &[u8]) -> bool {
    kept_upper::<11>(value, b" -").is_some_and(|kept| {
        kept[0] != b'0'
            && kept.iter().zip(b"9AX9AX9AA99").all(|(byte, kind)| {
                let (digit, letter) = (byte.is_ascii_digit(), MBI_LETTERS.contains(byte));
                match kind {
                    b'9' => digit,
                    b'A' => letter,
                    _ => digit || letter,
                }
            })
    })
}

fn mx_curp(value: &[u8]) -> bool {
    kept_upper::<18>(value, b"").is_some_and(|kept| {
        let digits = kept[4..10].iter().chain(&kept[17..]);
        if !kept.iter().all(u8::is_ascii_alphanumeric) || !digits.clone().all(u8::is_ascii_digit) {
            return false;
        }
        // Ñ stands between N and O: what comes behind it counts one more.
        let total: u64 = kept[..17]
            .iter()
            .zip((2..=18).rev())
            .map(|(&byte, weight)| {
                weight
                    * match byte {
                        ..b'A' => digit(byte),
                        _ => u64::from(byte - b'A') + 10 + u64::from(byte > b'N'),
                    }
            })
            .sum();
        date(&kept[8..10], &kept[6..8], 12) && (10 - total % 10) % 10 == digit(kept[17])
    })
}
