"""Writes the execution client's genesis file, in geth's format.

    python -m devnet.genesis --fork osaka --chain-id 1337 --account 0x... --output osaka.json
"""

import argparse
import json

FORKS = ["shanghai", "cancun", "prague", "osaka", "amsterdam"]

CHAIN_RULES = {
    "homesteadBlock": 0,
    "eip150Block": 0,
    "eip155Block": 0,
    "eip158Block": 0,
    "byzantiumBlock": 0,
    "constantinopleBlock": 0,
    "petersburgBlock": 0,
    "istanbulBlock": 0,
    "berlinBlock": 0,
    "londonBlock": 0,
    "mergeNetsplitBlock": 0,
    "terminalTotalDifficulty": 0,
    "terminalTotalDifficultyPassed": True,
    "depositContractAddress": "0x4242424242424242424242424242424242424242",
}

BLOBS = {
    "cancun": {"target": 3, "max": 6, "baseFeeUpdateFraction": 3338477},
    "prague": {"target": 6, "max": 9, "baseFeeUpdateFraction": 5007716},
    "osaka": {"target": 6, "max": 9, "baseFeeUpdateFraction": 5007716},
    "amsterdam": {"target": 14, "max": 21, "baseFeeUpdateFraction": 11684671},
}

# Where a byte of code costs as much as it does under EIP-8037, a contract takes more than a usual block.
GAS_LIMIT = {"amsterdam": 400_000_000}

STOP = "0x00"

# System contracts at their addresses, with the code that their EIPs give. The last three are stand-ins
# that answer "nothing": nobody deposits here, and no builder asks for anything.
SYSTEM_CONTRACTS = {
    # EIP-4788: beacon block roots
    "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02": (
        "0x3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001f"
        "ff810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff01"
        "5500"
    ),
    # EIP-2935: block hashes
    "0x0000F90827F1C53a10cb7A02335B175320002935": (
        "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff"
        "81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500"
    ),
    # EIP-7002: withdrawal requests
    "0x00000961Ef480Eb55e80D19ad83579A64c007002": (
        "0x3373fffffffffffffffffffffffffffffffffffffffe1460cb5760115f54807fffffffffffffffffffffffffffffff"
        "ffffffffffffffffffffffffffffffffff146101f457600182026001905f5b5f82111560685781019083028483029004"
        "916001019190604d565b909390049250505036603814608857366101f457346101f4575f5260205ff35b34106101f457"
        "600154600101600155600354806003026004013381556001015f35815560010160203590553360601b5f5260385f6014"
        "37604c5fa0600101600355005b6003546002548082038060101160df575060105b5f5b81811461018357828101600302"
        "60040181604c02815460601b8152601401816001015481526020019060020154807fffffffffffffffffffffffffffff"
        "ffff00000000000000000000000000000000168252906010019060401c908160381c81600701538160301c8160060153"
        "8160281c81600501538160201c81600401538160181c81600301538160101c81600201538160081c8160010153536001"
        "0160e1565b910180921461019557906002556101a0565b90505f6002555f6003555b5f54807fffffffffffffffffffff"
        "ffffffffffffffffffffffffffffffffffffffffffff14156101cd57505f5b6001546002828201116101e25750505f61"
        "01e8565b01600290035b5f555f600155604c025ff35b5f5ffd"
    ),
    # EIP-7251: consolidation requests
    "0x0000BBdDc7CE488642fb579F8B00f3a590007251": (
        "0x3373fffffffffffffffffffffffffffffffffffffffe1460d35760115f54807fffffffffffffffffffffffffffffff"
        "ffffffffffffffffffffffffffffffffff1461019a57600182026001905f5b5f82111560685781019083028483029004"
        "916001019190604d565b9093900492505050366060146088573661019a573461019a575f5260205ff35b341061019a57"
        "600154600101600155600354806004026004013381556001015f35815560010160203581556001016040359055336060"
        "1b5f5260605f60143760745fa0600101600355005b6003546002548082038060021160e7575060025b5f5b8181146101"
        "295782810160040260040181607402815460601b81526014018160010154815260200181600201548152602001906003"
        "0154905260010160e9565b910180921461013b5790600255610146565b90505f6002555f6003555b5f54807fffffffff"
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff141561017357505f5b6001546001828201116101"
        "885750505f61018e565b01600190035b5f555f6001556074025ff35b5f5ffd"
    ),
    # Deposit contract
    "0x4242424242424242424242424242424242424242": STOP,
}
AMSTERDAM_CONTRACTS = {
    # EIP-8282: requests of builders
    "0x0000BFF46984E3725691FA540A8C7589300D8282": STOP,
    "0x000064D678505AD48F8CCB093BC65613800E8282": STOP,
}


def genesis(fork, chain_id, timestamp, accounts, balance):
    """The genesis file of a chain that is at `fork` from its first block on."""
    active = FORKS[: FORKS.index(fork) + 1]
    config = {"chainId": chain_id, **CHAIN_RULES}
    config |= {f"{name}Time": 0 for name in active}
    config["blobSchedule"] = {name: BLOBS[name] for name in active if name in BLOBS}
    alloc = {account: {"balance": hex(balance)} for account in accounts}
    contracts = SYSTEM_CONTRACTS | (AMSTERDAM_CONTRACTS if fork == "amsterdam" else {})
    for address, code in contracts.items():
        alloc[address] = {"balance": "0x0", "nonce": "0x1", "code": code}
    result = {
        "config": config,
        "nonce": "0x0",
        "timestamp": hex(timestamp),
        "extraData": "0x",
        "gasLimit": hex(GAS_LIMIT.get(fork, 30_000_000)),
        "difficulty": "0x0",
        "mixHash": "0x" + "00" * 32,
        "coinbase": "0x" + "00" * 20,
        "alloc": alloc,
        "number": "0x0",
        "gasUsed": "0x0",
        "parentHash": "0x" + "00" * 32,
        "baseFeePerGas": hex(10**9),
    }
    if "cancun" in active:
        result |= {"blobGasUsed": "0x0", "excessBlobGas": "0x0"}
    return result


def main():
    parser = argparse.ArgumentParser(prog="devnet.genesis", description=__doc__.splitlines()[0])
    parser.add_argument("--fork", choices=FORKS, required=True)
    parser.add_argument("--chain-id", type=int, required=True)
    parser.add_argument("--timestamp", type=int, default=0)
    parser.add_argument("--account", action="append", default=[], metavar="ADDRESS", help="given a balance")
    parser.add_argument("--ether", type=int, default=10**6, help="what each account is given")
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    balance = options.ether * 10**18
    result = genesis(options.fork, options.chain_id, options.timestamp, options.account, balance)
    with open(options.output, "w", encoding="ascii") as file:
        json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()
