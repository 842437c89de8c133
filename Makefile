# The only entry point. `make` lists what there is.

SHELL := /bin/sh
ENV := set -eu; . ./tools/env.sh;
ALL := --workspace --all-features --locked
# A workspace of its own, so that no test is built with what the peers bring.
BENCHES := --manifest-path crates/benches/Cargo.toml --target-dir target --locked

# The dev profile is the quickest from cold: dependencies are optimised, thin LTO is left out.
DEMO_PROFILE ?= dev
DIFF_CASES ?= 200000

.PHONY: help setup build contracts demo demo-map demo-pos deploy-local devnet relay-local test check diff bench bench-relayer fuzz invariants slither coverage symbolic spec-vectors spec-mutations clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Check the prerequisites and install the pinned contract tools
	@tools/setup.sh

contracts: setup ## Compile the contracts; the Rust tests read the result in out/
	@$(ENV) forge build

build: contracts ## Compile everything
	@$(ENV) cargo build $(ALL)

demo: setup ## Show a message proven from one chain to another
	@$(ENV) forge build --skip test
	@$(ENV) cargo run --quiet --locked --profile $(DEMO_PROFILE) --package heliograph-cli -- demo

demo-map: setup ## The same over a hub on a MAP relay chain
	@$(ENV) forge build --skip test
	@$(ENV) cargo run --quiet --locked --profile $(DEMO_PROFILE) --package heliograph-cli -- demo --route map

demo-pos: setup ## From a proof-of-stake chain of real clients (minutes; the first time about half an hour)
	@tools/pos/setup.sh spec ethereumjs ethrex
	@$(ENV) forge build --skip test
	@$(ENV) cargo run --quiet --locked --profile $(DEMO_PROFILE) --package heliograph-cli -- demo-pos

deploy-local: setup ## Deploy both ends of a lane on two local chains, and list who can do what there
	@$(ENV) forge build --skip test
	@tools/deploy-local.sh

devnet: setup ## Run two local chains with everything that a relayer needs, until interrupted
	@$(ENV) forge build --skip test
	@$(ENV) cargo run --quiet --locked --profile $(DEMO_PROFILE) --package heliograph-cli -- devnet

relay-local: setup ## Relay 1000 messages each way between local chains with faulty nodes, killing the relayer on the way (minutes)
	@$(ENV) forge build --skip test
	@tools/relay-local.sh

test: contracts ## Run every test, Rust and Solidity, before and after Prague, and the proofs with via_ir
	@$(ENV) cargo test $(ALL)
	@$(ENV) forge test
	@$(ENV) FOUNDRY_PROFILE=pre-prague forge test
	@$(ENV) FOUNDRY_PROFILE=via-ir forge test

check: contracts ## Everything a reviewer should not have to look for
	@tools/selfcheck.sh
	@$(ENV) forge fmt --check
	@$(ENV) forge lint --deny notes
	@node tools/check-spec.mjs
	@node tools/check-layers.mjs
	@node tools/check-quotes.mjs
	@tools/snapshots.sh --check
	@tools/gas-snapshot.sh --check
	@cargo fmt --all --check
	@cargo fmt --manifest-path tools/no-std/Cargo.toml --check
	@cargo fmt --manifest-path crates/benches/Cargo.toml --check
	@cargo clippy $(ALL) --all-targets -- -D warnings
	@cargo clippy $(BENCHES) --all-targets -- -D warnings
	@RUSTDOCFLAGS="-D warnings" cargo doc $(ALL) --no-deps
	@tools/no-std.sh

diff: contracts ## Compare Rust and Solidity on DIFF_CASES generated inputs (default 200000)
	@$(ENV) HELIOGRAPH_DIFF_CASES=$(DIFF_CASES) cargo test --release --all-features --locked --package testkit --test differential

bench: contracts ## Measure beside peers; writes target/bench.json
	@$(ENV) FOUNDRY_OUT=target/out-ir FOUNDRY_CACHE_PATH=target/cache-ir forge build --via-ir contracts/src/light-clients/BeaconLightClient.sol contracts/src/light-clients/LightClientManager.sol contracts/src/mos/*.sol contracts/src/fees/*.sol $(addprefix contracts/test/gas/,FormsGas.sol Peers.sol ReceiptGas.sol)
	@$(ENV) cargo bench $(BENCHES)

bench-relayer: setup ## Measure the relayer between two local chains; adds to target/bench.json (20 minutes, on a calm machine)
	@$(ENV) forge build --skip test
	@$(ENV) cargo build --release --locked --package heliograph-cli
	@$(ENV) node tools/bench-relayer.mjs

fuzz: contracts ## Fuzz every target for HELIOGRAPH_FUZZ_SECONDS (default 30)
	@tools/fuzz.sh

invariants: setup ## Let everything happen between two chains, 1000 times 200 steps (long)
	@$(ENV) FOUNDRY_PROFILE=invariants forge test --match-path 'contracts/test/invariant/*'

slither: setup ## Look for known kinds of faults with Slither; every finding has a reason (minutes)
	@tools/slither.sh

coverage: setup ## Ask that tests take every branch of the message service, fees, tokens and libraries (minutes)
	@tools/coverage.sh

symbolic: setup ## Prove bounded properties of the contracts with Halmos (minutes)
	@tools/symbolic.sh

spec-vectors: ## Generate the official light-client vectors, compare with those kept here (needs Python 3.12; minutes)
	@tools/spec/vectors.sh

spec-mutations: ## Ask the official Python specs about changed updates again; SEED and COUNT ask about others
	@tools/spec/mutations.sh

clean: ## Remove all that was built or installed
	@rm -rf target out out-* cache cache-* node_modules tools/bin fuzz/target
