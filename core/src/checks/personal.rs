//! Checks of personal data: IBAN, phone numbers, addresses.

/// An IBAN of ISO 13616: moved four to the end, letters as numbers, remainder 1 modulo 97.
pub fn mod97(value: &[u8]) -> bool {
    let kept: Vec<u8> = value
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_uppercase)
        .collect();
    if kept.len() < 15 {
        return false;
    }
    let mut remainder = 0u32;
    for &byte in kept[4..].iter().chain(&kept[..4]) {
        let number = u32::from(if byte < b'A' { byte - b'0' } else { byte - b'A' + 10 });
        remainder = (remainder * if number > 9 { 100 } else { 10 } + number) % 97;
    }
    remainder == 1
}

/// A number of ITU-T E.164: a plus, then 8 to 15 digits that do not start with 0.
pub fn phone_e164(value: &[u8]) -> bool {
    let mut digits = value.iter().filter(|byte| byte.is_ascii_digit());
    let first = digits.clone().next();
    let count = digits.by_ref().count();
    value.first() == Some(&b'+') && (8..=15).contains(&count) && first != Some(&b'0')
}

/// An IPv4 address that may belong to a person: not one of the special ranges of RFC 6890.
pub fn ipv4_public(value: &[u8]) -> bool {
    let mut numbers = [0u32; 4];
    let mut count = 0;
    for part in value.split(|&byte| byte == b'.') {
        if count == 4 || part.is_empty() || part.len() > 3 || !part.iter().all(u8::is_ascii_digit)
        {
            return false;
        }
        numbers[count] = part.iter().fold(0, |number, &byte| number * 10 + u32::from(byte - b'0'));
        count += 1;
    }
    if count != 4 || numbers.iter().any(|&number| number > 255) {
        return false;
    }
    let (first, second) = (numbers[0], numbers[1]);
    !(first == 0 || first == 127 || first >= 224 || (first, second) == (169, 254))
}
