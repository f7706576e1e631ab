//! Packs a WebAssembly module for [`ravine_unpack`]: `cargo run --example pack FROM TO`.

mod pack;

use std::io::{Error, Result};
use std::{env, fs};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err(Error::other("two arguments: the module to pack and the file to write"));
    };
    fs::write(to, pack::pack(&fs::read(from)?)?)
}
