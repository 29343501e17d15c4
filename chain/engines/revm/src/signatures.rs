//! Checks that signed transactions were signed by their senders, all cores at it, each signature once.

use std::collections::VecDeque;
use std::sync::OnceLock;

use alloy_primitives::map::B256Set;
use alloy_primitives::{Address, B256, U256, hex, keccak256, uint};
use rayon::prelude::*;
use secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use secp256k1::{Message, Secp256k1, VerifyOnly};

use crate::admission::{flaw, nonce_flaw};
use crate::errors::{EngineError, Outcome};
use crate::transaction::{Candidate, Signature, decode};

/// Signatures remembered as good: a transaction that waits for many blocks is recovered once.
const REMEMBERED: usize = 65_536;

/// Half the order of secp256k1 (SEC 2, version 2.0, section 2.4.1), the largest s allowed (EIP-2).
const HALF_ORDER: U256 = uint!(0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0_U256);

/// Which signatures have been found good, the latest of them.
#[derive(Default)]
pub struct SignatureBook {
    good: B256Set,
    order: VecDeque<B256>,
}

impl SignatureBook {
    /// Fail for the first candidate that its sender has not signed; believe one without signature.
    pub fn check(&mut self, candidates: &[Candidate], chain_id: u64) -> Outcome<()> {
        let good = &self.good;
        let checked: Vec<Outcome<Option<B256>>> =
            candidates.par_iter().map(|tx| check(tx, chain_id, good)).collect();
        for outcome in checked {
            if let Some(found) = outcome? {
                self.remember(found);
            }
        }
        Ok(())
    }

    fn remember(&mut self, found: B256) {
        if self.good.insert(found) {
            self.order.push_back(found);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.good.remove(&oldest);
        }
    }
}

/// Return what to remember of a transaction whose signature is good and new.
fn check(tx: &Candidate, chain_id: u64, good: &B256Set) -> Outcome<Option<B256>> {
    let (Some(signature), None, false) = (&tx.signature, &tx.flaw, tx.recovered) else { return Ok(None) };
    let mut payload = Vec::with_capacity(256);
    tx.payload(&mut payload);
    let identity = tx.identity(&payload);
    let mut key = identity.to_vec();
    key.extend_from_slice(signature);
    let key = keccak256(key);
    if good.contains(&key) {
        return Ok(None);
    }
    let signer = recover(tx.signing_hash(&payload, chain_id), signature)?;
    if signer != tx.sender {
        return Err(EngineError::InvalidSignature(format!(
            "transaction 0x{} names sender 0x{} but 0x{} signed it",
            hex::encode(identity),
            hex::encode(tx.sender),
            hex::encode(signer)
        )));
    }
    Ok(Some(key))
}

/// Decode signed transactions and find out who sent them, all cores at it.
pub fn recovered(raw: &[Vec<u8>], chain_id: u64) -> Outcome<Vec<Candidate>> {
    raw.par_iter().map(|raw| sent(raw, chain_id)).collect()
}

fn sent(raw: &[u8], chain_id: u64) -> Outcome<Candidate> {
    let mut tx = decode(raw, chain_id).map_err(EngineError::InvalidEncoding)?;
    if let Some(signature) = &tx.signature {
        let mut payload = Vec::with_capacity(256);
        tx.payload(&mut payload);
        tx.sender = recover(tx.signing_hash(&payload, chain_id), signature)?;
        tx.recovered = true;
        tx.flaw = if tx.nonce == u64::MAX { Some(nonce_flaw(&tx.nonce)) } else { flaw(&tx) };
    }
    Ok(tx)
}

/// Return the account that signed a digest.
pub fn recover(digest: B256, signature: &Signature) -> Outcome<Address> {
    static CURVE: OnceLock<Secp256k1<VerifyOnly>> = OnceLock::new();
    let bit = signature[64];
    let refuse = |reason: String| Err(EngineError::InvalidSignature(reason));
    if bit > 1 {
        return refuse(format!("a signature's recovery bit is 0 or 1, got {bit}"));
    }
    if U256::from_be_slice(&signature[32..64]) > HALF_ORDER {
        return refuse("a signature's s is at most half the group order (EIP-2)".to_owned());
    }
    let id = if bit == 0 { RecoveryId::Zero } else { RecoveryId::One };
    let curve = CURVE.get_or_init(Secp256k1::verification_only);
    let recovered = RecoverableSignature::from_compact(&signature[..64], id)
        .and_then(|signature| curve.recover_ecdsa(Message::from_digest(digest.0), &signature));
    match recovered {
        Ok(key) => Ok(Address::from_raw_public_key(&key.serialize_uncompressed()[1..])),
        Err(error) => refuse(format!("no public key fits signature 0x{}: {error}", hex::encode(signature))),
    }
}
