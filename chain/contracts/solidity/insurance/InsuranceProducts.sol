// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {InsuranceBooks} from "./InsuranceBooks.sol";

/// @title What insurers offer
/// @notice A product's terms never change, and its identifier is their hash: who buys under an identifier knows the
/// terms, also after a reorganisation. Other terms are another product.
abstract contract InsuranceProducts is InsuranceBooks {
    /// @notice There is no such product.
    /// @param productId the identifier
    error ProductUnknown(bytes32 productId);
    /// @notice The insurer offers these terms already.
    /// @param productId the identifier
    error ProductOfferedAlready(bytes32 productId);
    /// @notice The product is not for sale any more, neither to new holders nor for another term.
    /// @param productId the identifier
    error ProductNotForSale(bytes32 productId);
    /// @notice A policy must last at least a second.
    error PeriodZero();
    /// @notice A cover limit or a limit per claim of zero pays nothing.
    error LimitZero();
    /// @notice A product must cover some kind of record.
    error KindsEmpty();
    /// @notice The insurer pays a share above nothing and up to the whole; a refund is at most the whole.
    /// @param basisPoints the share, basis points
    error ShareInvalid(uint16 basisPoints);
    /// @notice The insurer would leave claimants less time to appeal than they must have.
    /// @param appealSeconds the appeal term
    /// @param minimumSeconds the shortest allowed
    error AppealTooShort(uint32 appealSeconds, uint32 minimumSeconds);

    /// @notice A term is longer than allowed: the insurer's, for which claimants wait, or theirs, which bind its reserve.
    /// @param termSeconds the term
    /// @param maximumSeconds the longest allowed
    error TermTooLong(uint32 termSeconds, uint32 maximumSeconds);

    /// @notice The terms of a product. Amounts are in units of 10^-8 MED.
    /// @param premium the list price of one term, paid at once
    /// @param coverLimit the most that a policy pays in its term
    /// @param period the length of a term in seconds, the waiting time not counted
    /// @param waitingSeconds from purchase to the begin of cover; a policy that follows another one has none
    /// @param claimLimit the most that one claim pays
    /// @param deductible what the patient bears of each bill first
    /// @param kinds the covered kinds of record: bit k stands for kind k; kinds from 64 on are not covered
    /// @param automaticLimit a proven bill up to this amount is paid at once
    /// @param automaticClaims how many claims a policy has paid at once; the others are reviewed
    /// @param coinsuranceBasisPoints the insurer's share of what exceeds the deductible, basis points
    /// @param refundBasisPoints the share of the premium for the time left that a cancelling holder gets back, basis
    /// points
    /// @param reviewSeconds how long the insurer has to answer a claim
    /// @param appealSeconds how long a claimant has to appeal
    /// @param filingSeconds how long after a term's end claims for records of the term may be filed
    /// @param exclusive whether a record that is claimed here may not be claimed anywhere else, nor the other way round
    /// @param consentNeeded whether a claim needs a live consent of its patient for the purpose Claim
    struct ProductTerms {
        uint96 premium;
        uint96 coverLimit;
        uint32 period;
        uint32 waitingSeconds;
        uint96 claimLimit;
        uint96 deductible;
        uint64 kinds;
        uint96 automaticLimit;
        uint16 automaticClaims;
        uint16 coinsuranceBasisPoints;
        uint16 refundBasisPoints;
        uint32 reviewSeconds;
        uint32 appealSeconds;
        uint32 filingSeconds;
        bool exclusive;
        bool consentNeeded;
    }

    /// @notice A product.
    /// @param insurer whose it is, by its first key; zero where there is no such product
    /// @param withdrawn whether it is not for sale any more
    /// @param terms its terms
    struct Product {
        address insurer;
        bool withdrawn;
        ProductTerms terms;
    }

    /// @notice The longest that a product may leave claimants to appeal, and to file after a term's end, in seconds.
    uint32 public constant MAXIMUM_TERM_SECONDS = 365 days;

    /// @notice The longest review term that a product may have, in seconds.
    uint32 public immutable MAXIMUM_REVIEW_SECONDS;
    /// @notice The shortest appeal term that a product may have, in seconds.
    uint32 public immutable MINIMUM_APPEAL_SECONDS;

    mapping(bytes32 productId => Product) internal _products;

    /// @notice An insurer offers a product, for the first time or again.
    /// @param productId the identifier
    /// @param insurer the insurer
    /// @param terms its terms
    event ProductOffered(bytes32 indexed productId, address indexed insurer, ProductTerms terms);
    /// @notice A product is not for sale any more. Its policies stay as they are.
    /// @param productId the identifier
    /// @param insurer the insurer
    event ProductWithdrawn(bytes32 indexed productId, address indexed insurer);

    /// @param maximumReviewSeconds the longest review term that a product may have
    /// @param minimumAppealSeconds the shortest appeal term that a product may have
    constructor(uint32 maximumReviewSeconds, uint32 minimumAppealSeconds) {
        if (minimumAppealSeconds > MAXIMUM_TERM_SECONDS) revert TermsInvalid();
        MAXIMUM_REVIEW_SECONDS = maximumReviewSeconds;
        MINIMUM_APPEAL_SECONDS = minimumAppealSeconds;
    }

    /// @notice Offer a product, or one again that was withdrawn. Only an insurer may.
    /// @param terms the terms
    /// @return productId the identifier
    function offer(ProductTerms calldata terms) external returns (bytes32 productId) {
        address insurer = _callingInsurer();
        _requireSound(terms);
        productId = _productIdOf(insurer, terms);
        Product storage product = _products[productId];
        if (product.insurer == address(0)) {
            product.insurer = insurer;
            product.terms = terms;
        } else {
            if (!product.withdrawn) revert ProductOfferedAlready(productId);
            product.withdrawn = false;
        }
        emit ProductOffered(productId, insurer, terms);
    }

    /// @notice Sell a product no more, neither to new holders nor for another term. Only the insurer may. Quotes for it
    /// are void while it is withdrawn.
    /// @param productId the identifier
    function withdrawProduct(bytes32 productId) external {
        Product storage product = _product(productId);
        address insurer = product.insurer;
        _requireInsurer(insurer);
        if (product.withdrawn) revert ProductNotForSale(productId);
        product.withdrawn = true;
        emit ProductWithdrawn(productId, insurer);
    }

    /// @notice The product of an identifier; its insurer is zero where there is none.
    /// @param productId the identifier
    /// @return the product
    function productOf(bytes32 productId) external view returns (Product memory) {
        return _products[productId];
    }

    /// @dev The identifier of an insurer's product, keccak256(abi.encode(insurer, terms)).
    /// @param insurer the insurer, by its first key
    /// @param terms its terms
    /// @return productId the identifier
    function _productIdOf(address insurer, ProductTerms calldata terms) internal pure returns (bytes32 productId) {
        return keccak256(abi.encode(insurer, terms));
    }

    /// @dev The product of an identifier, which exists.
    function _product(bytes32 productId) internal view returns (Product storage product) {
        product = _products[productId];
        if (product.insurer == address(0)) revert ProductUnknown(productId);
    }

    /// @dev The product of an identifier, which is for sale by an insurer in standing.
    function _productForSale(bytes32 productId) internal view returns (Product storage product) {
        product = _product(productId);
        if (product.withdrawn) revert ProductNotForSale(productId);
        _requireActiveInsurer(product.insurer);
    }

    /// @dev The terms can be meant.
    function _requireSound(ProductTerms calldata terms) private view {
        if (terms.period == 0) revert PeriodZero();
        if (terms.coverLimit == 0 || terms.claimLimit == 0) revert LimitZero();
        if (terms.kinds == 0) revert KindsEmpty();
        if (terms.coinsuranceBasisPoints == 0 || terms.coinsuranceBasisPoints > BASIS_POINTS) {
            revert ShareInvalid(terms.coinsuranceBasisPoints);
        }
        if (terms.refundBasisPoints > BASIS_POINTS) revert ShareInvalid(terms.refundBasisPoints);
        _requireTerm(terms.reviewSeconds, MAXIMUM_REVIEW_SECONDS);
        if (terms.appealSeconds < MINIMUM_APPEAL_SECONDS) {
            revert AppealTooShort(terms.appealSeconds, MINIMUM_APPEAL_SECONDS);
        }
        _requireTerm(terms.appealSeconds, MAXIMUM_TERM_SECONDS);
        _requireTerm(terms.filingSeconds, MAXIMUM_TERM_SECONDS);
    }

    /// @dev A term is not too long.
    function _requireTerm(uint32 termSeconds, uint32 maximumSeconds) private pure {
        if (termSeconds > maximumSeconds) revert TermTooLong(termSeconds, maximumSeconds);
    }
}
