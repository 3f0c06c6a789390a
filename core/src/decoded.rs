//! Decoded text, and the way back to where it stands in encoded form.

/// A text and the way back.
pub struct Decoded {
    pub data: Vec<u8>,
    /// Where the encoded text starts.
    start: usize,
    /// What is not as it is in the encoded text, in rising order.
    pieces: Vec<Piece>,
}

/// Some decoded bytes, or none, and the bounds of their encoded form.
struct Piece {
    at: usize,
    size: usize,
    first: usize,
    last: usize,
}

impl Decoded {
    /// An empty text whose encoded form starts at `start`.
    pub fn new(start: usize) -> Self {
        Self {
            data: Vec::new(),
            start,
            pieces: Vec::new(),
        }
    }

    /// Adds `put`, whose encoded form has the bounds `first` and `last`.
    pub fn piece(&mut self, put: &[u8], first: usize, last: usize) {
        self.pieces.push(Piece {
            at: self.data.len(),
            size: put.len(),
            first,
            last,
        });
        self.data.extend_from_slice(put);
    }

    /// The bounds of the encoded form of `data[start..end]`, which is not empty.
    pub fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        (self.byte(start).0, self.byte(end - 1).1)
    }

    fn byte(&self, at: usize) -> (usize, usize) {
        let behind = self.pieces.partition_point(|piece| piece.at <= at);
        let Some(piece) = self.pieces[..behind].last() else {
            return (self.start + at, self.start + at + 1);
        };
        if at < piece.at + piece.size {
            return (piece.first, piece.last);
        }
        let place = piece.last + (at - piece.at - piece.size);
        (place, place + 1)
    }
}
