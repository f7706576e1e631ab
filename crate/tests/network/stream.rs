//! Runs over streams: rows that come through a ring, a few at a time, give the bits of a run over all of them.

use super::common::{Compile, Layer, Model, Numbers, bits, dataset, loss};
use super::{everything, part, predict, rows};
use ravine::error::Kind;
use ravine::nn::dataset::{Columns, Dataset};
use ravine::nn::failure::{Failure, Place};
use ravine::nn::mixer::Mixer;
use ravine::nn::network::Network;
use ravine::nn::run::Run;

const BATCH: usize = 4;
/// Of the ring; behind it is the buffer of those that are mixed.
const RING: usize = 3 * BATCH;

/// Copies row `from` of one set over row `to` of another.
fn copy(source: &Dataset, from: usize, target: &mut Dataset, to: usize) {
    let all = |set: &Dataset| -> Vec<Columns> {
        set.inputs.iter().chain(&set.labels).chain(set.weights.iter().flatten()).copied().collect()
    };
    for (theirs, own) in all(source).into_iter().zip(all(target)) {
        let width = own.width;
        let row = source.read_columns(theirs)[from * width..][..width].to_vec();
        target.write_columns(own)[to * width..][..width].copy_from_slice(&row);
    }
}

/// One pass over `data` through a ring, so many rows at a time as chance has it, mixed by a buffer of `held` rows; the logs.
fn pass(
    network: &mut Network,
    data: &Dataset,
    training: bool,
    (epoch, held, chance): (u64, usize, &mut Numbers),
) -> Vec<f64> {
    let mut ring = part(data, &vec![0; RING + held]);
    let mut run = Run::stream(network, &ring, RING, BATCH, training).unwrap();
    let mut mixer = Mixer::new(u64::from(everything().0.seed), epoch);
    let (mut next, mut waiting, mut filled, mut first, mut ready) = (0, 0, 0, 0, 0);
    loop {
        let free = 1 + chance.below(RING - ready);
        let at = |ready: usize| (first + ready) % RING;
        if next == data.rows && waiting > 0 {
            mixer.give(&mut ring, RING, filled, at(ready), 1).unwrap();
            (waiting, ready) = (waiting - 1, ready + 1);
        } else {
            for _ in 0..free.min(data.rows - next) {
                if waiting < held {
                    copy(data, next, &mut ring, RING + waiting);
                    waiting += 1;
                } else {
                    copy(data, next, &mut ring, at(ready));
                    if held > 0 {
                        mixer.exchange(&mut ring, RING, at(ready), 1).unwrap();
                    }
                    ready += 1;
                }
                next += 1;
            }
            filled = waiting;
        }
        let more = next < data.rows || waiting > 0;
        run.feed(network, first, ready, more).unwrap();
        if more && ready + BATCH <= RING && chance.below(3) > 0 {
            continue;
        }
        let ran = run.advance(network, &ring, 1 + chance.below(4), epoch).unwrap();
        let rows = ready.min(ran * BATCH);
        (first, ready) = ((first + rows) % RING, ready - rows);
        if !more && ready == 0 {
            run.feed(network, 0, 0, false).unwrap();
            assert_eq!(run.failure(), None);
            return run.logs();
        }
    }
}

#[test]
fn the_bits_are_those_of_a_run_over_all_rows() {
    let (model, compile) = everything();
    let mut chance = Numbers::new(5);
    for count in [1, 3, 4, 5, 12, 13, 29, 40] {
        let data = rows(count);
        let mut whole = model.compiled(&compile);
        let mut pieces = model.compiled(&compile);
        for epoch in 0..3 {
            for training in [true, false] {
                let mut run = Run::new(&mut whole, &data, BATCH, training, None).unwrap();
                run.advance(&mut whole, &data, usize::MAX, epoch).unwrap();
                let logs = pass(&mut pieces, &data, training, (epoch, 0, &mut chance));
                let bits = |logs: &[f64]| logs.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&logs), bits(&run.logs()), "{count} rows, epoch {epoch}");
            }
        }
        assert_eq!(bits(&pieces), bits(&whole), "{count} rows");
        assert_eq!(predict(&mut pieces, &data), predict(&mut whole, &data));
    }
}

#[test]
fn a_buffer_for_all_rows_gives_the_order_of_a_shuffled_run() {
    let (model, compile) = everything();
    let data = rows(29);
    let trained = |held: Option<usize>, seed: u64| {
        let mut network = model.compiled(&compile);
        for epoch in 0..3 {
            match held {
                None => drop(super::epoch(&mut network, &data, BATCH, epoch, 9)),
                Some(held) => drop(pass(&mut network, &data, true, (epoch, held, &mut Numbers::new(seed)))),
            }
        }
        bits(&network)
    };
    for held in [29, 30, 100] {
        assert_eq!(trained(Some(held), 1), trained(None, 0), "a buffer of {held} rows");
    }
    // A smaller one has an order of its own, whatever comes at a time.
    assert_eq!(trained(Some(10), 1), trained(Some(10), 2));
    let orders = [0, 10, 29].map(|held| trained(Some(held), 1));
    assert!((0..3).all(|i| !orders[..i].contains(&orders[i])));
    assert_eq!(trained(Some(1), 1), orders[0], "one row that is held mixes nothing");
}

#[test]
fn a_buffer_mixes_and_loses_nothing() {
    let (count, held, ring) = (500, 50, 1);
    let mut data = dataset(ring + held, &[vec![0.0; ring + held]], &[], &[]);
    let column = data.inputs[0];
    for i in 0..held {
        data.write_columns(column)[ring + i] = i as f32;
    }
    let (mut mixer, mut out) = (Mixer::new(1, 0), Vec::new());
    for i in held..count {
        data.write_columns(column)[0] = i as f32;
        mixer.exchange(&mut data, ring, 0, 1).unwrap();
        out.push(data.read_columns(column)[0] as usize);
    }
    for _ in 0..held {
        mixer.give(&mut data, ring, held, 0, 1).unwrap();
        out.push(data.read_columns(column)[0] as usize);
    }
    // No row can come before it has entered; on average it stays as many rows as the buffer has.
    assert!(out.iter().enumerate().all(|(place, &row)| row < place + held));
    let late = out.iter().enumerate().take(count - held).filter(|&(place, &row)| row + held < place).count();
    assert!(late > 20, "{late} rows have stayed longer than the buffer is long");
    out.sort_unstable();
    assert!(out.into_iter().eq(0..count));
    assert_eq!(mixer.give(&mut data, ring, held, 0, 1).map_err(|e| e.kind), Err(Kind::Shape));
    assert_eq!(mixer.exchange(&mut data, ring, 1, 1).map_err(|e| e.kind), Err(Kind::Shape));
    assert_eq!(mixer.exchange(&mut data, ring + held, 0, 1).map_err(|e| e.kind), Err(Kind::Shape));
}

#[test]
fn hinges_take_labels_of_0_and_1_for_signs_unless_others_come() {
    let model = Model::chain(1, vec![Layer::dense(1, "linear")]);
    let run = |labels: &[f32], stream: bool| {
        let mut network = model.compiled(&Compile::new(loss("hinge")));
        let data = dataset(RING, &[(0..RING).map(|i| i as f32).collect()], &[labels.to_vec()], &[]);
        let mut run = if stream {
            Run::stream(&mut network, &data, RING, BATCH, true).unwrap()
        } else {
            Run::new(&mut network, &data, BATCH, true, None).unwrap()
        };
        if stream {
            run.feed(&network, 0, RING, true).unwrap();
        }
        run.advance(&mut network, &data, 3, 0).unwrap();
        run.logs()
    };
    let bits = [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0];
    let signs: Vec<f32> = bits.iter().map(|bit| 2.0 * bit - 1.0).collect();
    let positive_first = [1.0, 1.0, 1.0, 1.0, -1.0, 1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0];
    for labels in [&bits[..], &signs, &positive_first] {
        assert_eq!(run(labels, true), run(labels, false));
    }
    assert_eq!(run(&bits, true), run(&signs, true));
}

#[test]
fn the_last_update_of_a_stream_is_looked_at_when_it_ends() {
    let model = Model::chain(1, vec![Layer::dense(1, "linear")]);
    let optimizer = super::optimizer("sgd", &[("learningRate", 1e38)]);
    let mut network = model.compiled(&Compile { optimizer, ..Compile::new(loss("meanSquaredError")) });
    let data = dataset(8, &[vec![1e10; 8]], &[vec![1.0; 8]], &[]);
    let mut run = Run::stream(&mut network, &data, 8, 4, true).unwrap();
    run.feed(&network, 4, 4, true).unwrap();
    assert_eq!(run.advance(&mut network, &data, 1, 0), Ok(1));
    assert_eq!(run.failure(), None);
    run.feed(&network, 0, 0, false).unwrap();
    assert_eq!(run.failure(), Some(Failure { batch: 0, place: Place::Weights(0) }));
}

#[test]
fn what_is_no_ring_is_refused() {
    let (model, compile) = everything();
    let mut network = model.compiled(&compile);
    let data = rows(12);
    for (ring, batch) in [(12, 5), (16, 4), (0, 4), (4, 0)] {
        let kind = Run::stream(&mut network, &data, ring, batch, true).err().map(|e| e.kind);
        assert_eq!(kind, Some(Kind::Shape), "{ring} {batch}");
    }
    let mut run = Run::stream(&mut network, &data, 12, 4, true).unwrap();
    for (first, count) in [(12, 0), (1, 4), (0, 13)] {
        assert_eq!(run.feed(&network, first, count, true).map_err(|e| e.kind), Err(Kind::Shape), "{first} {count}");
    }
    assert_eq!(run.advance(&mut network, &data, 9, 0), Ok(0), "nothing has come");
    assert_eq!(run.advance(&mut network, &rows(13), 9, 0).map_err(|e| e.kind), Err(Kind::State));
    let mut whole = Run::new(&mut network, &data, 4, true, None).unwrap();
    assert_eq!(whole.feed(&network, 0, 4, true).map_err(|e| e.kind), Err(Kind::Shape));
}
