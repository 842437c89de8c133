//! Keys in services and devices.

use super::{KeyError, Signer, Use, signer::Account};
use std::sync::Arc;

fn failed(shown: &str) -> impl FnOnce(String) -> KeyError {
    let signer = shown.to_owned();
    move |problem| KeyError::Refused { signer, problem }
}

const fn chain(used_for: Use) -> Option<u64> {
    match used_for {
        Use::Transactions(chain) => Some(chain),
        Use::Attestations => None,
    }
}

/// A key of AWS KMS. Who asks is found as AWS programs do: variables, profiles, the role of the machine.
#[cfg(feature = "aws-kms")]
pub(super) async fn aws(
    id: &str,
    shown: String,
    used_for: Use,
) -> Result<Arc<dyn Signer>, KeyError> {
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let client = aws_sdk_kms::Client::new(&config);
    let signer = alloy_signer_aws::AwsSigner::new(client, id.to_owned(), chain(used_for)).await;
    let signer = signer.map_err(|error| failed(&shown)(error.to_string()))?;
    Ok(Arc::new(Account::new(signer, shown, used_for)))
}

/// A key version of Google Cloud KMS, by its full name. Who asks is found as Google's programs do.
#[cfg(feature = "gcp-kms")]
pub(super) async fn gcp(
    name: &str,
    shown: String,
    used_for: Use,
) -> Result<Arc<dyn Signer>, KeyError> {
    use alloy_signer_gcp::{GcpKeyRingRef, GcpSigner, KeySpecifier};
    use gcloud_sdk::{
        GoogleApi,
        google::cloud::kms::v1::key_management_service_client::KeyManagementServiceClient,
    };
    const API: &str = "https://cloudkms.googleapis.com";

    let parts: Vec<&str> = name.split('/').collect();
    let form = "a key is named projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/…";
    let [
        "projects",
        project,
        "locations",
        location,
        "keyRings",
        ring,
        "cryptoKeys",
        key,
        "cryptoKeyVersions",
        version,
    ] = parts.as_slice()
    else {
        return Err(failed(&shown)(form.into()));
    };
    let Ok(version) = version.parse() else { return Err(failed(&shown)(form.into())) };
    let specifier = KeySpecifier::new(GcpKeyRingRef::new(project, location, ring), key, version);
    let client = GoogleApi::from_function(KeyManagementServiceClient::new, API, None).await;
    let client = client.map_err(|error| failed(&shown)(error.to_string()))?;
    let signer = GcpSigner::new(client, specifier, chain(used_for)).await;
    let signer = signer.map_err(|error| failed(&shown)(error.to_string()))?;
    Ok(Arc::new(Account::new(signer, shown, used_for)))
}

/// An account of a Ledger, by its place in Ledger Live. It shows each transaction and waits for its owner.
#[cfg(feature = "ledger")]
pub(super) async fn ledger(
    place: &str,
    shown: String,
    used_for: Use,
) -> Result<Arc<dyn Signer>, KeyError> {
    use alloy_signer_ledger::{HDPath, LedgerSigner};

    if used_for == Use::Attestations {
        return Err(failed(&shown)(
            "a Ledger does not sign digests that it does not understand".into(),
        ));
    }
    let Ok(place) = place.parse() else {
        return Err(failed(&shown)("an account is a number, from 0 on".into()));
    };
    let signer = LedgerSigner::new(HDPath::LedgerLive(place), chain(used_for)).await;
    let signer = signer.map_err(|error| failed(&shown)(error.to_string()))?;
    Ok(Arc::new(Account::new(signer, shown, used_for)))
}
