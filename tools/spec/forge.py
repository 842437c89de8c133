"""Makes a changed update consistent again: with the keys of the test networks anything can be signed.

Two repairs: `sign` makes the signature fit what the update says, `full` makes the branches fit first (the body roots, then the attested
state root), so that a change meets the rules behind the proofs. Also updates made up from nothing but slots and committees.
"""

import functools
import hashlib

from eth_consensus_specs.utils import bls
from oracle import FAR, KINDS, LATEST, SPECS, kind_at, upgrade

CURVE_ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
SYNC_COMMITTEE = bytes.fromhex("07000000")
SLOTS = int(LATEST.SLOTS_PER_EPOCH)
PERIOD = SLOTS * int(LATEST.EPOCHS_PER_SYNC_COMMITTEE_PERIOD)
SIZE = int(LATEST.SYNC_COMMITTEE_SIZE)
ROOT = type(LATEST.Root())


class Skip(Exception):
    """This change makes no sense here."""


@functools.cache
def secrets():
    """The secret key of each public key of the test networks: the natural numbers."""
    return {bytes(bls.SkToPk(secret)): secret for secret in range(1, 600)}


def epoch(slot):
    return LATEST.compute_epoch_at_slot(LATEST.Slot(slot))


def period(slot):
    return int(slot) // PERIOD


def bits(update):
    return [bool(bit) for bit in update.sync_aggregate.sync_committee_bits]


def set_bits(update, values):
    kind = type(update.sync_aggregate.sync_committee_bits)
    update.sync_aggregate.sync_committee_bits = kind(data=[bool(value) for value in values])


def set_signature(update, signature):
    update.sync_aggregate.sync_committee_signature = LATEST.BLSSignature(bytes(signature))


def set_branch(owner, name, nodes):
    kind = type(getattr(owner, name))
    setattr(owner, name, kind(data=[LATEST.Bytes32(bytes(node)) for node in nodes]))


def set_value(owner, name, value):
    """Assigns bytes or a number to a field of whatever type."""
    kind = type(getattr(owner, name))
    setattr(owner, name, kind(int(value)) if isinstance(value, int) else kind.decode_bytes(bytes(value)))


def domain(slot, validators_root, kind=SYNC_COMMITTEE, before=1):
    """The domain of a signature at a slot; an honest one is of the version of the slot before."""
    version = LATEST.compute_fork_version(epoch(max(int(slot) - before, 0)))
    return LATEST.compute_domain(LATEST.DomainType(kind), version, validators_root)


def signing_root(update, domain_):
    return LATEST.compute_signing_root(
        LATEST.BeaconBlockHeader.decode_bytes(update.attested_header.beacon.encode_bytes()), domain_
    )


def signature(committee, participation, message):
    """The aggregate signature of some members: one of the sum of their keys."""
    keys = [bytes(key) for key, bit in zip(committee.pubkeys, participation, strict=True) if bit]
    if any(key not in secrets() for key in keys):
        raise Skip
    total = sum(secrets()[key] for key in keys) % CURVE_ORDER
    return bls.Sign(total, bytes(message)) if total else LATEST.G2_POINT_AT_INFINITY


def signers(store, update):
    """The committee that the specs will ask."""
    if period(update.signature_slot) == period(store.finalized_header.beacon.slot):
        return store.current_sync_committee
    return store.next_sync_committee


def sign(store, update, validators_root, committee=None):
    message = signing_root(update, domain(update.signature_slot, validators_root))
    committee = signers(store, update) if committee is None else committee
    set_signature(update, signature(committee, bits(update), message))


def indices(slot):
    """The generalized indices of the finalized root and of the next committee."""
    slot = LATEST.Slot(slot)
    return int(LATEST.finalized_root_gindex_at_slot(slot)), int(LATEST.next_sync_committee_gindex_at_slot(slot))


def hashed(left, right):
    return hashlib.sha256(bytes(left) + bytes(right)).digest()


def own_nodes(branch, index):
    """The nodes of a branch without the padding in front."""
    depth = index.bit_length() - 1
    if len(branch) < depth:
        raise Skip
    return [bytes(node) for node in list(branch)[len(branch) - depth :]]


def join(proofs):
    """Lets proofs {index: (leaf, nodes)} share one root: where two meet, each takes the other's node. Returns root and branches."""
    known = {}
    for index, (leaf, nodes) in proofs.items():
        for height, node in enumerate(nodes):
            known.setdefault((index >> height) ^ 1, node)
    known.update({index: leaf for index, (leaf, _) in proofs.items()})
    paths = {index >> height for index in proofs for height in range(1, index.bit_length())}
    for index in sorted(paths, reverse=True):
        known[index] = hashed(known[2 * index], known[2 * index + 1])
    branches = {
        index: [known[(index >> height) ^ 1] for height in range(index.bit_length() - 1)] for index in proofs
    }
    return known[1], branches


def repair_body(header, kind):
    """The body root that the execution branch leads to."""
    if kind == "altair" or epoch(header.beacon.slot) < LATEST.config.CAPELLA_FORK_EPOCH:
        return
    if kind == "gloas":
        at = epoch(header.beacon.slot)
        if at >= LATEST.config.GLOAS_FORK_EPOCH:
            index = LATEST.EXECUTION_BLOCK_HASH_GINDEX_GLOAS
        elif at >= LATEST.config.DENEB_FORK_EPOCH:
            index = LATEST.EXECUTION_BLOCK_HASH_GINDEX_DENEB
        else:
            index = LATEST.EXECUTION_BLOCK_HASH_GINDEX
        leaf = bytes(header.execution_block_hash)
    else:
        index, leaf = SPECS[kind].EXECUTION_PAYLOAD_GINDEX, bytes(SPECS[kind].get_lc_execution_root(header))
    index = int(index)
    root, _ = join({index: (leaf, own_nodes(header.execution_branch, index))})
    header.beacon.body_root = ROOT(root)


def has_finality(update):
    return any(any(bytes(node)) for node in update.finality_branch)


def has_next(update):
    return any(any(bytes(node)) for node in update.next_sync_committee_branch)


def repair_branches(update, kind):
    """Makes body roots and the attested state root what the branches lead to."""
    repair_body(update.attested_header, kind)
    if has_finality(update):
        repair_body(update.finalized_header, kind)
    finality, next_ = indices(update.attested_header.beacon.slot)
    proofs = {}
    if has_finality(update):
        leaf = bytes(update.finalized_header.beacon.hash_tree_root())
        if int(update.finalized_header.beacon.slot) == 0:
            leaf = b"\0" * 32
        proofs[finality] = (leaf, own_nodes(update.finality_branch, finality))
    if has_next(update):
        leaf = bytes(update.next_sync_committee.hash_tree_root())
        proofs[next_] = (leaf, own_nodes(update.next_sync_committee_branch, next_))
    if not proofs:
        return
    root, branches = join(proofs)
    update.attested_header.beacon.state_root = ROOT(root)
    for name, index in (("finality_branch", finality), ("next_sync_committee_branch", next_)):
        if index in branches:
            padding = list(getattr(update, name))[: -len(branches[index])]
            set_branch(update, name, padding + branches[index])


def convert(update, kind, to):
    """The same update in another format: by the specs when it is a later one, else by leaving out what the earlier one has not."""
    if KINDS.index(to) >= KINDS.index(kind):
        return upgrade(update.copy(), "update", kind, to)
    made = SPECS[to].LightClientUpdate()
    for name in ("attested_header", "finalized_header"):
        copy_fields(getattr(update, name), getattr(made, name))
    copy_fields(update, made, leave=("attested_header", "finalized_header"))
    return made


def copy_fields(source, target, leave=()):
    for name in type(target).model_fields:
        if name in leave or not hasattr(source, name):
            continue
        value, kind = getattr(source, name), type(getattr(target, name))
        if name.endswith("branch"):
            length = len(getattr(target, name))
            set_branch(target, name, ([b"\0" * 32] * length + list(value))[-length:])
        elif name == "execution":
            copy_fields(value, target.execution)
        else:
            setattr(target, name, kind.decode_bytes(value.encode_bytes()))


def without_finality(update):
    kind = type(update)
    update.finalized_header, update.finality_branch = kind().finalized_header, kind().finality_branch
    return update


def without_next(update):
    kind = type(update)
    update.next_sync_committee = kind().next_sync_committee
    update.next_sync_committee_branch = kind().next_sync_committee_branch
    return update


class Maker:
    """Makes up updates that an honest network could have signed, or nearly, from the objects of a case."""

    def __init__(self, case):
        self.case = case
        self.models = [step for step in case.steps if step.what == "process_update"]
        pool = {}
        for step in self.models:
            update = SPECS[step.kind].LightClientUpdate.decode_bytes(step.data)
            if has_next(update):
                pool[bytes(update.next_sync_committee.hash_tree_root())] = update.next_sync_committee
        self.committees = list(pool.values())

    def make(self, store, rng):
        """An update for a store, and its format. Slots are chosen around the store's period."""
        finalized = int(store.store.finalized_header.beacon.slot)
        start = period(finalized) * PERIOD
        if finalized > FAR // 4:
            raise Skip
        end = start + PERIOD
        attested = rng.choice(
            [finalized + 1, rng.randrange(start, end), rng.randrange(finalized, end + 1), end - 1, end]
            + [rng.randrange(end, end + PERIOD), rng.randrange(finalized + 1, end + PERIOD)]
        )
        signed = rng.choice([attested + 1] * 5 + [attested + rng.randrange(1, PERIOD), max(attested + 1, end)])
        proven = rng.choice(
            [finalized, finalized + 1, rng.randrange(max(finalized - PERIOD, 1), attested + 2)] * 2
            + [start, end, attested, min(attested, end - 1), rng.randrange(finalized, max(attested, finalized) + 1)]
        )
        kind = kind_at(attested)
        if KINDS.index(kind) > KINDS.index(store.kind):
            raise Skip
        model = rng.choice(self.models)
        update = convert(SPECS[model.kind].LightClientUpdate.decode_bytes(model.data), model.kind, kind)
        known = store.spec().is_next_sync_committee_known(store.recast(store.spec()))
        for header, slot in ((update.attested_header, attested), (update.finalized_header, proven)):
            self.place(header, kind, slot)
        if rng.random() < 0.15:
            without_finality(update)
        elif not has_finality(update):
            set_branch(update, "finality_branch", filled(update.finality_branch, indices(attested)[0], 1))
        if rng.random() < 0.3:
            without_next(update)
        else:
            if known and period(attested) == period(finalized) and rng.random() < 0.9:
                update.next_sync_committee = store.store.next_sync_committee.copy()
            elif self.committees:
                update.next_sync_committee = rng.choice(self.committees).copy()
            set_branch(
                update, "next_sync_committee_branch", filled(update.next_sync_committee_branch, indices(attested)[1], 2)
            )
        count = rng.choice([1, 10, 16, 17, 21, 22, 22, 23, 30, SIZE, SIZE, SIZE])
        set_bits(update, [place < count for place in rng.sample(range(SIZE), SIZE)])
        update.signature_slot = LATEST.Slot(signed)
        repair_branches(update, kind)
        sign(store.store, update, self.case.validators_root)
        return update, kind

    def place(self, header, kind, slot):
        """Moves a header to a slot, with the execution data that its fork has."""
        header.beacon.slot = LATEST.Slot(slot)
        empty = type(header)()
        own = kind_at(slot)
        if kind == "altair":
            return
        if own == "altair":
            header.execution_branch = empty.execution_branch
            if kind == "gloas":
                header.execution_block_hash = empty.execution_block_hash
            else:
                header.execution = empty.execution
            return
        if kind == "gloas":
            index = 2856 if own == "gloas" else 412 if own == "capella" else 812
            set_branch(header, "execution_branch", filled(header.execution_branch, index, 3))
        elif own == "capella" and kind != "capella":
            header.execution.blob_gas_used = LATEST.Uint64(0)
            header.execution.excess_blob_gas = LATEST.Uint64(0)


def filled(branch, index, salt):
    """A branch of the length that an index asks for, with nodes that say where they are when it had none, and zero nodes in front."""
    depth = index.bit_length() - 1
    if len(branch) < depth:
        raise Skip
    nodes = [bytes(node) for node in branch]
    if not any(map(any, nodes)):
        nodes = [bytes([salt, place + 1]) * 16 for place in range(len(nodes))]
    return [b"\0" * 32] * (len(nodes) - depth) + nodes[len(nodes) - depth :]
