"""Qtum's proof of stake, rule by rule: one file a rule, all in integers."""
