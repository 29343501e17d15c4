//! Legacy transactions with replay protection (EIP-155): what is hashed, encoded and counted of them.

use alloy_primitives::{Address, B256, Bytes, TxKind, U256, keccak256};
use alloy_rlp::{Decodable, Encodable, Header, length_of_length};

/// What a signature is taken to add to a transaction's size: see `chain.signing`.
const SIGNATURE_ALLOWANCE_BYTES: usize = 67;

/// r ‖ s ‖ recovery bit.
pub type Signature = [u8; 65];

/// A candidate for a block. One with a flaw has no other field that anybody reads.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    pub sender: Address,
    pub nonce: u64,
    pub to: TxKind,
    pub value: U256,
    pub data: Bytes,
    pub gas_limit: U256,
    pub gas_price: U256,
    /// None where the sender is believed.
    pub signature: Option<Signature>,
    /// The sender was recovered from the signature, so that there is nothing to check.
    pub recovered: bool,
    /// The rule that it breaks on any state, in words.
    pub flaw: Option<String>,
}

impl Candidate {
    /// A candidate that breaks a rule.
    pub fn flawed(flaw: String) -> Self {
        Self { flaw: Some(flaw), ..Self::default() }
    }

    /// Append the unsigned fields, each in RLP.
    pub fn payload(&self, out: &mut Vec<u8>) {
        self.nonce.encode(out);
        self.gas_price.encode(out);
        self.gas_limit.encode(out);
        match self.to {
            TxKind::Call(to) => to.encode(out),
            TxKind::Create => out.push(alloy_rlp::EMPTY_STRING_CODE),
        }
        self.value.encode(out);
        self.data.encode(out);
    }

    /// Return the digest that the sender signs.
    pub fn signing_hash(&self, payload: &[u8], chain_id: u64) -> B256 {
        keccak256(ended(payload, &[U256::from(chain_id), U256::ZERO, U256::ZERO]))
    }

    /// Return the encoding in the block: where the sender is believed, r and s are zero.
    pub fn encoding(&self, payload: &[u8], chain_id: u64) -> Vec<u8> {
        let v = U256::from(chain_id) * U256::from(2) + U256::from(35);
        match &self.signature {
            None => ended(payload, &[v, U256::ZERO, U256::ZERO]),
            Some(signature) => {
                let (r, s) = (&signature[..32], &signature[32..64]);
                let v = v + U256::from(signature[64]);
                ended(payload, &[v, U256::from_be_slice(r), U256::from_be_slice(s)])
            }
        }
    }

    /// Return the hash of sender and unsigned payload, equal with and without a signature.
    pub fn identity(&self, payload: &[u8]) -> B256 {
        let mut bytes = Vec::with_capacity(payload.len() + 24);
        bytes.extend_from_slice(self.sender.as_slice());
        Header { list: true, payload_length: payload.len() }.encode(&mut bytes);
        bytes.extend_from_slice(payload);
        keccak256(bytes)
    }
}

/// Decode a signed transaction (EIP-155), its sender left open.
///
/// Returns what is wrong with it where it is none.
pub fn decode(raw: &[u8], chain_id: u64) -> Result<Candidate, String> {
    let mut rest = raw;
    let fields = decode_fields(&mut rest).map_err(|error| format!("no legacy transaction: {error}"))?;
    let (mut candidate, [v, r, s]) = fields;
    let bit = v.checked_sub(U256::from(chain_id) * U256::from(2) + U256::from(35));
    let Some(bit) = bit.filter(|bit| *bit <= U256::ONE && rest.is_empty()) else {
        return Err(format!("a transaction of another chain than {chain_id}, or with bytes after it"));
    };
    let mut signature = [0; 65];
    signature[..32].copy_from_slice(&r.to_be_bytes::<32>());
    signature[32..64].copy_from_slice(&s.to_be_bytes::<32>());
    signature[64] = bit.to();
    candidate.signature = Some(signature);
    Ok(candidate)
}

fn decode_fields(raw: &mut &[u8]) -> alloy_rlp::Result<(Candidate, [U256; 3])> {
    let mut fields = Header::decode_bytes(raw, true)?;
    let nonce = u64::decode(&mut fields)?;
    let [gas_price, gas_limit] = [U256::decode(&mut fields)?, U256::decode(&mut fields)?];
    let to = TxKind::decode(&mut fields)?;
    let value = U256::decode(&mut fields)?;
    let data = Bytes::decode(&mut fields)?;
    let ending = [U256::decode(&mut fields)?, U256::decode(&mut fields)?, U256::decode(&mut fields)?];
    if !fields.is_empty() {
        return Err(alloy_rlp::Error::UnexpectedLength);
    }
    Ok((Candidate { nonce, to, value, data, gas_limit, gas_price, ..Candidate::default() }, ending))
}

/// Return a transaction's encoded length, any signature counted as the allowance.
pub fn size_bytes(payload: &[u8]) -> usize {
    list_length(payload.len() + SIGNATURE_ALLOWANCE_BYTES)
}

/// Return the encoded length of a list whose items take so many bytes.
pub fn list_length(payload_length: usize) -> usize {
    length_of_length(payload_length) + payload_length
}

fn ended(payload: &[u8], ending: &[U256; 3]) -> Vec<u8> {
    let payload_length = payload.len() + ending.iter().map(Encodable::length).sum::<usize>();
    let mut out = Vec::with_capacity(payload_length + 4);
    Header { list: true, payload_length }.encode(&mut out);
    out.extend_from_slice(payload);
    for number in ending {
        number.encode(&mut out);
    }
    out
}
