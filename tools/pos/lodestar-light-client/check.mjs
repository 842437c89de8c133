// Lodestar's light client over the objects of a record: a file of what a chain served, in the form of
// vectors/beacon/pos and of `cargo run --package testkit --example objects`.
//
//   node check.mjs FILE...
//
// It must take every object as it is, and none with one field changed. Exit status 0 means both.

import { readFileSync } from "node:fs";

const PACKAGES = new URL("../../../target/pos/lodestar-light-client/node_modules/@lodestar/", import.meta.url);
const FORKS = ["altair", "bellatrix", "capella", "deneb", "electra", "fulu"];
// Two files at once would need two presets: one process has one.
const PRESETS = { 32: "minimal", 512: "mainnet" };

// One field each.
const CHANGES = {
    "proposer of the signed header": (object) => {
        object.attestedHeader.beacon.proposerIndex += 1;
        return object;
    },
    "state root of the final header": (object) => {
        object.finalizedHeader.beacon.stateRoot[0] ^= 1;
        return object;
    },
    "node of the finality branch": (object) => {
        object.finalityBranch[0][0] ^= 1;
        return object;
    },
    signer: (object) => {
        const bits = object.syncAggregate.syncCommitteeBits;
        bits.set(0, !bits.get(0));
        return object;
    },
};

const files = process.argv.slice(2);
if (files.length === 0) die("name at least one record");
const records = files.map((file) => ({ file, ...JSON.parse(readFileSync(file, "utf8")) }));
const sizes = new Set(records.map(({ network }) => Number(network.committee_size)));
if (sizes.size !== 1) die("records of different presets; check them one by one");
process.env.LODESTAR_PRESET = PRESETS[[...sizes][0]] ?? die("a committee size that no preset has");

const lodestar = await load();
for (const record of records) check(record);

function check({ file, network, trusted_root, bootstrap, updates }) {
    const fork = bootstrap.version;
    const types = lodestar.ssz[fork];
    const config = configuration(network, fork);
    const root = bytes(trusted_root);
    const start = () => {
        const object = types.LightClientBootstrap.fromJson(bootstrap.data);
        lodestar.validateLightClientBootstrap(config, root, object);
        return new lodestar.LightclientSpec(config, {}, object);
    };
    mustFail(`${file}: bootstrap`, () => {
        const object = types.LightClientBootstrap.fromJson(bootstrap.data);
        object.currentSyncCommitteeBranch[0][0] ^= 1;
        lodestar.validateLightClientBootstrap(config, root, object);
    });

    const client = start();
    for (const { kind, object } of updates) {
        const data = object.data ?? object;
        const slot = Number(data.signature_slot);
        for (const [name, change] of Object.entries(CHANGES)) {
            mustFail(`${file}: ${kind} of slot ${slot} with another ${name}`, () =>
                take(client, types, kind, slot, change(read(types, kind, data))),
            );
        }
        take(client, types, kind, slot, read(types, kind, data));
        const finalized = client.store.finalizedHeader.beacon.slot;
        if (finalized !== Number(data.finalized_header.beacon.slot)) {
            die(`${file}: ${kind} of slot ${slot} was taken, but did not make its header final`);
        }
    }
    const slot = client.store.finalizedHeader.beacon.slot;
    const refused = updates.length * Object.keys(CHANGES).length + 1;
    console.log(`${file}: ${updates.length} updates taken up to slot ${slot}, ${refused} changed objects refused`);
}

function read(types, kind, data) {
    return (kind === "update" ? types.LightClientUpdate : types.LightClientFinalityUpdate).fromJson(data);
}

function take(client, types, kind, slot, object) {
    if (kind === "update") client.onUpdate(slot, object);
    else client.onFinalityUpdate(slot, object);
}

function mustFail(name, action) {
    try {
        action();
    } catch {
        return;
    }
    die(`${name}: accepted, but must be refused`);
}

// All forks up to the record's are in force from the first slot on, under its only row.
function configuration(network, fork) {
    if (network.forks.length !== 1) die("a network of more than one fork");
    const known = FORKS.indexOf(fork);
    if (known < 0) die(`a fork that this client does not know: ${fork}`);
    const base = process.env.LODESTAR_PRESET === "minimal" ? lodestar.minimalChainConfig : lodestar.mainnetChainConfig;
    const changes = { SECONDS_PER_SLOT: Number(network.seconds_per_slot) };
    FORKS.forEach((name, place) => {
        changes[`${name.toUpperCase()}_FORK_EPOCH`] = place <= known ? 0 : Infinity;
    });
    changes[`${fork.toUpperCase()}_FORK_VERSION`] = bytes(network.forks[0].version);
    const chain = lodestar.createChainForkConfig({ ...base, ...changes });
    return lodestar.createBeaconConfig(chain, bytes(network.genesis_validators_root));
}

async function load() {
    const parts = [
        "config/lib/index.js",
        "config/lib/configs.js",
        "types/lib/index.js",
        // Not part of what the package exports.
        "light-client/lib/spec/index.js",
        "light-client/lib/spec/validateLightClientBootstrap.js",
    ];
    const modules = await Promise.all(parts.map((part) => import(new URL(part, PACKAGES))));
    return Object.assign({}, ...modules);
}

function bytes(hex) {
    return Buffer.from(hex.replace(/^0x/, ""), "hex");
}

function die(problem) {
    console.error(`lodestar-light-client: ${problem}`);
    process.exit(1);
}
