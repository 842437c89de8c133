"""Mends the wheel of eth-consensus-specs 1.7.0b4: a test helper imports another by a path that only its own repository has.

A plugin for pytest (`-p wheelfix`), or a plain import before any test helper.
"""

import importlib
import sys
import types

WRONG = "tests.core.pyspec.eth_consensus_specs.test.helpers"

parts = WRONG.split(".")
for end in range(1, len(parts) + 1):
    sys.modules.setdefault(".".join(parts[:end]), types.ModuleType(parts[end - 1]))
sys.modules[f"{WRONG}.churn"] = importlib.import_module("eth_consensus_specs.test.helpers.churn")
