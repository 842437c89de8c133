//! Messages in lanes: when one ends, the next enters its lane.

/// What one permutation absorbs of a message.
pub(crate) type Block = [u8; 136];

/// The states of `N` sponges, side by side: each of the 25 words for all lanes.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct State<const N: usize> {
    pub(crate) words: [[u64; N]; 25],
    /// All ones for a lane that goes on, zero for one that begins a message. What that holds from
    /// the message before is then cleared as it is loaded, at no cost worth measuring.
    pub(crate) keep: [u64; N],
}

impl<const N: usize> State<N> {
    const EMPTY: Self = Self { words: [[0; N]; 25], keep: [0; N] };

    /// The words of one lane, and last whether it goes on.
    fn lane(&self, lane: usize) -> impl Iterator<Item = &u64> {
        self.words.iter().chain([&self.keep]).filter_map(move |lanes| lanes.get(lane))
    }

    fn lane_mut(&mut self, lane: usize) -> impl Iterator<Item = &mut u64> {
        self.words.iter_mut().chain([&mut self.keep]).filter_map(move |lanes| lanes.get_mut(lane))
    }

    fn squeeze(&self, lane: usize, hash: &mut [u8; 32]) {
        for (bytes, word) in hash.as_chunks_mut().0.iter_mut().zip(self.lane(lane)) {
            *bytes = word.to_le_bytes();
        }
    }
}

/// A message in a lane: what is left of it, and where its hash goes.
struct Job<'a> {
    rest: &'a [u8],
    hash: &'a mut [u8; 32],
}

impl<'a> Job<'a> {
    /// The next block, and whether it is the last one. That is written to `padded`.
    fn next<'b>(&mut self, padded: &'b mut Block) -> (&'b Block, bool)
    where
        'a: 'b,
    {
        if let Some((block, rest)) = self.rest.split_first_chunk() {
            self.rest = rest;
            (block, false)
        } else {
            pad(self.rest, padded);
            (padded, true)
        }
    }
}

/// `N` sponges, and the messages they absorb.
pub(crate) struct Lanes<'a, const N: usize> {
    state: State<N>,
    jobs: [Option<Job<'a>>; N],
}

impl<'a, const N: usize> Lanes<'a, N> {
    pub(crate) const fn new() -> Self {
        Self { state: State::EMPTY, jobs: [const { None }; N] }
    }

    /// Hashes the messages in the lanes and those of `queue`, until it is empty and at most `leave`
    /// messages are in lanes, unfinished. Says how many are.
    ///
    /// `step` absorbs one block in each lane and permutes. Idle lanes absorb something too; nobody
    /// looks at it.
    #[inline]
    pub(crate) fn run(
        &mut self,
        mut queue: impl Iterator<Item = (&'a [u8], &'a mut [u8; 32])>,
        leave: usize,
        step: impl Fn(&mut State<N>, &[&Block; N]),
    ) -> usize {
        let mut enter = || queue.next().map(|(rest, hash)| Job { rest, hash });
        for (job, keep) in self.jobs.iter_mut().zip(&mut self.state.keep) {
            if job.is_none() {
                *job = enter();
                *keep = 0;
            }
        }
        let mut busy = self.jobs.iter().flatten().count();
        let mut padded = [[0; size_of::<Block>()]; N];
        while busy > leave {
            let mut blocks = [&[0; size_of::<Block>()]; N];
            let mut ends = [false; N];
            let lanes = self.jobs.iter_mut().zip(&mut padded).zip(&mut blocks).zip(&mut ends);
            for (((job, padded), block), ends) in lanes {
                if let Some(job) = job {
                    (*block, *ends) = job.next(padded);
                }
            }
            step(&mut self.state, &blocks);
            let mut keep = [u64::MAX; N];
            let lanes = self.jobs.iter_mut().zip(&mut keep).zip(ends);
            for (lane, ((job, keep), ends)) in lanes.enumerate() {
                if ends && let Some(Job { hash, .. }) = job.take() {
                    self.state.squeeze(lane, hash);
                    *job = enter();
                    *keep = 0;
                    busy -= usize::from(job.is_none());
                }
            }
            self.state.keep = keep;
        }
        busy
    }

    /// Moves the unfinished messages, no more than `M`, to fewer lanes.
    pub(crate) fn narrow<const M: usize>(&mut self) -> Lanes<'a, M> {
        let mut narrow = Lanes::new();
        let busy = (0..).zip(&mut self.jobs).filter(|(_, job)| job.is_some());
        for ((to, free), (from, job)) in (0..).zip(&mut narrow.jobs).zip(busy) {
            *free = job.take();
            for (to, from) in narrow.state.lane_mut(to).zip(self.state.lane(from)) {
                *to = *from;
            }
        }
        narrow
    }
}

/// The last block of a message: what is left of it, then the padding of Keccak.
fn pad(rest: &[u8], block: &mut Block) {
    *block = [0; size_of::<Block>()];
    for (to, from) in block.iter_mut().zip(rest) {
        *to = *from;
    }
    if let Some(end) = block.get_mut(rest.len()) {
        *end = 0x01;
    }
    block[135] |= 0x80;
}

/// What vectors of four or eight words leave over of a block's 17.
pub(crate) const fn last_word(block: &Block) -> i64 {
    let &[.., a, b, c, d, e, f, g, h] = block;
    i64::from_le_bytes([a, b, c, d, e, f, g, h])
}
