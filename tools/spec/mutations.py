"""Changes official light-client updates in every way of the catalogue, and records what the consensus specs say to each.

    mutations.py ARCHIVE OUT.jsonl.zst [--seed N] [--count N] [--jobs N]
    mutations.py ARCHIVE OUT.jsonl.zst --explain LINE STEP

Without --count: every change of the catalogue in every format, as it is and repaired, changes of two or three things at once, and
walks of several steps. With --count: about that many steps of the random kinds alone. The same seed gives the same file.
The format is described in vectors/beacon/mutations/README.md.
"""

import argparse
import hashlib
import json
import multiprocessing
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import oracle
import zstandard
from forge import Maker, Skip, repair_branches, sign
from mutators import Subject, catalogue
from oracle import KINDS, SPECS
from walks import walk

REPAIRS = ("", "signed again", "made consistent and signed again")
COMBINED = 1500
WALKS = 330


def splices(old, new):
    """How to make one of the other: [at, how many bytes go, the bytes that come], by places in the old."""
    if len(old) == len(new):
        found, at = [], 0
        while at < len(old):
            if old[at] == new[at]:
                at += 1
                continue
            # Runs that are close are one: a row of its own costs more than some bytes.
            end = last = at
            while end < len(old) and end - last < 8:
                last = end if old[end] != new[end] else last
                end += 1
            found.append([at, last + 1 - at, new[at : last + 1].hex()])
            at = last + 1
        return found
    front = next((i for i, (a, b) in enumerate(zip(old, new)) if a != b), min(len(old), len(new)))
    limit = min(len(old), len(new)) - front
    back = next((i for i in range(limit) if old[-1 - i] != new[-1 - i]), limit)
    return [[front, len(old) - front - back, new[front : len(new) - back].hex()]]


def described(case, data, kind):
    """The bytes as a change of that official update which they are closest to."""
    models = [(at, step) for at, step in enumerate(case.steps) if step.what == "process_update"]
    found = [(at, splices(step.data, data)) for at, step in models]
    return min(found, key=lambda one: (sum(len(text) + 10 for _, _, text in one[1]), one[0]))


def asked(case, store, subject, label):
    """Asks the specs about the subject; the record of the step. The store goes on."""
    data = subject.data or subject.update.encode_bytes()
    if not store.knows(data, subject.kind):
        raise Skip
    verdict = store.update(data, subject.kind, subject.slot, case.validators_root)
    of, changes = described(case, data, subject.kind)
    step = {"update": of, "fork": subject.kind, "slot": subject.slot, "splice": changes, "label": label, "verdict": verdict}
    if verdict == "accept":
        step["store"] = store.digest()
    elif verdict == "reject":
        step["why"] = store.refused_by
    return step


def repaired(subject, repair, validators_root):
    """Makes a changed update consistent again, as far as it can be."""
    store, update = subject.store.store, subject.update
    if repair == 2:
        repair_branches(update, subject.kind)
    if repair >= 1:
        try:
            sign(store, update, validators_root)
        except Skip:
            # Nobody could sign: the next committee is not known. Its place takes the current one.
            sign(store, update, validators_root, committee=store.current_sync_committee)


def probe(case, stores, at, names, repair, rng):
    """One update, changed, at one place of a case."""
    official = case.steps[at]
    update = SPECS[official.kind].LightClientUpdate.decode_bytes(official.data)
    store = stores[at].copy()
    subject = Subject(case, store, official.kind, update, official.slot, model=official)
    known = catalogue(official.kind)
    for name in names:
        if name not in known or subject.data:
            raise Skip
        known[name](subject, rng)
    if not subject.data:
        repaired(subject, repair, case.validators_root)
    label = "; ".join([*names, *filter(None, [REPAIRS[repair]])])
    return asked(case, store, subject, label)


def work(job):
    """All that is asked about one case."""
    case, plans, walks = job
    stores = case.stores()
    maker = Maker(case)
    places = [at for at, step in enumerate(case.steps) if step.what == "process_update"]
    lines, each, seen = [], defaultdict(list), set()
    for kind, names, repair, seed in plans:
        rng = random.Random(seed)
        # A change may make no sense at one place, and some at another.
        mine = [at for at in places if case.steps[at].kind == kind]
        rng.shuffle(mine)
        for at in mine[:4]:
            try:
                step = probe(case, stores, at, names, repair, rng)
            except Skip:
                continue
            identity = json.dumps([at, step["update"], step["fork"], step["slot"], step["splice"]])
            if identity not in seen:
                seen.add(identity)
                each[at].append(step)
            break
    for at in sorted(each):
        lines.append({"case": case.name, "at": at, "each": each[at]})
    for seed in walks:
        rng = random.Random(seed)
        at = rng.choice([0, *range(len(stores))])
        steps = walk(case, maker, stores[at].copy(), rng, asked, repaired)
        if steps:
            lines.append({"case": case.name, "at": at, "then": steps})
    return lines


def plan(cases, seed, count):
    """Who is asked what: for each case its probes and the seeds of its walks."""
    rng = random.Random(f"plan {seed}")
    probes, walks = {case.name: [] for case in cases}, {case.name: [] for case in cases}
    having = {
        kind: [case.name for case in cases for s in case.steps if s.what == "process_update" and s.kind == kind]
        for kind in KINDS
    }
    names = {kind: list(catalogue(kind)) for kind in KINDS}
    combined, walked = COMBINED, WALKS
    if count is None:
        for kind in KINDS:
            for name in names[kind]:
                repairs = range(1 if getattr(catalogue(kind)[name], "unrepaired", False) else len(REPAIRS))
                for repair in repairs:
                    where = rng.choice(having[kind])
                    probes[where].append((kind, [name], repair, f"{seed} {kind} {name} {repair}"))
    else:
        combined, walked = count // 2, count // 16
    for place in range(combined):
        kind = rng.choice(KINDS)
        some = rng.sample(names[kind], rng.choice([2, 2, 3]))
        probes[rng.choice(having[kind])].append((kind, some, rng.choice([0, 1, 2, 2]), f"{seed} {place}"))
    for place in range(walked):
        case = cases[place % len(cases)]
        walks[case.name].append(f"{seed} walk {place}")
    return [(case, probes[case.name], walks[case.name]) for case in cases]


def written(lines, seed, archive, path):
    """Writes the lines, behind one that says what they are; prints the counts."""
    steps = [step for line in lines for step in line.get("each", line.get("then"))]
    reasons = Counter(step["why"] for step in steps if "why" in step)
    order = sorted(reasons)
    for step in steps:
        if "why" in step:
            step["why"] = order.index(step["why"])
    verdicts = Counter(step.get("verdict", "other") for step in steps)
    head = {
        "specs": "eth-consensus-specs 1.7.0b4",
        "archive": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "seed": seed,
        "steps": len(steps),
        **{name: verdicts[name] for name in ("accept", "reject", "undecodable", "other")},
        "assertions": order,
    }
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in [head, *lines])
    parameters = zstandard.ZstdCompressionParameters.from_level(22, window_log=26, threads=0)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compress(text.encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed)
    for why in order:
        print(f"  {reasons[why]:6} {why}")
    print(f"{len(steps)} steps: {dict(verdicts)}; {len(text)} bytes, packed {len(packed)}: {path}")


def explain(cases, path, line, place):
    """Prints what the specs have after a step, part by part: for the search after a difference."""
    text = zstandard.ZstdDecompressor().decompress(path.read_bytes(), max_output_size=2**30).decode()
    record = json.loads(text.splitlines()[line])
    (case,) = [case for case in cases if case.name == record["case"]]
    store = case.stores()[record["at"]].copy()
    steps = record["then"][: place + 1] if "then" in record else [record["each"][place]]
    for step in steps:
        if "update" in step:
            data = bytearray()
            old, done = case.steps[step["update"]].data, 0
            for at, gone, come in step["splice"]:
                data += old[done:at] + bytes.fromhex(come)
                done = at + gone
            data += old[done:]
            verdict = store.update(bytes(data), step["fork"], step["slot"], case.validators_root)
        elif "force" in step:
            verdict = store.force(step["force"])
        else:
            store, verdict = store.upgraded(step["upgrade"]), None
        print(step.get("label", step), verdict, store.refused_by)
    print(step)
    for name, value in store.parts().items():
        print(f"  {name}: {value.hex()}")
    print(f"  {store.digest()}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("archive", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--seed", default="1")
    arguments.add_argument("--count", type=int)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--explain", type=int, nargs=2)
    options = arguments.parse_args()
    cases = oracle.cases(options.archive)
    if options.explain:
        return explain(cases, options.out, *options.explain)
    begun = time.monotonic()
    jobs = plan(cases, options.seed, options.count)
    lines = []
    with multiprocessing.Pool(options.jobs) as pool:
        for (case, *_), made in zip(jobs, pool.imap(work, jobs)):
            lines += made
            count = sum(len(line.get("each", line.get("then"))) for line in made)
            print(f"  {time.monotonic() - begun:5.0f} s  {case.name}: {count} steps", flush=True)
    written(lines, options.seed, options.archive, options.out)


if __name__ == "__main__":
    sys.exit(main())
