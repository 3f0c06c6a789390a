//! Judging values: can this be a secret at all, and is it random enough to be one?

use crate::bytesets::{ALNUM, ByteSet, LETTERS, strip};
use crate::markers::marker_end;
use crate::words::WordLists;
use memchr::memmem;

static MASKS: ByteSet = ByteSet::of(b"*xX.-_#?");
static WORD_BYTES: ByteSet = LETTERS.or(&ByteSet::of(b"_.- "));
static CALL_BYTES: ByteSet = LETTERS.or(&ByteSet::of(b"_."));
static ARGUMENT_BYTES: ByteSet = ALNUM.or(&ByteSet::of(b"_.*&"));
/// What stands in `<not shown>`, `<Secret object at 0x7f3a>`, and in `%(name)s`.
static SHOWN_BYTES: ByteSet = ALNUM.or(&ByteSet::of(b" _.-:/='()*"));
static FIELD_BYTES: ByteSet = ALNUM.or(&ByteSet::of(b"_.-:)}"));
static TYPE_BYTES: ByteSet = CALL_BYTES.or(&ByteSet::of(b"<>'&:,[]()?|"));
const QUOTED: &[u8] = b"\"'`\\";
const OBJECTS: [&[u8]; 5] = [b"self.", b"settings.", b"config.", b"request.", b"os."];
const MAPPINGS: [&[u8]; 6] = [
    b"os.environ",
    b"environ",
    b"config",
    b"settings",
    b"self.",
    b"request.",
];

/// `value` holds no secret, whatever its key: a boolean, a mask, a template, a type, a marker, a
/// piece of code.
///
/// `quoted`: it stood in quotes, or in a field of a record. Code stands in neither, and what begins
/// like a call, such as `Pass(word)7`, can be a password.
pub fn is_benign(words: &WordLists, value: &[u8], quoted: bool) -> bool {
    if value.is_empty() || (value.len() <= 16 && words.benign.has_lower(strip(value, b" .,:;!"))) {
        return true;
    }
    // YAML: the value is in the lines below.
    if value.len() <= 3
        && matches!(value[0], b'|' | b'>')
        && strip(&value[1..], b"+-0123456789").is_empty()
    {
        return true;
    }
    is_mask(value) || is_template(value, quoted) || is_code(words, value, quoted) || is_place(value)
}

/// `value` is no mask and no template, whatever else it is.
pub fn unmasked(value: &[u8]) -> bool {
    let head = &value[..value.len().min(256)];
    !is_mask(head) && !is_template(head, false)
}

fn is_mask(value: &[u8]) -> bool {
    let first = value[0];
    if MASKS.has(first) && value.iter().all(|&byte| byte == first) {
        return true;
    }
    if first == b'[' && marker_end(value, 0, value.len()) == value.len() {
        return true;
    }
    let stars = value.iter().filter(|&&byte| byte == b'*').count();
    stars >= 3 && stars + 4 >= value.len()
}

/// Folders at the root of a system.
const ROOTS: [&[u8]; 21] = [
    b"Applications",
    b"Library",
    b"Users",
    b"app",
    b"bin",
    b"data",
    b"dev",
    b"etc",
    b"home",
    b"lib",
    b"mnt",
    b"opt",
    b"private",
    b"proc",
    b"root",
    b"run",
    b"srv",
    b"sys",
    b"tmp",
    b"usr",
    b"var",
];

/// Paths from the root of a system: `PWD=/srv/app`, `password=/run/secrets/db`.
fn is_place(value: &[u8]) -> bool {
    let Some(path) = value.strip_prefix(b"/") else {
        return false;
    };
    let end = path.iter().position(|&byte| byte == b'/');
    let (first, rest) = path.split_at(end.unwrap_or(path.len()));
    ROOTS.contains(&first)
        && rest
            .iter()
            .all(|&byte| CALL_BYTES.has(byte) || byte.is_ascii_digit() || b"-/".contains(&byte))
}

/// What stands in the brackets at `at` is the name of an item or a type: `tokens[i]`.
fn is_item(value: &[u8], at: usize) -> bool {
    let [inside @ .., b']'] = &value[at + 1..] else {
        return false;
    };
    let inside = strip(inside, b"\"'");
    !inside.is_empty() && inside.iter().all(|&byte| CALL_BYTES.has(byte))
}

fn all_in(set: &ByteSet, value: &[u8]) -> bool {
    value.iter().all(|&byte| set.has(byte))
}

fn is_template(value: &[u8], quoted: bool) -> bool {
    let size = value.len();
    let (first, last) = (value[0], value[size - 1]);
    match first {
        b'$' => {
            if size > 2 && matches!((value[1], last), (b'{', b'}') | (b'(', b')')) {
                return true;
            }
            let name = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
            size > 1 && value[1..].iter().all(name)
        }
        b'{' if last == b'}' => {
            size > 2 && (value[1] == b'{' || all_in(&CALL_BYTES, &value[1..size - 1]))
        }
        b'<' if last == b'>' => !quoted || all_in(&SHOWN_BYTES, &value[1..size - 1]),
        b'%' => {
            (size == 2 && b"sdrxifv".contains(&value[1]))
                || (size > 3
                    && b"({".contains(&value[1])
                    && b"sdr)}".contains(&last)
                    && (!quoted || all_in(&FIELD_BYTES, &value[2..size - 1])))
                || (size > 2 && last == b'%' && all_in(&CALL_BYTES, &value[1..size - 1]))
        }
        _ => false,
    }
}

/// Names, attribute paths of names and calls: `password=self.password`, `os.getenv("X")`.
fn is_code(words: &WordLists, value: &[u8], quoted: bool) -> bool {
    if value[0] == b'$' {
        return is_variable(words, value, quoted);
    }
    let at = value
        .iter()
        .take_while(|&&byte| CALL_BYTES.has(byte))
        .count();
    let starts = |prefixes: &[&[u8]]| prefixes.iter().any(|prefix| value.starts_with(prefix));
    match value.get(at) {
        Some(b'(') if quoted => at > 0 && is_masked_call(&value[at + 1..]),
        Some(b'(') => at > 0 && is_call(&value[at + 1..]),
        Some(b'<') if quoted && !value.ends_with(b">") => false,
        // A type: Token<'a>, Option<String>.
        Some(b'<') if at > 0 && value[0].is_ascii_uppercase() => all_in(&TYPE_BYTES, &value[at..]),
        Some(b'[') => at > 0 && (is_item(value, at) || (!quoted && starts(&MAPPINGS))),
        Some(_) => false,
        None => starts(&OBJECTS),
    }
}

/// A call goes on with `inside`, of which a space may have cut the rest.
fn is_call(inside: &[u8]) -> bool {
    match inside.iter().rposition(|&byte| byte == b')') {
        Some(close) => inside
            .get(close + 1)
            .is_none_or(|byte| b".,;:)]}[>|".contains(byte)),
        None => inside
            .first()
            .is_none_or(|first| QUOTED.contains(first) || all_in(&ARGUMENT_BYTES, inside)),
    }
}

/// A call ends with `inside` and shows nothing: `SecretStr('**********')`.
fn is_masked_call(inside: &[u8]) -> bool {
    let [shown @ .., b')'] = inside else {
        return false;
    };
    let shown = strip(shown, QUOTED);
    shown.is_empty() || is_mask(shown)
}

/// Variables of PHP and GraphQL: `$_POST['password']`, `$this->token`, `$password`.
fn is_variable(words: &WordLists, value: &[u8], quoted: bool) -> bool {
    let size = value[1..]
        .iter()
        .take_while(|&&byte| CALL_BYTES.has(byte))
        .count();
    let rest = &value[1 + size..];
    if rest.is_empty() {
        return words.benign.has_lower(&value[1..]);
    }
    let item = rest[0] == b'[' && (!quoted || rest.ends_with(b"]"));
    size > 0 && (item || rest.starts_with(b"->") || rest.starts_with(b"::"))
}

/// Kinds of bytes: others, digits, capital letters, small letters, spaces and control characters.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => 1,
            b'A'..=b'Z' => 2,
            b'a'..=b'z' => 3,
            0..=0x20 => 4,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// `value` is random enough for a key that is only sometimes a secret's.
pub fn looks_secret(words: &WordLists, value: &[u8], quoted: bool) -> bool {
    let size = value.len();
    if size < 8 || is_benign(words, value, quoted) {
        return false;
    }
    let mut counts = [0; 5];
    for &byte in value {
        counts[usize::from(KINDS[usize::from(byte)])] += 1;
    }
    let [others, digits, upper, lower, spaces] = counts;
    if spaces > 0 {
        return false;
    }
    let path = value[0] == b'~' || (b"/.".contains(&value[0]) && is_path(value));
    if path || (others > 2 && memmem::find(value, b"://").is_some()) {
        return false;
    }
    if digits + others == size {
        return false;
    }
    if digits == 0 && all_in(&WORD_BYTES, value) {
        return size >= 20 && upper >= 2 && lower >= 2 && others == 0 && !camel(value);
    }
    if size < 16 && digits < 2 && others == 0 && upper < 2 {
        return false;
    }
    !dotted_name(value)
}

/// `value`, which begins like a path, is one; one in 64 of base64 begins so too.
fn is_path(value: &[u8]) -> bool {
    if (value.contains(&b'+') || value.ends_with(b"=")) && is_mixed(value) {
        return false;
    }
    let mut parts = value.split(|&byte| byte == b'/');
    !parts.any(|part| is_mixed(part) && part.iter().any(u8::is_ascii_digit))
}

/// `part` has sixteen bytes or more, with letters of both cases.
fn is_mixed(part: &[u8]) -> bool {
    part.len() >= 16
        && part.iter().any(u8::is_ascii_lowercase)
        && part.iter().any(u8::is_ascii_uppercase)
}

/// Words written together: every capital is followed by at least two small letters.
fn camel(value: &[u8]) -> bool {
    let small = |at: usize| value.get(at).is_some_and(u8::is_ascii_lowercase);
    (0..value.len()).all(|at| !value[at].is_ascii_uppercase() || (small(at + 1) && small(at + 2)))
}

/// Module paths, host names and file names: parts of letters with at most two digits.
fn dotted_name(value: &[u8]) -> bool {
    value.contains(&b'.')
        && value.split(|&byte| byte == b'.').all(|part| {
            part.first().is_some_and(u8::is_ascii_alphabetic)
                && part.len() <= 24
                && part
                    .iter()
                    .all(|&byte| ALNUM.has(byte) || byte == b'_' || byte == b'-')
                && part.iter().filter(|byte| byte.is_ascii_digit()).count() <= 2
        })
}

const PLACEHOLDERS: [&[u8]; 8] = [
    b"xxxx",
    b"****",
    b"your",
    b"example",
    b"changeme",
    b"placeholder",
    b"<",
    b"${",
];

/// `value` is more than a stand-in such as `xxxx` or `your-key`.
pub fn not_placeholder(value: &[u8]) -> bool {
    let head = value[..value.len().min(256)].to_ascii_lowercase();
    head.iter().any(|byte| *byte != head[0])
        && !PLACEHOLDERS
            .iter()
            .any(|word| memmem::find(&head, word).is_some())
}

/// `value`, after `password is`, is a secret and no word about passwords.
pub fn spoken(words: &WordLists, value: &[u8]) -> bool {
    let head = &value[..value.len().min(256)];
    let mut whole = head;
    while let [rest @ .., b']'] = whole {
        whole = rest;
    }
    !is_benign(words, whole, false) && !words.prose.has_lower(strip(head, b".,;:!?()[]"))
}
