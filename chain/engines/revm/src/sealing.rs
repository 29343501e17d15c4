//! From executed transactions to a sealed block: receipts, bloom, roots, header, identity and size.

use alloy_primitives::map::{AddressMap, B256Map};
use alloy_primitives::{B256, Bloom, FixedBytes, U256, b256, keccak256};
use alloy_rlp::{Encodable, Header};
use alloy_trie::root::ordered_trie_root_encoded;

use crate::batch::{Batch, Credit, Receipt};
use crate::environment::Environment;
use crate::transaction::{Candidate, list_length, size_bytes};

/// Keccak-256 of the encoding of an empty list.
const NO_UNCLES_HASH: B256 = b256!("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");

/// What stands in a header for its roots.
#[derive(Clone, Copy)]
pub enum Naming {
    /// The roots, the state's being this one.
    Rooted(B256),
    /// Hashes of what they would be the roots of, and no bloom; the state is named by its parent and what was done.
    Deferred { parent: B256 },
}

/// What a block's header commits to. `state_root` is the name of the state where roots are put off.
pub struct Seal {
    pub block_hash: B256,
    pub identity: B256,
    pub state_root: B256,
    pub transactions_root: B256,
    pub receipts_root: B256,
    pub withdrawals_root: B256,
    pub bloom: Bloom,
    pub gas_used_gas: u64,
    pub size_bytes: usize,
}

/// The bits that stand for addresses and topics (yellow paper 4.3.1), looked up where they come again.
#[derive(Default)]
struct Blooms {
    addresses: AddressMap<[u16; 3]>,
    topics: B256Map<[u16; 3]>,
}

impl Blooms {
    fn of(&mut self, receipt: &Receipt) -> Bloom {
        let mut bloom = Bloom::ZERO;
        for log in &receipt.logs {
            set(
                &mut bloom,
                self.addresses.entry(log.address).or_insert_with(|| bits(log.address.as_slice())),
            );
            for topic in log.data.topics() {
                set(&mut bloom, self.topics.entry(*topic).or_insert_with(|| bits(topic.as_slice())));
            }
        }
        bloom
    }
}

fn bits(item: &[u8]) -> [u16; 3] {
    let hash = keccak256(item);
    [0, 2, 4].map(|start| u16::from_be_bytes([hash[start], hash[start + 1]]) & 2047)
}

fn set(bloom: &mut Bloom, bits: &[u16; 3]) {
    for &bit in bits {
        bloom[255 - usize::from(bit / 8)] |= 1 << (bit % 8);
    }
}

/// Seal a block of what became of its candidates.
pub fn seal(
    chain_id: u64,
    environment: &Environment,
    naming: Naming,
    candidates: &[Candidate],
    credits: &[Credit],
    batch: &Batch,
) -> Seal {
    let withdrawals: Vec<Vec<u8>> = credits.iter().map(encode_withdrawal).collect();
    let included = batch.included.iter().map(|&index| &candidates[index as usize]);
    let gas_used_gas = batch.receipts.iter().map(|receipt| receipt.gas_used_gas).sum();
    let Sealing { roots, done, bloom, sizes } = match naming {
        Naming::Rooted(state_root) => rooted(chain_id, state_root, included, &batch.receipts, &withdrawals),
        Naming::Deferred { parent } => deferred(environment, parent, included, &batch.receipts, &withdrawals),
    };
    let header = encode_header(environment, &roots, &bloom, gas_used_gas);
    let lists = [sizes, 0, withdrawals.iter().map(Vec::len).sum()];
    Seal {
        block_hash: keccak256(&header),
        identity: identity(environment, &roots, done, gas_used_gas),
        state_root: roots.state_root,
        transactions_root: roots.transactions_root,
        receipts_root: roots.receipts_root,
        withdrawals_root: roots.withdrawals_root,
        bloom,
        gas_used_gas,
        size_bytes: list_length(header.len() + lists.into_iter().map(list_length).sum::<usize>()),
    }
}

struct Roots {
    state_root: B256,
    transactions_root: B256,
    receipts_root: B256,
    withdrawals_root: B256,
}

/// What is known of a block once its lists are encoded: `done` stands for its transactions, `sizes` is their length.
struct Sealing {
    roots: Roots,
    done: B256,
    bloom: Bloom,
    sizes: usize,
}

fn rooted<'a>(
    chain_id: u64,
    state_root: B256,
    included: impl Iterator<Item = &'a Candidate>,
    receipts: &[Receipt],
    withdrawals: &[Vec<u8>],
) -> Sealing {
    let mut identities = Vec::with_capacity(receipts.len() * 32);
    let mut encodings = Vec::with_capacity(receipts.len());
    let mut sizes = 0;
    let mut payload = Vec::with_capacity(256);
    for tx in included {
        payload.clear();
        tx.payload(&mut payload);
        identities.extend_from_slice(tx.identity(&payload).as_slice());
        encodings.push(tx.encoding(&payload, chain_id));
        sizes += size_bytes(&payload);
    }
    let (receipts, bloom) = encoded_receipts(receipts);
    let roots = Roots {
        state_root,
        transactions_root: ordered_trie_root_encoded(&encodings),
        receipts_root: ordered_trie_root_encoded(&receipts),
        withdrawals_root: ordered_trie_root_encoded(withdrawals),
    };
    Sealing { roots, done: keccak256(&identities), bloom, sizes }
}

/// Return what stands for roots that are put off. What only MedSim reads is hashed with BLAKE3, at a fraction of the
/// price: unsigned transactions with their senders, and receipts without blooms, one after the other.
fn deferred<'a>(
    environment: &Environment,
    parent: B256,
    included: impl Iterator<Item = &'a Candidate>,
    receipts: &[Receipt],
    withdrawals: &[Vec<u8>],
) -> Sealing {
    let mut written = Vec::with_capacity(receipts.len() * 256);
    let mut sizes = 0;
    for tx in included {
        written.extend_from_slice(tx.sender.as_slice());
        let begun = written.len();
        tx.payload(&mut written);
        sizes += size_bytes(&written[begun..]);
    }
    let done = blake3(&written);
    written.clear();
    let mut cumulative_gas = 0;
    for receipt in receipts {
        cumulative_gas += receipt.gas_used_gas;
        write_receipt(receipt, cumulative_gas, None, &mut written);
    }
    let (receipts_root, withdrawals_root) = (blake3(&written), blake3(&withdrawals.concat()));
    let mut name = Vec::with_capacity(320);
    for part in [parent, environment.parent_hash, environment.parent_identity, environment.mix_hash] {
        name.extend_from_slice(part.as_slice());
    }
    name.extend_from_slice(environment.coinbase.as_slice());
    // what a contract may ask of its block decides what it leaves, too: other times make other states
    for number in [environment.number, environment.timestamp_s, environment.gas_limit_gas] {
        name.extend_from_slice(&number.to_be_bytes());
    }
    for part in [done, receipts_root, withdrawals_root] {
        name.extend_from_slice(part.as_slice());
    }
    let roots = Roots { state_root: blake3(&name), transactions_root: done, receipts_root, withdrawals_root };
    Sealing { roots, done, bloom: Bloom::ZERO, sizes }
}

fn blake3(bytes: &[u8]) -> B256 {
    B256::new(*blake3::hash(bytes).as_bytes())
}

/// Return the encoded receipts (EIP-658) and the block's bloom.
fn encoded_receipts(receipts: &[Receipt]) -> (Vec<Vec<u8>>, Bloom) {
    let mut blooms = Blooms::default();
    let (mut bloom, mut cumulative_gas) = (Bloom::ZERO, 0);
    let encodings = receipts.iter().map(|receipt| {
        cumulative_gas += receipt.gas_used_gas;
        let own = blooms.of(receipt);
        bloom |= own;
        let mut out = Vec::new();
        write_receipt(receipt, cumulative_gas, Some(&own), &mut out);
        out
    });
    let encodings = encodings.collect();
    (encodings, bloom)
}

/// Append a receipt's encoding; without a bloom it is one of ours alone.
fn write_receipt(receipt: &Receipt, cumulative_gas: u64, bloom: Option<&Bloom>, out: &mut Vec<u8>) {
    let logs_length: usize = receipt.logs.iter().map(Encodable::length).sum();
    let bloom_length = bloom.map_or(0, Encodable::length);
    let payload_length = 1 + cumulative_gas.length() + bloom_length + list_length(logs_length);
    out.reserve(payload_length + 4);
    Header { list: true, payload_length }.encode(out);
    u8::from(receipt.success).encode(out);
    cumulative_gas.encode(out);
    if let Some(bloom) = bloom {
        bloom.encode(out);
    }
    Header { list: true, payload_length: logs_length }.encode(out);
    receipt.logs.iter().for_each(|log| log.encode(out));
}

/// Return a credit as a Cancun withdrawal, validator index 0 (EIP-4895).
fn encode_withdrawal(credit: &Credit) -> Vec<u8> {
    list(|out| {
        credit.index.encode(out);
        0_u64.encode(out);
        credit.address.encode(out);
        credit.amount_gwei.encode(out);
    })
}

/// Return a Cancun header's encoding (EIP-4788).
fn encode_header(environment: &Environment, roots: &Roots, bloom: &Bloom, gas_used_gas: u64) -> Vec<u8> {
    list(|out| {
        environment.parent_hash.encode(out);
        NO_UNCLES_HASH.encode(out);
        environment.coinbase.encode(out);
        roots.state_root.encode(out);
        roots.transactions_root.encode(out);
        roots.receipts_root.encode(out);
        bloom.encode(out);
        U256::ZERO.encode(out); // difficulty
        environment.number.encode(out);
        environment.gas_limit_gas.encode(out);
        gas_used_gas.encode(out);
        environment.timestamp_s.encode(out);
        environment.extra_data.as_slice().encode(out);
        environment.mix_hash.encode(out);
        FixedBytes::<8>::ZERO.encode(out); // nonce
        0_u64.encode(out); // base fee
        roots.withdrawals_root.encode(out);
        0_u64.encode(out); // blob gas used
        0_u64.encode(out); // excess blob gas
        B256::ZERO.encode(out); // beacon root
    })
}

/// Return a block's identity: its header with no signature in it (see `chain.block.ExecutedBlock`).
fn identity(environment: &Environment, roots: &Roots, transactions: B256, gas_used_gas: u64) -> B256 {
    keccak256(list(|out| {
        environment.parent_identity.encode(out);
        environment.number.encode(out);
        environment.timestamp_s.encode(out);
        environment.gas_limit_gas.encode(out);
        environment.coinbase.encode(out);
        environment.mix_hash.encode(out);
        environment.extra_data.as_slice().encode(out);
        roots.state_root.encode(out);
        transactions.encode(out);
        roots.receipts_root.encode(out);
        roots.withdrawals_root.encode(out);
        gas_used_gas.encode(out);
    }))
}

fn list(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut payload = Vec::with_capacity(700);
    write(&mut payload);
    let mut out = Vec::with_capacity(payload.len() + 4);
    Header { list: true, payload_length: payload.len() }.encode(&mut out);
    out.extend_from_slice(&payload);
    out
}
