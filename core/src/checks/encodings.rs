//! Base64 of RFC 4648, both alphabets, with or without padding.

fn digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// The part of `value` before its padding, when it is base64.
fn body(value: &[u8]) -> Option<&[u8]> {
    let padding = value.iter().rev().take_while(|&&byte| byte == b'=').count();
    let body = &value[..value.len() - padding];
    let sound = padding <= 2
        && body.len() % 4 != 1
        && !body.is_empty()
        && body.iter().all(|&byte| digit(byte).is_some());
    sound.then_some(body)
}

pub fn is_base64(value: &[u8]) -> bool {
    body(value).is_some()
}

pub fn decode_base64(value: &[u8]) -> Option<Vec<u8>> {
    let body = body(value)?;
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 3);
    for chunk in body.chunks(4) {
        let bits = chunk
            .iter()
            .fold(0, |bits, &byte| bits << 6 | digit(byte).unwrap_or(0));
        let bits = bits << (6 * (4 - chunk.len()));
        let bytes = [(bits >> 16) as u8, (bits >> 8) as u8, bits as u8];
        out.extend_from_slice(&bytes[..chunk.len() - 1]);
    }
    Some(out)
}
