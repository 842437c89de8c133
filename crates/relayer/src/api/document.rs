//! What the interface is, for programs.

use super::{messages, network, operate, proof, rescan, resume, stream};
use axum::{Json, response::IntoResponse};
use std::sync::LazyLock;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "Heliograph relayer", description = "Where each message is and why, and what can be done about it."),
    paths(
        messages::list,
        messages::one,
        proof::proof,
        network::lanes,
        network::chains,
        network::clients,
        network::outgoing,
        stream::stream,
        operate::status,
        operate::requeue,
        rescan::rescan,
        resume::resume,
        operate::log_level,
        operate::healthz,
        operate::readyz,
        operate::metrics,
    ),
    modifiers(&Token)
)]
struct Interface;

/// The token of the configuration.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("token", bearer);
    }
}

/// The interface as `OpenAPI` 3.1.
pub fn document() -> &'static Document {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(Interface::openapi);
    &DOCUMENT
}

pub(super) async fn openapi() -> impl IntoResponse {
    Json(document())
}
