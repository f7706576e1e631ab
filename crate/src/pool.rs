//! Threads that share one job at a time: a job is some number of pieces, of which each thread has a share; whoever is through with its own helps
//! with those of others. So a thread mostly finds in its cache what it has written in the job before, which halves the time of small jobs.
//!
//! The thread that owns the work (the *owner*) posts a job, takes pieces itself, closes the job and waits for those who are inside; so a partner that
//! is late or asleep delays nothing, and the job's data may live on the owner's stack. Pieces write to places of their own and every number
//! is computed in the same order wherever it is cut, so results have the same bits for any number of threads. A job costs the owner about
//! half a microsecond while partners are awake; they look for the next one for a tenth of a millisecond and then sleep.
//!
//! An owner has at most one pool, set by [`start`]; without one, and inside of a piece, all work stays on the thread that asks. In the builds
//! of WebAssembly for one thread nothing of this is left.
//!
//! A partner that fails in the middle of a piece makes the pool *lost*: what the job wrote is of no use, later work stays on the owner's thread, and
//! [`lost`] tells whoever watches over a step.
#![expect(unsafe_code, reason = "a job outlives no call but is read by other threads; see the SAFETY lines")]

use std::cell::{Cell, UnsafeCell};
use std::hint::spin_loop;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Whether this build knows threads at all.
pub const THREADED: bool = cfg!(any(not(target_arch = "wasm32"), target_feature = "atomics"));

/// Pieces for each thread, where there is enough work: whoever is slower takes fewer of them.
const PIECES_A_THREAD: usize = 4;
/// The most that a piece is worth, in pieces as small as they may be: some milliseconds, so that a thread that takes seconds is dead.
const LARGEST_PIECE: usize = 1024;
/// How long a partner sleeps at most; a call that it misses costs no more than this.
const NAP: Duration = Duration::from_secs(1);
/// Threads that a pool may have.
pub const MOST: usize = 64;
/// How often a partner looks for a job before it sleeps: about a tenth of a millisecond.
const LOOKS: u32 = 50_000;
/// How often the owner looks whether a job has ended before it takes a partner for dead: ten seconds or so.
const PATIENCE: u64 = 10_000_000_000;

/// What is done with a piece: its number, and scratch of the thread's own.
type Task<'a> = dyn Fn(usize, &mut [f32]) + Sync + 'a;

#[derive(Clone, Copy)]
struct Job {
    task: *const Task<'static>,
    pieces: usize,
    threads: usize,
}

/// A line of the cache by itself, so that threads that write one do not slow down those that read another.
#[repr(align(64))]
struct Apart<T>(T);

/// What an owner and its partners share.
pub struct Pool {
    /// Even while there is nothing to do; odd, and another number each time, while a job can be joined.
    state: Apart<AtomicU32>,
    /// For each thread how many pieces of its share have been taken.
    taken: [Apart<AtomicUsize>; MOST],
    /// For each thread how often it took part in a job or woke up: only it writes there.
    alive: [Apart<AtomicU32>; MOST],
    /// Partners that may be reading the job.
    inside: Apart<AtomicUsize>,
    job: UnsafeCell<Job>,
    partners: AtomicUsize,
    asleep: AtomicUsize,
    ended: AtomicBool,
    lost: AtomicBool,
    lock: Mutex<()>,
    wake: Condvar,
}

// SAFETY: `job` is written by the owner alone, while the state is even and nobody is inside; all others only read it, inside, while the state is odd.
unsafe impl Sync for Pool {}

thread_local! {
    static CURRENT: Cell<Option<&'static Pool>> = const { Cell::new(None) };
}

/// Gives the calling thread a pool of its own in place of the one it had, whose partners leave. Partners [`join`](Pool::join) it; it is never freed, since
/// nobody knows when the last of them has looked at it.
pub fn start() -> &'static Pool {
    end();
    let nothing: &'static Task<'static> = &|_, _| {};
    let pool = Box::leak(Box::new(Pool {
        state: Apart(AtomicU32::new(0)),
        taken: std::array::from_fn(|_| Apart(AtomicUsize::new(0))),
        alive: std::array::from_fn(|_| Apart(AtomicU32::new(0))),
        inside: Apart(AtomicUsize::new(0)),
        job: UnsafeCell::new(Job { task: nothing, pieces: 0, threads: 1 }),
        partners: AtomicUsize::new(0),
        asleep: AtomicUsize::new(0),
        ended: AtomicBool::new(false),
        lost: AtomicBool::new(false),
        lock: Mutex::new(()),
        wake: Condvar::new(),
    }));
    CURRENT.set(Some(pool));
    pool
}

/// Takes the calling thread's pool away; partners leave it.
pub fn end() {
    if let Some(pool) = CURRENT.take() {
        pool.ended.store(true, SeqCst);
        pool.wake.notify_all();
    }
}

/// Takes the calling thread's pool away without a word to its partners, who are to be ended by force: one that left by itself meanwhile could be ended
/// while it gives back memory, and keep the allocator locked.
pub fn forget() {
    CURRENT.set(None);
}

/// How many threads share the calling thread's work.
pub fn threads() -> usize {
    if !THREADED {
        return 1;
    }
    CURRENT.get().map_or(1, |pool| if pool.lost.load(SeqCst) { 1 } else { 1 + pool.partners.load(SeqCst) })
}

/// Whether a partner has failed in the middle of a piece: what was computed since is not to be trusted.
pub fn lost() -> bool {
    THREADED && CURRENT.get().is_some_and(|pool| pool.lost.load(SeqCst))
}

/// How often a partner (1 and up) of the calling thread's pool took part in a job or woke up, or for 0 how many jobs there were: a partner whose count stands
/// still is dead. Counted modulo 2³¹.
pub fn signs_of_life(thread: usize) -> u32 {
    CURRENT.get().map_or(0, |pool| match thread {
        0 => pool.state.0.load(SeqCst) / 2,
        partner => pool.alive[partner].0.load(SeqCst) & (u32::MAX >> 1),
    })
}

/// Into how many pieces to cut work that is worth at most `most`: 1 where nobody shares it.
#[inline(always)]
pub fn pieces(most: usize) -> usize {
    if !THREADED || most < 2 { 1 } else { several(most) }
}

/// A function of its own, so that small work has nothing of it.
#[inline(never)]
fn several(most: usize) -> usize {
    let threads = threads();
    if threads == 1 { 1 } else { most.min((PIECES_A_THREAD * threads).max(most / LARGEST_PIECE)) }
}

/// Does all pieces of a task, each on some thread. The owner's pieces get `scratch`, those of partners scratch of their own, which is
/// at least as long as partners were told to have.
pub fn run(pieces: usize, scratch: &mut [f32], task: &Task<'_>) {
    let Some(pool) = CURRENT.get().filter(|pool| !pool.lost.load(SeqCst)) else {
        return (0..pieces).for_each(|piece| task(piece, scratch));
    };
    // Work within a piece finds no pool.
    CURRENT.set(None);
    let _back = Back(pool);
    pool.run(pieces, scratch, task);
}

struct Back(&'static Pool);

impl Drop for Back {
    fn drop(&mut self) {
        CURRENT.set(Some(self.0));
    }
}

/// Cuts arrays of the same length (those that are empty stay so) into pieces of whole `unit`s and of about `grain` elements or more, and
/// does `work` on each: it gets the first element's position and the pieces.
#[inline(always)]
pub fn cut<const N: usize>(
    grain: usize,
    unit: usize,
    arrays: [&mut [f32]; N],
    work: impl Fn(usize, [&mut [f32]; N]) + Sync,
) {
    let length = arrays.iter().map(|array| array.len()).max().unwrap_or(0);
    // No division for small work.
    let pieces = if THREADED && length >= 2 * grain { pieces(length / grain) } else { 1 };
    if pieces < 2 {
        return work(0, arrays);
    }
    let step = (length / unit).div_ceil(pieces).max(1) * unit;
    let arrays = arrays.map(Whole::from);
    run(length.div_ceil(step), &mut [], &|piece, _| {
        // SAFETY: pieces of different numbers do not overlap, each number is taken once, and `run` returns before the arrays' borrows end.
        work(piece * step, arrays.each_ref().map(|array| unsafe { array.part(piece * step, step) }));
    });
}

/// A mutable slice of which threads take parts that do not overlap.
struct Whole {
    start: *mut f32,
    length: usize,
}

// SAFETY: it is only a way to `part`, whose caller answers for the threads.
unsafe impl Sync for Whole {}

impl From<&mut [f32]> for Whole {
    fn from(array: &mut [f32]) -> Self {
        Self { start: array.as_mut_ptr(), length: array.len() }
    }
}

impl Whole {
    /// Up to `length` elements from `first`; none past the end.
    ///
    /// # Safety
    /// The slice's borrow lasts, and no other part that overlaps this one is in use.
    unsafe fn part<'a>(&self, first: usize, length: usize) -> &'a mut [f32] {
        let first = first.min(self.length);
        let length = length.min(self.length - first);
        // SAFETY: it lies within the slice; the rest is the caller's contract.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(first), length) }
    }
}

impl Pool {
    fn run(&self, pieces: usize, scratch: &mut [f32], task: &Task<'_>) {
        // SAFETY: only the lifetime changes. Nobody reads the task once `Open` is dropped, which is before this call returns or unwinds,
        // unless the pool is lost: then a partner has trapped, or been inside of a piece of some milliseconds for so many seconds that it is
        // taken for dead, and whoever sees that ends it.
        let task = unsafe { std::mem::transmute::<&Task<'_>, &Task<'static>>(task) };
        let threads = 1 + self.partners.load(SeqCst);
        // SAFETY: the state is even and nobody is inside: the job before was closed and waited for.
        unsafe { *self.job.get() = Job { task, pieces, threads } };
        for taken in &self.taken[..threads] {
            taken.0.store(0, SeqCst);
        }
        let open = Open { pool: self, number: self.state.0.load(SeqCst) };
        self.state.0.store(open.number | 1, SeqCst);
        if self.asleep.load(SeqCst) > 0 {
            self.wake.notify_all();
        }
        // SAFETY: the job is the one just written.
        unsafe { self.take_pieces(0, scratch) };
    }

    /// Takes pieces until none is left: those of the thread's own share, then of the others'.
    ///
    /// # Safety
    /// The job is valid and stays so for the call.
    unsafe fn take_pieces(&self, thread: usize, scratch: &mut [f32]) {
        // SAFETY: the caller's contract.
        let Job { task, pieces, threads } = unsafe { *self.job.get() };
        // SAFETY: likewise.
        let task = unsafe { &*task };
        for owner in (0..threads).map(|turn| (thread + turn) % threads) {
            let share = (owner * pieces / threads)..((owner + 1) * pieces / threads);
            loop {
                let piece = share.start + self.taken[owner].0.fetch_add(1, SeqCst);
                if piece >= share.end {
                    break;
                }
                task(piece, scratch);
            }
        }
    }

    /// Makes the calling thread a partner, with so many floats of scratch, until the pool ends.
    ///
    /// # Panics
    /// When there are [`MOST`] threads already.
    pub fn join(&self, scratch: usize) {
        let mut scratch = vec![0.0; scratch];
        let thread = 1 + self.partners.fetch_add(1, SeqCst);
        assert!(thread < MOST, "a pool has at most {MOST} threads");
        let (mut seen, mut looks) = (0, 0);
        while !self.ended.load(SeqCst) {
            let state = self.state.0.load(SeqCst);
            if state & 1 == 1 && state != seen {
                (seen, looks) = (state, 0);
                self.inside.0.fetch_add(1, SeqCst);
                // Only once inside is it sure that a job that is open stays valid: the owner closes it, then waits.
                if self.state.0.load(SeqCst) == state {
                    // SAFETY: as just said.
                    unsafe { self.take_pieces(thread, &mut scratch) };
                    self.alive[thread].0.fetch_add(1, SeqCst);
                }
                self.inside.0.fetch_sub(1, SeqCst);
            } else if looks < LOOKS {
                looks += 1;
                spin_loop();
            } else {
                looks = 0;
                self.sleep(state);
                self.alive[thread].0.fetch_add(1, SeqCst);
            }
        }
    }

    /// Sleeps until woken; a state other than `seen` is a reason not to. A call that comes between looking and sleeping is missed, and costs no
    /// more than that job's help.
    fn sleep(&self, seen: u32) {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.asleep.fetch_add(1, SeqCst);
        if self.state.0.load(SeqCst) == seen && !self.ended.load(SeqCst) {
            drop(self.wake.wait_timeout(lock, NAP));
        }
        self.asleep.fetch_sub(1, SeqCst);
    }

    /// A partner has failed: nobody waits for it any more.
    pub fn lose(&self) {
        self.lost.store(true, SeqCst);
    }
}

/// A job that can be joined; closed, and waited for, when dropped.
struct Open<'a> {
    pool: &'a Pool,
    number: u32,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.pool.state.0.store(self.number.wrapping_add(2), SeqCst);
        let mut patience = PATIENCE;
        while self.pool.inside.0.load(SeqCst) > 0 && !self.pool.lost.load(SeqCst) {
            patience -= 1;
            if patience == 0 {
                self.pool.lose();
            }
            wait_a_little(patience);
        }
    }
}

/// Elsewhere than in WebAssembly a partner may need this very processor to go on.
fn wait_a_little(count: u64) {
    if !cfg!(target_arch = "wasm32") && count.is_multiple_of(1024) {
        std::thread::yield_now();
    }
    spin_loop();
}
