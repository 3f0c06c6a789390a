//! Which documents a text may hold, so that the finders of the others are spared.
//!
//! What cannot be in a text cannot be in a piece of it, and not where something that was found is
//! blank: a find there needs bytes in a row that are none of them zero. Prose is the exception,
//! since zeros are spaces: `Possible::blanked` says so.

use super::Range;
use super::pieces::PIECE;
use super::signs::{Signs, WORD};
use super::{files, forms, prose, tables};
use memchr::memmem;

/// What a colon behind the last word may give back.
const LAST: i64 = 2;
/// The words at both edges of a piece are parts of longer ones in the text around it. That they
/// count one more at most holds for ASCII only.
const EDGES: i64 = 2 + LAST;

/// The documents that a text may hold.
pub struct Possible {
    /// A file that starts as files do.
    pub file: bool,
    /// A long run of base64.
    pub run: bool,
    /// Bytes of binaries, at most.
    odd: usize,
    pub markup: bool,
    pub mail: bool,
    pub captions: bool,
    pub objects: bool,
    pub rows: tables::Columns,
    prose: bool,
    /// What the text weighs, while nothing in it is blank.
    weight: Option<i64>,
}

impl Possible {
    /// Looks at all of `text`, and notes where its quotes are.
    pub fn of(text: &[u8], quotes: &mut Vec<usize>) -> Self {
        let signs = Signs::of(text, Some(quotes));
        Self {
            // A file has letters that `signs` looks for, a control character or an escape; of those
            // with bytes outside ASCII two have none of these: 7z and zstd.
            file: signs.file
                || (signs.breaks > 0 && files::RTF.find(text).is_some())
                || (signs.other_letters
                    && (memmem::find(text, b"7z").is_some()
                        || memmem::find(text, b"(\xB5").is_some())),
            run: files::may_run(text),
            odd: signs.odd,
            markup: forms::may_be_markup(text),
            mail: signs.mail || (signs.upload && memmem::find(text, forms::OF_A_FILE).is_some()),
            captions: forms::may_be_captions(text),
            objects: tables::may_be_objects(text),
            rows: tables::Columns::of(text, signs.breaks),
            weight: Some(signs.weight),
            prose: signs.other_letters || signs.weight >= (prose::WORDS - EDGES) * WORD,
        }
    }

    /// It holds none.
    pub fn none(&self) -> bool {
        let forms = self.file || self.run || self.markup || self.mail || self.captions;
        let any = forms || self.objects || self.rows.any() || self.prose;
        !any && !self.binary(PIECE)
    }

    /// A piece of so many bytes may be a binary.
    pub fn binary(&self, size: usize) -> bool {
        self.odd * 100 >= size * files::BINARY
    }

    /// The text is now blank where something was found.
    pub fn blanked(&mut self) {
        self.prose = true;
        self.weight = None;
    }

    /// The piece `text[low..high]` may be prose or hold some.
    pub fn prose(&self, text: &[u8], (low, high): Range) -> bool {
        let whole = self.weight.filter(|_| high - low == text.len());
        let weight = || whole.unwrap_or_else(|| Signs::of(&text[low..high], None).weight);
        self.prose && weight() >= (prose::WORDS - LAST) * WORD
    }
}
