"""Import this before any test helper of eth_consensus_specs.

The wheel of 1.7.0b4 has one import by the path that the file has in the spec's own repository.
"""

import importlib
import sys
import types

REPOSITORY = "tests.core.pyspec"
PACKAGE = "eth_consensus_specs.test.helpers"

_path = ""
for _part in f"{REPOSITORY}.{PACKAGE}".split("."):
    _path = f"{_path}.{_part}" if _path else _part
    sys.modules.setdefault(_path, types.ModuleType(_path))
sys.modules[f"{REPOSITORY}.{PACKAGE}.churn"] = importlib.import_module(f"{PACKAGE}.churn")
