//! `heliograph evidence --config`: what speaks against the light clients of a configuration just now.

use super::config::failed;
use crate::{
    error::{Error, Result},
    output::{Answer, Fields},
};
use relayer::{
    clock::SystemClock,
    config,
    service::{self, Found},
};
use serde_json::json;
use std::{path::Path, sync::Arc};

/// Looks at all of them once.
pub(crate) async fn look(path: &Path) -> Result<Answer> {
    let config = config::load(path).map_err(failed)?.config;
    let found = service::evidence(config, Arc::new(SystemClock)).await;
    let found = found.map_err(|e| Error::tool("relayer", service::with_causes(&e)))?;
    let spoken = |found: &&Found| !found.alarm.is_empty() || found.calldata.is_some();
    let against = found.iter().filter(spoken).count();
    let unseen = found.iter().filter(|found| !found.problem.is_empty()).count();
    let mut text = String::new();
    for found in &found {
        text += &format!("{} on {}\n{}", found.follows, found.on, lines(found).render(2));
    }
    let json = json!({ "ok": against + unseen == 0, "clients": found });
    let answer = Answer { text, json };
    let (summary, status) = match (against, unseen) {
        (0, 0) => return Ok(answer),
        (0, unseen) => {
            (format!("{unseen} of {} light clients could not be looked at", found.len()), 3)
        }
        (against, _) => {
            (format!("something speaks against {against} of {} light clients", found.len()), 1)
        }
    };
    Err(Error::Partly { answer: Box::new(answer), summary, status })
}

fn lines(found: &Found) -> Fields {
    let mut fields = Fields::default();
    if let Some(address) = found.address {
        fields.add("contract", address);
    }
    if let Some(head) = found.head {
        fields.add("newest head", format!("block {head}"));
    }
    if !found.problem.is_empty() {
        fields.add("problem", &found.problem);
    }
    match (&found.calldata, found.alarm.is_empty()) {
        (Some(calldata), _) => {
            fields.add("alarm", &found.alarm).add("submitMisbehaviour", calldata);
        }
        (None, false) => _ = fields.add("alarm", &found.alarm),
        (None, true) if found.problem.is_empty() => {
            fields.add("verdict", "nothing speaks against it");
        }
        (None, true) => {}
    }
    fields
}
