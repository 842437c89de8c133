"""Runs the chain.

    python -m devnet --fork fulu --engine http://127.0.0.1:8551 --rpc http://127.0.0.1:8545 --jwt jwt.hex

State transition, light-client objects, BLS and SSZ are the official consensus spec's (PyPI
eth-consensus-specs); payloads are made and executed by a real execution client. The loop over slots, the
server and the glue to the Engine API are ours. There is one head: no fork choice, no slashings.
"""

import argparse
import os
import signal
import sys
import threading
import time

from .chain import Chain
from .engine import Engine
from .forks import ORDER, Forks, from_hex, hex0x
from .rest import serve


def arguments():
    parser = argparse.ArgumentParser(
        prog="devnet", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fork", choices=ORDER[3:], required=True, help="fork from genesis on")
    parser.add_argument(
        "--next", action="append", default=[], type=later_fork, metavar="FORK@EPOCH", help="a later fork"
    )
    parser.add_argument("--engine", required=True, metavar="URL", help="the execution client's Engine API")
    parser.add_argument("--rpc", required=True, metavar="URL", help="the execution client's JSON-RPC")
    parser.add_argument("--jwt", required=True, metavar="FILE", help="the secret shared with it, in hex")
    parser.add_argument("--get-payload", type=int, metavar="N", help="use engine_getPayloadV<N>")
    parser.add_argument("--port", type=int, default=0, help="port of the beacon API on 127.0.0.1 (0: a free one)")
    parser.add_argument("--preset", choices=["minimal", "mainnet"], default="minimal")
    parser.add_argument("--seconds-per-slot", type=int, default=1)
    parser.add_argument("--build-ms", type=int, default=250, help="time the client has to build a payload")
    parser.add_argument("--slots", type=int, default=10**9, help="stop after this many")
    parser.add_argument("--validators", type=int, default=64)
    parser.add_argument("--participation", type=float, default=1.0, help="share of committee members that sign")
    parser.add_argument("--missed", type=float, default=0.0, help="share of slots without a block")
    parser.add_argument("--seed", type=int, default=1, help="of the two shares above")
    parser.add_argument("--with-parent", action="store_true", help="end when the parent process has ended")
    return parser.parse_args()


def later_fork(text):
    fork, epoch = text.split("@")
    if fork not in ORDER:
        raise argparse.ArgumentTypeError(f"no fork {fork}")
    return int(epoch), fork


def follow_parent():
    """Ends this process when its parent is gone, by whatever way."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run(options):
    with open(options.jwt, encoding="ascii") as file:
        secret = from_hex(file.read().strip())
    forks = Forks(options.preset, options.fork, options.next, options.seconds_per_slot)
    chain = Chain(forks, Engine(options.engine, options.rpc, secret, options.get_payload), options)
    server = serve(chain, ("127.0.0.1", options.port))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"genesis {hex0x(chain.genesis_root)} at {chain.genesis_time}", flush=True)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    for slot in range(1, options.slots + 1):
        time.sleep(max(0, chain.genesis_time + slot * options.seconds_per_slot - time.time()))
        begun = time.time()
        chain.step(slot)
        if slot % forks.slots_per_epoch == 0:
            finalized = int(chain.state.finalized_checkpoint.epoch)
            took = (time.time() - begun) * 1000
            print(
                f"slot {slot}, epoch {slot // forks.slots_per_epoch}, {chain.fork}, finalized epoch {finalized},"
                f" the spec's light client at slot {chain.light.finalized_slot()}, {took:.0f} ms",
                flush=True,
            )


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.with_parent:
        follow_parent()
    try:
        run(options)
    except KeyboardInterrupt:
        pass


main()
