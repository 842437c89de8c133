//! What is wrong with a configuration, and where.

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};
use std::{fmt, ops::Range, path::PathBuf};

/// Why there is no configuration. Shows the lines that are wrong, without what may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something in it is wrong.
    #[error("{}", Rendered(.0))]
    Invalid(Vec<Problem>),
}

impl ConfigError {
    /// What is wrong; empty if there is no file.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Unreadable { .. } => &[],
            Self::Invalid(problems) => problems,
        }
    }
}

/// Something that is wrong, and where.
#[derive(Debug)]
pub struct Problem {
    message: String,
    help: Option<String>,
    line: usize,
    column: usize,
    span: Range<usize>,
    source: NamedSource<String>,
}

impl Problem {
    /// A problem at a position in a text, and the text as it may be shown: of the same length, without secrets.
    pub(super) fn new(
        name: &str,
        (text, shown): (&str, String),
        message: String,
        at: Range<usize>,
        help: Option<String>,
    ) -> Self {
        let start = floor(text, at.start);
        let before = text.get(..start).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
        // No more than the line on which it begins.
        let rest = text.get(start..).unwrap_or_default();
        let line_end = start + rest.find('\n').unwrap_or(rest.len());
        let end = floor(text, at.end).clamp(start, line_end);
        Self {
            message,
            help,
            line,
            column,
            span: start..end,
            source: NamedSource::new(name, shown),
        }
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What can be done about it.
    pub fn advice(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The file or the variable.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// The line, from 1 on.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, from 1 on.
    pub const fn column(&self) -> usize {
        self.column
    }

    /// Orders problems as they stand in a file.
    pub(super) const fn place(&self) -> (usize, usize) {
        (self.line, self.column)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new(Some("here".into()), self.span.start, self.span.len());
        Some(Box::new(std::iter::once(label)))
    }
}

/// All problems, each with its line.
struct Rendered<'a>(&'a [Problem]);

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "the configuration has {count} problem{plural}")?;
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
            .with_links(false)
            .with_context_lines(1);
        for problem in self.0 {
            let mut text = String::new();
            handler.render_report(&mut text, problem)?;
            let at = format_args!("{}:{}:{}", problem.name(), problem.line, problem.column);
            write!(f, "\n\n{at}: {}", text.trim_start_matches([' ', '×', '\n']).trim_end())?;
        }
        Ok(())
    }
}

/// The start of the character that a position is in.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// What was perhaps meant.
pub(super) fn nearest<'a>(
    word: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<String> {
    let close = known
        .clone()
        .map(|name| (strsim::damerau_levenshtein(word, name), name))
        .filter(|(distance, name)| *distance <= word.len().max(name.len()) / 3)
        .min()
        .map(|(_, name)| format!("did you mean `{name}`?"));
    close.or_else(|| {
        let names: Vec<_> = known.map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| format!("there are {}", names.join(", ")))
    })
}
