//! Checks of vendor tokens: published checksums, decodable headers.

use super::encodings::decode_base64;
use memchr::{memchr, memmem, memrchr};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM_DIGITS: usize = 6;
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const ROUTABLE_DIGITS: usize = 7;

/// The CRC-32 of IEEE 802.3, a bit at a time: it runs on the rare candidate only.
fn crc32(data: &[u8]) -> u32 {
    let mut crc = !0u32;
    for &byte in data {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

/// A GitHub or npm token: its last six digits are the CRC-32 of the rest, in base 62.
pub fn github_crc32(value: &[u8]) -> bool {
    let body = &value[memchr(b'_', value).map_or(0, |at| at + 1)..];
    if body.len() <= CHECKSUM_DIGITS {
        return false;
    }
    let (text, checksum) = body.split_at(body.len() - CHECKSUM_DIGITS);
    let mut number = crc32(text);
    let mut expected = [b'0'; CHECKSUM_DIGITS];
    for place in expected.iter_mut().rev() {
        *place = BASE62[(number % 62) as usize];
        number /= 62;
    }
    checksum == expected
}

/// A routable GitLab token: its last seven digits are the CRC-32 of the rest, in base 36.
pub fn gitlab_crc32(value: &[u8]) -> bool {
    let Some((body, checksum)) = value.split_last_chunk::<ROUTABLE_DIGITS>() else {
        return false;
    };
    let mut number = crc32(body);
    let mut expected = [b'0'; ROUTABLE_DIGITS];
    for place in expected.iter_mut().rev() {
        *place = BASE36[(number % 36) as usize];
        number /= 36;
    }
    !body.is_empty() && *checksum == expected
}

/// A token of a Grafana service account: behind its last `_` is the CRC-32 of the rest, in
/// hexadecimal digits, the lowest byte first.
pub fn grafana_crc32(value: &[u8]) -> bool {
    let Some(bar) = memrchr(b'_', value) else {
        return false;
    };
    let expected = format!("{:08x}", crc32(&value[..bar]).swap_bytes());
    bar > 0 && value[bar + 1..] == *expected.as_bytes()
}

/// A JSON Web Token (RFC 7519): its first part decodes to a JOSE header.
pub fn jwt(value: &[u8]) -> bool {
    let first = value.split(|&byte| byte == b'.').next().unwrap_or(value);
    let Some(decoded) = decode_base64(&first[..first.len().min(4096)]) else {
        return false;
    };
    let members: [&[u8]; 3] = [b"\"alg\"", b"\"typ\"", b"\"enc\""];
    decoded.first() == Some(&b'{')
        && members
            .iter()
            .any(|member| memmem::find(&decoded, member).is_some())
}
