-- The same statements for SQLite and PostgreSQL. Hashes, addresses and bytes are 0x… in lower case, times milliseconds since 1970.

-- How far each chain was read. `halted` says why it is read no further.
CREATE TABLE cursor (
  chain BIGINT PRIMARY KEY,
  next_block BIGINT NOT NULL,
  final_number BIGINT NOT NULL,
  final_hash TEXT NOT NULL,
  head_number BIGINT NOT NULL,
  head_time BIGINT NOT NULL,
  halted TEXT,
  updated_at BIGINT NOT NULL
);

-- Blocks that were read and are not final: what a reorganisation is found by.
CREATE TABLE pin (
  chain BIGINT NOT NULL,
  number BIGINT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, number)
);

-- What chains say of messages. Taken away when the block is orphaned.
CREATE TABLE sighting (
  chain BIGINT NOT NULL,
  block BIGINT NOT NULL,
  log_index BIGINT NOT NULL,
  block_hash TEXT NOT NULL,
  tx TEXT NOT NULL,
  tx_index BIGINT NOT NULL,
  message TEXT NOT NULL,
  kind TEXT NOT NULL,
  fact TEXT NOT NULL,
  PRIMARY KEY (chain, block, log_index)
);
CREATE INDEX sighting_message ON sighting (message);
CREATE INDEX sighting_tx ON sighting (tx);

-- A message and where it stands. `work_on` is the chain that the next transaction goes to, `proof_block` the block of the other chain
-- that it proves something of. While a message is taken, `run_at` is when it is free again.
CREATE TABLE message (
  id TEXT PRIMARY KEY,
  source BIGINT NOT NULL,
  gateway TEXT NOT NULL,
  destination BIGINT NOT NULL,
  nonce BIGINT NOT NULL,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  sender_account TEXT NOT NULL,
  recipient_account TEXT NOT NULL,
  payload TEXT NOT NULL,
  attributes TEXT NOT NULL,
  block BIGINT NOT NULL,
  block_hash TEXT NOT NULL,
  tx TEXT NOT NULL,
  tx_index BIGINT NOT NULL,
  log_index BIGINT NOT NULL,
  stage TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  class TEXT NOT NULL,
  work_on BIGINT NOT NULL,
  proof_block BIGINT NOT NULL,
  run_at BIGINT,
  attempts BIGINT NOT NULL DEFAULT 0,
  seen_at BIGINT NOT NULL,
  since BIGINT NOT NULL,
  outgoing BIGINT,
  fence BIGINT NOT NULL DEFAULT 0,
  leased_by TEXT,
  leased_at BIGINT NOT NULL DEFAULT 0,
  leased_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX message_due ON message (work_on, stage, class, run_at, block, nonce);
CREATE INDEX message_block ON message (source, destination, block, stage);
CREATE INDEX message_waits ON message (work_on, reason, proof_block);
CREATE INDEX message_lane ON message (source, destination, nonce);
CREATE INDEX message_seen ON message (seen_at, id);
CREATE INDEX message_tx ON message (tx);
CREATE INDEX message_sender ON message (sender_account);
CREATE INDEX message_recipient ON message (recipient_account);
CREATE INDEX message_outgoing ON message (outgoing);
CREATE INDEX message_stage ON message (stage, since);
CREATE INDEX message_counts ON message (source, destination, stage, reason, seen_at);

-- The life of a message, for people.
CREATE TABLE history (
  message TEXT NOT NULL,
  at BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  stage TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  tx TEXT,
  PRIMARY KEY (message, seq)
);

CREATE INDEX history_tx ON history (tx);

-- Light clients: what is known of them, when they were looked at, and when their head last moved.
CREATE TABLE client (
  on_chain BIGINT NOT NULL,
  follows BIGINT NOT NULL,
  address TEXT NOT NULL,
  head_id BIGINT NOT NULL,
  head_hash TEXT NOT NULL,
  head_number BIGINT NOT NULL,
  head_time BIGINT NOT NULL,
  expires_at BIGINT,
  detail TEXT NOT NULL,
  checked_at BIGINT NOT NULL,
  advanced_at BIGINT NOT NULL,
  PRIMARY KEY (on_chain, follows)
);

-- Transactions of ours. `open_key` is `key` while the transaction is under way, so that nothing is done twice.
CREATE TABLE outgoing (
  id BIGINT PRIMARY KEY,
  chain BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  recipient TEXT NOT NULL,
  data TEXT NOT NULL,
  gas BIGINT NOT NULL,
  key TEXT NOT NULL,
  open_key TEXT UNIQUE,
  budget TEXT,
  state TEXT NOT NULL,
  detail TEXT NOT NULL,
  signer TEXT,
  nonce BIGINT,
  mined_number BIGINT,
  mined_hash TEXT,
  created_at BIGINT NOT NULL,
  run_at BIGINT NOT NULL
);
CREATE INDEX outgoing_due ON outgoing (chain, state, run_at);
CREATE INDEX outgoing_nonce ON outgoing (chain, signer, nonce);
CREATE INDEX outgoing_open ON outgoing (chain, signer) WHERE open_key IS NOT NULL;

-- Numbers that are given out.
CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('outgoing', 0);

-- The signed forms of a transaction, kept before any node sees them.
CREATE TABLE bid (
  hash TEXT PRIMARY KEY,
  outgoing BIGINT NOT NULL,
  raw TEXT NOT NULL,
  max_fee TEXT NOT NULL,
  tip TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX bid_outgoing ON bid (outgoing, at);

-- Senders of transactions: the next nonce that was never taken.
CREATE TABLE account (
  chain BIGINT NOT NULL,
  signer TEXT NOT NULL,
  next_nonce BIGINT NOT NULL,
  PRIMARY KEY (chain, signer)
);

-- Who may do what only one may do. The fence grows with each owner.
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until BIGINT NOT NULL,
  fence BIGINT NOT NULL
);

-- What was spent, for the operator's limits.
CREATE TABLE spend (
  outgoing BIGINT PRIMARY KEY,
  chain BIGINT NOT NULL,
  day BIGINT NOT NULL,
  wei TEXT NOT NULL
);
CREATE INDEX spend_day ON spend (chain, day);

-- Signatures of attestors.
CREATE TABLE attestation (
  message TEXT NOT NULL,
  statement TEXT NOT NULL,
  attestor TEXT NOT NULL,
  signature TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (message, statement, attestor)
);
