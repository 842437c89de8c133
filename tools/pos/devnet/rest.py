"""The part of the beacon API that a light client and its relayer read, in JSON and, by `Accept`, in SSZ.

Beyond it: `/devnet/v1/states/{block}/proof?gindex=N`, a branch in a post-state, made by the spec. And a
bootstrap is served for every block, not for checkpoints alone.
"""

import json
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from eth_consensus_specs.utils.ssz.ssz_impl import ssz_serialize

from .forks import from_hex, hex0x, to_json

OCTETS = "application/octet-stream"
MAX_UPDATES = 128


class NotFound(Exception):
    """Answered with 404."""


def serve(chain, address):
    """A server for the chain; not yet running."""
    handler = type("Handler", (Handler,), {"chain": chain})
    server = ThreadingHTTPServer(address, handler)
    server.daemon_threads = True
    return server


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    chain = None

    def do_GET(self):  # noqa: N802 (the base class's name)
        url = urlparse(self.path)
        path = url.path.strip("/").split("/")
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        try:
            with self.chain.lock:
                body, kind, fork = self._answer(path, query)
            self._send(200, body, kind, fork)
        except BrokenPipeError:
            pass
        except NotFound as error:
            self._send(404, *self._error(404, error))
        except (KeyError, ValueError) as error:
            self._send(400, *self._error(400, f"{type(error).__name__}: {error}"))

    def log_message(self, *_):
        pass

    def _answer(self, path, query):
        match path:
            case ["eth", "v1", "node", "version"]:
                return self._data({"version": "heliograph-devnet/eth-consensus-specs-1.7.0b4"})
            case ["eth", "v1", "node", "syncing"]:
                slot = str(int(self.chain.head_state().slot))
                return self._data({"head_slot": slot, "sync_distance": "0", "is_syncing": False})
            case ["eth", "v1", "beacon", "genesis"]:
                return self._data(self._genesis())
            case ["eth", "v1", "config", "spec"]:
                return self._data(self.chain.forks.constants())
            case ["eth", "v1", "config", "fork_schedule"]:
                return self._data(self.chain.forks.rows())
            case ["eth", "v1", "beacon", "light_client", *rest]:
                return self._light(rest, query)
            case ["eth", "v1", "beacon", "headers", block]:
                return self._header(self._root(block))
            case ["eth", "v1", "beacon", "blocks", block, "root"]:
                return self._data({"root": hex0x(self._root(block))})
            case ["eth", "v2", "beacon", "blocks", block]:
                signed = self.chain.blocks[self._root(block)]
                return self._object(self.chain.forks.at(signed.message.slot), signed)
            case ["eth", "v1", "beacon", "states", "head", "finality_checkpoints"]:
                return self._checkpoints()
            case ["eth", "v2", "debug", "beacon", "states", block]:
                state = self._state(block)
                return self._object(self.chain.forks.at(state.slot), state)
            case ["devnet", "v1", "states", block, "proof"]:
                return self._proof(self._state(block), int(query["gindex"]))
        raise NotFound("no such endpoint")

    def _light(self, path, query):
        light = self.chain.light
        match path:
            case ["bootstrap", root]:
                if from_hex(root) not in light.bootstraps:
                    raise NotFound("no bootstrap for this block")
                return self._object(*light.bootstraps[from_hex(root)])
            case ["updates"]:
                start, count = int(query["start_period"]), min(int(query["count"]), MAX_UPDATES)
                periods = range(start, start + count)
                return self._updates([light.best[period] for period in periods if period in light.best])
            case ["finality_update"] if light.finality:
                return self._object(*light.finality)
            case ["optimistic_update"] if light.optimistic:
                return self._object(*light.optimistic)
        raise NotFound("not available")

    def _updates(self, updates):
        if OCTETS not in self.headers.get("accept", ""):
            answer = [{"version": fork, "data": to_json(update)} for fork, update in updates]
            return json.dumps(answer).encode(), "application/json", None
        result = b""
        for fork, update in updates:
            slot = update.attested_header.beacon.slot
            digest = self.chain.forks.digest(slot, self.chain.genesis_validators_root)
            body = digest + ssz_serialize(update)
            result += struct.pack("<Q", len(body)) + body
        return result, OCTETS, None

    def _genesis(self):
        chain = self.chain
        return {
            "genesis_time": str(chain.genesis_time),
            "genesis_validators_root": hex0x(chain.genesis_validators_root),
            "genesis_fork_version": hex0x(chain.spec.config.GENESIS_FORK_VERSION),
        }

    def _header(self, root):
        signed = self.chain.blocks[root]
        message = signed.message
        spec = self.chain.forks.spec_at(message.slot)
        header = {
            "slot": str(int(message.slot)),
            "proposer_index": str(int(message.proposer_index)),
            "parent_root": hex0x(message.parent_root),
            "state_root": hex0x(message.state_root),
            "body_root": hex0x(spec.hash_tree_root(message.body)),
        }
        signed_header = {"message": header, "signature": hex0x(signed.signature)}
        return self._data({"root": hex0x(root), "canonical": True, "header": signed_header})

    def _checkpoints(self):
        state = self.chain.head_state()
        checkpoints = {
            "previous_justified": state.previous_justified_checkpoint,
            "current_justified": state.current_justified_checkpoint,
            "finalized": state.finalized_checkpoint,
        }
        return self._data({name: to_json(checkpoint) for name, checkpoint in checkpoints.items()})

    def _proof(self, state, index):
        spec = self.chain.forks.spec_at(state.slot)
        branch = spec.compute_merkle_proof(state, spec.GeneralizedIndex(index))
        return self._data({"branch": [hex0x(node) for node in branch]})

    def _root(self, block):
        chain = self.chain
        named = {"head": chain.head, "genesis": chain.genesis_root, "finalized": chain.finalized_root()}
        root = named.get(block)
        if root is None:
            root = from_hex(block) if block.startswith("0x") else chain.by_slot.get(int(block))
        if root not in chain.blocks:
            raise NotFound("no such block")
        return root

    def _state(self, block):
        root = self._root(block)
        if root not in self.chain.states:
            raise NotFound("the state of this block is not kept")
        return self.chain.states[root]

    def _data(self, data):
        return json.dumps({"data": data}).encode(), "application/json", None

    def _object(self, fork, item):
        if OCTETS in self.headers.get("accept", ""):
            return ssz_serialize(item), OCTETS, fork
        return json.dumps({"version": fork, "data": to_json(item)}).encode(), "application/json", fork

    def _error(self, code, problem):
        return json.dumps({"code": code, "message": str(problem)}).encode(), "application/json", None

    def _send(self, code, body, kind, fork):
        self.send_response(code)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        if fork:
            self.send_header("eth-consensus-version", fork)
        self.end_headers()
        self.wfile.write(body)
