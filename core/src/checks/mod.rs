//! Checks beyond a pattern: from the bytes of a candidate to yes or no.

mod encodings;
mod entropy;
mod hashes;
pub mod issuers;
pub mod luhn;
mod more_registers;
mod national_ids;
mod personal;
mod randomness;
mod registers;
pub mod secrecy;
mod tokens;
mod wallets;

use crate::words::WordLists;

type Plain = fn(&[u8]) -> bool;
type Wordy = fn(&WordLists, &[u8]) -> bool;

/// A check of a rule.
#[derive(Clone, Copy)]
pub enum Check {
    Plain(Plain),
    Wordy(Wordy),
    Entropy(u64),
}

impl Check {
    /// The check called `name`.
    pub fn named(name: &str) -> Option<Self> {
        if let Some(bits) = name.strip_prefix("entropy:") {
            return entropy::tenths(bits).map(Self::Entropy);
        }
        let plain: Plain = match name {
            "base58check" => wallets::base58check,
            "base64" => encodings::is_base64,
            "bech32" => wallets::bech32,
            "eip55" => wallets::eip55,
            "gitlab-crc32" => tokens::gitlab_crc32,
            "grafana-crc32" => tokens::grafana_crc32,
            "github-crc32" | "npm-crc32" => tokens::github_crc32,
            "jwt" => tokens::jwt,
            "luhn" => luhn::luhn_digits,
            "mixed" => entropy::mixed,
            "not-placeholder" => secrecy::not_placeholder,
            "unmasked" => secrecy::unmasked,
            "high-entropy" => return Some(Self::Wordy(randomness::high_entropy)),
            "random" => return Some(Self::Wordy(randomness::random)),
            "secret" => {
                return Some(Self::Wordy(|words, value| {
                    secrecy::looks_secret(words, value, false)
                }));
            }
            "spoken" => return Some(Self::Wordy(secrecy::spoken)),
            _ => national_ids::named(name)
                .or_else(|| registers::named(name))
                .or_else(|| more_registers::named(name))
                .or_else(|| personal::named(name))?,
        };
        Some(Self::Plain(plain))
    }

    #[inline]
    pub fn holds(self, words: &WordLists, value: &[u8]) -> bool {
        match self {
            Self::Plain(check) => check(value),
            Self::Wordy(check) => check(words, value),
            Self::Entropy(tenths) => entropy::at_least(value, tenths),
        }
    }
}
