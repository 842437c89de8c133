//! What is asked about messages beside their rows.

use super::{
    Messenger, Served,
    policy::{Cancelling, Known, read},
};
use crate::{
    attestor::nobody,
    domain::{Claim, Fact, Sighting, Tracked},
    lane::{Trouble, View, ask},
};
use alloy_primitives::{Address, Bytes, U256};
use bindings::{
    IMessageService::{feesCall, isSettledCall, nextPlaceCall, recipientGasCall},
    IRelayFees::paidForCall,
};
use futures_util::future::join_all;
use light_client::attestation::Statement;

impl Messenger {
    /// What is known of each message, and the signatures of attestors that it needs.
    pub(super) async fn known(
        &self,
        served: &Served,
        claim: &Claim,
        view: &View,
    ) -> Vec<Result<(Known, Bytes), Trouble>> {
        join_all(claim.messages.iter().map(|message| self.known_of(served, message, view))).await
    }

    async fn known_of(
        &self,
        served: &Served,
        message: &Tracked,
        view: &View,
    ) -> Result<(Known, Bytes), Trouble> {
        let mut known = Known { head: view.newest().map(|head| head.number), ..Known::default() };
        let Ok(terms) = read(message) else { return Ok((known, Bytes::new())) };
        let (service, body) = (self.destination.config().service, &message.sent.body);
        let (source, gateway) = (U256::from(message.sent_at.chain), message.sent.gateway);
        let bit =
            isSettledCall { sourceChainId: source, sourceGateway: gateway, nonce: body.nonce };
        known.settled = served.inbound.ask(service, bit).await?;
        if terms.place.is_some() {
            let place = nextPlaceCall {
                sourceChainId: source,
                sourceGateway: gateway,
                sender: body.sender.clone(),
                recipient: body.recipient.clone(),
            };
            known.next_place = served.inbound.ask(service, place).await?;
        }
        if terms.cancellable {
            known.cancelling = self.cancelling(message).await?.1;
        }
        if served.rules.min_profit_percent.is_some() {
            known.paid = Some(paid(served, message).await?);
        }
        let mut signatures = Bytes::new();
        if view.end.attested && !known.settled {
            let (statement, place) = (Statement::Sent, &message.sent_at);
            let collected = match (&self.attestors, &view.signatories) {
                (Some(attestors), Some(signatories)) => {
                    attestors.collect(&self.store, signatories, message, statement, place).await?
                }
                (_, signatories) => Err(nobody(signatories.as_ref())),
            };
            match collected {
                Ok(complete) => signatures = complete,
                Err(short) => known.unsigned = Some(short),
            }
        }
        Ok((known, signatures))
    }

    /// The sender's wish that the message be cancelled, and how sure it is.
    pub(super) async fn cancelling(
        &self,
        message: &Tracked,
    ) -> Result<(Option<Sighting>, Cancelling), Trouble> {
        let stored = |e: crate::store::Error| Trouble::Nodes(e.to_string());
        let sightings = self.store.sightings(message.id).await.map_err(stored)?;
        let asked = sightings.into_iter().find(|seen| seen.fact == Fact::CancellationRequested);
        let Some(asked) = asked else { return Ok((None, Cancelling::No)) };
        let cursor = self.store.cursor(message.sent_at.chain).await.map_err(stored)?;
        let is_final =
            cursor.is_some_and(|cursor| cursor.final_block.number >= asked.place.block.number);
        let sure = if is_final { Cancelling::Final } else { Cancelling::Recent };
        Ok((Some(asked), sure))
    }

    /// Gas for recipients of messages that do not say: it never changes.
    pub(super) async fn recipient_gas(&self) -> Result<u64, Trouble> {
        if let Some(gas) = self.recipient_gas.get() {
            return Ok(*gas);
        }
        let gas =
            ask(&self.destination, self.destination.config().service, recipientGasCall {}).await?;
        Ok(*self.recipient_gas.get_or_init(|| gas.saturating_to()))
    }
}

/// What is paid for a message on its source chain, in that chain's own token.
pub(crate) async fn paid(served: &Served, message: &Tracked) -> Result<U256, Trouble> {
    let source = served.inbound.of();
    let fees = ask(source, source.config().service, feesCall {}).await?;
    if fees.is_zero() {
        return Ok(U256::ZERO);
    }
    ask(source, fees, paidForCall { id: message.id, token: Address::ZERO }).await
}
