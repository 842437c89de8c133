"""The execution client, over JSON-RPC and the Engine API."""

import base64
import hashlib
import hmac
import json
import time
import urllib.request

from eth_consensus_specs.utils.ssz.ssz_impl import ssz_serialize

from .forks import at_least, from_hex, hex0x

TIMEOUT = 20


def call(url, method, params, secret=None):
    """One JSON-RPC call; with a secret, one that the Engine API accepts."""
    headers = {"content-type": "application/json"}
    if secret:
        headers["authorization"] = f"Bearer {token(secret)}"
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        answer = json.load(response)
    if answer.get("error"):
        raise RuntimeError(f"{method}: {answer['error']}")
    return answer["result"]


def token(secret):
    def encoded(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = json.dumps({"iat": int(time.time())}).encode()
    message = encoded(b'{"alg":"HS256","typ":"JWT"}') + b"." + encoded(claims)
    signature = encoded(hmac.new(secret, message, hashlib.sha256).digest())
    return (message + b"." + signature).decode()


def quantity(number):
    return hex(int(number))


class Engine:
    """One execution client."""

    def __init__(self, engine_url, rpc_url, secret, get_payload_version=None):
        self.engine_url = engine_url
        self.rpc_url = rpc_url
        self.secret = secret
        self.get_payload_version = get_payload_version

    def genesis(self):
        """Hash and gas limit of the first block."""
        block = call(self.rpc_url, "eth_getBlockByNumber", ["0x0", False])
        return from_hex(block["hash"]), int(block["gasLimit"], 16)

    def forkchoice(self, fork, head, finalized, attributes=None):
        """Sets the head; with attributes, begins a payload on it and returns its id."""
        version = 4 if at_least(fork, "gloas") and attributes else 3 if at_least(fork, "deneb") else 2
        state = {
            "headBlockHash": hex0x(head),
            "safeBlockHash": hex0x(finalized),
            "finalizedBlockHash": hex0x(finalized),
        }
        answer = self._engine(f"engine_forkchoiceUpdatedV{version}", state, attributes)
        if answer["payloadStatus"]["status"] != "VALID":
            raise RuntimeError(f"forkchoice: {answer}")
        return answer.get("payloadId")

    def get_payload(self, fork, payload_id):
        newest = {"gloas": 6, "fulu": 5, "electra": 4, "deneb": 3, "capella": 2}
        version = next(number for name, number in newest.items() if at_least(fork, name))
        return self._engine(f"engine_getPayloadV{self.get_payload_version or version}", payload_id)

    def new_payload(self, fork, payload, parent_root, versioned_hashes, requests):
        """Whether the client executes a payload and finds it valid."""
        arguments = [payload_to_json(payload)]
        if at_least(fork, "deneb"):
            arguments += [[hex0x(item) for item in versioned_hashes], hex0x(parent_root)]
        if at_least(fork, "electra"):
            arguments += [[hex0x(item) for item in requests]]
        newest = {"gloas": 5, "electra": 4, "deneb": 3, "capella": 2}
        version = next(number for name, number in newest.items() if at_least(fork, name))
        answer = self._engine(f"engine_newPayloadV{version}", *arguments)
        if answer["status"] != "VALID":
            print("newPayload", answer, flush=True)
        return answer["status"] == "VALID"

    def install(self, forks):
        """Makes the spec's own state transition ask this client."""
        for name, spec in forks.specs.items():
            spec.EXECUTION_ENGINE = Verifier(self, name, spec)

    def _engine(self, method, *parameters):
        return call(self.engine_url, method, list(parameters), self.secret)


class Verifier:
    """What the spec calls an execution engine."""

    def __init__(self, engine, fork, spec):
        self.engine, self.fork, self.spec = engine, fork, spec

    def verify_and_notify_new_payload(self, request, **_):
        has_requests = hasattr(request, "execution_requests")
        return self.engine.new_payload(
            self.fork,
            request.execution_payload,
            getattr(request, "parent_beacon_block_root", None),
            list(getattr(request, "versioned_hashes", [])),
            self.spec.get_execution_requests_list(request.execution_requests) if has_requests else [],
        )


def withdrawals_to_json(withdrawals):
    return [
        {
            "index": quantity(item.index),
            "validatorIndex": quantity(item.validator_index),
            "address": hex0x(item.address),
            "amount": quantity(item.amount),
        }
        for item in withdrawals
    ]


def payload_to_json(payload):
    result = {
        "parentHash": hex0x(payload.parent_hash),
        "feeRecipient": hex0x(payload.fee_recipient),
        "stateRoot": hex0x(payload.state_root),
        "receiptsRoot": hex0x(payload.receipts_root),
        "logsBloom": hex0x(payload.logs_bloom),
        "prevRandao": hex0x(payload.prev_randao),
        "blockNumber": quantity(payload.block_number),
        "gasLimit": quantity(payload.gas_limit),
        "gasUsed": quantity(payload.gas_used),
        "timestamp": quantity(payload.timestamp),
        "extraData": hex0x(ssz_serialize(payload.extra_data)),
        "baseFeePerGas": quantity(payload.base_fee_per_gas),
        "blockHash": hex0x(payload.block_hash),
        "transactions": [hex0x(ssz_serialize(item)) for item in payload.transactions],
        "withdrawals": withdrawals_to_json(payload.withdrawals),
    }
    if hasattr(payload, "blob_gas_used"):
        result["blobGasUsed"] = quantity(payload.blob_gas_used)
        result["excessBlobGas"] = quantity(payload.excess_blob_gas)
    if hasattr(payload, "block_access_list"):
        result["blockAccessList"] = hex0x(ssz_serialize(payload.block_access_list))
        result["slotNumber"] = quantity(payload.slot_number)
    return result


def payload_from_json(spec, answer):
    def number(key):
        return int(answer[key], 16)

    payload = spec.ExecutionPayload(
        parent_hash=from_hex(answer["parentHash"]),
        fee_recipient=from_hex(answer["feeRecipient"]),
        state_root=from_hex(answer["stateRoot"]),
        receipts_root=from_hex(answer["receiptsRoot"]),
        logs_bloom=from_hex(answer["logsBloom"]),
        prev_randao=from_hex(answer["prevRandao"]),
        block_number=number("blockNumber"),
        gas_limit=number("gasLimit"),
        gas_used=number("gasUsed"),
        timestamp=number("timestamp"),
        extra_data=spec.ExtraData.decode_bytes(from_hex(answer["extraData"])),
        base_fee_per_gas=number("baseFeePerGas"),
        block_hash=from_hex(answer["blockHash"]),
    )
    for item in answer["transactions"]:
        payload.transactions.append(spec.Transaction.decode_bytes(from_hex(item)))
    for item in answer.get("withdrawals") or []:
        payload.withdrawals.append(
            spec.Withdrawal(
                index=int(item["index"], 16),
                validator_index=int(item["validatorIndex"], 16),
                address=from_hex(item["address"]),
                amount=int(item["amount"], 16),
            )
        )
    if hasattr(payload, "blob_gas_used"):
        payload.blob_gas_used = number("blobGasUsed")
        payload.excess_blob_gas = number("excessBlobGas")
    if hasattr(payload, "block_access_list"):
        payload.block_access_list = spec.BlockAccessList.decode_bytes(from_hex(answer["blockAccessList"]))
        payload.slot_number = number("slotNumber")
    return payload


def requests_from_json(spec, items):
    """Execution requests: one byte for the kind, then the list in SSZ."""
    requests = spec.ExecutionRequests()
    for item in map(from_hex, items):
        name = list(type(requests).model_fields)[item[0]]
        kind = type(getattr(requests, name))
        setattr(requests, name, kind.decode_bytes(item[1:]))
    return requests


def requests_hash(items):
    digests = b"".join(hashlib.sha256(from_hex(item)).digest() for item in items)
    return hashlib.sha256(digests).digest()
