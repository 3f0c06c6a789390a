//! Spans: union of overlapping findings, and from bytes to characters.

/// A finding: half-open, in bytes; `rule` is the rule's index in its ruleset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub rule: u32,
}

impl Span {
    pub fn new(start: usize, end: usize, rule: u32) -> Self {
        Self { start, end, rule }
    }
}

/// Moves for each span, on average, that sorting them one by one may take.
const MOVES: usize = 8;

/// Sorts `spans`: they come nearly in order, block by block, and then one by one is cheapest.
pub fn sort(spans: &mut [Span]) {
    let mut left = MOVES * spans.len();
    for at in 1..spans.len() {
        let span = spans[at];
        let mut to = at;
        while to > 0 && span < spans[to - 1] {
            spans[to] = spans[to - 1];
            to -= 1;
        }
        spans[to] = span;
        left = match left.checked_sub(at - to) {
            Some(left) => left,
            None => return spans.sort_unstable(),
        };
    }
}

/// Merges overlapping spans of the sorted `spans` in place.
///
/// A merged span is named after the longest of its members; of equals, after the rule that comes
/// first in the ruleset. Spans that only touch stay apart.
pub fn union(spans: &mut Vec<Span>) {
    let mut kept = 0;
    let mut longest = 0;
    for at in 0..spans.len() {
        let span = spans[at];
        let size = span.end - span.start;
        if kept > 0 && span.start < spans[kept - 1].end {
            let last = &mut spans[kept - 1];
            if size > longest || (size == longest && span.rule < last.rule) {
                longest = size;
                last.rule = span.rule;
            }
            last.end = last.end.max(span.end);
        } else {
            spans[kept] = span;
            kept += 1;
            longest = size;
        }
    }
    spans.truncate(kept);
}

/// Turns the byte offsets of `spans` into character offsets of the UTF-8 text `data`.
pub fn to_characters(data: &[u8], spans: &mut [Span]) {
    let mut order: Vec<usize> = spans
        .iter()
        .flat_map(|span| [span.start, span.end])
        .collect();
    order.sort_unstable();
    order.dedup();
    let mut chars = Vec::with_capacity(order.len());
    let (mut at, mut count) = (0, 0);
    for &offset in &order {
        // A character has exactly one byte that is not a continuation byte.
        count += data[at..offset]
            .iter()
            .filter(|&&byte| byte & 0xC0 != 0x80)
            .count();
        at = offset;
        chars.push(count);
    }
    let place = |offset: usize| chars[order.partition_point(|&known| known < offset)];
    for span in spans {
        span.start = place(span.start);
        span.end = place(span.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_sorted_in_whatever_order_they_come() {
        let mut state = 7u32;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % below
        };
        for size in 0..200 {
            for spread in [1, 4, 1000] {
                let mut spans: Vec<Span> = (0..size)
                    .map(|at| {
                        let start = at + random(spread);
                        Span::new(start, start + random(3), random(3) as u32)
                    })
                    .collect();
                let mut expected = spans.clone();
                expected.sort();
                sort(&mut spans);
                assert_eq!(spans, expected);
            }
        }
    }
}
