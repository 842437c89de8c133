//! `heliograph status --watch`: how a relayer does, as it changes, on the whole of a terminal.

mod screen;

use super::{client::Client, status::Overview};
use crate::error::{Error, Result};
use ratatui::{
    DefaultTerminal,
    crossterm::event::{self, Event, KeyCode, KeyModifiers},
};
use relayer::api::{Message, MessageList};
use screen::{Screen, draw};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    time::Duration,
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::{Receiver, channel},
};

/// How often all is asked for.
pub(super) const PACE: Duration = Duration::from_secs(1);
/// How long a key is waited for before it is looked whether anyone still wants to know.
const KEY: Duration = Duration::from_millis(250);
/// How many of the newest messages are looked at for what happened last.
const NEWEST: usize = 200;

/// What is on screen.
#[derive(Debug, Deserialize)]
struct Picture {
    overview: Overview,
    /// The newest messages, those that have changed last first.
    newest: Vec<Message>,
    /// For each reason to wait, the newest message that does.
    waiting: BTreeMap<String, Message>,
}

impl Picture {
    async fn ask(client: &Client) -> Result<Self> {
        let overview = Overview::ask(client).await?;
        let mut newest = messages(client, &[("limit", NEWEST.to_string())]).await?;
        newest.sort_by_key(|message| std::cmp::Reverse((message.since, message.nonce)));
        let reasons: BTreeSet<_> =
            overview.lanes.iter().flat_map(|lane| lane.waiting.keys()).collect();
        let mut waiting = BTreeMap::new();
        for reason in reasons {
            let only = [("reason", reason.to_string()), ("limit", "1".to_owned())];
            let one = messages(client, &only).await?.into_iter().next();
            waiting.extend(one.map(|message| (reason.to_string(), message)));
        }
        Ok(Self { overview, newest, waiting })
    }
}

async fn messages(client: &Client, which: &[(&str, String)]) -> Result<Vec<Message>> {
    let list: MessageList = client.get("/v1/messages", which).await?;
    Ok(list.messages)
}

/// Shows it until q, escape or a signal. The terminal is as it was before, also after an error or a panic.
pub(super) async fn run(client: &Client) -> Result<()> {
    // Whether anything answers is said before the screen is taken.
    let picture = Picture::ask(client).await?;
    let screen = Screen { url: client.url().to_owned(), picture, problem: String::new() };
    // From here on no signal ends the process before the terminal is as it was.
    let signals = Signals::new().map_err(failed)?;
    let terminal = ratatui::try_init().map_err(failed)?;
    let ended = show(client, terminal, screen, signals).await;
    ratatui::restore();
    ended
}

/// The signals that end programs: sent by people, by terminals that are closed, by whoever shuts down.
struct Signals([Signal; 4]);

impl Signals {
    fn new() -> io::Result<Self> {
        let [interrupt, quit] = [SignalKind::interrupt(), SignalKind::quit()].map(signal);
        let [hangup, terminate] = [SignalKind::hangup(), SignalKind::terminate()].map(signal);
        Ok(Self([interrupt?, quit?, hangup?, terminate?]))
    }

    async fn any(&mut self) {
        let [interrupt, quit, hangup, terminate] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = quit.recv() => {}
            _ = hangup.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

async fn show(
    client: &Client,
    mut terminal: DefaultTerminal,
    mut screen: Screen,
    mut signals: Signals,
) -> Result<()> {
    let mut events = events();
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        terminal.draw(|frame| draw(frame, &screen)).map_err(failed)?;
        // A question that takes long is in nobody's way who wants to quit.
        let asked = async {
            pace.tick().await;
            Picture::ask(client).await
        };
        tokio::select! {
            asked = asked => match asked {
                Ok(picture) => (screen.picture, screen.problem) = (picture, String::new()),
                Err(error) => screen.problem = error.to_string(),
            },
            event = events.recv() => match event {
                Some(Ok(event)) if ends(&event) => return Ok(()),
                // A terminal of another size, above all.
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(failed(error)),
                None => return Ok(()),
            },
            () = signals.any() => return Ok(()),
        }
    }
}

/// What happens at the terminal: there is no way to wait for it but in a thread.
fn events() -> Receiver<io::Result<Event>> {
    let (sender, events) = channel(16);
    std::thread::spawn(move || {
        while !sender.is_closed() {
            let event = match event::poll(KEY) {
                Ok(false) => continue,
                Ok(true) => event::read(),
                Err(error) => Err(error),
            };
            let last = event.is_err();
            if sender.blocking_send(event).is_err() || last {
                break;
            }
        }
    });
    events
}

/// Whether this is how people end it. Terminals that take every key send no signal for Ctrl-C.
const fn ends(event: &Event) -> bool {
    let Event::Key(key) = event else { return false };
    match key.code {
        KeyCode::Char('q') | KeyCode::Esc => true,
        KeyCode::Char('c') => key.modifiers.contains(KeyModifiers::CONTROL),
        _ => false,
    }
}

fn failed(error: io::Error) -> Error {
    Error::tool("the terminal", error)
}
