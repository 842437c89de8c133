"""Changes of every single field of an update: numbers, roots, keys, and the nodes of branches."""

import functools

from forge import PERIOD, SLOTS, Skip, set_branch, set_value
from oracle import FAR, SPECS


def flip(value, bit):
    data = bytearray(bytes(value))
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(data)


NUMBERS = {
    "plus one": lambda value: value + 1,
    "minus one": lambda value: value - 1,
    "an epoch later": lambda value: value + SLOTS,
    "an epoch earlier": lambda value: value - SLOTS,
    "a period later": lambda value: value + PERIOD,
    "a period earlier": lambda value: value - PERIOD,
    "zero": lambda _: 0,
    "largest": lambda _: FAR,
}
BYTES = {
    "first bit": lambda value: flip(value, 7),
    "last bit": lambda value: flip(value, 8 * len(bytes(value)) - 8),
    "zero": lambda value: bytes(len(bytes(value))),
    "ones": lambda value: b"\xff" * len(bytes(value)),
}


def number(path, change, subject, _):
    owner, name = find(subject.update, path)
    value = change(int(getattr(owner, name)))
    if not 0 <= value <= FAR:
        raise Skip
    set_value(owner, name, value)


def octets(path, change, subject, _):
    owner, name = find(subject.update, path)
    set_value(owner, name, change(getattr(owner, name)))


def find(value, path):
    *way, name = path.split(".")
    for part in [*way, name]:
        # What an earlier change has put into another format may not have it any more.
        if not hasattr(value, part):
            raise Skip
        owner, value = value, getattr(value, part)
    return owner, name


def node(path, place, change, subject, _):
    owner, name = find(subject.update, path)
    nodes = [bytes(value) for value in getattr(owner, name)]
    if place >= len(nodes):
        raise Skip
    nodes[place] = change(nodes[place])
    set_branch(owner, name, nodes)


def fields(kind):
    """Changes of every field of an update of a format."""
    found = {}
    numbers, roots = list(NUMBERS), ["first bit", "last bit", "zero"]
    for header in ("attested_header", "finalized_header"):
        for name in numbers:
            found[f"{header}.beacon.slot: {name}"] = functools.partial(number, f"{header}.beacon.slot", NUMBERS[name])
        for name in ("plus one", "largest"):
            path = f"{header}.beacon.proposer_index"
            found[f"{path}: {name}"] = functools.partial(number, path, NUMBERS[name])
        for field in ("parent_root", "state_root", "body_root"):
            for name in roots:
                path = f"{header}.beacon.{field}"
                found[f"{path}: {name}"] = functools.partial(octets, path, BYTES[name])
        if kind == "gloas":
            for name in BYTES:
                path = f"{header}.execution_block_hash"
                found[f"{path}: {name}"] = functools.partial(octets, path, BYTES[name])
        elif kind != "altair":
            header_type = type(SPECS[kind].LightClientHeader().execution)
            for field in header_type.model_fields:
                path = f"{header}.execution.{field}"
                if field == "extra_data":
                    for size in (0, 1, 32):
                        change = functools.partial(extra, path, size)
                        found[f"{path}: {size} bytes"] = change
                elif isinstance(getattr(header_type(), field), int):
                    found[f"{path}: plus one"] = functools.partial(number, path, NUMBERS["plus one"])
                else:
                    found[f"{path}: first bit"] = functools.partial(octets, path, BYTES["first bit"])
    branches = {"finality_branch": 9, "next_sync_committee_branch": 11}
    if kind != "altair":
        branches |= {f"{header}.execution_branch": 11 for header in ("attested_header", "finalized_header")}
    for path, length in branches.items():
        owner, name = find(SPECS[kind].LightClientUpdate(), path)
        for place in range(min(length, len(getattr(owner, name)))):
            for name in ("first bit", "zero"):
                found[f"{path}[{place}]: {name}"] = functools.partial(node, path, place, BYTES[name])
    for name in numbers:
        found[f"signature_slot: {name}"] = functools.partial(number, "signature_slot", NUMBERS[name])
    return found


def extra(path, size, subject, _):
    owner, name = find(subject.update, path)
    set_value(owner, name, b"x" * size)
