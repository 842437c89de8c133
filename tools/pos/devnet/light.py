"""Light-client objects of the chain, made by the spec, and the spec's own light client that follows them."""

ZERO_ROOT = b"\0" * 32


class LightClientServer:
    """What a beacon node keeps for light clients. Objects are stored with the name of their fork."""

    def __init__(self, forks, genesis_validators_root):
        self.forks = forks
        self.genesis_validators_root = genesis_validators_root
        self.bootstraps = {}
        self.best = {}
        self.finality = None
        self.optimistic = None
        self._store = None
        self._store_fork = None

    def start(self, fork, root, state, block):
        """From the genesis block on; the spec's light client begins there, too."""
        spec = self.forks.specs[fork]
        self.add_bootstrap(fork, root, state, block)
        self._store = spec.initialize_light_client_store(root, self.bootstraps[root][1])
        self._store_fork = fork

    def add_bootstrap(self, fork, root, state, block):
        bootstrap = self.forks.specs[fork].create_light_client_bootstrap(state, block)
        self.bootstraps[root] = (fork, bootstrap)

    def add_block(self, state, block, attested_state, attested_block, finalized_block):
        """The objects that the sync aggregate of a block completes."""
        slot = int(state.slot)
        fork = self.forks.at(attested_block.message.slot)
        spec = self.forks.specs[fork]
        update = spec.create_light_client_update(
            state, block, attested_state, attested_block, finalized_block
        )
        period = int(attested_block.message.slot) // self.forks.slots_per_period
        if period == slot // self.forks.slots_per_period and self._is_best(period, fork, update):
            self.best[period] = (fork, update)
        self.optimistic = (fork, spec.create_light_client_optimistic_update(update))
        is_final = bytes(attested_state.finalized_checkpoint.root) != ZERO_ROOT
        if is_final and finalized_block is not None:
            if self.finality is None:
                print(f"first finality update at slot {slot}", flush=True)
            self.finality = (fork, spec.create_light_client_finality_update(update))
        self._follow(fork, update, slot)

    def finalized_slot(self):
        """What the spec's light client has followed."""
        return int(self._store.finalized_header.beacon.slot)

    def _is_best(self, period, fork, update):
        if period not in self.best:
            return True
        old_fork, old = self.best[period]
        # The spec ranks genesis as final like any other block, but it has no execution block to prove.
        new_is_genesis, old_is_genesis = (item.finalized_header.beacon.slot == 0 for item in (update, old))
        if new_is_genesis != old_is_genesis:
            return old_is_genesis
        for name, spec in self.forks.between(old_fork, fork):
            upgrade = getattr(spec, f"upgrade_lc_update_to_{name}", None)
            old = upgrade(old) if upgrade else old
        return self.forks.specs[fork].is_better_update(update, old)

    def _follow(self, fork, update, slot):
        for name, spec in self.forks.between(self._store_fork, fork):
            upgrade = getattr(spec, f"upgrade_lc_store_to_{name}", None)
            self._store = upgrade(self._store) if upgrade else self._store
            self._store_fork = name
        spec = self.forks.specs[self._store_fork]
        spec.process_light_client_update(self._store, update, slot, self.genesis_validators_root)
