"""The consensus specs as an oracle: official light-client cases, and what the specs say to each step of them.

Nothing of Heliograph is used here. The rules of the official format (consensus-specs tests/formats/light_client/sync.md) apply: an
object is decoded by the fork of its data, upgraded to the fork of the store, and processed by the specs of that fork.
"""

import ast
import copy
import functools
import hashlib
import importlib
import inspect
import io
from dataclasses import dataclass, field

import wheelfix  # noqa: F401  (first: it mends the wheel)
from archive import unpack
from frozendict import frozendict
from ruamel.yaml import YAML
from snappy import decompress

# The forks with a format of their own, in the order of upgrades. Bellatrix has that of Altair, Fulu that of Electra.
KINDS = ("altair", "capella", "deneb", "electra", "gloas")
FORKS = ("altair", "bellatrix", "capella", "deneb", "electra", "fulu", "gloas")
SPECS = {name: importlib.import_module(f"eth_consensus_specs.{name}.minimal") for name in FORKS}
LATEST = SPECS["gloas"]
FAR = 2**64 - 1

SYNC = "light_client/sync/pyspec_tests"


def configure(yaml):
    """Gives all specs the configuration of a case."""
    for spec in SPECS.values():
        values = {}
        for name, old in spec.config._asdict().items():
            if name.endswith("_FORK_EPOCH"):
                # The configuration of a case ends with its fork.
                values[name] = type(old)(int(yaml.get(name, FAR)))
            elif name in yaml and name.endswith("_FORK_VERSION"):
                values[name] = type(old)(int(str(yaml[name]), 0).to_bytes(4, "big"))
            elif name in yaml and name == "BLOB_SCHEDULE":
                rows = [{k: LATEST.Uint64(int(v)) for k, v in row.items()} for row in yaml[name]]
                values[name] = tuple(frozendict(row) for row in rows)
        spec.config = spec.config._replace(**values)


def kind_at(slot):
    """The format of the data of a slot."""
    epoch = LATEST.compute_epoch_at_slot(LATEST.Slot(slot))
    config = LATEST.config
    for kind in reversed(KINDS):
        if epoch >= getattr(config, f"{kind.upper()}_FORK_EPOCH"):
            return kind
    raise ValueError(f"epoch {epoch} is before Altair")


def recast(value, spec):
    """The same object as the type of that name of other specs."""
    return getattr(spec, type(value).__name__).decode_bytes(value.encode_bytes())


def upgrade(value, what, kind, to):
    """Upgrades a `header`, an `update`, a `bootstrap` or a `store` step by step."""
    for step in KINDS[KINDS.index(kind) + 1 : KINDS.index(to) + 1]:
        value = getattr(SPECS[step], f"upgrade_lc_{what}_to_{step}")(value)
    return value


def padded(branch, length):
    """A branch with the zero nodes in front that upgrades add."""
    return b"\0" * 32 * (length - len(branch)) + b"".join(map(bytes, branch))


@functools.cache
def asserts(function):
    """The assertions of a function of the specs: (first line, last line, what is asserted)."""
    lines, first = inspect.getsourcelines(function)
    tree = ast.parse("".join(lines))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    return [(first + n.lineno - 1, first + n.end_lineno - 1, ast.unparse(n.test)) for n in found]


def refused_by(spec, error):
    """Which assertion of the specs has failed, in its words."""
    place = error.__traceback__
    while place.tb_next is not None:
        place = place.tb_next
    name = place.tb_frame.f_code.co_name
    for first, last, text in asserts(getattr(spec, name)):
        if first <= place.tb_lineno <= last:
            return f"{name}: {text}"
    return f"{name}: {error!r}"


@dataclass
class Store:
    """A store of the specs, with the fork of its format."""

    kind: str
    store: object
    refused_by: str = ""

    def copy(self):
        return Store(self.kind, copy.deepcopy(self.store))

    def spec(self):
        """The specs that process for it: those that know the latest fork of its format that is scheduled."""
        later = {"altair": "bellatrix", "electra": "fulu"}.get(self.kind)
        if later and int(getattr(SPECS[later].config, f"{later.upper()}_FORK_EPOCH")) != FAR:
            return SPECS[later]
        return SPECS[self.kind]

    def recast(self, spec):
        """The same store, with the types of other specs."""
        old = self.store
        best = None if old.best_valid_update is None else recast(old.best_valid_update, spec)
        return spec.LightClientStore(
            finalized_header=recast(old.finalized_header, spec),
            current_sync_committee=recast(old.current_sync_committee, spec),
            next_sync_committee=recast(old.next_sync_committee, spec),
            best_valid_update=best,
            optimistic_header=recast(old.optimistic_header, spec),
            previous_max_active_participants=old.previous_max_active_participants,
            current_max_active_participants=old.current_max_active_participants,
        )

    def upgraded(self, to):
        """The store in a later format."""
        return Store(to, upgrade(copy.deepcopy(self.store), "store", self.kind, to))

    def through(self, function):
        """Calls a function of the specs on the store; it is left as it was when the specs refuse. Returns whether they agree."""
        spec = self.spec()
        working = Store(self.kind, self.recast(spec))
        try:
            function(spec, working.store)
        except AssertionError as error:
            self.refused_by = refused_by(spec, error)
            return False
        except (ValueError, OverflowError) as error:
            # Numbers beyond 64 bits: the specs say that an invalid operation makes the whole invalid.
            if "less than" not in str(error) and "greater than" not in str(error):
                raise
            self.refused_by = "a number beyond 64 bits"
            return False
        self.store = working.recast(SPECS[self.kind])
        return True

    def knows(self, data, kind):
        """Whether the specs of this store know the forks of all slots of an update. They want a store upgraded before a fork: what
        they say to an update from behind it has no meaning.
        """
        try:
            value = SPECS[kind].LightClientUpdate.decode_bytes(data)
        except Exception:  # noqa: BLE001
            return True
        slots = [value.attested_header.beacon.slot, value.finalized_header.beacon.slot, max(int(value.signature_slot), 1) - 1]
        return all(KINDS.index(kind_at(slot)) <= KINDS.index(self.kind) for slot in slots)

    def update(self, data, kind, slot, validators_root):
        """The verdict on the bytes of an update: `accept`, `reject` or `undecodable`."""
        try:
            value = SPECS[kind].LightClientUpdate.decode_bytes(data)
        except Exception:  # noqa: BLE001  (whatever the decoder raises, it has not decoded)
            return "undecodable"
        value = upgrade(value, "update", kind, self.kind)
        accepted = self.through(
            lambda spec, store: spec.process_light_client_update(
                store, recast(value, spec), spec.Slot(slot), validators_root
            )
        )
        return "accept" if accepted else "reject"

    def force(self, slot):
        """Forces the best update; whether the specs can (a sum beyond 64 bits is the only way not to)."""
        return self.through(
            lambda spec, store: spec.process_light_client_store_force_update(store, spec.Slot(slot))
        )

    def parts(self):
        """What the digest is made of, by name, in order."""
        spec, store = self.spec(), self.recast(self.spec())

        def execution(header):
            return bytes(spec.get_lc_execution_root(header)) if self.kind != "altair" else b"\0" * 32

        best, zero = store.best_valid_update, b"\0" * 32
        if best is not None:
            aggregate = best.sync_aggregate
            best = hashlib.sha256(
                bytes(best.attested_header.beacon.hash_tree_root())
                + bytes(best.next_sync_committee.hash_tree_root())
                + padded(best.next_sync_committee_branch, 11)
                + bytes(best.finalized_header.beacon.hash_tree_root())
                + padded(best.finality_branch, 9)
                + aggregate.encode_bytes()
                + int(best.signature_slot).to_bytes(8, "little")
            ).digest()
        known = spec.is_next_sync_committee_known(store)
        return {
            "finalized": bytes(store.finalized_header.beacon.hash_tree_root()),
            "finalized execution": execution(store.finalized_header),
            "optimistic": bytes(store.optimistic_header.beacon.hash_tree_root()),
            "optimistic execution": execution(store.optimistic_header),
            "current committee": bytes(store.current_sync_committee.hash_tree_root()),
            "next committee": bytes(store.next_sync_committee.hash_tree_root()) if known else zero,
            "best update": best or zero,
            "previous participants": int(store.previous_max_active_participants).to_bytes(8, "little"),
            "current participants": int(store.current_max_active_participants).to_bytes(8, "little"),
        }

    def digest(self):
        """The first 16 bytes of the hash of the parts, in hex."""
        return hashlib.sha256(b"".join(self.parts().values())).hexdigest()[:32]


@dataclass
class Step:
    """A step of an official case; `update` has the bytes, by their name in the archive."""

    what: str
    slot: int = 0
    kind: str = ""
    update: str = ""
    data: bytes = b""
    checks: dict = field(default_factory=dict)


class Case:
    """An official sync case."""

    def __init__(self, name, files):
        self.name = name
        fork, case = name.split("/")
        folder = f"minimal/{fork}/{SYNC}/{case}/"
        self.files = {path[len(folder) :]: data for path, data in files.items() if path.startswith(folder)}
        self.config = self.yaml("config.yaml")
        configure(self.config)
        meta = self.yaml("meta.yaml")
        self.validators_root = LATEST.Root(bytes.fromhex(meta["genesis_validators_root"][2:]))
        self.trusted = bytes.fromhex(meta["trusted_block_root"][2:])
        digests = self.digests()
        versions = {"0x" + bytes(getattr(LATEST.config, f"{kind.upper()}_FORK_VERSION")).hex(): kind for kind in KINDS}
        self.bootstrap_kind = digests[meta["bootstrap_fork_digest"]]
        self.store_kind = versions[meta["store_fork_version"]]
        self.steps = []
        for step in self.yaml("steps.yaml"):
            ((what, body),) = step.items()
            made = Step(what, int(body.get("current_slot", 0)), checks=body["checks"])
            if what == "process_update":
                made.kind, made.update = digests[body["update_fork_digest"]], body["update"]
                made.data = self.ssz(made.update)
            elif what == "upgrade_store":
                made.kind = versions[body["store_fork_version"]]
            self.steps.append(made)

    def yaml(self, name):
        loader = YAML(typ="safe")
        loader.constructor.add_constructor(
            "tag:yaml.org,2002:int", lambda _, node: int(node.value, 0)
        )
        return loader.load(io.BytesIO(self.files[name]))

    def ssz(self, name):
        return decompress(self.files[f"{name}.ssz_snappy"])

    def digests(self):
        """The format of the data of each fork digest."""
        found = {}
        for epoch in range(256):
            digest = LATEST.compute_fork_digest(self.validators_root, LATEST.Epoch(epoch))
            found["0x" + bytes(digest).hex()] = kind_at(epoch * int(LATEST.SLOTS_PER_EPOCH))
        return found

    def start(self):
        """The store before the first step."""
        spec = SPECS[self.bootstrap_kind]
        bootstrap = spec.LightClientBootstrap.decode_bytes(self.ssz("bootstrap"))
        bootstrap = upgrade(bootstrap, "bootstrap", self.bootstrap_kind, self.store_kind)
        spec = SPECS[self.store_kind]
        return Store(self.store_kind, spec.initialize_light_client_store(spec.Root(self.trusted), bootstrap))

    def run(self, store, step):
        """An official step on a store, which it has to be agreed with."""
        if step.what == "process_update":
            assert store.update(step.data, step.kind, step.slot, self.validators_root) == "accept"
        elif step.what == "force_update":
            assert store.force(step.slot)
        else:
            store = store.upgraded(step.kind)
        for header in ("finalized_header", "optimistic_header"):
            beacon = getattr(store.store, header).beacon
            expected = step.checks[header]
            assert int(beacon.slot) == expected["slot"]
            assert "0x" + bytes(beacon.hash_tree_root()).hex() == str(expected["beacon_root"])
        return store

    def stores(self):
        """The store before each step, and after the last."""
        configure(self.config)
        stores = [self.start()]
        for step in self.steps:
            stores.append(self.run(stores[-1].copy(), step))
        return stores


def cases(archive):
    """All sync cases of an archive, in the order of their names."""
    files = unpack(archive)
    names = sorted(
        {
            "/".join((parts[1], parts[5]))
            for parts in (path.split("/") for path in files)
            if len(parts) == 7 and "/".join(parts[2:5]) == SYNC
        }
    )
    return [Case(name, files) for name in names]
