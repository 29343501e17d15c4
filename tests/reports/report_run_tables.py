"""Tables of a synthetic run: thirty days of visits, drawn from a fixed generator, with books that close."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.metrics.tables import SCHEMAS

DAY_S = 86_400
MED = 10**8
ACTS = {
    "check-in": (61_000, "provider"),
    "anchor": (67_500, "provider"),
    "credit": (58_000, "provider"),
    "register": (72_000, "sponsor"),
    "certify": (51_000, "certifier"),
    "close-epoch": (95_000, "sponsor"),
    "settle": (640_000, "sponsor"),
}


def full_tables(seed: int = 7) -> dict[str, pd.DataFrame]:
    """Thirty days: 320 visits of 100 patients at 12 providers, weekly epochs, 60 presentations."""
    draw = np.random.Generator(np.random.Philox(seed))
    visits = _visits(draw)
    transactions = _transactions(draw, visits)
    rewards, epochs = _rewards(visits)
    tables = {
        "visits": visits,
        "transactions": transactions,
        "blocks": _blocks(draw, transactions),
        "shares": _shares(draw, visits),
        "epochs": epochs,
        "rewards": rewards,
        "stakers": _stakers(draw),
        "gas": _gas(transactions),
        "sale": pd.DataFrame(columns=list(SCHEMAS["sale"].by_name)),
        "vesting": pd.DataFrame(columns=list(SCHEMAS["vesting"].by_name)),
        "governance": pd.DataFrame(columns=list(SCHEMAS["governance"].by_name)),
        "reorganisations": pd.DataFrame(columns=list(SCHEMAS["reorganisations"].by_name)),
        "propagation": pd.DataFrame(columns=list(SCHEMAS["propagation"].by_name)),
        "faults": pd.DataFrame(columns=list(SCHEMAS["faults"].by_name)),
    }
    tables["balances"] = _balances(draw, rewards)
    tables["supply"] = _supply(tables["balances"], rewards, epochs)
    return tables


def _visits(draw: np.random.Generator, n: int = 320) -> pd.DataFrame:
    hours = draw.choice(
        [8, 9, 10, 11, 13, 14, 15, 16], size=n, p=[0.1, 0.11, 0.213, 0.199, 0.143, 0.115, 0.07, 0.05]
    )
    days = draw.choice(30, size=n, p=_day_weights())
    started = np.sort(days * DAY_S + hours * 3600 + draw.integers(0, 3600, n)).astype(float)
    scanned = started + draw.integers(600, 2400, n)
    checked = np.where(draw.random(n) < 0.97, scanned + draw.exponential(130, n).round(), np.nan)
    anchored = checked + draw.integers(0, 3, n) * 128
    credited = np.where(draw.random(n) < 0.98, anchored + 144, np.nan)
    sizes = (draw.lognormal(9.6, 0.8, n)).astype(int)
    done = ~np.isnan(credited)
    providers = draw.integers(0, 12, n)
    return pd.DataFrame(
        {
            "visit_id": [f"v{i:05d}" for i in range(n)],
            "patient_id": [f"p{i:05d}" for i in draw.integers(0, 100, n)],
            "provider_id": [f"h{i:03d}" for i in providers],
            "provider_name": [f"Clinic of Ward {i}" for i in providers],
            "encounter_class": draw.choice(["AMB", "EMER", "IMP", "HH"], size=n, p=[0.8, 0.1, 0.07, 0.03]),
            "encounter_type": "Encounter for check up",
            "direction": "institution",
            "started_at_s": started,
            "ended_at_s": started + 1200,
            "scanned_at_s": scanned,
            "checked_in_at_s": checked,
            "anchored_at_s": anchored,
            "credited_at_s": credited,
            "outcome": np.where(
                done, "complete", np.where(np.isnan(checked), "no signal", "credit reverted")
            ),
            "resources": draw.integers(3, 40, n),
            "record_bytes": sizes,
            "ciphertext_bytes": sizes + 312,
            "record_id": [f"0x{i:064x}" for i in range(n)],
            "root": [f"0x{i:064x}" for i in range(1000, 1000 + n)],
            "gas_gas": 186_500,
            "fee_sat": 186_500 * 40,
            "patient_points": np.where(done, 100, 0),
            "provider_points": np.where(done, 100, 0),
        }
    )


def _day_weights() -> np.ndarray:
    week = np.array([1.07, 1.02, 0.93, 1.01, 0.97, 0.5, 0.05])
    weights = np.resize(week, 30)
    return weights / weights.sum()


def _transactions(draw: np.random.Generator, visits: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for visit in visits.to_dict("records"):
        for act in ("check-in", "anchor", "credit"):
            rows.append(
                (act, visit["provider_id"], visit["patient_id"], visit["visit_id"], visit["scanned_at_s"])
            )
    rows += [("register", "sponsor", f"p{i:05d}", None, 5.0 + i) for i in range(100)]
    rows += [("certify", "certifier", None, None, 1.0 + i) for i in range(12)]
    rows += [
        (act, "sponsor", None, None, week * 7.0 * DAY_S + 60)
        for week in range(1, 5)
        for act in ("close-epoch", "settle")
    ]
    frame = pd.DataFrame(rows, columns=["act", "sender", "for_owner", "visit_id", "submitted_at_s"])
    n = len(frame)
    included = (frame["submitted_at_s"] + draw.exponential(125, n).round() + 1).round()
    used = np.array([ACTS[act][0] for act in frame["act"]]) + draw.integers(-2000, 2000, n)
    failed = draw.random(n) < 0.01
    return frame.assign(
        tx_id=[f"0x{i:064x}" for i in range(n)],
        sender_role=[ACTS[act][1] for act in frame["act"]],
        nonce=range(n),
        gas_limit_gas=1_000_000,
        gas_price_sat=40,
        included_at_s=included,
        final_at_s=included + 1280 + draw.integers(0, 400, n),
        block_number=(250_000 + included // 128).astype("Int64"),
        block_hash="0x" + "aa" * 32,
        status=pd.array(np.where(failed, 0, 1), dtype="Int64"),
        gas_used_gas=pd.array(used, dtype="Int64"),
        fee_sat=pd.array(used * 40, dtype="Int64"),
        revert_reason=np.where(failed, "ScanTooOld(7201)", None),
        outcome="included",
        canonical=True,
        removed_at_s=np.nan,
    )


def _blocks(draw: np.random.Generator, transactions: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for number, part in transactions.groupby("block_number"):
        time_s = float(part["included_at_s"].max())
        rows.append((int(number), 1, time_s, len(part), int(part["gas_used_gas"].sum())))
        rows.append((int(number) + 1, int(draw.integers(1, 40)), time_s + 500, 0, 0))
    frame = pd.DataFrame(rows, columns=["number", "count", "time_s", "tx_count", "gas_used_gas"])
    n = len(frame)
    return frame.assign(
        first_time_s=frame["time_s"],
        interval_s=np.where(
            frame["count"] == 1, 16.0 * (1 + draw.geometric(1 / 10, n)), 128.0 * frame["count"]
        ),
        block_hash=[f"0x{i:064x}" for i in range(n)],
        proposer="s001",
        gas_limit_gas=40_000_000,
        size_bytes=600 * frame["count"] + 700 * frame["tx_count"],
        subsidy_sat=4 * 10**8 * frame["count"],
        fees_sat=frame["gas_used_gas"] * 40,
        mempool_tx=frame["tx_count"],
        bits="1a0fffff",
        parent_hash=None,
        made_at_s=np.nan,
        seen_at_s=np.nan,
        final_at_s=np.nan,
        canonical=True,
        removed_at_s=np.nan,
    )


def _shares(draw: np.random.Generator, visits: pd.DataFrame, n: int = 60) -> pd.DataFrame:
    chosen = visits.iloc[draw.choice(len(visits), size=n, replace=False)]
    forged = draw.random(n) < 0.08
    return pd.DataFrame(
        {
            "share_id": [f"x{i:05d}" for i in range(n)],
            "visit_id": chosen["visit_id"].tolist(),
            "patient_id": chosen["patient_id"].tolist(),
            "from_provider_id": chosen["provider_id"].tolist(),
            "to_provider_id": "h999",
            "record_id": chosen["record_id"].tolist(),
            "presented_at_s": (chosen["started_at_s"] + 3 * DAY_S).tolist(),
            "origin": np.where(forged, "forged", "honest"),
            "leaves": draw.integers(1, 9, n),
            "proof_bytes": draw.integers(400, 4000, n),
            "accepted": ~forged,
            "reason": np.where(forged, "leaf not under the anchored root", "proof holds"),
            "repeat_test_avoided": ~forged & (draw.random(n) < 0.3),
            "credited_at_s": np.nan,
            "patient_points": 0,
            "issuer_points": 0,
            "acceptor_points": 0,
        }
    )


def _rewards(visits: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    paid, epochs, dust = [], [], 0
    budget = 10**10 * MED * 5 // 100 * 7 // 365
    credited = visits[visits["credited_at_s"].notna()]
    for epoch in range(4):
        part = credited[(credited["credited_at_s"] // (7 * DAY_S)) == epoch]
        carried = dust
        owners = {("patient", who): 100 * count for who, count in part["patient_id"].value_counts().items()}
        owners |= {
            ("provider", who): 100 * count for who, count in part["provider_id"].value_counts().items()
        }
        points = sum(owners.values())
        total = 0
        for (role, who), own in sorted(owners.items()):
            amount = (budget + carried) * own // points
            total += amount
            paid.append(
                (epoch, who, role, own, 0, amount, 0, (epoch + 1) * 7.0 * DAY_S + 200, 250_000 + epoch * 4725)
            )
        unpaid = 0
        dust = budget + carried - total - unpaid
        epochs.append(
            (
                epoch,
                epoch * 7.0 * DAY_S,
                (epoch + 1) * 7.0 * DAY_S + 90,
                points,
                0,
                budget,
                budget + carried,
                total,
                dust,
                0,
                unpaid,
                len(owners),
            )
        )
    return (
        pd.DataFrame(paid, columns=list(SCHEMAS["rewards"].by_name)),
        pd.DataFrame(epochs, columns=list(SCHEMAS["epochs"].by_name)),
    )


def _balances(draw: np.random.Generator, rewards: pd.DataFrame) -> pd.DataFrame:
    earned = rewards.groupby(["role", "owner_id"])["amount_med_units"].sum()
    rows = [(who, role, 0, int(amount), 0, 0, 0, 0) for (role, who), amount in earned.items()]
    weights = draw.pareto(1.2, 100) + 1
    shares = (weights / weights.sum() * 6 * 10**9).astype("int64")
    rows += [
        (f"o{i:03d}", "holder", int(share) * MED, int(share) * MED, 0, 0, 0, 0)
        for i, share in enumerate(shares)
    ]
    treasury = 10**10 * MED - int(shares.sum()) * MED
    rows.append(("treasury", "treasury", treasury, treasury, 0, 0, 0, 0))
    rows.append(("pool", "pool", 0, 4567, 0, 0, 0, 0))
    return pd.DataFrame(rows, columns=list(SCHEMAS["balances"].by_name))


def _supply(balances: pd.DataFrame, rewards: pd.DataFrame, epochs: pd.DataFrame) -> pd.DataFrame:
    by_role = balances.groupby("role")["opening_med_units"].sum()
    opening = int(balances["opening_med_units"].sum())
    closing = int(balances["closing_med_units"].sum())
    rows = []
    for day in range(31):
        paid = rewards[rewards["paid_at_s"] <= day * DAY_S]
        dust = closing - opening - int(rewards["amount_med_units"].sum()) if day == 30 else 0
        by = {
            role: int(paid.loc[paid["role"] == role, "amount_med_units"].sum())
            for role in ("patient", "provider")
        }
        minted = opening + sum(by.values()) + dust
        rows.append(
            (
                float(day * DAY_S), minted, minted, 0, by["patient"], by["provider"],
                int(by_role["treasury"]), dust, *[0] * 5, int(by_role["holder"]), 10**16, 22 * 10**14,
            )
        )  # fmt: skip
    assert len(epochs) == 4
    return pd.DataFrame(rows, columns=list(SCHEMAS["supply"].by_name))


def _stakers(draw: np.random.Generator) -> pd.DataFrame:
    blocks = draw.integers(100, 300, 20)
    return pd.DataFrame(
        {
            "owner_id": [f"s{i:03d}" for i in range(20)],
            "opening_stake_sat": 10**14,
            "closing_stake_sat": 10**14 + blocks * 4 * 10**8,
            "mature_share": 0.05,
            "weight_share": 0.05,
            "region": None,
            "blocks": blocks,
            "stale_blocks": pd.array([None] * 20, dtype="Int64"),
            "missed_blocks": pd.array([None] * 20, dtype="Int64"),
            "reward_sat": blocks * 4 * 10**8,
        }
    )


def _gas(transactions: pd.DataFrame) -> pd.DataFrame:
    good = transactions[transactions["status"] == 1]
    grouped = good.groupby("act")["gas_used_gas"]
    return pd.DataFrame(
        {
            "act": sorted(good["act"].unique()),
            "calls": grouped.count().astype("int64").tolist(),
            "gas_min": grouped.min().astype("int64").tolist(),
            "gas_mean": grouped.mean().astype("float64").tolist(),
            "gas_max": grouped.max().astype("int64").tolist(),
        }
    )
