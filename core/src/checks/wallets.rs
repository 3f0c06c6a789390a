//! Checks of addresses of wallets.

const CHARACTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATORS: [u32; 5] = [
    0x3B6A_57B2,
    0x2650_8E6D,
    0x1EA1_19FA,
    0x3D42_33DD,
    0x2A14_62B3,
];
const LONGEST: usize = 90;

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
