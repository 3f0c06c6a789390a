//! Checks of national identity, tax and health numbers.
//!
//! The algorithms, and three values each that pass and that fail, are listed at the top of
//! `rules/personal.toml`; the standards are named in `redactor/checks/national_ids/`.

/// The check called `name`, if it is one of these.
pub fn named(name: &str) -> Option<fn(&[u8]) -> bool> {
    Some(match name {
        "au-medicare" => au_medicare,
        "au-tfn" => au_tfn,
        "be-national-number" => be_national_number,
        "br-cnpj" => br_cnpj,
        "br-cpf" => br_cpf,
        "ca-sin" => ca_sin,
        "ch-ahv" => ch_ahv,
        "cn-resident-id" => cn_resident_id,
        "de-steuerid" => de_steuerid,
        "es-dni" => es_dni,
        "fi-hetu" => fi_hetu,
        "fr-nir" => fr_nir,
        "ie-pps" => ie_pps,
        "in-aadhaar" => in_aadhaar,
        "it-codice-fiscale" => it_codice_fiscale,
        "nl-bsn" => nl_bsn,
        "no-fodselsnummer" => no_fodselsnummer,
        "pl-pesel" => pl_pesel,
        "pt-nif" => pt_nif,
        "se-personnummer" => se_personnummer,
        "uk-nhs" => uk_nhs,
        "uk-nino" => uk_nino,
        "us-ssn" => us_ssn,
        _ => return None,
    })
}

// ----------------------------------------------------------------------------
// Shared
// ----------------------------------------------------------------------------

/// What people write between the groups of a number.
const SEPARATORS: &[u8] = b" .-/";

/// `value` without the bytes of `skip`, if exactly `N` bytes are left.
fn kept<const N: usize>(value: &[u8], skip: &[u8]) -> Option<[u8; N]> {
    let mut kept = [0; N];
    let mut count = 0;
    for byte in value.iter().filter(|byte| !skip.contains(byte)) {
        *kept.get_mut(count)? = *byte;
        count += 1;
    }
    (count == N).then_some(kept)
}

/// `kept`, in upper case.
pub(super) fn kept_upper<const N: usize>(value: &[u8], skip: &[u8]) -> Option<[u8; N]> {
    kept(value, skip).map(|mut kept: [u8; N]| {
        kept.make_ascii_uppercase();
        kept
    })
}

/// `kept`, if only ASCII digits are left.
pub(super) fn only_digits<const N: usize>(value: &[u8], skip: &[u8]) -> Option<[u8; N]> {
    kept(value, skip).filter(|kept| all_digits(kept))
}

fn all_digits(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_digit)
}

/// The number that ASCII digits tell: at most 19 of them.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits
        .iter()
        .fold(0, |number, &byte| number * 10 + u64::from(byte - b'0'))
}

/// The sum of digit times weight over as many digits as there are weights. Any byte from `0` on
/// counts as its code less that of `0`.
pub(super) fn weighted(digits: &[u8], weights: &[u64]) -> u64 {
    digits
        .iter()
        .zip(weights)
        .map(|(&byte, weight)| u64::from(byte - b'0') * weight)
        .sum()
}

/// What must be added to `sum` to make it vanish modulo `modulus`.
fn missing(sum: u64, modulus: u64) -> u64 {
    (modulus - sum % modulus) % modulus
}

/// One byte again and again: checksums pass on it, nobody has it.
pub(super) fn repeated(digits: &[u8]) -> bool {
    digits.iter().all(|byte| *byte == digits[0])
}

fn day_and_month(day: u64, month: u64) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// The Luhn check of ISO/IEC 7812-1, annex B.
pub(super) fn luhn<const N: usize>(digits: &[u8; N]) -> bool {
    const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let places = digits.iter().rev().enumerate();
    let total: u32 = places
        .map(|(place, byte)| {
            let digit = byte - b'0';
            u32::from(if place % 2 == 1 {
                DOUBLED[usize::from(digit)]
            } else {
                digit
            })
        })
        .sum();
    total.is_multiple_of(10)
}

// ----------------------------------------------------------------------------
// The Americas
// ----------------------------------------------------------------------------

/// US Social Security number: no check digit, but areas that are never given.
fn us_ssn(value: &[u8]) -> bool {
    let Some(digits) = only_digits::<9>(value, b" -") else {
        return false;
    };
    // Two specimen cards, two finger exercises.
    let never = matches!(
        &digits,
        b"078051120" | b"219099999" | b"123456789" | b"987654321"
    );
    let (area, group, serial) = (&digits[..3], &digits[3..5], &digits[5..]);
    !never
        && !repeated(&digits)
        && !matches!(area, b"000" | b"666" | [b'9', ..])
        && group != b"00"
        && serial != b"0000"
}

/// Canadian Social Insurance number: Luhn, no first digit 0 or 8.
fn ca_sin(value: &[u8]) -> bool {
    only_digits::<9>(value, b" -")
        .is_some_and(|digits| !matches!(digits[0], b'0' | b'8') && luhn(&digits))
}

/// Brazilian CPF: two check digits modulo 11.
fn br_cpf(value: &[u8]) -> bool {
    only_digits::<11>(value, b".-").is_some_and(|digits| {
        !repeated(&digits)
            && brazilian(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) == number(&digits[9..10])
            && brazilian(&digits, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) == number(&digits[10..])
    })
}

/// Brazilian CNPJ, with letters since 2026: two check digits modulo 11.
fn br_cnpj(value: &[u8]) -> bool {
    kept_upper::<14>(value, b"./-").is_some_and(|kept| {
        kept.iter().all(u8::is_ascii_alphanumeric)
            && all_digits(&kept[12..])
            && !repeated(&kept)
            && brazilian(&kept, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == number(&kept[12..13])
            && brazilian(&kept, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == number(&kept[13..])
    })
}

fn brazilian(digits: &[u8], weights: &[u64]) -> u64 {
    match weighted(digits, weights) % 11 {
        0 | 1 => 0,
        remainder => 11 - remainder,
    }
}

// ----------------------------------------------------------------------------
// Asia and the Pacific
// ----------------------------------------------------------------------------

/// Indian Aadhaar number: the check digit of Verhoeff.
fn in_aadhaar(value: &[u8]) -> bool {
    only_digits::<12>(value, b" -")
        .is_some_and(|digits| digits[0] >= b'2' && !repeated(&digits) && verhoeff(&digits))
}

/// The check digit of J. Verhoeff: the product of the turned digits in the group D5 is 0.
pub(super) fn verhoeff(digits: &[u8]) -> bool {
    const TURN: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let places = digits.iter().rev().enumerate();
    let product = places.fold(0, |product, (place, byte)| {
        let turned = (0..place % 8).fold(byte - b'0', |digit, _| TURN[usize::from(digit)]);
        dihedral(product, turned)
    });
    product == 0
}

/// The product in D5: 0 to 4 are the turns of a pentagon, 5 to 9 its reflections.
fn dihedral(left: u8, right: u8) -> u8 {
    let turn = if left < 5 {
        left + right
    } else {
        left + 10 - right
    };
    turn % 5 + if (left < 5) == (right < 5) { 0 } else { 5 }
}

/// Chinese resident identity number: GB 11643, which is ISO 7064 MOD 11-2, and its date.
fn cn_resident_id(value: &[u8]) -> bool {
    const WEIGHTS: [u64; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some(kept) = kept_upper::<18>(value, SEPARATORS) else {
        return false;
    };
    if !all_digits(&kept[..17])
        || !is_date(
            number(&kept[6..10]),
            number(&kept[10..12]),
            number(&kept[12..14]),
        )
    {
        return false;
    }
    kept[17] == b"10X98765432"[weighted(&kept, &WEIGHTS) as usize % 11]
}

/// A day of the Gregorian calendar, from year 1 on.
fn is_date(year: u64, month: u64, day: u64) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    year > 0 && (1..=days).contains(&day)
}

/// Australian tax file number of nine or eight digits: a weighted sum modulo 11.
fn au_tfn(value: &[u8]) -> bool {
    if let Some(digits) = only_digits::<9>(value, SEPARATORS) {
        return !repeated(&digits)
            && weighted(&digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11);
    }
    only_digits::<8>(value, SEPARATORS).is_some_and(|digits| {
        !repeated(&digits) && weighted(&digits, &[10, 7, 8, 4, 6, 3, 5, 1]).is_multiple_of(11)
    })
}

/// Australian Medicare card number, with the person's place on the card or without.
fn au_medicare(value: &[u8]) -> bool {
    let holds = |digits: &[u8]| {
        matches!(digits[0], b'2'..=b'6')
            && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == number(&digits[8..9])
    };
    only_digits::<10>(value, b" -/").is_some_and(|digits| holds(&digits))
        || only_digits::<11>(value, b" -/").is_some_and(|digits| holds(&digits))
}

// ----------------------------------------------------------------------------
// Europe
// ----------------------------------------------------------------------------

/// UK National Insurance number: no check digit, but prefixes that are never given.
fn uk_nino(value: &[u8]) -> bool {
    kept_upper::<9>(value, b" ").is_some_and(|kept| {
        b"ABCEGHJKLMNOPRSTWXYZ".contains(&kept[0])
            && b"ABCEGHJKLMNPRSTWXYZ".contains(&kept[1])
            && !matches!(
                &kept[..2],
                b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ"
            )
            && all_digits(&kept[2..8])
            && matches!(kept[8], b'A'..=b'D')
    })
}

/// Number of the NHS: its last digit makes a weighted sum vanish modulo 11.
fn uk_nhs(value: &[u8]) -> bool {
    only_digits::<10>(value, b" -").is_some_and(|digits| {
        let sum = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]);
        !repeated(&digits) && missing(sum, 11) == number(&digits[9..])
    })
}

/// Irish personal public service number, with its second letter or without: capitals only.
fn ie_pps(value: &[u8]) -> bool {
    let (digits, letter, place) = if let Some(kept) = kept::<9>(value, SEPARATORS) {
        let place = match kept[8] {
            letter @ b'A'..=b'I' => u64::from(letter - b'A') + 1,
            b'W' | b'T' | b'X' => 0,
            _ => return false,
        };
        (
            [
                kept[0], kept[1], kept[2], kept[3], kept[4], kept[5], kept[6],
            ],
            kept[7],
            place,
        )
    } else if let Some([digits @ .., letter]) = kept::<8>(value, SEPARATORS) {
        (digits, letter, 0)
    } else {
        return false;
    };
    if !all_digits(&digits) {
        return false;
    }
    let total = weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) + 9 * place;
    letter == b"WABCDEFGHIJKLMNOPQRSTUV"[total as usize % 23]
}

/// German tax identification number: ISO 7064 MOD 11,10, one digit two or three times.
fn de_steuerid(value: &[u8]) -> bool {
    let Some(digits) = only_digits::<11>(value, SEPARATORS) else {
        return false;
    };
    let first = &digits[..10];
    if first[0] == b'0' || first.windows(3).any(repeated) {
        return false;
    }
    let mut counts = [0u8; 10];
    for byte in first {
        counts[usize::from(byte - b'0')] += 1;
    }
    let several = counts.iter().filter(|&&count| count > 1).count();
    if several != 1 || counts.iter().any(|&count| count > 3) {
        return false;
    }
    let product = first.iter().fold(10, |product, byte| {
        let sum = (product + u64::from(byte - b'0')) % 10;
        2 * if sum == 0 { 10 } else { sum } % 11
    });
    (11 - product) % 10 == number(&digits[10..])
}

/// French NIR: a key modulo 97, where Corsica's departments 2A and 2B count 19 and 18.
fn fr_nir(value: &[u8]) -> bool {
    kept::<15>(value, b" .-").is_some_and(|mut kept| {
        match &kept[5..7] {
            b"2A" => kept[5..7].copy_from_slice(b"19"),
            b"2B" => kept[5..7].copy_from_slice(b"18"),
            _ => {}
        }
        all_digits(&kept)
            && matches!(kept[0], b'1' | b'2' | b'3' | b'7' | b'8')
            && 97 - number(&kept[..13]) % 97 == number(&kept[13..])
    })
}

/// Spanish DNI or NIE: the letter tells the number modulo 23.
fn es_dni(value: &[u8]) -> bool {
    kept_upper::<9>(value, b" -").is_some_and(|mut kept| {
        if let b'X'..=b'Z' = kept[0] {
            kept[0] = kept[0] - b'X' + b'0';
        }
        let (digits, letter) = kept.split_at(8);
        all_digits(digits)
            && number(digits) > 0
            && letter[0] == b"TRWAGMYFPDXBNJZSQVHLCKE"[number(digits) as usize % 23]
    })
}

/// Italian fiscal code: the last letter is a sum modulo 26.
fn it_codice_fiscale(value: &[u8]) -> bool {
    const ODD: [u8; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let Some(kept) = kept_upper::<16>(value, SEPARATORS) else {
        return false;
    };
    if !kept.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let places = kept[..15].iter().enumerate();
    let total: u32 = places
        .map(|(place, &byte)| {
            let order = byte - if byte.is_ascii_digit() { b'0' } else { b'A' };
            u32::from(if place % 2 == 0 {
                ODD[usize::from(order)]
            } else {
                order
            })
        })
        .sum();
    u32::from(kept[15]) == u32::from(b'A') + total % 26
}

/// Dutch citizen service number: the test of eleven.
fn nl_bsn(value: &[u8]) -> bool {
    let digits = only_digits::<9>(value, b" .").or_else(|| {
        let mut digits = [b'0'; 9];
        digits[1..].copy_from_slice(&only_digits::<8>(value, b" .")?);
        Some(digits)
    });
    digits.is_some_and(|digits| {
        let sum = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
        !repeated(&digits) && sum % 11 == number(&digits[8..])
    })
}

/// Belgian national register number: modulo 97, with a 2 in front for births since 2000.
fn be_national_number(value: &[u8]) -> bool {
    only_digits::<11>(value, b".- ").is_some_and(|digits| {
        let (first, key) = (number(&digits[..9]), number(&digits[9..]));
        &digits[6..9] != b"000"
            && (key == 97 - first % 97 || key == 97 - (2_000_000_000 + first) % 97)
    })
}

/// Polish PESEL: a weighted sum modulo 10; the month tells the century.
fn pl_pesel(value: &[u8]) -> bool {
    only_digits::<11>(value, SEPARATORS).is_some_and(|digits| {
        let sum = weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
        day_and_month(number(&digits[4..6]), number(&digits[2..4]) % 20)
            && missing(sum, 10) == number(&digits[10..])
    })
}

/// Swedish personal or coordination number: Luhn; the latter adds 60 to the day.
fn se_personnummer(value: &[u8]) -> bool {
    let digits = only_digits::<10>(value, b"-+").or_else(|| {
        let [_, _, digits @ ..] = only_digits::<12>(value, b"-+")?;
        Some(digits)
    });
    digits.is_some_and(|digits| {
        day_and_month(number(&digits[4..6]) % 60, number(&digits[2..4])) && luhn(&digits)
    })
}

/// Finnish personal identity code: the last character tells the number modulo 31.
fn fi_hetu(value: &[u8]) -> bool {
    let &[d0, d1, m0, m1, y0, y1, sign, n0, n1, n2, control] = value else {
        return false;
    };
    let digits = [d0, d1, m0, m1, y0, y1, n0, n1, n2];
    all_digits(&digits)
        && b"-+ABCDEFUVWXY".contains(&sign)
        && day_and_month(number(&digits[..2]), number(&digits[2..4]))
        && number(&digits[6..]) >= 2
        && control == b"0123456789ABCDEFHJKLMNPRSTUVWXY"[number(&digits) as usize % 31]
}

/// Portuguese tax number: a weighted sum modulo 11, first digits that are given.
fn pt_nif(value: &[u8]) -> bool {
    only_digits::<9>(value, b" ").is_some_and(|digits| {
        let given = match digits[0] {
            b'1' | b'2' | b'3' | b'5' | b'6' | b'8' => true,
            b'4' => digits[1] == b'5',
            b'7' => b"01245789".contains(&digits[1]),
            b'9' => b"0189".contains(&digits[1]),
            _ => false,
        };
        let sum = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
        given && missing(sum, 11) % 10 == number(&digits[8..])
    })
}

/// Swiss AHV number: an EAN-13 with the country's number 756.
fn ch_ahv(value: &[u8]) -> bool {
    only_digits::<13>(value, b". ").is_some_and(|digits| {
        let sum = weighted(&digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
        digits.starts_with(b"756") && missing(sum, 10) == number(&digits[12..])
    })
}

/// Norwegian national identity or D number: two check digits modulo 11.
fn no_fodselsnummer(value: &[u8]) -> bool {
    only_digits::<11>(value, b" ").is_some_and(|digits| {
        let first = weighted(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2]);
        let second = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
        day_and_month(number(&digits[..2]) % 40, number(&digits[2..4]) % 40)
            && missing(first, 11) == number(&digits[9..10])
            && missing(second, 11) == number(&digits[10..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A check, three values that pass and three that fail.
    const VECTORS: [(&str, [&str; 3], [&str; 3]); 23] = [
        (
            "us-ssn",
            ["133-41-2767", "544-55-9102", "395-28-1625"],
            ["973-33-2515", "985-87-2481", "956-45-6490"],
        ),
        (
            "uk-nino",
            ["RA358970B", "AN045630A", "XA725237A"],
            ["WE781529E", "RR351840E", "HH737456E"],
        ),
        (
            "uk-nhs",
            ["776 402 2195", "440 476 3646", "113 261 2667"],
            ["446 766 8510", "691 036 4070", "706 026 6230"],
        ),
        (
            "de-steuerid",
            ["37821504683", "85376954024", "28340471653"],
            ["27501973680", "14827039670", "37849450610"],
        ),
        (
            "fr-nir",
            [
                "2 89 09 75 705 184 66",
                "1 45 08 69 836 729 77",
                "2 77 12 75 166 167 11",
            ],
            [
                "2 71 06 13 887 307 90",
                "2 63 10 69 622 228 80",
                "2 62 06 69 261 046 20",
            ],
        ),
        (
            "es-dni",
            ["Y7265927B", "X7413722V", "Y3497419F"],
            ["Y5862988B", "Y1857322A", "X2591758B"],
        ),
        (
            "it-codice-fiscale",
            ["SDSVPC66L26C836E", "VVGMRV40R17D847J", "FFCTGP48R28L233O"],
            ["BSNGPR83T17H382A", "NTFLTG61D28D528A", "CLNGRL98L16H426A"],
        ),
        (
            "nl-bsn",
            ["924703544", "419971403", "686318237"],
            ["347788310", "108683130", "181569750"],
        ),
        (
            "be-national-number",
            ["60.02.22-545.69", "82.12.04-493.29", "71.11.07-087.10"],
            ["82.09.17-190.10", "54.05.13-074.20", "96.02.14-775.50"],
        ),
        (
            "pl-pesel",
            ["55030599912", "70061536923", "84070836800"],
            ["47090238780", "85102071240", "51011806170"],
        ),
        (
            "se-personnummer",
            ["951115-6342", "970104-9620", "760520-1529"],
            ["810923-0330", "691222-3070", "520612-4340"],
        ),
        (
            "fi-hetu",
            ["270271-166P", "150785-594D", "051190-107S"],
            ["160269-0710", "100965-723A", "270444-802A"],
        ),
        (
            "pt-nif",
            ["280972130", "210003006", "108554910"],
            ["223254880", "374297830", "288578290"],
        ),
        (
            "ch-ahv",
            ["756.0731.8622.69", "756.4083.6784.31", "756.9813.0688.58"],
            ["756.1668.8950.60", "756.2268.0550.80", "756.4273.5676.50"],
        ),
        (
            "br-cpf",
            ["436.259.432-98", "274.618.659-43", "416.010.870-98"],
            ["860.870.099-91", "487.216.715-50", "486.926.421-80"],
        ),
        (
            "br-cnpj",
            [
                "92.821.373/0001-41",
                "49.706.212/0001-88",
                "07.579.673/0001-97",
            ],
            [
                "11.345.262/0001-00",
                "41.837.120/0001-20",
                "77.075.301/0001-00",
            ],
        ),
        (
            "in-aadhaar",
            ["3938 2959 2064", "3876 1090 6947", "2146 8205 4835"],
            ["6437 6588 8960", "4528 3893 1440", "7677 0578 6670"],
        ),
        (
            "ca-sin",
            ["425 111 507", "290 820 620", "539 001 149"],
            ["301 770 240", "515 577 900", "109 103 340"],
        ),
        (
            "au-tfn",
            ["450 445 317", "139 205 554", "795 492 055"],
            ["477 463 200", "105 915 820", "962 423 720"],
        ),
        (
            "au-medicare",
            ["4874 91999 9", "4020 30001 8", "5519 65337 9"],
            ["6143 98470 3", "5910 93850 6", "2246 94370 7"],
        ),
        (
            "no-fodselsnummer",
            ["270263 05085", "230580 78360", "011156 55449"],
            ["140561 77920", "140181 71211", "250941 55150"],
        ),
        (
            "ie-pps",
            ["6709220R", "2022756JA", "2754060DA"],
            ["8999631QB", "6582529JB", "1129649TB"],
        ),
        (
            "cn-resident-id",
            [
                "110102199110140827",
                "110100197208022923",
                "110101197910265737",
            ],
            [
                "110103194505253210",
                "110103196304160740",
                "110103194701269610",
            ],
        ),
    ];

    #[test]
    fn each_check_tells_its_vectors_apart() {
        for (name, pass, fail) in VECTORS {
            let check = named(name).unwrap();
            for value in pass {
                assert!(check(value.as_bytes()), "{name} refuses {value}");
            }
            for value in fail {
                assert!(!check(value.as_bytes()), "{name} lets {value} pass");
            }
        }
        assert!(named("no-such-check").is_none());
    }

    #[test]
    fn any_bytes_may_be_asked_about() {
        for (name, pass, _) in VECTORS {
            let check = named(name).unwrap();
            for byte in 0..=255 {
                for size in 0..24 {
                    check(&[byte; 24][..size]);
                }
                for place in 0..pass[0].len() {
                    let mut value = [0; 32];
                    let value = &mut value[..pass[0].len()];
                    value.copy_from_slice(pass[0].as_bytes());
                    value[place] = byte;
                    check(value);
                }
            }
        }
    }
}
