//! What is drawn: sections of lines, as many as there is room for.

use super::Picture;
use crate::relay::shown::{self, ago, maybe, span};
use ratatui::{
    Frame,
    layout::{Constraint, Rect},
    style::{Color, Style, Stylize},
    text::Line,
    widgets::{Paragraph, Row, Table},
};
use relayer::{
    api::{ChainState, ClientState, Lane, Message, Transaction},
    clock::Millis,
};
use std::collections::BTreeMap;

/// All that is known when it is drawn.
#[derive(Debug)]
pub(super) struct Screen {
    /// Who was asked.
    pub url: String,
    /// What was answered last.
    pub picture: Picture,
    /// Why nothing newer was answered; empty when all is well.
    pub problem: String,
}

/// A heading and lines under it, in columns. The last column has what room is left.
struct Section {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Lines that a person has to look at.
    alarms: Vec<bool>,
}

impl Section {
    fn new(heading: &[&str]) -> Self {
        let heading = heading.iter().map(|text| (*text).to_owned()).collect();
        Self { heading, rows: Vec::new(), alarms: Vec::new() }
    }

    fn add(&mut self, row: Vec<String>, alarm: bool) {
        self.rows.push(row);
        self.alarms.push(alarm);
    }

    /// Lines that it would fill.
    const fn wants(&self) -> usize {
        if self.rows.is_empty() { 0 } else { self.rows.len() + 1 }
    }

    fn draw(mut self, frame: &mut Frame<'_>, at: Rect) {
        let (all, room) = (self.rows.len(), usize::from(at.height).saturating_sub(1));
        if let (true, Some(first)) = (all > room, self.heading.first_mut()) {
            *first = format!("{first} ({room} of {all})");
        }
        let width = |column: usize| {
            let rows = self.rows.iter().take(room).filter_map(|row| row.get(column));
            let widest =
                rows.chain(self.heading.get(column)).map(|text| text.chars().count()).max();
            u16::try_from(widest.unwrap_or(0)).unwrap_or(u16::MAX)
        };
        let last = self.heading.len().saturating_sub(1);
        let widths = (0..self.heading.len()).map(|column| match column {
            _ if column == last => Constraint::Fill(1),
            _ => Constraint::Length(width(column)),
        });
        let widths: Vec<Constraint> = widths.collect();
        let rows = self.rows.into_iter().zip(self.alarms).take(room);
        let colour = |alarm| if alarm { Style::new().fg(Color::Red) } else { Style::new() };
        let rows = rows.map(|(row, alarm)| Row::new(row).style(colour(alarm)));
        let heading = Row::new(self.heading).style(Style::new().bold().underlined());
        frame.render_widget(Table::new(rows, widths).header(heading).column_spacing(2), at);
    }
}

/// Draws all of it.
pub(super) fn draw(frame: &mut Frame<'_>, screen: &Screen) {
    let Picture { overview, newest, waiting } = &screen.picture;
    let now = overview.service.now;
    let top = top(screen);
    let sections = [
        chains(&overview.chains, now),
        clients(&overview.clients, now),
        lanes(&overview.lanes, now),
        reasons(&overview.lanes, waiting),
        outgoing(&overview.outgoing, now),
        changes(newest, now),
    ];
    let area = frame.area();
    let mut at =
        Rect { height: area.height.min(u16::try_from(top.len()).unwrap_or(u16::MAX)), ..area };
    frame.render_widget(Paragraph::new(top), at);
    let wants: Vec<usize> = sections.iter().map(Section::wants).collect();
    let heights = share(usize::from(area.height - at.height), &wants);
    for (section, height) in sections.into_iter().zip(heights) {
        at.y += at.height;
        at.height = u16::try_from(height).unwrap_or_default();
        if height > 0 {
            section.draw(frame, at);
        }
    }
}

/// How many lines each gets: a heading and a line all of them, and then one after the other another line until there are no more.
fn share(mut left: usize, wants: &[usize]) -> Vec<usize> {
    let mut got = vec![0; wants.len()];
    for (got, wants) in got.iter_mut().zip(wants) {
        *got = (*wants).min(2).min(left);
        left -= *got;
    }
    while left > 0 && got.iter().zip(wants).any(|(got, wants)| got < wants) {
        for (got, wants) in got.iter_mut().zip(wants) {
            if *got < *wants && left > 0 {
                *got += 1;
                left -= 1;
            }
        }
    }
    got
}

/// Who it is and how it is, what keys there are, and why nothing newer is shown.
fn top(screen: &Screen) -> Vec<Line<'_>> {
    let service = &screen.picture.overview.service;
    let how = if service.healthy {
        format!("all {} roles make progress", service.roles.len())
    } else {
        format!("{} of {} roles make no progress", service.unwell.len(), service.roles.len())
    };
    let first = format!("relayer {} at {}: {how}", service.version, screen.url);
    let mut lines =
        vec![if service.healthy { first.bold().into() } else { first.bold().red().into() }];
    for (role, why) in service.unwell.iter().take(4) {
        lines.push(format!("  {role}: {why}").red().into());
    }
    lines.push(match screen.problem.lines().next() {
        None => "q ends".dim().into(),
        Some(problem) => format!("not new: {problem}").red().into(),
    });
    lines
}

fn chains(states: &[ChainState], now: Millis) -> Section {
    let mut section = Section::new(&["chains", "head", "final", "unread", "read", "nodes", ""]);
    for state in states {
        let well = state.endpoints.iter().filter(|endpoint| endpoint.ok).count();
        let read = state.updated_at.map_or_else(|| "never".to_owned(), |at| ago(at, now));
        let halted = state.halted.as_ref().map_or_else(String::new, |why| format!("HALTED: {why}"));
        let row = vec![
            state.chain.name.clone(),
            maybe(state.head),
            maybe(state.final_block),
            maybe(state.lag),
            read,
            format!("{well} of {}", state.endpoints.len()),
            halted,
        ];
        section.add(row, state.halted.is_some() || well < state.quorum);
    }
    section
}

fn clients(states: &[ClientState], now: Millis) -> Section {
    let mut section =
        Section::new(&["light clients", "head", "age", "expires in", "looked at", ""]);
    for state in states {
        let expires = match state.seconds_to_expiry {
            None => "never".to_owned(),
            Some(0) => "EXPIRED".to_owned(),
            Some(seconds) => span(seconds),
        };
        let waiting = state.waiting.as_ref().map_or_else(String::new, |waiting| {
            format!("{} wait for block {}", waiting.count, waiting.block)
        });
        let said: Vec<&str> = [waiting.as_str(), state.detail.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        let row = vec![
            format!("{} on {}", state.follows.name, state.on.name),
            state.head.to_string(),
            span(state.age_seconds),
            expires,
            ago(state.checked_at, now),
            said.join(": "),
        ];
        section.add(row, state.seconds_to_expiry == Some(0));
    }
    section
}

fn lanes(lanes: &[Lane], now: Millis) -> Section {
    let mut section = Section::new(&["lanes", "oldest", "messages"]);
    for lane in lanes {
        let oldest = lane.oldest.map_or_else(|| "-".to_owned(), |at| ago(at, now));
        section.add(vec![shown::lane(lane), oldest, shown::counts(&lane.stages)], false);
    }
    section
}

/// What messages wait for, how many do, and what is said of the newest of them.
fn reasons(lanes: &[Lane], newest: &BTreeMap<String, Message>) -> Section {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (reason, count) in lanes.iter().flat_map(|lane| &lane.waiting) {
        *counts.entry(reason.to_string()).or_default() += count;
    }
    let mut section = Section::new(&["wait for", "messages", "the newest of them", ""]);
    for (reason, count) in counts {
        let message = newest.get(&reason);
        let named = message.map(name).unwrap_or_default();
        let said = message.map(|message| message.detail.clone()).unwrap_or_default();
        section.add(vec![reason, count.to_string(), named, said], false);
    }
    section
}

fn outgoing(transactions: &[Transaction], now: Millis) -> Section {
    let heading = ["under way", "on", "for", "state", "nonce", "bids", "since", "messages"];
    let mut section = Section::new(&heading);
    for one in transactions {
        let messages = one.messages.len();
        let colon = if one.detail.is_empty() { "" } else { ": " };
        let row = vec![
            format!("#{}", one.id),
            one.chain.name.clone(),
            one.purpose.to_string(),
            one.state.to_string(),
            maybe(one.nonce),
            one.bids.len().to_string(),
            ago(one.created_at, now),
            format!("{messages}{colon}{}", one.detail),
        ];
        section.add(row, false);
    }
    section
}

/// What has happened last.
fn changes(newest: &[Message], now: Millis) -> Section {
    let mut section = Section::new(&["newest", "message", "id", "stage", ""]);
    for message in newest {
        let colon = if message.detail.is_empty() { "" } else { ": " };
        let row = vec![
            ago(message.since, now),
            name(message),
            message.id.to_string().chars().take(10).collect(),
            message.stage.to_string(),
            format!("{}{colon}{}", message.reason, message.detail),
        ];
        section.add(row, false);
    }
    section
}

/// A message as people call it: its lane and its number there.
fn name(message: &Message) -> String {
    format!("{} -> {} #{}", message.source.name, message.destination.name, message.nonce)
}

#[cfg(test)]
mod tests {
    use super::{super::Picture, Screen, draw, share};
    use ratatui::{Terminal, backend::TestBackend};
    use std::collections::BTreeMap;

    /// What the interface of a relayer between two chains of a devnet has answered.
    fn recorded() -> Screen {
        let picture: Picture =
            serde_json::from_str(include_str!("recorded.json")).expect("answers");
        Screen { url: "http://here".into(), picture, problem: String::new() }
    }

    fn shown(screen: &Screen, width: u16, height: u16) -> Vec<String> {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| draw(frame, screen)).expect("a frame");
        let buffer = terminal.backend().buffer();
        let line = |row: u16| -> String {
            (0..width)
                .filter_map(|column| buffer.cell((column, row)))
                .map(ratatui::buffer::Cell::symbol)
                .collect()
        };
        (0..height).map(|row| line(row).trim_end().to_owned()).collect()
    }

    const EXPECTED: [&str; 24] = [
        "relayer 0.1.0 at http://here: all 2 roles make progress",
        "q ends",
        "chains  head  final  unread  read     nodes",
        "a       787   779    0       0 s ago  1 of 1",
        "b       793   785    0       0 s ago  1 of 1",
        "light clients  head  age   expires in  looked at",
        "b on a         780   13 s  23 h        0 s ago    4 wait for block 765: an update is under",
        "a on b         766   21 s  23 h        3 s ago",
        "lanes   oldest    messages",
        "a -> b  39 s ago  delivered 4, settled 3",
        "b -> a  27 s ago  final 4",
        "wait for  messages  the newest of them",
        "finality  4         a -> b #5",
        "header    4         b -> a #0           its block is 765, the light client knows 628",
        "under way  on  for            state  nonce  bids  since    messages",
        "#15        a   update_client  mined  2      1     7 s ago  0",
        "#16        a   update_client  mined  3      1     4 s ago  0",
        "#17        a   update_client  sent   4      1     1 s ago  0",
        "#14        b   deliver_batch  mined  6      1     7 s ago  4",
        "newest (4 of 6)  message    id          stage",
        "20 s ago         b -> a #0  0xc70239c5  final  header: its block is 765, the light client",
        "20 s ago         b -> a #3  0x87fe895e  final  header: its block is 765, the light client",
        "20 s ago         b -> a #1  0x60f60b4e  final  header: its block is 765, the light client",
        "20 s ago         b -> a #2  0x5d002736  final  header: its block is 765, the light client",
    ];
    const SMALL: [&str; 10] = [
        "relayer 0.1.0 at http://here: all 2 role",
        "q ends",
        "chai  head  final  unrea  read   nodes",
        "a     787   779    0      0 s a  1 of",
        "ligh  head  age   expires i  looked at",
        "b on  780   13 s  23 h       0 s ago",
        "lanes (1 of 2)  oldest    messages",
        "a -> b          39 s ago  delivered 4, s",
        "wait for (1 of 2)  messages  the newes",
        "finality           4         a -> b #5",
    ];

    #[test]
    fn shows_what_a_relayer_has_answered() {
        let lines = shown(&recorded(), 90, 24);
        assert_eq!(lines, EXPECTED, "{lines:#?}");
    }

    #[test]
    fn shows_of_each_section_what_there_is_room_for() {
        let lines = shown(&recorded(), 40, 10);
        assert_eq!(lines, SMALL, "{lines:#?}");
        assert_eq!(shown(&recorded(), 12, 1), ["relayer 0.1."]);
        for (width, height) in [(1, 1), (300, 1), (1, 60), (3, 3)] {
            assert_eq!(shown(&recorded(), width, height).len(), usize::from(height));
        }
    }

    #[test]
    fn says_what_is_not_well_and_why_nothing_newer_is_shown() {
        let mut screen = recorded();
        let service = &mut screen.picture.overview.service;
        service.healthy = false;
        service.unwell = BTreeMap::from([("indexer of a".into(), "no node answers".into())]);
        screen.problem = "relayer: nothing answers".into();
        let lines = shown(&screen, 80, 12);
        assert_eq!(lines[0], "relayer 0.1.0 at http://here: 1 of 2 roles make no progress");
        assert_eq!(lines[1], "  indexer of a: no node answers");
        assert_eq!(lines[2], "not new: relayer: nothing answers");
    }

    #[test]
    fn shares_lines_one_after_the_other() {
        assert_eq!(share(20, &[3, 0, 5]), [3, 0, 5]);
        assert_eq!(share(6, &[3, 0, 5]), [3, 0, 3]);
        assert_eq!(share(3, &[3, 4, 5]), [2, 1, 0]);
        assert_eq!(share(0, &[3]), [0]);
    }
}
