//! Fuzzing of the whole kernel, for runs under valgrind and with an address sanitizer: any text, and
//! what a short way says against what a whole pass finds. `.ci/run memory` starts it.

use crate::classify::BLOCK;
use crate::engine::{Kernel, Scratch};
use crate::redact::{Markers, Outcome};
use crate::search::Search;

#[rustfmt::skip]
const PIECES: [&[u8]; 40] = [
    b"password", b"=", b": ", b"\"", b"'", b"\\\"", b"%3D", b"%22", b"%5D", b"&quot;", b"\\u0022",
    b"\x1B[0m", b"[", b"]", b",", b"(", b")", b"\n", b"4111 1111 1111 1111", b"378282246310005",
    b"12/27 123", b"://", b"a:b@", b"key", b"_", b"api", b"token", b"Value", b"id", b"T08:06:03",
    b"-----BEGIN PRIVATE KEY-----", b"eyJhbGciOiJIUzI1NiJ9", b"cGFzc3dvcmQ9YSBwYXNzd29yZD1i",
    b"70617373776f72643d612070", b"\xC3\xA9", b"\xEF\xBC\x91", b"\xFF", b"<password>", b"</", b" ",
];

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn text(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        for _ in 0..self.below(24) {
            match self.below(8) {
                0 => text.push(self.below(256) as u8),
                1 => text.extend((0..self.below(90)).map(|_| b"0aF9z_-. "[self.below(9)])),
                _ => text.extend_from_slice(PIECES[self.below(PIECES.len())]),
            }
        }
        text
    }
}

#[test]
#[ignore = "needs a plan: see `.ci/run memory`"]
fn no_text_reaches_beyond_its_bounds() {
    let plan = std::env::var_os("REDACTOR_PLAN").expect("REDACTOR_PLAN names a file");
    let rounds = std::env::var("REDACTOR_ROUNDS").map_or(20_000, |rounds| rounds.parse().unwrap());
    let kernel = Kernel::from_json(&std::fs::read(plan).unwrap(), false).unwrap();
    let search = Search {
        kernel: &kernel,
        known: None,
        documents: None,
    };
    let markers: Markers = vec![Some(b"[redacted:x]".to_vec().into()); kernel.pairs.len() + 1];
    let mut scratch = Scratch::new();
    let mut random = Random(20_261_127);
    let mut found = 0;
    for _ in 0..rounds {
        // Of its own size: what is read behind its end is not its own.
        let text = random.text().into_boxed_slice();
        let Scratch { spans, memory, .. } = &mut scratch;
        search.scan(&text, 0, spans, memory);
        assert!(
            spans
                .iter()
                .all(|span| span.start < span.end && span.end <= text.len())
        );
        found += spans.len();
        if text.len() <= BLOCK && kernel.plain(&text).is_some() {
            assert!(spans.is_empty(), "{:?}", text.escape_ascii().to_string());
        }
        for key in [None, Some(&b"password"[..]), Some(&b"cvv"[..])] {
            search.find(&text, key, spans, memory);
            assert!(spans.iter().all(|span| span.end <= text.len()));
        }
        if search.redact(&text, &markers, &mut scratch) == Outcome::Redacted {
            let redacted = scratch.text.clone();
            assert!(search.redact(&redacted, &markers, &mut scratch) == Outcome::Clean);
        }
    }
    assert!(found > rounds / 10);
}
