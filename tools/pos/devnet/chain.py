"""The chain: one proposer at a time, everyone attests, every payload is the execution client's."""

import random
import threading
import time
from collections import OrderedDict

from eth_consensus_specs.test.helpers import block as block_helper
from eth_consensus_specs.test.helpers import execution_payload as payload_helper
from eth_consensus_specs.test.helpers.attestations import get_valid_attestations_for_block_at_slot
from eth_consensus_specs.test.helpers.genesis import create_genesis_state, create_signed_genesis_block
from eth_consensus_specs.test.helpers.sync_committee import (
    compute_aggregate_sync_committee_signature,
    compute_committee_indices,
)

from .engine import (
    payload_from_json,
    quantity,
    requests_from_json,
    requests_hash,
    withdrawals_to_json,
)
from .forks import at_least, from_hex, hex0x
from .light import ZERO_ROOT, LightClientServer

FEE_RECIPIENT = "0x" + "42" * 20
KEPT_STATES = 192


class Chain:
    """Head state, blocks and light-client objects. Readers hold `lock`."""

    def __init__(self, forks, engine, options):
        self.forks = forks
        self.engine = engine
        self.participation = options.participation
        self.missed = options.missed
        self.random = random.Random(options.seed)
        self.build_seconds = options.build_ms / 1000
        self.lock = threading.RLock()
        self.fork = forks.at(0)
        self.spec = forks.specs[self.fork]
        self.execution_genesis, self.gas_limit = engine.genesis()
        self.state = self._genesis_state(options)
        self.genesis_time = int(self.state.genesis_time)
        self.genesis_validators_root = bytes(self.state.genesis_validators_root)
        engine.install(forks)
        engine.forkchoice(self.fork, self.execution_genesis, ZERO_ROOT)

        block = create_signed_genesis_block(self.spec, self.state)
        root = bytes(self.spec.hash_tree_root(block.message))
        self.genesis_root = self.head = root
        self.blocks = {root: block}
        self.by_slot = {0: root}
        self.states = OrderedDict({root: self.state.copy()})
        self.payloads = {}
        self.attested = (self.state.copy(), block)
        # From Gloas on: (root, payload, requests) of the newest block, whose payload is revealed.
        self.revealed = None
        self.light = LightClientServer(forks, self.genesis_validators_root)
        self.light.start(self.fork, root, self.state, block)

    def step(self, slot):
        """Goes to a slot and, unless it is missed, makes its block."""
        parent_slot = int(self.state.slot)
        self.spec.process_slots(self.state, slot)
        self._upgrade(slot)
        if slot > 1 and self.random.random() < self.missed:
            return
        make = self._make_with_bid if at_least(self.fork, "gloas") else self._make_with_payload
        block, payload, requests = make(slot)
        self._fill(block, parent_slot)
        self.spec.process_block(self.state, block)
        block.state_root = self.spec.hash_tree_root(self.state)
        signed = block_helper.sign_block(self.spec, self.state, block)
        if not self.spec.verify_block_signature(self.state, signed):
            raise RuntimeError("the proposer's signature is wrong")
        root = bytes(self.spec.hash_tree_root(block))
        if at_least(self.fork, "gloas"):
            self._reveal(root, signed, payload, requests)
        self._add(slot, root, signed, payload)
        self.engine.forkchoice(self.fork, payload.block_hash, self._finalized_execution())

    def head_state(self):
        """State after the newest block; `state` is being worked on."""
        return self.states[self.head]

    def finalized_root(self):
        root = bytes(self.head_state().finalized_checkpoint.root)
        return root if root in self.blocks else self.genesis_root

    def _genesis_state(self, options):
        spec = self.spec
        balances = [spec.MAX_EFFECTIVE_BALANCE] * options.validators
        state = create_genesis_state(spec, balances, spec.MAX_EFFECTIVE_BALANCE)
        state.genesis_time = int(time.time()) + 2
        # The spec's genesis has the same committee twice. Here the first two differ, so that the first
        # change of periods is a change of signers.
        other = state.copy()
        for place in range(len(other.randao_mixes)):
            other.randao_mixes[place] = spec.Bytes32(b"\1" * 32)
        state.current_sync_committee = spec.get_next_sync_committee(other)
        if at_least(self.fork, "gloas"):
            state.latest_block_hash = self.execution_genesis
            state.latest_execution_payload_bid.parent_block_hash = self.execution_genesis
            body = spec.BeaconBlockBody()
            body.signed_execution_payload_bid.message = state.latest_execution_payload_bid
            state.latest_block_header = spec.BeaconBlockHeader(body_root=spec.hash_tree_root(body))
        else:
            state.latest_execution_payload_header.block_hash = self.execution_genesis
        return state

    def _upgrade(self, slot):
        old, new = self.fork, self.forks.at(slot)
        if old == new:
            return
        for name, spec in self.forks.between(old, new):
            self.state = getattr(spec, f"upgrade_to_{name}")(self.state)
        self.fork, self.spec = new, self.forks.specs[new]
        print(f"slot {slot}: fork {new}", flush=True)

    def _parent_root(self, slot):
        _, root = block_helper.get_state_and_beacon_parent_root_at_slot(self.spec, self.state, slot)
        return bytes(root)

    def _finalized_execution(self):
        payload = self.payloads.get(bytes(self.state.finalized_checkpoint.root))
        return bytes(payload.block_hash) if payload is not None else self.execution_genesis

    def _build(self, slot, parent_root, parent_hash, state):
        """A payload of the execution client, with what came with it."""
        spec = self.spec
        attributes = {
            "timestamp": quantity(spec.compute_time_at_slot(state.genesis_time, slot)),
            "prevRandao": hex0x(spec.get_randao_mix(state, spec.get_current_epoch(state))),
            "suggestedFeeRecipient": FEE_RECIPIENT,
            "withdrawals": withdrawals_to_json(spec.get_expected_withdrawals(state).withdrawals),
        }
        if at_least(self.fork, "deneb"):
            attributes["parentBeaconBlockRoot"] = hex0x(parent_root)
        if at_least(self.fork, "gloas"):
            attributes |= {"slotNumber": quantity(slot), "targetGasLimit": quantity(self.gas_limit)}
        finalized = self._finalized_execution()
        payload_id = self.engine.forkchoice(self.fork, parent_hash, finalized, attributes)
        time.sleep(self.build_seconds)
        answer = self.engine.get_payload(self.fork, payload_id)
        return payload_from_json(spec, answer["executionPayload"]), answer

    def _make_with_payload(self, slot):
        """A block that carries its payload: up to Fulu."""
        spec = self.spec
        parent_root = self._parent_root(slot)
        parent_hash = self.state.latest_execution_payload_header.block_hash
        payload, answer = self._build(slot, parent_root, parent_hash, self.state)
        requests = answer.get("executionRequests") or []
        block = block_helper.build_empty_block(spec, self.state, slot)
        block.body.execution_payload = payload
        if at_least(self.fork, "electra"):
            block.body.execution_requests = requests_from_json(spec, requests)
        for item in (answer.get("blobsBundle") or {}).get("commitments", []):
            block.body.blob_kzg_commitments.append(spec.KZGCommitment(from_hex(item)))
        if at_least(self.fork, "deneb"):
            hashed = requests_hash(requests) if at_least(self.fork, "electra") else None
            wanted = payload_helper.compute_el_block_hash_with_new_fields(spec, payload, parent_root, hashed)
            if bytes(wanted) != bytes(payload.block_hash):
                raise RuntimeError("the execution client's block hash is not the spec helper's")
        return block, payload, None

    def _make_with_bid(self, slot):
        """A block that bids for a payload, which is revealed after it: from Gloas on."""
        spec, state = self.spec, self.state
        parent_root = self._parent_root(slot)
        parent_requests = spec.ExecutionRequests()
        after_parent = state.copy()
        if self.revealed and self.revealed[0] == parent_root:
            parent_requests = self.revealed[2]
            spec.apply_parent_execution_payload(after_parent, parent_requests)
        payload, answer = self._build(slot, parent_root, after_parent.latest_block_hash, after_parent)
        requests = requests_from_json(spec, answer.get("executionRequests") or [])

        proposer = spec.get_beacon_proposer_index(state)
        block = spec.BeaconBlock(slot=slot, proposer_index=proposer, parent_root=parent_root)
        block.body.eth1_data.deposit_count = state.eth1_deposit_index
        block_helper.apply_randao_reveal(spec, state, block, proposer)
        block.body.parent_execution_requests = parent_requests
        bid = payload_helper.compute_execution_payload_bid(
            spec, after_parent, payload, execution_requests=requests
        )
        bid.parent_block_root = parent_root
        signed = spec.SignedExecutionPayloadBid(message=bid, signature=spec.G2_POINT_AT_INFINITY)
        block.body.signed_execution_payload_bid = signed
        return block, payload, requests

    def _fill(self, block, parent_slot):
        """Attestations to the parent, and the sync committee's signature of it."""
        spec, state, slot = self.spec, self.state, int(block.slot)
        if slot > 1:
            for item in get_valid_attestations_for_block_at_slot(spec, state, parent_slot):
                block.body.attestations.append(item)
        members = compute_committee_indices(state)
        signed = self._who_signs(len(members))
        signature = compute_aggregate_sync_committee_signature(
            spec,
            state,
            slot - 1,
            [member for member, bit in zip(members, signed) if bit],
            block_root=block.parent_root,
        )
        block.body.sync_aggregate = spec.SyncAggregate(
            sync_committee_bits=spec.SyncCommitteeBits(data=signed), sync_committee_signature=signature
        )

    def _who_signs(self, size):
        # Never fewer than a client takes: the chain is to be followed.
        quorum = -(-2 * size // 3)
        count = sum(self.random.random() < self.participation for _ in range(size))
        signed = [index < max(count, quorum) for index in range(size)]
        self.random.shuffle(signed)
        return signed

    def _reveal(self, root, signed, payload, requests):
        """The envelope is checked by the spec, which asks the execution client."""
        envelope = payload_helper.compute_and_sign_execution_payload_envelope(
            self.spec, self.state, self.spec.Root(root), signed, payload, execution_requests=requests
        )
        self.spec.verify_execution_payload_envelope(self.state, envelope, self.spec.EXECUTION_ENGINE)
        self.revealed = (root, payload, requests)

    def _add(self, slot, root, signed, payload):
        attested_state, attested_block = self.attested
        finalized = bytes(attested_state.finalized_checkpoint.root)
        with self.lock:
            self.blocks[root] = signed
            self.by_slot[slot] = root
            self.head = root
            self.payloads[root] = payload
            self.states[root] = self.state.copy()
            while len(self.states) > KEPT_STATES:
                self.states.popitem(last=False)
            finalized_block = self.blocks.get(self.genesis_root if finalized == ZERO_ROOT else finalized)
            self.light.add_block(self.state, signed, attested_state, attested_block, finalized_block)
            self.light.add_bootstrap(self.fork, root, self.state, signed)
        self.attested = (self.states[root], signed)
