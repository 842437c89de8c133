"""The forks of the chain, each with its module of the consensus spec under one configuration."""

import importlib
import os

import wheelfix  # noqa: F401  (tools/spec; before the helpers)
import eth_consensus_specs
from eth_consensus_specs.debug.encode import encode
from eth_consensus_specs.test.context import get_copy_of_spec, spec_with_config_overrides
from eth_consensus_specs.utils import bls
from ruamel.yaml import YAML

bls.bls_active = True

ORDER = ["phase0", "altair", "bellatrix", "capella", "deneb", "electra", "fulu", "gloas"]


class Forks:
    """A fork from genesis on, and others from later epochs on."""

    def __init__(self, preset, first, later, seconds_per_slot):
        self.preset = preset
        self.schedule = [(0, first)] + sorted(later)
        # A fork that is passed over begins with the one that follows it.
        self.epochs = {}
        for epoch, fork in self.schedule:
            for name in ORDER[1 : ORDER.index(fork) + 1]:
                self.epochs.setdefault(name, epoch)
        overrides = {f"{name.upper()}_FORK_EPOCH": epoch for name, epoch in self.epochs.items()}
        overrides |= {"SLOT_DURATION_MS": seconds_per_slot * 1000, "SECONDS_PER_SLOT": seconds_per_slot}
        self.specs = {}
        for name in self.epochs:
            module = importlib.import_module(f"eth_consensus_specs.{name}.{preset}")
            self.specs[name], _ = spec_with_config_overrides(get_copy_of_spec(module), overrides)
        self.first = self.specs[first]
        self.last = self.specs[self.schedule[-1][1]]
        self.slots_per_epoch = int(self.first.SLOTS_PER_EPOCH)
        self.slots_per_period = self.slots_per_epoch * int(self.first.EPOCHS_PER_SYNC_COMMITTEE_PERIOD)
        self._upgrade_old_headers()

    def at(self, slot):
        """Name of the fork of a slot."""
        epoch = int(slot) // self.slots_per_epoch
        return [fork for first, fork in self.schedule if first <= epoch][-1]

    def spec_at(self, slot):
        return self.specs[self.at(slot)]

    def between(self, old, new):
        """Forks after `old` up to `new`, each with its spec."""
        names = ORDER[ORDER.index(old) + 1 : ORDER.index(new) + 1]
        return [(name, self.specs[name]) for name in names if name in self.specs]

    def rows(self):
        """The fork schedule as the beacon API has it."""
        previous = hex0x(self.last.config.GENESIS_FORK_VERSION)
        rows = []
        for name, epoch in self.epochs.items():
            version = hex0x(getattr(self.last.config, f"{name.upper()}_FORK_VERSION"))
            rows.append({"previous_version": previous, "current_version": version, "epoch": str(epoch)})
            previous = version
        return rows

    def digest(self, slot, genesis_validators_root):
        spec = self.spec_at(slot)
        epoch = spec.compute_epoch_at_slot(slot)
        try:
            return bytes(spec.compute_fork_digest(genesis_validators_root, epoch))
        except TypeError:  # before Fulu
            version = spec.compute_fork_version(epoch)
            return bytes(spec.compute_fork_digest(version, genesis_validators_root))

    def constants(self):
        """Configuration and preset as the beacon API has them."""
        values = {}
        for key, value in self.last.config._asdict().items():
            try:
                values[key] = decimal(encode(value))
            except Exception:  # tables of records, which the encoder does not know
                values[key] = decimal(plain(value))
        return {**values, **self._preset_values()}

    def _preset_values(self):
        package = os.path.dirname(os.path.dirname(eth_consensus_specs.__file__))
        values = {}
        for name in ORDER:
            path = os.path.join(package, "presets", self.preset, f"{name}.yaml")
            if name in self.epochs or name == "phase0":
                with open(path, encoding="utf8") as file:
                    values |= YAML(typ="base").load(file) or {}
        return {key: str(value) for key, value in values.items()}

    def _upgrade_old_headers(self):
        """Headers of older forks are made by their own spec and brought up by the spec's upgrades."""
        original = {name: spec.block_to_light_client_header for name, spec in self.specs.items()}

        def header_for(fork):
            def header(block):
                made = self.at(block.message.slot)
                result = original[made](block)
                for name, spec in self.between(made, fork):
                    upgrade = getattr(spec, f"upgrade_lc_header_to_{name}", None)
                    result = upgrade(result) if upgrade else result
                return result

            return header

        for name, spec in self.specs.items():
            spec.block_to_light_client_header = header_for(name)


def at_least(fork, other):
    """Whether a fork is `other` or later."""
    return ORDER.index(fork) >= ORDER.index(other)


def hex0x(data):
    return "0x" + bytes(data).hex()


def from_hex(text):
    return bytes.fromhex(text.removeprefix("0x"))


def decimal(value):
    """The beacon API's JSON: integers are decimal strings."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return {key: decimal(item) for key, item in value.items()}
    return [decimal(item) for item in value]


def plain(value):
    if isinstance(value, bytes):
        return hex0x(value)
    if isinstance(value, (bool, int, str)):
        return value
    if hasattr(value, "items"):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


def to_json(value):
    """An SSZ object as the beacon API has it."""
    return decimal(encode(value))
