//! A configuration as it may be shown in errors: of the same length, so that positions hold, and without what may be a secret.
//!
//! It has to work on text that is no TOML, since that is what errors are about. So it knows words, strings, brackets and lines, and
//! hides whatever it does not know to be harmless.

use super::secret::{holds_key, visible};

/// Keys whose values are no secrets.
const OPEN: &[&str] = &[
    "acknowledge",
    "address",
    "allow",
    "batch",
    "beacon",
    "block_seconds",
    "blocks",
    "bump_blocks",
    "bump_percent",
    "checker",
    "deny_recipients",
    "deny_senders",
    "enabled",
    "ether_per_day",
    "ether_per_transaction",
    "evidence",
    "expiry_fraction",
    "finality",
    "follows",
    "from",
    "gas_per_transaction",
    "id",
    "in_flight",
    "json",
    "keep_days",
    "kind",
    "level",
    "listen",
    "log_range",
    "map",
    "max_age_seconds",
    "max_fee_gwei",
    "max_payload",
    "max_raise",
    "min_profit_percent",
    "min_tip_gwei",
    "on",
    "on_demand",
    "payee",
    "prove_expired",
    "quorum",
    "recipients",
    "refuse",
    "requests_per_second",
    "roles",
    "senders",
    "service",
    "start_block",
    "timeout_seconds",
    "to",
    "validators",
    "watch",
];

/// The text with `*` for each byte that may be part of a secret, and without comments.
pub(super) fn mask(text: &str) -> String {
    let mut masker = Masker { rest: text, out: String::with_capacity(text.len()), ..Masker::new() };
    while let Some(first) = masker.rest.chars().next() {
        masker.token(first);
    }
    masker.out
}

/// The same for a value of a variable that is laid over this key.
pub(super) fn mask_value(key: &str, value: &str) -> String {
    let mut masker = Masker { rest: value, key, value: true, ..Masker::new() };
    let scalar = !value.trim_start().starts_with(['[', '{', '"', '\'']);
    if scalar {
        let length = value.len();
        masker.text(length);
    }
    while let Some(first) = masker.rest.chars().next() {
        masker.token(first);
    }
    masker.out
}

struct Masker<'a> {
    rest: &'a str,
    out: String,
    /// The key that values belong to; empty when there is none.
    key: &'a str,
    /// The word before `=`, while that is not reached.
    word: &'a str,
    /// Whether a value is read, and not a key.
    value: bool,
    /// Whether a table's header is read.
    header: bool,
    /// Whether a value was the last thing: only `,` or the end of the value may follow.
    ended: bool,
    brackets: Vec<char>,
}

impl<'a> Masker<'a> {
    const fn new() -> Self {
        Self {
            rest: "",
            out: String::new(),
            key: "",
            word: "",
            value: false,
            header: false,
            ended: false,
            brackets: Vec::new(),
        }
    }

    fn token(&mut self, first: char) {
        match first {
            '\n' => {
                self.show(1);
                if self.brackets.is_empty() {
                    self.forget();
                }
            }
            '#' => {
                let line = self.rest.find('\n').unwrap_or(self.rest.len());
                self.cover(line, " ");
            }
            '"' | '\'' => self.string(first),
            '[' if !self.value && self.brackets.is_empty() => {
                self.header = true;
                self.show(1);
            }
            '[' | '{' => {
                self.brackets.push(first);
                if first == '{' {
                    self.value = false;
                }
                self.show(1);
            }
            ']' | '}' => {
                self.brackets.pop();
                self.show(1);
            }
            ',' => {
                if self.brackets.last() == Some(&'{') {
                    self.forget();
                }
                self.ended = false;
                self.show(1);
            }
            '=' => {
                self.key = std::mem::take(&mut self.word);
                (self.value, self.ended) = (true, false);
                self.show(1);
            }
            ' ' | '\t' | '\r' | '.' => self.show(1),
            _ => self.bare(),
        }
    }

    const fn forget(&mut self) {
        (self.key, self.word, self.value, self.header, self.ended) = ("", "", false, false, false);
    }

    /// Behind a value there is another one: something is missing or one too many, and what seems to belong to the key may be anything.
    const fn doubt(&mut self) {
        (self.key, self.header) = ("", false);
    }

    /// A quoted string; one without an end ends with its line, or with the text if it is one of several lines.
    fn string(&mut self, quote: char) {
        let triple = [quote; 3].iter().collect::<String>();
        let (mark, several) = if self.rest.starts_with(&triple) { (3, true) } else { (1, false) };
        if self.ended || self.header || several {
            self.doubt();
        }
        self.ended = true;
        self.show(mark);
        let mut end = self.rest.len();
        let mut escaped = false;
        for (at, letter) in self.rest.char_indices() {
            let closes = if several {
                self.rest.get(at..).is_some_and(|rest| rest.starts_with(&triple))
            } else {
                letter == quote || letter == '\n'
            };
            if closes && !escaped {
                end = at;
                break;
            }
            escaped = quote == '"' && letter == '\\' && !escaped;
        }
        self.text(end);
        if self.rest.starts_with(quote) {
            self.show(mark.min(self.rest.len()));
        }
    }

    /// What is not quoted: a key, a number, or what should have been quoted.
    fn bare(&mut self) {
        if self.ended {
            self.doubt();
        }
        let ends = |letter: char| letter.is_whitespace() || ",=[]{}#\"'".contains(letter);
        let ends_name = |letter: char| ends(letter) || letter == '.';
        let length = |ends: &dyn Fn(char) -> bool| self.rest.find(ends).unwrap_or(self.rest.len());
        let name = self.rest.get(..length(&ends_name)).unwrap_or_default();
        // Behind a bracket that was never closed keys stand where values do.
        let is_key = match (self.value, self.header) {
            (true, _) => begins_key(self.rest),
            (_, true) => is_name(name),
            _ => begins_key(self.rest) || OPEN.contains(&name),
        };
        if is_key {
            self.word = name;
            self.show(name.len());
        } else if self.value && OPEN.contains(&self.key) {
            self.ended = true;
            self.text(length(&ends));
        } else {
            // An unquoted secret may have spaces in it.
            self.cover(length(&|letter| letter == '\n'), "*");
        }
    }

    /// So many bytes of a string.
    fn text(&mut self, length: usize) {
        let Some(text) = self.rest.get(..length) else { return self.cover(length, "*") };
        let seen = match self.value {
            true if OPEN.contains(&self.key) && is_harmless(text) => length,
            true => visible(text).len(),
            false => 0,
        };
        self.show(seen);
        self.cover(length - seen, "*");
    }

    fn show(&mut self, length: usize) {
        let (shown, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.out.push_str(shown);
        self.rest = rest;
    }

    fn cover(&mut self, length: usize, with: &str) {
        let (hidden, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        for letter in hidden.chars() {
            match letter {
                '\n' => self.out.push('\n'),
                _ => (0..letter.len_utf8()).for_each(|_| self.out.push_str(with)),
            }
        }
        self.rest = rest;
    }
}

/// Whether it looks like the value of an open key: a word, a number, an address. A letter less, and a secret's key is an open one.
fn is_harmless(text: &str) -> bool {
    let is_word = text.len() <= 20 && !text.contains(char::is_whitespace);
    let is_hex =
        text.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (is_word || is_hex) && !text.contains("://") && !holds_key(text)
}

/// Whether a part of a key may be called so without quotes.
fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    (1..64).contains(&text.len()) && text.bytes().all(is_part)
}

/// Whether a line begins with a key and its value. `=` at the end of a line, or before another one, pads a secret.
fn begins_key(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let Some((key, value)) = line.split_once('=') else { return false };
    let value = value.split('#').next().unwrap_or_default();
    let value = value.trim().trim_end_matches([',', ']', '}', ' ']);
    !matches!(value, "" | "\"" | "'")
        && !value.starts_with('=')
        && key.split('.').all(|name| is_name(name.trim_matches([' ', '\t'])))
}
