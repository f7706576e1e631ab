//! What happens to pools and their partners.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ravine::pool;

use super::shared;

#[test]
fn without_a_pool_all_pieces_run_here_in_order() {
    let order = Mutex::new(Vec::new());
    let here = std::thread::current().id();
    pool::run(5, &mut [7.0], &|piece, scratch| {
        assert_eq!((std::thread::current().id(), &*scratch), (here, &[7.0][..]));
        order.lock().unwrap().push(piece);
    });
    assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!((pool::threads(), pool::pieces(1000), pool::lost()), (1, 1, false));
}

#[test]
fn every_piece_is_done_once_and_partners_help() {
    shared(3, |_| {
        let helpers = Mutex::new(HashSet::new());
        for round in 0..200 {
            let counts: Vec<AtomicUsize> = (0..round).map(|_| AtomicUsize::new(0)).collect();
            pool::run(round, &mut [], &|piece, _| {
                counts[piece].fetch_add(1, Ordering::Relaxed);
                helpers.lock().unwrap().insert(std::thread::current().id());
                std::thread::sleep(Duration::from_micros(20));
            });
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1), "round {round}");
        }
        assert_eq!(pool::signs_of_life(0), 200);
        // Whoever sleeps all the time wakes up once a second.
        let all_alive = || (1..=3).all(|partner| pool::signs_of_life(partner) > 0);
        let until = Instant::now() + Duration::from_secs(10);
        while !all_alive() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(all_alive(), "a partner gives no sign of life");
        assert!(helpers.into_inner().unwrap().len() > 1, "nobody helped");
    });
}

#[test]
fn partners_wake_up_after_they_have_slept() {
    shared(1, |_| {
        for _ in 0..5 {
            // Long enough to fall asleep.
            std::thread::sleep(Duration::from_millis(30));
            let here = std::thread::current().id();
            let helped = (0..1000).any(|_| {
                let others = AtomicUsize::new(0);
                pool::run(8, &mut [], &|_, _| {
                    std::thread::sleep(Duration::from_micros(100));
                    others.fetch_add(usize::from(std::thread::current().id() != here), Ordering::Relaxed);
                });
                others.into_inner() > 0
            });
            assert!(helped, "the partner sleeps on");
        }
    });
}

#[test]
fn no_piece_is_so_large_that_a_thread_seems_dead() {
    shared(1, |_| {
        assert_eq!([1, 2, 5, 8, 5000, 1 << 20].map(pool::pieces), [1, 2, 5, 8, 8, 1024]);
    });
}

#[test]
fn work_within_a_piece_stays_on_its_thread() {
    shared(2, |_| {
        pool::run(8, &mut [], &|_, _| {
            let here = std::thread::current().id();
            assert_eq!(pool::pieces(1000), 1);
            pool::run(4, &mut [], &|_, _| assert_eq!(std::thread::current().id(), here));
        });
        assert_eq!(pool::threads(), 3);
    });
}

#[test]
fn scratch_is_a_threads_own() {
    shared(3, |_| {
        let mut scratch = vec![0.0; 64];
        pool::run(100, &mut scratch, &|piece, scratch| {
            scratch[..64].fill(piece as f32);
            std::thread::sleep(Duration::from_micros(30));
            assert!(scratch[..64].iter().all(|x| *x == piece as f32), "another thread wrote here");
        });
    });
}

#[test]
fn a_pool_that_has_lost_a_partner_works_on_one_thread_until_there_is_a_new_one() {
    shared(2, |pool| {
        pool.lose();
        assert!(pool::lost());
        assert_eq!((pool::threads(), pool::pieces(1000)), (1, 1));
        let here = std::thread::current().id();
        pool::run(20, &mut [], &|_, _| assert_eq!(std::thread::current().id(), here));
    });
    shared(1, |_| assert_eq!((pool::lost(), pool::threads()), (false, 2)));
}

#[test]
fn an_owner_that_panics_leaves_no_partner_with_its_data() {
    shared(1, |_| {
        let result = std::panic::catch_unwind(|| {
            let data = vec![1.0_f32; 1000];
            pool::run(50, &mut [], &|piece, _| {
                std::thread::sleep(Duration::from_micros(50));
                assert!(data.iter().all(|x| *x == 1.0));
                // The owner takes part from the first piece on.
                assert!(std::thread::current().name().is_none() || piece < 10, "an owner's panic");
            });
        });
        assert!(result.is_err());
        let sum = AtomicUsize::new(0);
        pool::run(10, &mut [], &|piece, _| {
            sum.fetch_add(piece, Ordering::Relaxed);
        });
        assert_eq!(sum.into_inner(), 45);
    });
}

#[test]
fn cut_covers_arrays_once_and_leaves_empty_ones_empty() {
    for partners in [0, 2] {
        shared(partners, |_| {
            for length in [0, 1, 3, 4, 5, 31, 1000, 1003] {
                let (mut a, mut b) = (vec![0.0; length], vec![0.0; length]);
                pool::cut(8, 4, [&mut a, &mut b, &mut []], |first, [a, b, none]| {
                    assert!(none.is_empty() && first % 4 == 0 && a.len() == b.len());
                    for (i, (a, b)) in a.iter_mut().zip(b).enumerate() {
                        *a += (first + i) as f32;
                        *b += 1.0;
                    }
                });
                assert!(a.iter().enumerate().all(|(i, x)| *x == i as f32), "{length}");
                assert!(b.iter().all(|x| *x == 1.0), "{length}");
            }
        });
    }
}
