"""The catalogue of changes to one update, each with a name. A change gets a `Subject` and a source of chance.

It alters `subject.update`, or sets `subject.data` when the result is no longer an object, or moves `subject.slot`, the current slot.
"""

from dataclasses import dataclass

from eth_consensus_specs.utils import bls
from forge import (
    PERIOD,
    SIZE,
    SLOTS,
    Skip,
    bits,
    convert,
    domain,
    filled,
    has_finality,
    has_next,
    indices,
    period,
    set_bits,
    set_branch,
    set_signature,
    sign,
    signature,
    signers,
    signing_root,
    without_finality,
    without_next,
)
from oracle import FAR, KINDS, LATEST, SPECS
from sweep import BYTES, fields, find, flip


@dataclass
class Subject:
    """What is changed: an update in a format, the store that it is for, and the case they are of."""

    case: object
    store: object
    kind: str
    update: object
    slot: int
    data: bytes = b""
    model: object = None

    def others(self):
        """The other updates of the case, in this format."""
        steps = [s for s in self.case.steps if s.what == "process_update" and s.data != self.model.data]
        steps = [s for s in steps if s.kind == self.kind]
        if not steps:
            raise Skip
        return [SPECS[self.kind].LightClientUpdate.decode_bytes(step.data) for step in steps]


def change(function):
    """Enters a change into the catalogue under its name."""
    CATALOGUE[function.__name__.replace("_", " ")] = function
    return function


CATALOGUE = {}


@change
def nothing(subject, rng):
    pass


# Participation. The signature stays as it is; the repairs sign again.
for count in (0, 1, 2, 15, 16, 17, 21, 22, 23, 31, 32):

    def participants(subject, rng, count=count):
        set_bits(subject.update, [place < count for place in range(SIZE)])

    def scattered(subject, rng, count=count):
        set_bits(subject.update, [place < count for place in rng.sample(range(SIZE), SIZE)])

    CATALOGUE[f"first {count} take part"] = participants
    CATALOGUE[f"some {count} take part"] = scattered


@change
def bits_turned_round(subject, rng):
    set_bits(subject.update, [not bit for bit in bits(subject.update)])


@change
def bits_from_the_other_end(subject, rng):
    set_bits(subject.update, bits(subject.update)[::-1])


@change
def one_bit_less(subject, rng):
    values = bits(subject.update)
    values[rng.randrange(SIZE)] = False
    set_bits(subject.update, values)


@change
def one_signature_too_many(subject, rng):
    """All but one are said to have signed, and all have."""
    sign(subject.store.store, subject.update, subject.case.validators_root)
    one_bit_less(subject, rng)


# The signature itself. A repair would undo these: they are used as they are.
def signature_of_other_bytes(name, make):
    def altered(subject, rng):
        set_signature(subject.update, make(bytes(subject.update.sync_aggregate.sync_committee_signature), rng))

    altered.unrepaired = True
    CATALOGUE[f"signature: {name}"] = altered


def on_the_curve(_, rng):
    """A point of the curve that is not in the subgroup: one in 2^125 would be."""
    while True:
        data = bytes([0x80 | rng.randrange(16)]) + rng.randbytes(95)
        point = bls._signature_to_point(data)
        if point is not None and not point.is_in_subgroup():
            return data


signature_of_other_bytes("zero", lambda _, rng: bytes(96))
signature_of_other_bytes("the point at infinity", lambda _, rng: bytes(LATEST.G2_POINT_AT_INFINITY))
signature_of_other_bytes("other sign", lambda old, rng: flip(old, 5))
signature_of_other_bytes("infinity flag", lambda old, rng: flip(old, 6))
signature_of_other_bytes("no compression flag", lambda old, rng: flip(old, 7))
signature_of_other_bytes("another x", lambda old, rng: flip(old, 8 * 95))
signature_of_other_bytes("another x.c1", lambda old, rng: flip(old, 8 * 47))
signature_of_other_bytes("parts of x swapped", lambda old, rng: old[48:] + old[:48])
signature_of_other_bytes("not in the subgroup", on_the_curve)
signature_of_other_bytes("ones", lambda old, rng: b"\xff" * 96)


@change
def signature_of_another_update(subject, rng):
    other = rng.choice(subject.others())
    subject.update.sync_aggregate.sync_committee_signature = other.sync_aggregate.sync_committee_signature


@change
def aggregate_of_another_update(subject, rng):
    subject.update.sync_aggregate = rng.choice(subject.others()).sync_aggregate


def signed_otherwise(name, committee=None, message=None):
    """A signature by the right keys of the wrong thing, or by the wrong keys of the right thing."""

    def altered(subject, rng):
        store, update = subject.store.store, subject.update
        members = signers(store, update) if committee is None else committee(store, subject)
        root = domain(update.signature_slot, subject.case.validators_root)
        root = signing_root(update, root) if message is None else message(subject)
        set_signature(update, signature(members, bits(update), root))

    altered.unrepaired = True
    CATALOGUE[f"signed {name}"] = altered


def with_domain(**arguments):
    return lambda s: signing_root(s.update, domain(s.update.signature_slot, s.case.validators_root, **arguments))


signed_otherwise("by the current committee", committee=lambda store, _: store.current_sync_committee)
signed_otherwise("by the next committee", committee=lambda store, _: store.next_sync_committee)
signed_otherwise("by the committee that it brings", committee=lambda _, s: s.update.next_sync_committee)
signed_otherwise("in another domain", message=with_domain(kind=bytes.fromhex("01000000")))
signed_otherwise("under the version of its own slot", message=with_domain(before=0))
signed_otherwise("under the version of an epoch before", message=with_domain(before=1 + SLOTS))
signed_otherwise("under the version of an epoch later", message=with_domain(before=-SLOTS))
signed_otherwise("for another network", message=lambda s: signing_root(s.update, domain(s.update.signature_slot, LATEST.Root())))
signed_otherwise("without a domain", message=lambda s: s.update.attested_header.beacon.hash_tree_root())
signed_otherwise(
    "for the finalized header",
    message=lambda s: LATEST.compute_signing_root(
        LATEST.BeaconBlockHeader.decode_bytes(s.update.finalized_header.beacon.encode_bytes()),
        domain(s.update.signature_slot, s.case.validators_root),
    ),
)


# Slots.
def signed_at(name, slot):
    def altered(subject, rng):
        update = subject.update
        value = slot(int(update.attested_header.beacon.slot), subject)
        if not 0 <= value <= FAR:
            raise Skip
        update.signature_slot = LATEST.Slot(value)
        subject.slot = max(subject.slot, value)

    CATALOGUE[f"signature slot: {name}"] = altered


def end(slot):
    return (period(slot) + 1) * PERIOD


signed_at("the attested one", lambda attested, _: attested)
signed_at("after the attested one", lambda attested, _: attested + 1)
signed_at("before the attested one", lambda attested, _: attested - 1)
signed_at("an epoch after the attested one", lambda attested, _: attested + SLOTS)
signed_at("last of its period", lambda attested, _: end(attested) - 1)
signed_at("first of the next period", lambda attested, _: end(attested))
signed_at("after the first of the next period", lambda attested, _: end(attested) + 1)
signed_at("first of the period after the next", lambda attested, _: end(attested) + PERIOD)
signed_at("first of the store's next period", lambda _, s: end(int(s.store.store.finalized_header.beacon.slot)))
signed_at("a period before the store's", lambda _, s: int(s.store.store.finalized_header.beacon.slot) - PERIOD)


def now(name, slot):
    def altered(subject, rng):
        subject.slot = min(max(slot(int(subject.update.signature_slot)), 0), FAR)

    CATALOGUE[f"current slot: {name}"] = altered


now("before the signature", lambda signed: signed - 1)
now("that of the signature", lambda signed: signed)
now("after the signature", lambda signed: signed + 1)
now("a period after the signature", lambda signed: signed + PERIOD)
now("zero", lambda _: 0)
now("largest", lambda _: FAR)


# Finality and the next committee, there and not there.
@change
def finality_left_out(subject, rng):
    without_finality(subject.update)


@change
def next_committee_left_out(subject, rng):
    without_next(subject.update)


@change
def both_left_out(subject, rng):
    without_finality(without_next(subject.update))


def empty(path):
    def altered(subject, rng):
        owner, name = find(subject.update, path)
        setattr(owner, name, getattr(find(type(subject.update)(), path)[0], name))

    CATALOGUE[f"empty {path}"] = altered


for path in ("attested_header", "finalized_header", "finalized_header.beacon", "finality_branch"):
    empty(path)
for path in ("next_sync_committee", "next_sync_committee_branch", "sync_aggregate"):
    empty(path)


@change
def finality_made_up(subject, rng):
    """A finality branch where there was none; a repair makes it true."""
    update = subject.update
    if has_finality(update):
        raise Skip
    slot = int(update.attested_header.beacon.slot)
    update.finalized_header.beacon.slot = LATEST.Slot(max(slot - rng.randrange(2 * SLOTS), 0))
    set_branch(update, "finality_branch", filled(update.finality_branch, indices(slot)[0], 4))


@change
def next_committee_made_up(subject, rng):
    update = subject.update
    if has_next(update):
        raise Skip
    update.next_sync_committee = subject.store.store.current_sync_committee.copy()
    index = indices(update.attested_header.beacon.slot)[1]
    set_branch(update, "next_sync_committee_branch", filled(update.next_sync_committee_branch, index, 5))


@change
def genesis_is_finalized(subject, rng):
    """The checkpoint of genesis is the zero root, with an empty header."""
    update = subject.update
    index = indices(update.attested_header.beacon.slot)[0]
    set_branch(update, "finality_branch", filled(update.finality_branch, index, 6))
    update.finalized_header = type(update)().finalized_header


@change
def genesis_header_is_finalized(subject, rng):
    subject.update.finalized_header.beacon.slot = LATEST.Slot(0)


@change
def genesis_is_finalized_with_a_header(subject, rng):
    genesis_is_finalized(subject, rng)
    subject.update.finalized_header.beacon.proposer_index = LATEST.ValidatorIndex(1)


# Parts of one in another.
def taken_from_another(path):
    def altered(subject, rng):
        other = rng.choice(subject.others())
        owner, name = find(subject.update, path)
        source, _ = find(other, path)
        setattr(owner, name, getattr(source, name))

    CATALOGUE[f"{path} of another update"] = altered


for path in ("attested_header", "attested_header.beacon", "finalized_header", "finality_branch", "signature_slot"):
    taken_from_another(path)
for path in ("next_sync_committee", "next_sync_committee_branch", "sync_aggregate.sync_committee_bits"):
    taken_from_another(path)


@change
def headers_swapped(subject, rng):
    update = subject.update
    update.attested_header, update.finalized_header = update.finalized_header, update.attested_header


@change
def attested_is_finalized(subject, rng):
    subject.update.finalized_header = subject.update.attested_header.copy()


@change
def finalized_is_attested(subject, rng):
    subject.update.attested_header = subject.update.finalized_header.copy()


@change
def store_header_is_finalized(subject, rng):
    if subject.store.kind != subject.kind:
        raise Skip
    subject.update.finalized_header = subject.store.store.finalized_header.copy()


@change
def current_committee_comes_next(subject, rng):
    subject.update.next_sync_committee = subject.store.store.current_sync_committee.copy()


@change
def known_committee_comes_next(subject, rng):
    subject.update.next_sync_committee = subject.store.store.next_sync_committee.copy()


@change
def committee_keys_swapped(subject, rng):
    keys = subject.update.next_sync_committee.pubkeys
    one, two = rng.sample(range(SIZE), 2)
    keys[one], keys[two] = keys[two], keys[one]


def committee_key(name, make):
    def altered(subject, rng):
        keys = subject.update.next_sync_committee.pubkeys
        place = rng.choice([0, SIZE // 2, SIZE - 1])
        keys[place] = LATEST.BLSPubkey(make(bytes(keys[place])))

    CATALOGUE[f"next committee's key: {name}"] = altered


for name, make in BYTES.items():
    committee_key(name, make)
committee_key("other sign", lambda key: flip(key, 5))


@change
def aggregate_key_is_a_member(subject, rng):
    committee = subject.update.next_sync_committee
    committee.aggregate_pubkey = committee.pubkeys[0]


@change
def aggregate_key_of_other_sign(subject, rng):
    committee = subject.update.next_sync_committee
    committee.aggregate_pubkey = LATEST.BLSPubkey(flip(committee.aggregate_pubkey, 5))


@change
def branches_swapped(subject, rng):
    update = subject.update
    finality, next_ = list(update.finality_branch), list(update.next_sync_committee_branch)
    length = len(finality)
    set_branch(update, "finality_branch", ([b"\0" * 32] * length + next_)[-length:])
    set_branch(update, "next_sync_committee_branch", ([b"\0" * 32] * len(next_) + finality)[-len(next_) :])


@change
def finality_branch_turned_round(subject, rng):
    set_branch(subject.update, "finality_branch", list(subject.update.finality_branch)[::-1])


@change
def next_branch_turned_round(subject, rng):
    name = "next_sync_committee_branch"
    set_branch(subject.update, name, list(getattr(subject.update, name))[::-1])


# Execution data.
def execution(name, function):
    def altered(subject, rng):
        if subject.kind == "altair":
            raise Skip
        function(subject)

    CATALOGUE[f"execution: {name}"] = altered


def copied(update, source, target):
    source, target = getattr(update, source), getattr(update, target)
    for name in ("execution", "execution_block_hash", "execution_branch"):
        if hasattr(source, name):
            kind = type(getattr(source, name))
            setattr(target, name, kind.decode_bytes(getattr(source, name).encode_bytes()))


def emptied(header):
    fresh = type(header)()
    for name in ("execution", "execution_block_hash", "execution_branch"):
        if hasattr(header, name):
            setattr(header, name, getattr(fresh, name))


def blobs(header, name):
    if not hasattr(header, "execution") or not hasattr(header.execution, name):
        raise Skip
    setattr(header.execution, name, LATEST.Uint64(int(getattr(header.execution, name)) + 1))


execution("of the attested in the finalized", lambda s: copied(s.update, "attested_header", "finalized_header"))
execution("of the finalized in the attested", lambda s: copied(s.update, "finalized_header", "attested_header"))
for which in ("attested_header", "finalized_header"):
    execution(f"none in {which}", lambda s, which=which: emptied(getattr(s.update, which)))
    for name in ("blob_gas_used", "excess_blob_gas"):
        execution(f"{name} in {which}", lambda s, w=which, n=name: blobs(getattr(s.update, w), n))


# Formats.
def formatted(to):
    def altered(subject, rng):
        if KINDS.index(to) > KINDS.index(subject.store.kind):
            raise Skip
        subject.update = convert(subject.update, subject.kind, to)
        subject.kind = to

    CATALOGUE[f"in the format of {to}"] = altered

    def padded(subject, rng):
        """Not a zero node in front of a branch that is longer than its proof."""
        altered(subject, rng)
        update = subject.update
        finality, next_ = indices(update.attested_header.beacon.slot)
        name, index = rng.choice([("finality_branch", finality), ("next_sync_committee_branch", next_)])
        nodes = list(getattr(update, name))
        free = len(nodes) - (index.bit_length() - 1)
        if free <= 0:
            raise Skip
        nodes[rng.randrange(free)] = b"\0" * 31 + b"\1"
        set_branch(update, name, nodes)

    CATALOGUE[f"in the format of {to}, padded with a one"] = padded

    def misread(subject, rng):
        """The bytes as they are, said to be of another fork."""
        if to == subject.kind or KINDS.index(to) > KINDS.index(subject.store.kind):
            raise Skip
        subject.data, subject.kind = subject.update.encode_bytes(), to

    misread.unrepaired = True
    CATALOGUE[f"read as {to}"] = misread


for to in KINDS:
    formatted(to)


def fork_epoch(name, move):
    """The attested slot moved to the edge of a fork."""

    def altered(subject, rng):
        config = LATEST.config
        epochs = {int(getattr(config, f"{kind.upper()}_FORK_EPOCH")) for kind in KINDS} - {0, FAR}
        if not epochs:
            raise Skip
        slot = rng.choice(sorted(epochs)) * SLOTS + move
        subject.update.attested_header.beacon.slot = LATEST.Slot(slot)
        subject.update.signature_slot = LATEST.Slot(slot + 1)
        subject.slot = max(subject.slot, slot + 1)

    CATALOGUE[f"attested {name}"] = altered


fork_epoch("in the last slot before a fork", -1)
fork_epoch("in the first slot of a fork", 0)


# Bytes that are no object any more, or are an object by accident.
def raw(name, make):
    def altered(subject, rng):
        subject.data = make(subject.update.encode_bytes(), rng)

    altered.unrepaired = True
    CATALOGUE[f"bytes: {name}"] = altered


def anywhere(data, rng):
    return flip(data, rng.randrange(8 * len(data)))


def doubled(data, rng):
    at = rng.randrange(len(data))
    return data[:at] + data[at : at + 1] + data[at:]


def offset(data, by):
    """The first offset of a format with offsets: the attested header's."""
    value = int.from_bytes(data[:4], "little") + by
    return (value % 2**32).to_bytes(4, "little") + data[4:]


raw("none", lambda data, rng: b"")
raw("one less", lambda data, rng: data[:-1])
raw("one more", lambda data, rng: data + b"\0")
raw("first missing", lambda data, rng: data[1:])
raw("half", lambda data, rng: data[: len(data) // 2])
raw("one twice", doubled)
raw("one missing", lambda data, rng: (lambda at: data[:at] + data[at + 1 :])(rng.randrange(len(data))))
raw("first offset one more", lambda data, rng: offset(data, 1))
raw("first offset one less", lambda data, rng: offset(data, -1))
raw("first offset zero", lambda data, rng: bytes(4) + data[4:])
raw("first offset largest", lambda data, rng: b"\xff" * 4 + data[4:])
for place in range(6):
    raw(f"a bit flipped ({place})", anywhere)


def catalogue(kind):
    """Every change that a format knows, by name."""
    return fields(kind) | CATALOGUE
