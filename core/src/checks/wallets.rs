//! Checks of addresses and keys of wallets.

use super::hashes::{keccak256, sha256};

const CHARACTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATORS: [u32; 5] = [
    0x3B6A_57B2,
    0x2650_8E6D,
    0x1EA1_19FA,
    0x3D42_33DD,
    0x2A14_62B3,
];
const LONGEST: usize = 90;
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LONGEST_BASE58: usize = 128;

/// An address in Bech32 or Bech32m: its last six characters are a checksum of the others.
pub fn bech32(value: &[u8]) -> bool {
    let mixed =
        value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase);
    let text = value.to_ascii_lowercase();
    let Some(one) = text.iter().rposition(|&byte| byte == b'1') else {
        return false;
    };
    if mixed || value.len() > LONGEST || one == 0 || text.len() - one < 7 {
        return false;
    }
    let (prefix, data) = (&text[..one], &text[one + 1..]);
    let mut checksum = 1;
    let mut add = |number: u32| {
        let top = checksum >> 25;
        checksum = (checksum & 0x01FF_FFFF) << 5 ^ number;
        for (place, generator) in GENERATORS.iter().enumerate() {
            if top >> place & 1 == 1 {
                checksum ^= generator;
            }
        }
    };
    prefix.iter().for_each(|&byte| add(u32::from(byte) >> 5));
    add(0);
    prefix.iter().for_each(|&byte| add(u32::from(byte) & 31));
    for byte in data {
        let Some(place) = CHARACTERS.iter().position(|known| known == byte) else {
            return false;
        };
        add(place as u32);
    }
    matches!(checksum, 1 | 0x2BC8_30A3)
}

/// A text in Base58Check: its last four bytes start the SHA-256 of the SHA-256 of the others.
pub fn base58check(value: &[u8]) -> bool {
    if value.len() > LONGEST_BASE58 {
        return false;
    }
    // The lowest byte first.
    let mut bytes: Vec<u8> = Vec::with_capacity(LONGEST_BASE58);
    for character in value {
        let Some(place) = BASE58.iter().position(|known| known == character) else {
            return false;
        };
        let mut carry = place as u32;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    let zeros = value.iter().take_while(|&&byte| byte == b'1').count();
    bytes.resize(bytes.len() + zeros, 0);
    bytes.reverse();
    let Some((body, checksum)) = bytes.split_last_chunk::<4>() else {
        return false;
    };
    !body.is_empty() && sha256(&sha256(body))[..4] == checksum[..]
}

/// An address of Ethereum whose letters are capitals where a Keccak-256 of it says so. One in small
/// letters or in capitals alone has no checksum, and fails.
pub fn eip55(value: &[u8]) -> bool {
    let Some(digits) = value
        .strip_prefix(b"0x")
        .filter(|digits| digits.len() == 40)
    else {
        return false;
    };
    let mixed =
        digits.iter().any(u8::is_ascii_lowercase) && digits.iter().any(u8::is_ascii_uppercase);
    if !mixed || !digits.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let hash = keccak256(&digits.to_ascii_lowercase());
    digits.iter().enumerate().all(|(at, byte)| {
        let nibble = (hash[at / 2] >> (4 * (1 - at % 2))) & 0xF;
        byte.is_ascii_digit() || byte.is_ascii_uppercase() == (nibble >= 8)
    })
}
