//! The hashes of wallets: SHA-256, and Keccak-256 as it was before it became SHA-3. Both run on the
//! rare candidate only.

/// The constants of a hash of 64 rounds: of the fractions of roots of primes, the first 32 bits.
const fn fractions<const N: usize>(cube: bool) -> [u32; N] {
    let mut found = [0; N];
    let (mut count, mut prime) = (0, 2u128);
    while count < N {
        let mut factor = 2;
        while factor * factor <= prime && !prime.is_multiple_of(factor) {
            factor += 1;
        }
        if factor * factor > prime {
            found[count] = root(prime, cube);
            count += 1;
        }
        prime += 1;
    }
    found
}

/// The first 32 bits behind the point of the square root, or the cube root, of `number`.
const fn root(number: u128, cube: bool) -> u32 {
    let scaled = number << if cube { 96 } else { 64 };
    let (mut low, mut high) = (0u128, 1u128 << 36);
    while low + 1 < high {
        let middle = (low + high) / 2;
        let power = if cube {
            middle * middle * middle
        } else {
            middle * middle
        };
        if power <= scaled {
            low = middle;
        } else {
            high = middle;
        }
    }
    low as u32
}

const START: [u32; 8] = fractions(false);
const ROUND: [u32; 64] = fractions(true);

/// SHA-256 of FIPS 180-4.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    let mut padded = data.to_vec();
    padded.push(0x80);
    padded.resize((data.len() + 9).next_multiple_of(64) - 8, 0);
    padded.extend((data.len() as u64 * 8).to_be_bytes());
    let mut state = START;
    for block in padded.chunks_exact(64) {
        let mut words = [0u32; 64];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = bytes
                .iter()
                .fold(0, |word, &byte| word << 8 | u32::from(byte));
        }
        for at in 16..64 {
            let (early, late) = (words[at - 15], words[at - 2]);
            let first = early.rotate_right(7) ^ early.rotate_right(18) ^ early >> 3;
            let second = late.rotate_right(17) ^ late.rotate_right(19) ^ late >> 10;
            words[at] = words[at - 16]
                .wrapping_add(first)
                .wrapping_add(words[at - 7])
                .wrapping_add(second);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (word, constant) in words.iter().zip(ROUND) {
            let turned = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let first = h
                .wrapping_add(turned)
                .wrapping_add(e & f ^ !e & g)
                .wrapping_add(constant)
                .wrapping_add(*word);
            let turned = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let second = turned.wrapping_add(a & b ^ a & c ^ b & c);
            (h, g, f, e) = (g, f, e, d.wrapping_add(first));
            (d, c, b, a) = (c, b, a, first.wrapping_add(second));
        }
        for (total, part) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *total = total.wrapping_add(part);
        }
    }
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

const RATE: usize = 136;
const ROUNDS: usize = 24;

/// The constant of each round: bits of a shift register of eight bits.
const fn constants() -> [u64; ROUNDS] {
    let mut constants = [0; ROUNDS];
    let mut register = 1u32;
    let mut round = 0;
    while round < ROUNDS {
        let mut place = 0;
        while place < 7 {
            if register & 1 == 1 {
                constants[round] |= 1 << ((1u32 << place) - 1);
            }
            register = register << 1 ^ if register & 0x80 > 0 { 0x171 } else { 0 };
            place += 1;
        }
        round += 1;
    }
    constants
}

const CONSTANTS: [u64; ROUNDS] = constants();

/// Keccak-256, the hash of Ethereum.
pub fn keccak256(data: &[u8]) -> [u8; 32] {
    let mut padded = data.to_vec();
    padded.push(1);
    padded.resize((data.len() + 1).next_multiple_of(RATE), 0);
    if let Some(last) = padded.last_mut() {
        *last |= 0x80;
    }
    let mut state = [0u64; 25];
    for block in padded.chunks_exact(RATE) {
        for (lane, bytes) in state.iter_mut().zip(block.chunks_exact(8)) {
            *lane ^= bytes
                .iter()
                .rev()
                .fold(0, |lane, &byte| lane << 8 | u64::from(byte));
        }
        for constant in CONSTANTS {
            round(&mut state, constant);
        }
    }
    let mut digest = [0; 32];
    for (bytes, lane) in digest.chunks_exact_mut(8).zip(state) {
        bytes.copy_from_slice(&lane.to_le_bytes());
    }
    digest
}

fn round(state: &mut [u64; 25], constant: u64) {
    let mut columns = [0; 5];
    for (at, lane) in state.iter().enumerate() {
        columns[at % 5] ^= lane;
    }
    for (at, lane) in state.iter_mut().enumerate() {
        *lane ^= columns[(at + 4) % 5] ^ columns[(at + 1) % 5].rotate_left(1);
    }
    let mut moved = [0; 25];
    moved[0] = state[0];
    let (mut x, mut y) = (1, 0);
    for step in 0..24u32 {
        let target = (y, (2 * x + 3 * y) % 5);
        let turns = (step + 1) * (step + 2) / 2 % 64;
        moved[target.0 + 5 * target.1] = state[x + 5 * y].rotate_left(turns);
        (x, y) = target;
    }
    for (at, lane) in state.iter_mut().enumerate() {
        let row = at - at % 5;
        *lane = moved[at] ^ !moved[row + (at + 1) % 5] & moved[row + (at + 2) % 5];
    }
    state[0] ^= constant;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(digest: [u8; 32]) -> String {
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn hashes_are_those_of_their_standards() {
        assert!(hex(sha256(b"abc")).starts_with("ba7816bf8f01cfea"));
        assert!(hex(sha256(&[b'a'; 64])).starts_with("ffe054fe7ae0cb6d"));
        assert!(hex(keccak256(b"")).starts_with("c5d2460186f7233c"));
        assert!(hex(keccak256(b"abc")).starts_with("4e03657aea45a94f"));
    }
}
