//! What stands between quotes, however often they are escaped.

use super::Range;
use crate::bytesets::ByteSet;

/// The shortest piece that is looked at, in bytes.
pub const PIECE: usize = 200;

static BEFORE: ByteSet = ByteSet::of(b" \t\r\n=:,({[<>|");
static BEHIND: ByteSet = ByteSet::of(b" \t\r\n\",:)}];<>|&\\");
static PREFIXES: ByteSet = ByteSet::of(b"bBuUrRfF");

struct Quote {
    at: usize,
    backslashes: usize,
    kind: u8,
}

impl Quote {
    fn new(text: &[u8], at: usize) -> Self {
        let escapes = text[..at].iter().rev();
        Self {
            at,
            backslashes: escapes.take_while(|&&byte| byte == b'\\').count(),
            kind: text[at],
        }
    }
}

/// What stands between quotes and is long enough; `quotes` are the places of all.
pub fn pieces(text: &[u8], quotes: &[usize]) -> Vec<Range> {
    let mut pieces = Vec::new();
    // Where the last piece of each kind of quote ends.
    let mut inside = [[0; 4]; 2];
    for (place, &at) in quotes.iter().enumerate() {
        let quote = Quote::new(text, at);
        let depth = match quote.backslashes {
            0 => 0,
            1 => 1,
            3 => 2,
            7 => 3,
            _ => continue,
        };
        let inside = &mut inside[usize::from(quote.kind == b'\'')][depth];
        if quote.at < *inside || !opens(text, &quote) {
            continue;
        }
        let (end, after) = closing(text, &quote, &quotes[place + 1..]);
        *inside = after;
        if end > quote.at + PIECE {
            pieces.push((quote.at + 1, end));
        }
    }
    pieces
}

fn opens(text: &[u8], quote: &Quote) -> bool {
    let mut at = quote.at - quote.backslashes;
    if at > 0 && PREFIXES.has(text[at - 1]) {
        at -= 1;
    }
    at == 0 || BEFORE.has(text[at - 1])
}

/// Where the string ends that the quote `opening` opens, and where its quote does.
fn closing(text: &[u8], opening: &Quote, quotes: &[usize]) -> (usize, usize) {
    let period = 2 * (opening.backslashes + 1);
    for &at in quotes {
        if text[at] != opening.kind {
            continue;
        }
        let count = Quote::new(text, at).backslashes % period;
        if count > opening.backslashes {
            continue;
        }
        let behind = at + 1;
        if opening.kind == b'\'' && behind < text.len() && !BEHIND.has(text[behind]) {
            continue;
        }
        return (at - count, behind);
    }
    (text.len(), text.len())
}
