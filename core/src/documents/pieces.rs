//! What stands between quotes, however often they are escaped.

use super::Range;
use memchr::memchr2_iter;

/// The shortest piece that is looked at, in bytes.
const PIECE: usize = 200;

struct Quote {
    at: usize,
    backslashes: usize,
    kind: u8,
}

/// What stands between quotes and is long enough.
pub fn pieces(text: &[u8]) -> Vec<Range> {
    let mut quotes = Vec::new();
    let mut low = 0;
    for at in memchr2_iter(b'"', b'\'', text) {
        let escapes = text[low..at].iter().rev();
        let backslashes = escapes.take_while(|&&byte| byte == b'\\').count();
        quotes.push(Quote {
            at,
            backslashes,
            kind: text[at],
        });
        low = at + 1;
    }
    let mut pieces = Vec::new();
    // Where the last piece of each kind of quote ends.
    let mut inside = [[0; 4]; 2];
    for (place, quote) in quotes.iter().enumerate() {
        let depth = match quote.backslashes {
            0 => 0,
            1 => 1,
            3 => 2,
            7 => 3,
            _ => continue,
        };
        let inside = &mut inside[usize::from(quote.kind == b'\'')][depth];
        if quote.at < *inside || !opens(text, quote) {
            continue;
        }
        let (end, after) = closing(text, &quotes, place);
        *inside = after;
        if end > quote.at + PIECE {
            pieces.push((quote.at + 1, end));
        }
    }
    pieces
}

fn may_precede(byte: u8) -> bool {
    b" \t\r\n=:,({[<>|".contains(&byte)
}

fn opens(text: &[u8], quote: &Quote) -> bool {
    let mut at = quote.at - quote.backslashes;
    if at > 0 && b"bBuUrRfF".contains(&text[at - 1]) {
        at -= 1;
    }
    at == 0 || may_precede(text[at - 1])
}

/// Where the string ends that the quote at `place` opens, and where its quote does.
fn closing(text: &[u8], quotes: &[Quote], place: usize) -> (usize, usize) {
    let opening = &quotes[place];
    let period = 2 * (opening.backslashes + 1);
    for quote in &quotes[place + 1..] {
        let count = quote.backslashes % period;
        if quote.kind != opening.kind || count > opening.backslashes {
            continue;
        }
        let behind = quote.at + 1;
        if quote.kind == b'\''
            && behind < text.len()
            && !b" \t\r\n,:)}];<>|&\\".contains(&text[behind])
        {
            continue;
        }
        return (quote.at - count, behind);
    }
    (text.len(), text.len())
}
