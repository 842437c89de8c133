-- What was signed for the chains that light clients follow, in the form of updates that our own core has verified. Two of one height with
-- different roots are evidence.
CREATE TABLE signed (
  on_chain BIGINT NOT NULL,
  follows BIGINT NOT NULL,
  height BIGINT NOT NULL,
  root TEXT NOT NULL,
  block_hash TEXT NOT NULL,
  encoded TEXT NOT NULL,
  origin TEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (on_chain, follows, height, root)
);

-- Sets of validators whose commitments light clients hold: keys on both groups, in their order.
CREATE TABLE validators (
  on_chain BIGINT NOT NULL,
  follows BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  keys TEXT NOT NULL,
  PRIMARY KEY (on_chain, follows, epoch)
);
