"""Walks: several steps in a row on one store, so that what one leaves behind meets the next."""

from forge import PERIOD, Skip, bits, set_bits, without_finality, without_next
from mutators import Subject, catalogue
from oracle import FAR, KINDS, LATEST, SPECS


def as_it_is(subject, rng):
    return 0


def no_finality(subject, rng):
    without_finality(subject.update)
    return 0


def no_next_committee(subject, rng):
    without_next(subject.update)
    return 0


def fewer(subject, rng):
    count = rng.choice([1, 5, 11, 16, 21, 22, 28])
    set_bits(subject.update, [place < count for place in rng.sample(range(len(bits(subject.update))), 32)])
    return 1


def later(subject, rng):
    slot = int(subject.update.signature_slot) + rng.choice([1, 2, 8, PERIOD])
    subject.update.signature_slot = LATEST.Slot(slot)
    return 1


def changed(subject, rng):
    known = catalogue(subject.kind)
    name = rng.choice(list(known))
    known[name](subject, rng)
    return rng.randrange(3)


VARIATIONS = [as_it_is] * 4 + [no_finality, no_next_committee, fewer, later, changed]


def official(case, store, rng):
    """An update of the case, perhaps varied, in or out of order."""
    places = [at for at, step in enumerate(case.steps) if step.what == "process_update"]
    step = case.steps[rng.choice(places)]
    if KINDS.index(step.kind) > KINDS.index(store.kind):
        raise Skip
    update = SPECS[step.kind].LightClientUpdate.decode_bytes(step.data)
    subject = Subject(case, store, step.kind, update, step.slot, model=step)
    names, repair = [], 0
    for vary in rng.sample(VARIATIONS, rng.choice([1, 1, 2])):
        if subject.data:
            break
        repair = max(repair, vary(subject, rng))
        names.append(vary.__name__.replace("_", " "))
    return subject, repair, "official: " + ", ".join(names)


def made(case, maker, store, rng):
    update, kind = maker.make(store, rng)
    model = maker.models[0]
    slot = int(update.signature_slot)
    return Subject(case, store, kind, update, slot, model=model), 0, "made up"


def force(store, rng):
    """Forces the best update, in or out of time."""
    finalized = int(store.store.finalized_header.beacon.slot)
    slot = finalized + int(LATEST.UPDATE_TIMEOUT) + rng.choice([-1, 0, 1, 1, 1, 2, PERIOD])
    slot = min(max(slot, 0), FAR)
    done = store.force(slot)
    return {"force": slot, "verdict": "accept" if done else "reject", "store": store.digest()}


def walk(case, maker, store, rng, asked, repaired):
    """The records of a walk that starts from a store of a case."""
    steps = []
    length = rng.randrange(5, 11)
    for _ in range(4 * length):
        if len(steps) == length:
            break
        what = rng.random()
        if what < 0.08:
            if store.kind != KINDS[-1]:
                to = rng.choice(KINDS[KINDS.index(store.kind) + 1 :])
                store = store.upgraded(to)
                steps.append({"upgrade": to, "store": store.digest()})
            continue
        if what < 0.22:
            steps.append(force(store, rng))
            continue
        try:
            if what < 0.62:
                subject, repair, label = made(case, maker, store, rng)
            else:
                subject, repair, label = official(case, store, rng)
            if repair and not subject.data:
                repaired(subject, repair, case.validators_root)
            if rng.random() < 0.9:
                subject.slot = max(subject.slot, int(subject.update.signature_slot))
            steps.append(asked(case, store, subject, label))
        except Skip:
            continue
    return steps
