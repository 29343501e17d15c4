// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {Signature, Signatures} from "../Signatures.sol";
import {InsuranceProducts} from "./InsuranceProducts.sol";

/// @title Policies: bought at the list price or on a quote, followed by another term, cancelled, lapsed
/// @notice A policy is one term of cover, [startsAt, endsAt). What follows it is a policy of its own that starts when it
/// ends, without a waiting time, so that no record falls into two terms or between them. A policy that is not followed
/// before it ends lapses.
/// @dev A quote answers facts that the patient disclosed off chain: the insurer signs the price with the facts' hash, and
/// neither can later say that other facts were told.
abstract contract InsurancePolicies is InsuranceProducts, EIP712 {
    using Signatures for Signature;

    /// @notice The account is no patient in standing.
    /// @param patient who called
    error PatientNotActive(address patient);
    /// @notice Only the policy's holder may do this.
    /// @param caller who called
    /// @param patient the holder, by its first key
    error NotTheHolder(address caller, address patient);
    /// @notice There is no such policy.
    /// @param policyId the identifier
    error PolicyUnknown(bytes32 policyId);
    /// @notice The holder has this policy already: the same product from the same second on.
    /// @param policyId the identifier
    error PolicyTakenAlready(bytes32 policyId);
    /// @notice The policy is cancelled before its begin, released, or ended by fraud.
    /// @param policyId the identifier
    /// @param status how it stands
    error PolicyNotLive(bytes32 policyId, PolicyStatus status);
    /// @notice The policy's term is over.
    /// @param policyId the identifier
    /// @param endsAt when it ended, Unix seconds
    error PolicyEnded(bytes32 policyId, uint40 endsAt);
    /// @notice The policy has been followed by another one already.
    /// @param policyId the identifier
    error PolicyFollowedAlready(bytes32 policyId);
    /// @notice Claims may be filed, or are open still, so the policy's cover is not released.
    /// @param policyId the identifier
    /// @param filingUntil the last second (Unix) at which claims may be filed
    /// @param openClaims how many claims are open
    error PolicyStillBinds(bytes32 policyId, uint256 filingUntil, uint16 openClaims);
    /// @notice No refund is owed under the policy, or the reserve has nothing.
    /// @param policyId the identifier
    error NothingToRefund(bytes32 policyId);
    /// @notice The quote is for somebody else.
    /// @param patient for whom it is
    /// @param caller who called
    error QuoteOfAnotherPatient(address patient, address caller);
    /// @notice The quote's time is over.
    /// @param validUntil its last second (Unix)
    /// @param time the present, Unix seconds
    error QuoteExpired(uint40 validUntil, uint256 time);
    /// @notice The quote's number is used up: accepted, or withdrawn by the insurer.
    /// @param insurer the insurer
    /// @param nonce the number
    error QuoteUsed(address insurer, uint256 nonce);
    /// @notice The signature is not the insurer's, or not over this quote.
    /// @param insurer the insurer
    error InvalidInsurerSignature(address insurer);

    /// @notice How a policy stands. `Released`: nothing more can be claimed. `Fraud`: ended by proven fraud.
    enum PolicyStatus {
        None,
        Live,
        Released,
        Fraud
    }

    /// @notice A policy. Amounts are in units of 10^-8 MED.
    /// @param productId the product
    /// @param patient the holder, by its first key
    /// @param startsAt the first second (Unix) of cover
    /// @param endsAt the second (Unix) at which cover is over
    /// @param status how it stands
    /// @param followed whether another policy follows it
    /// @param cover what may still be claimed, open claims deducted
    /// @param claimLimit the most that one claim pays
    /// @param openClaims claims that are not closed
    /// @param filings claims filed so far
    /// @param automaticClaims claims paid at once so far
    /// @param premium what was paid for it
    /// @param refundDue what its holder is still to get back since it was cancelled
    struct Policy {
        bytes32 productId;
        address patient;
        uint40 startsAt;
        uint40 endsAt;
        PolicyStatus status;
        bool followed;
        uint96 cover;
        uint96 claimLimit;
        uint16 openClaims;
        uint32 filings;
        uint16 automaticClaims;
        uint96 premium;
        uint96 refundDue;
    }

    /// @notice What an insurer signs for a patient. Amounts are in units of 10^-8 MED.
    /// @param productId the product whose other terms hold
    /// @param patient for whom, by any of its keys
    /// @param factsHash the salted hash of the facts that the patient disclosed
    /// @param premium the price of one term
    /// @param coverLimit the most that the policy pays
    /// @param claimLimit the most that one claim pays
    /// @param previousPolicyId the policy that it follows without a waiting time, zero where there is none
    /// @param validUntil the last second (Unix) at which it may be accepted
    /// @param nonce a number that the insurer uses once
    struct Quote {
        bytes32 productId;
        address patient;
        bytes32 factsHash;
        uint96 premium;
        uint96 coverLimit;
        uint96 claimLimit;
        bytes32 previousPolicyId;
        uint40 validUntil;
        uint256 nonce;
    }

    /// @notice EIP-712 type of a quote.
    bytes32 public constant QUOTE_TYPEHASH = keccak256(
        "Quote(bytes32 productId,address patient,bytes32 factsHash,uint96 premium,uint96 coverLimit,uint96 claimLimit,"
        "bytes32 previousPolicyId,uint40 validUntil,uint256 nonce)"
    );

    mapping(bytes32 policyId => Policy) internal _policies;
    mapping(address insurer => mapping(uint256 nonce => bool)) private _usedQuotes;

    /// @notice A patient bought a policy. Amounts are in units of 10^-8 MED, times Unix seconds.
    /// @param policyId the identifier
    /// @param productId the product
    /// @param patient the holder, by its first key
    /// @param premium what was paid
    /// @param coverLimit the most that it pays
    /// @param claimLimit the most that one claim pays
    /// @param startsAt the first second of cover
    /// @param endsAt when cover is over
    /// @param previousPolicyId the policy that it follows, zero where there is none
    /// @param factsHash the hash of the facts that were quoted on, zero at the list price
    event PolicyTaken(
        bytes32 indexed policyId,
        bytes32 indexed productId,
        address indexed patient,
        uint256 premium,
        uint256 coverLimit,
        uint256 claimLimit,
        uint40 startsAt,
        uint40 endsAt,
        bytes32 previousPolicyId,
        bytes32 factsHash
    );
    /// @notice A holder ended a policy before its time.
    /// @param policyId the identifier
    /// @param patient the holder, by its first key
    /// @param refund what the holder gets back, units of 10^-8 MED
    event PolicyCancelled(bytes32 indexed policyId, address indexed patient, uint256 refund);
    /// @notice A holder was paid a refund or a part of it.
    /// @param policyId the identifier
    /// @param patient the holder's present key, which was paid
    /// @param amount units of 10^-8 MED
    event RefundPaid(bytes32 indexed policyId, address indexed patient, uint256 amount);
    /// @notice Nothing more can be claimed under a policy, and its cover binds the insurer no longer.
    /// @param policyId the identifier
    /// @param insurer the insurer
    /// @param cover what was not claimed, units of 10^-8 MED
    event PolicyReleased(bytes32 indexed policyId, address indexed insurer, uint256 cover);
    /// @notice An insurer withdrew a quote before it was accepted.
    /// @param insurer the insurer
    /// @param nonce the quote's number
    event QuoteWithdrawn(address indexed insurer, uint256 nonce);

    /// @notice Buy a policy at the list price. The sender is a patient.
    /// @param productId the product
    /// @param permit the sender's permit over the premium, or none
    /// @return policyId the identifier of the policy
    function take(bytes32 productId, Permit calldata permit) external nonReentrant returns (bytes32 policyId) {
        Product storage product = _productForSale(productId);
        return _take(_listQuote(productId, product.terms, 0), product, _callingPatient(), permit);
    }

    /// @notice Buy the term after a policy's at the list price, before the policy ends. The sender is its holder. Cover goes
    /// on without a waiting time.
    /// @param previousPolicyId the policy
    /// @param permit the sender's permit over the premium, or none
    /// @return policyId the identifier of the policy that follows
    function renew(bytes32 previousPolicyId, Permit calldata permit) external nonReentrant returns (bytes32 policyId) {
        bytes32 productId = _policy(previousPolicyId).productId;
        Product storage product = _productForSale(productId);
        return _take(_listQuote(productId, product.terms, previousPolicyId), product, _callingPatient(), permit);
    }

    /// @notice Buy a policy on a quote, once. The sender is the patient whom it names.
    /// @param quote the quote
    /// @param signature the insurer's, by its present key, over the quote
    /// @param permit the sender's permit over the premium, or none
    /// @return policyId the identifier of the policy
    function accept(Quote calldata quote, Signature calldata signature, Permit calldata permit)
        external
        nonReentrant
        returns (bytes32 policyId)
    {
        Product storage product = _productForSale(quote.productId);
        address patient = _callingPatient();
        if (_personOf(quote.patient) != patient) revert QuoteOfAnotherPatient(quote.patient, _msgSender());
        if (block.timestamp > quote.validUntil) revert QuoteExpired(quote.validUntil, block.timestamp);
        if (quote.coverLimit == 0 || quote.claimLimit == 0) revert LimitZero();
        address insurer = product.insurer;
        if (!signature.isBy(quoteDigest(quote), _keyOf(insurer))) {
            revert InvalidInsurerSignature(insurer);
        }
        _useQuote(insurer, quote.nonce);
        return _take(quote, product, patient, permit);
    }

    /// @notice Make a quote void. Only an insurer may, for its own quotes.
    /// @param nonce the quote's number
    function withdrawQuote(uint256 nonce) external {
        address insurer = _callingInsurer();
        _useQuote(insurer, nonce);
        emit QuoteWithdrawn(insurer, nonce);
    }

    /// @notice End a policy now. The sender is its holder. Records of the time until now may still be claimed. Where nothing
    /// was ever claimed under the policy, the product's share of the premium for the time left is paid back; what the reserve
    /// lacks for that is the insurer's debt (`collectRefund`).
    /// @param policyId the policy
    function cancel(bytes32 policyId) external nonReentrant {
        Policy storage policy = _livePolicy(policyId);
        _requireHolder(policy);
        if (block.timestamp >= policy.endsAt) revert PolicyEnded(policyId, policy.endsAt);
        uint256 refund = refundOf(policyId);
        policy.endsAt = uint40(block.timestamp);
        emit PolicyCancelled(policyId, policy.patient, refund);
        if (policy.endsAt <= policy.startsAt) _release(policyId, policy);
        _payRefund(policyId, policy, refund);
    }

    /// @notice Pay what is overdue on a refund, as far as the reserve reaches. Callable by anyone.
    /// @param policyId the policy
    function collectRefund(bytes32 policyId) external nonReentrant {
        Policy storage policy = _policy(policyId);
        uint256 due = policy.refundDue;
        _payRefund(policyId, policy, due);
        if (policy.refundDue == due) revert NothingToRefund(policyId);
    }

    /// @notice Free an insurer of a policy under which nothing more can be claimed. Callable by anyone.
    /// @param policyId the policy
    function release(bytes32 policyId) external {
        Policy storage policy = _livePolicy(policyId);
        uint256 filingUntil = _filingUntil(policy);
        if (block.timestamp <= filingUntil || policy.openClaims != 0) {
            revert PolicyStillBinds(policyId, filingUntil, policy.openClaims);
        }
        _release(policyId, policy);
    }

    /// @notice The policy of an identifier; its status is `None` where there is none.
    /// @param policyId the identifier
    /// @return the policy
    function policyOf(bytes32 policyId) external view returns (Policy memory) {
        return _policies[policyId];
    }

    /// @notice Whether the number of an insurer's quote is used up.
    /// @param insurer the insurer, by its first key
    /// @param nonce the number
    /// @return whether a quote of this number was accepted or withdrawn
    function isQuoteUsed(address insurer, uint256 nonce) external view returns (bool) {
        return _usedQuotes[insurer][nonce];
    }

    /// @notice What a holder gets back who cancels now, rounded down: nothing once anything was claimed.
    /// @param policyId the policy
    /// @return refund units of 10^-8 MED
    function refundOf(bytes32 policyId) public view returns (uint256 refund) {
        Policy storage policy = _policies[policyId];
        if (policy.status != PolicyStatus.Live || policy.filings != 0 || block.timestamp >= policy.endsAt) return 0;
        uint256 from = block.timestamp < policy.startsAt ? policy.startsAt : block.timestamp;
        ProductTerms storage terms = _products[policy.productId].terms;
        uint256 whole = uint256(policy.premium) * terms.refundBasisPoints;
        return whole * (policy.endsAt - from) / (uint256(terms.period) * BASIS_POINTS);
    }

    /// @notice The digest that an insurer signs over a quote.
    /// @param quote the quote
    /// @return digest of EIP-712
    function quoteDigest(Quote calldata quote) public view returns (bytes32 digest) {
        return _hashTypedDataV4(keccak256(abi.encode(QUOTE_TYPEHASH, quote)));
    }

    /// @dev The identifier of a policy, keccak256(abi.encode(productId, patient, startsAt)).
    /// @param productId the product
    /// @param patient the holder, by its first key
    /// @param startsAt the first second (Unix) of cover
    /// @return policyId the identifier
    function _policyIdOf(bytes32 productId, address patient, uint40 startsAt) internal pure returns (bytes32 policyId) {
        return keccak256(abi.encode(productId, patient, startsAt));
    }

    /// @dev The policy of an identifier, which exists.
    function _policy(bytes32 policyId) internal view returns (Policy storage policy) {
        policy = _policies[policyId];
        if (policy.status == PolicyStatus.None) revert PolicyUnknown(policyId);
    }

    /// @dev The policy of an identifier, which is live: it may be over, but it is not released and no fraud ended it.
    function _livePolicy(bytes32 policyId) internal view returns (Policy storage policy) {
        policy = _policy(policyId);
        if (policy.status != PolicyStatus.Live) revert PolicyNotLive(policyId, policy.status);
    }

    /// @dev The last second at which claims may be filed under a policy.
    function _filingUntil(Policy storage policy) internal view returns (uint256) {
        return uint256(policy.endsAt) + _products[policy.productId].terms.filingSeconds;
    }

    /// @dev The sender, by its present key, is the holder.
    function _requireHolder(Policy storage policy) internal view {
        if (_callingPatient() != policy.patient) revert NotTheHolder(_msgSender(), policy.patient);
    }

    /// @dev Pay a refund as far as the reserve reaches, and owe the rest.
    function _payRefund(bytes32 policyId, Policy storage policy, uint256 due) internal {
        (uint256 payment,) = _rebook(_products[policy.productId].insurer, 0, policy.refundDue, due, 0, false);
        policy.refundDue = uint96(due - payment);
        if (payment == 0) return;
        address patient = _keyOf(policy.patient);
        emit RefundPaid(policyId, patient, payment);
        _pay(patient, payment);
    }

    /// @dev A policy's cover binds its insurer no longer.
    function _dropCover(Policy storage policy) internal returns (address insurer, uint256 cover) {
        (insurer, cover) = (_products[policy.productId].insurer, policy.cover);
        _dropExposure(insurer, cover);
    }

    /// @dev Nothing more can be claimed under a policy.
    function _release(bytes32 policyId, Policy storage policy) private {
        (address insurer, uint256 cover) = _dropCover(policy);
        policy.status = PolicyStatus.Released;
        emit PolicyReleased(policyId, insurer, cover);
    }

    /// @dev Sell a policy: note it, take the premium in, and see that the insurer can bear it.
    function _take(Quote memory quote, Product storage product, address patient, Permit calldata permit)
        private
        returns (bytes32 policyId)
    {
        address insurer = product.insurer;
        uint40 startsAt = quote.previousPolicyId == 0
            ? uint40(block.timestamp) + product.terms.waitingSeconds
            : _follow(quote.previousPolicyId);
        uint40 endsAt = startsAt + product.terms.period;
        policyId = _policyIdOf(quote.productId, patient, startsAt);
        Policy storage policy = _policies[policyId];
        if (policy.status != PolicyStatus.None) revert PolicyTakenAlready(policyId);
        policy.productId = quote.productId;
        (policy.patient, policy.startsAt, policy.endsAt) = (patient, startsAt, endsAt);
        policy.status = PolicyStatus.Live;
        (policy.cover, policy.claimLimit, policy.premium) = (quote.coverLimit, quote.claimLimit, quote.premium);
        _addExposure(insurer, quote.coverLimit);
        emit PolicyTaken(
            policyId,
            quote.productId,
            patient,
            quote.premium,
            quote.coverLimit,
            quote.claimLimit,
            startsAt,
            endsAt,
            quote.previousPolicyId,
            quote.factsHash
        );
        _takeIn(insurer, quote.premium, permit);
        _requireReserve(insurer, 0);
    }

    /// @dev Mark a policy as followed. Returns when it ends, which is when the next one starts.
    function _follow(bytes32 previousPolicyId) private returns (uint40 endsAt) {
        Policy storage previous = _livePolicy(previousPolicyId);
        _requireHolder(previous);
        endsAt = previous.endsAt;
        if (block.timestamp >= endsAt) revert PolicyEnded(previousPolicyId, endsAt);
        if (previous.followed) revert PolicyFollowedAlready(previousPolicyId);
        previous.followed = true;
    }

    /// @dev Use up the number of an insurer's quote.
    function _useQuote(address insurer, uint256 nonce) private {
        if (_usedQuotes[insurer][nonce]) revert QuoteUsed(insurer, nonce);
        _usedQuotes[insurer][nonce] = true;
    }

    /// @dev The sender as a patient: its first key. It is in standing, by its present key.
    function _callingPatient() private view returns (address patient) {
        address caller = _msgSender();
        if (!IDENTITY.isActive(caller, IIdentityRegistry.Role.Patient)) revert PatientNotActive(caller);
        return _personOf(caller);
    }

    /// @dev The list price in a quote's form.
    function _listQuote(bytes32 productId, ProductTerms storage terms, bytes32 previousPolicyId)
        private
        view
        returns (Quote memory quote)
    {
        (quote.productId, quote.previousPolicyId) = (productId, previousPolicyId);
        (quote.premium, quote.coverLimit, quote.claimLimit) = (terms.premium, terms.coverLimit, terms.claimLimit);
    }
}
