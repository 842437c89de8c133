"""Feeds the simulator's objects to the executable consensus specs (PyPI: eth-consensus-specs).

Called by tests/pyspec.rs with the folder that it has written the objects to.
"""

import importlib
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
meta = json.loads((folder / "meta.json").read_text())
spec = importlib.import_module(f"eth_consensus_specs.{meta['fork']}.{meta['preset']}")
# The whole chain is of one fork: it and those before it begin with genesis.
FORKS = ["altair", "bellatrix", "capella", "deneb", "electra", "fulu", "gloas"]
past = FORKS[: FORKS.index(meta["fork"]) + 1]
names = [f"{fork.upper()}_FORK_EPOCH" for fork in past]
spec.config = spec.config._replace(**{name: spec.Epoch(0) for name in names})
validators_root = spec.Root(bytes.fromhex(meta["genesis_validators_root"][2:]))


def decode(kind, name):
    return kind.decode_bytes((folder / name).read_bytes())


def process(store, step, object_):
    slot = spec.Slot(object_.signature_slot)
    by_kind = {
        "update": spec.process_light_client_update,
        "finality_update": spec.process_light_client_finality_update,
    }
    by_kind[step["kind"]](store, object_, slot, validators_root)


trusted_root = spec.Root(bytes.fromhex(meta["trusted_root"][2:]))
store = spec.initialize_light_client_store(
    trusted_root, decode(spec.LightClientBootstrap, "bootstrap.ssz")
)
KINDS = {"update": spec.LightClientUpdate, "finality_update": spec.LightClientFinalityUpdate}
for step in meta["steps"]:
    object_ = decode(KINDS[step["kind"]], step["file"])
    for field in ("proposer_index", "slot"):
        spoilt = object_.copy()
        header = spoilt.attested_header.beacon
        setattr(header, field, getattr(header, field) + (1 if field == "proposer_index" else -1))
        try:
            process(store, step, spoilt)
        except AssertionError:
            continue
        sys.exit(f"{step['file']}: accepted with another {field}")
    process(store, step, object_)
    root = spec.hash_tree_root(store.finalized_header.beacon)
    if "0x" + bytes(root).hex() != step["finalized_root"]:
        sys.exit(f"{step['file']}: finalized {root}, {step['finalized_root']} expected")
    print(f"{step['file']}: accepted, finalized slot {store.finalized_header.beacon.slot}")
