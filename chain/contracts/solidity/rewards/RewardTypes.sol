// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev How an account's points of an epoch count: f(p) = p, √p or p². See `Curves`.
enum Curve {
    Linear,
    SquareRoot,
    Quadratic
}

/// @dev How an epoch's budget becomes payouts: all of it is shared out, or each weight is paid a fixed rate, prorated
/// where the budget does not suffice.
enum Conversion {
    PoolShare,
    FixedRate
}

/// @dev Where MED goes that is not paid out: into the next budget, out of existence, or to the treasury.
enum Destination {
    NextEpoch,
    Burn,
    Treasury
}

/// @dev What earns points, by act and role. A visit: its patient and its provider. A share of a record: the patient who
/// shows it, the provider who issued it, and the provider who accepts it; the last earns curation points.
enum Contribution {
    VisitPatient,
    VisitProvider,
    SharePatient,
    ShareIssuer,
    ShareAcceptor
}

/// @dev Points (MP) of one act by contribution; `shareAcceptor` are curation points.
struct Points {
    uint32 visitPatient;
    uint32 visitProvider;
    uint32 sharePatient;
    uint32 shareIssuer;
    uint32 shareAcceptor;
}

/// @dev The most points of an epoch: of one account, its curation points included, and through one provider, all that
/// its visits and acceptances earn whomever. 0 is no cap.
struct Caps {
    uint64 perAccount;
    uint64 perProvider;
}
