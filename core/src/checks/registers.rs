//! More checks of national numbers, and of those of banks and practices in the United States.
//!
//! The algorithms are those of `redactor/checks/national_ids/`, which names their standards.

use super::national_ids::{kept_upper, luhn, number, only_digits, repeated, weighted};

/// The check called `name`, if it is one of these.
pub fn named(name: &str) -> Option<fn(&[u8]) -> bool> {
    Some(match name {
        "bg-egn" => bg_egn,
        "cl-rut" => cl_rut,
        "cz-rodne-cislo" => cz_rodne_cislo,
        "ee-isikukood" => ee_isikukood,
        "gr-amka" => gr_amka,
        "ro-cnp" => ro_cnp,
        "sg-nric" => sg_nric,
        "th-id" => th_id,
        "tr-tckn" => tr_tckn,
        "us-aba" => us_aba,
        "us-npi" => us_npi,
        "za-id" => za_id,
        _ => return None,
    })
}

/// A day of a month to which one of `shifts` was added.
fn day_and_month(day: &[u8], month: &[u8], shifts: &[u64]) -> bool {
    let (day, month) = (number(day), number(month));
    (1..=31).contains(&day)
        && shifts
            .iter()
            .any(|shift| (1..=12).contains(&month.wrapping_sub(*shift)))
}

fn digit(byte: u8) -> u64 {
    u64::from(byte.wrapping_sub(b'0'))
}

fn bg_egn(value: &[u8]) -> bool {
    only_digits::<10>(value, b" ").is_some_and(|digits| {
        day_and_month(&digits[4..6], &digits[2..4], &[0, 20, 40])
            && weighted(&digits[..9], &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == digit(digits[9])
    })
}

fn cz_rodne_cislo(value: &[u8]) -> bool {
    only_digits::<10>(value, b" /").is_some_and(|digits| {
        day_and_month(&digits[4..6], &digits[2..4], &[0, 20, 50, 70])
            && number(&digits[..9]) % 11 % 10 == digit(digits[9])
    })
}

fn ee_isikukood(value: &[u8]) -> bool {
    only_digits::<11>(value, b" ").is_some_and(|digits| {
        let mut check = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
        if check == 10 {
            check = weighted(&digits, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
        }
        (b'1'..=b'8').contains(&digits[0])
            && day_and_month(&digits[5..7], &digits[3..5], &[0])
            && check == digit(digits[10])
    })
}

fn gr_amka(value: &[u8]) -> bool {
    only_digits::<11>(value, b" ")
        .is_some_and(|digits| day_and_month(&digits[..2], &digits[2..4], &[0]) && luhn(&digits))
}

fn ro_cnp(value: &[u8]) -> bool {
    only_digits::<13>(value, b" ").is_some_and(|digits| {
        let check = weighted(&digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        digits[0] != b'0'
            && day_and_month(&digits[5..7], &digits[3..5], &[0])
            && (if check == 10 { 1 } else { check }) == digit(digits[12])
    })
}

fn tr_tckn(value: &[u8]) -> bool {
    only_digits::<11>(value, b" ").is_some_and(|digits| {
        let odd = weighted(&digits, &[7, 0, 7, 0, 7, 0, 7, 0, 7]);
        let even = weighted(&digits, &[0, 1, 0, 1, 0, 1, 0, 1]);
        let first = (odd + 100 - even) % 10;
        let second = weighted(&digits, &[1; 10]) % 10;
        digits[0] != b'0'
            && !repeated(&digits)
            && first == digit(digits[9])
            && second == digit(digits[10])
    })
}

fn za_id(value: &[u8]) -> bool {
    only_digits::<13>(value, b" ").is_some_and(|digits| {
        day_and_month(&digits[4..6], &digits[2..4], &[0])
            && b"012".contains(&digits[10])
            && luhn(&digits)
    })
}

fn sg_nric(value: &[u8]) -> bool {
    kept_upper::<9>(value, b"").is_some_and(|kept| {
        if !b"STFG".contains(&kept[0]) || !kept[1..8].iter().all(u8::is_ascii_digit) {
            return false;
        }
        let sum = weighted(&kept[1..8], &[2, 7, 6, 5, 4, 3, 2])
            + if matches!(kept[0], b'T' | b'G') { 4 } else { 0 };
        let letters: &[u8; 11] = match kept[0] {
            b'S' | b'T' => b"JZIHGFEDCBA",
            _ => b"XWUTRQPNMLK",
        };
        kept[8] == letters[(sum % 11) as usize]
    })
}

fn th_id(value: &[u8]) -> bool {
    only_digits::<13>(value, b" -").is_some_and(|digits| {
        let sum = weighted(&digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
        (b'1'..=b'8').contains(&digits[0])
            && !repeated(&digits)
            && (11 - sum % 11) % 10 == digit(digits[12])
    })
}

fn cl_rut(value: &[u8]) -> bool {
    let kept: Vec<u8> = value
        .iter()
        .filter(|byte| !b". -".contains(byte))
        .take(10)
        .map(u8::to_ascii_uppercase)
        .collect();
    let Some((&last, digits)) = kept.split_last() else {
        return false;
    };
    if !matches!(digits.len(), 7 | 8) || !digits.iter().all(u8::is_ascii_digit) || repeated(digits)
    {
        return false;
    }
    let backwards: Vec<u8> = digits.iter().rev().copied().collect();
    let sum = weighted(&backwards, &[2, 3, 4, 5, 6, 7, 2, 3]);
    match (11 - sum % 11) % 11 {
        10 => last == b'K',
        check => last.is_ascii_digit() && check == digit(last),
    }
}

fn us_aba(value: &[u8]) -> bool {
    only_digits::<9>(value, b" -").is_some_and(|digits| {
        matches!(number(&digits[..2]), 0..=12 | 21..=32 | 61..=72 | 80)
            && !repeated(&digits)
            && weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
    })
}

fn us_npi(value: &[u8]) -> bool {
    only_digits::<10>(value, b" -").is_some_and(|digits| {
        let mut whole = *b"80840..........";
        whole[5..].copy_from_slice(&digits);
        matches!(digits[0], b'1' | b'2') && luhn(&whole)
    })
}
