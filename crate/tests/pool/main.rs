//! Work shared by threads: the same bits as on one, whatever the work; partners that come late, sleep, leave or fail.

mod bits;
mod life;

use ravine::kernels::gemm::{LARGEST, scratch_len};
use ravine::pool::{self, Pool};

/// Gives the test's thread a pool with so many partners, does some work, and sends them home.
fn shared<T>(partners: usize, work: impl FnOnce(&'static Pool) -> T) -> T {
    let pool = pool::start();
    let threads: Vec<_> = (0..partners).map(|_| std::thread::spawn(move || pool.join(scratch_len(LARGEST)))).collect();
    while pool::threads() < 1 + partners {
        std::thread::yield_now();
    }
    let result = work(pool);
    pool::end();
    assert_eq!(pool::threads(), 1);
    for thread in threads {
        thread.join().expect("partners end in peace");
    }
    result
}
