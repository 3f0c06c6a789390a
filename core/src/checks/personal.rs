//! Checks of personal data: bank accounts, phone numbers, addresses of people and machines.

use std::net::Ipv6Addr;

/// The check called `name`, if it is one of these.
pub fn named(name: &str) -> Option<fn(&[u8]) -> bool> {
    Some(match name {
        "email" => email,
        "ipv4-public" => ipv4_public,
        "ipv6-public" => ipv6_public,
        "mod97" => mod97,
        "phone-e164" => phone_e164,
        _ => return None,
    })
}

/// An IBAN of ISO 13616: moved four to the end, letters as numbers, remainder 1 modulo 97.
pub fn mod97(value: &[u8]) -> bool {
    let kept = value
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_uppercase);
    if kept.clone().count() < 15 {
        return false;
    }
    let mut remainder = 0u32;
    for byte in kept.clone().skip(4).chain(kept.take(4)) {
        let number = u32::from(if byte < b'A' {
            byte - b'0'
        } else {
            byte - b'A' + 10
        });
        remainder = (remainder * if number > 9 { 100 } else { 10 } + number) % 97;
    }
    remainder == 1
}

/// A number of ITU-T E.164: a plus, then 8 to 15 digits that do not start with 0.
/// With fewer than three different digits it is a filler or a bit pattern.
pub fn phone_e164(value: &[u8]) -> bool {
    let mut digits = value.iter().filter(|byte| byte.is_ascii_digit());
    let count = digits.clone().count();
    if value.first() != Some(&b'+') || !(8..=15).contains(&count) {
        return false;
    }
    let seen = digits
        .clone()
        .fold(0u32, |seen, byte| seen | 1 << (byte - b'0'));
    digits.next() != Some(&b'0') && seen.count_ones() > 2
}

/// An IPv4 address that others can reach, so one that may tell a person.
///
/// Not so the special ranges of RFC 6890, from private networks to broadcast, except those kept
/// for documentation; nor what ends in `.0.0.0`, which is the version of a browser.
pub fn ipv4_public(value: &[u8]) -> bool {
    let mut numbers = [0u32; 4];
    let mut count = 0;
    for part in value.split(|&byte| byte == b'.') {
        if count == 4 || part.is_empty() || part.len() > 3 || !part.iter().all(u8::is_ascii_digit) {
            return false;
        }
        numbers[count] = part
            .iter()
            .fold(0, |number, &byte| number * 10 + u32::from(byte - b'0'));
        count += 1;
    }
    if count != 4 || numbers.iter().any(|&number| number > 255) || numbers[1..] == [0, 0, 0] {
        return false;
    }
    !matches!(
        (numbers[0], numbers[1]),
        (0 | 10 | 127 | 224.., _) | (100, 64..=127) | (169, 254) | (172, 16..=31) | (192, 168)
    )
}

/// A global unicast IPv6 address (RFC 4291): inside 2000::/3, and not in 2001:db8::/32, which
/// is for documentation (RFC 3849).
pub fn ipv6_public(value: &[u8]) -> bool {
    let address = str::from_utf8(value)
        .ok()
        .and_then(|text| text.parse::<Ipv6Addr>().ok());
    address.is_some_and(|address| {
        let bits = address.to_bits();
        bits >> 125 == 0b001 && bits >> 96 != 0x2001_0db8
    })
}

/// Last labels that are no domain: units of systemd, and endings of file names with an `@`.
const NO_DOMAIN: &[u8] =
    b"automount avif bmp cjs css device gif git html ico jpeg jpg js json jsx map mjs mount path \
    png scope service slice socket svg swap target timer ts tsx webp";

/// An address of RFC 5322 rather than a unit, a file or a repository. `%40` counts as `@`: so it
/// stands in a URL.
pub fn email(value: &[u8]) -> bool {
    let Some((local, domain)) = split_at_sign(value) else {
        return false;
    };
    if local.is_empty() || local == b"git" || local.starts_with(b".") {
        return false;
    }
    if domain.is_empty()
        || split_at_sign(domain).is_some()
        || domain.windows(2).any(|pair| pair == b"..")
    {
        return false;
    }
    let last = domain.rsplit(|&byte| byte == b'.').next().unwrap_or(domain);
    !NO_DOMAIN
        .split(|&byte| byte == b' ')
        .any(|suffix| suffix.eq_ignore_ascii_case(last))
}

/// What stands before and after the first `@` or `%40`.
fn split_at_sign(value: &[u8]) -> Option<(&[u8], &[u8])> {
    (0..value.len()).find_map(|at| {
        let rest = &value[at..];
        let after = rest
            .strip_prefix(b"@")
            .or_else(|| rest.strip_prefix(b"%40"))?;
        Some((&value[..at], after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_tells_its_vectors_apart() {
        let vectors: [(&str, &[&str], &[&str]); 5] = [
            (
                "email",
                &[
                    "ana@corp.test",
                    "k+news@uni.co.uk",
                    "joe.doe%40mail.test",
                    "gitta@host.test",
                ],
                &[
                    "getty@tty1.service",
                    "logo@2x.PNG",
                    "git@host.test",
                    ".a@b.test",
                    "a@b..test",
                    "@b.test",
                    "a@",
                    "a@b@c.test",
                    "a%40b@c.test",
                    "a",
                    "",
                ],
            ),
            (
                "ipv4-public",
                &[
                    "81.2.69.142",
                    "185.10.20.30",
                    "93.184.1.2",
                    "172.32.0.1",
                    "100.128.0.1",
                ],
                &[
                    "10.1.2.3",
                    "127.0.0.1",
                    "120.0.0.0",
                    "172.16.0.1",
                    "192.168.1.1",
                    "169.254.1.1",
                    "100.64.0.1",
                    "224.0.0.1",
                    "1.2.3",
                    "1.2.3.4.5",
                    "1.2.3.256",
                    "1..2.3",
                ],
            ),
            (
                "ipv6-public",
                &[
                    "2a02:8108:1:2::5",
                    "2606:4700::6810:85e5",
                    "2001:4860:4860:0:0:0:0:8888",
                ],
                &[
                    "2001:db8::1",
                    "2001:DB8:ffff::",
                    "fe80::1",
                    "2026:10:11",
                    "2a02::1::2",
                    "::1",
                    "2a02::1%eth0",
                    "2a02:12345::1",
                    "4000::1",
                    "",
                ],
            ),
            (
                "mod97",
                &["DE24872943523886841346", "ES87 7032 7335 9014 8798 5238"],
                &["DE00546192983896900530", "DE24 8729 4352 38"],
            ),
            (
                "phone-e164",
                &["+4930123456", "+1 (415) 555-0142", "+33 6 12 34 56 78"],
                &[
                    "+1234567",
                    "+0123456789",
                    "+11111111111",
                    "+10101010101",
                    "4930123456",
                    "+1234567890123456",
                    "+",
                    "",
                ],
            ),
        ];
        for (name, pass, fail) in vectors {
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
}
