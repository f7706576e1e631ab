//! What [`ravine_unpack::unpack`] undoes; for the build and for tests.

use std::io::{Error, Result, Write};

use lzma_rust2::{LzmaOptions, LzmaWriter};
use ravine_unpack::{CONTEXT_BITS, STREAMS, Syntax};

/// The packed form of a module.
pub(crate) fn pack(module: &[u8]) -> Result<Vec<u8>> {
    let streams = split(module);
    let mut packed = Vec::new();
    for stream in &streams {
        packed.extend(u32::try_from(stream.len()).map_err(Error::other)?.to_le_bytes());
    }
    let mut options = LzmaOptions::with_preset(9);
    options.lc = CONTEXT_BITS as u32;
    options.lp = 0;
    options.pb = 0;
    options.nice_len = 273;
    options.depth_limit = 1000;
    let mut writer = LzmaWriter::new_no_header(packed, &options, false)?;
    writer.write_all(&streams.concat())?;
    writer.finish()
}

/// The streams of a module.
pub(crate) fn split(module: &[u8]) -> [Vec<u8>; STREAMS] {
    let mut streams = [const { Vec::new() }; STREAMS];
    let mut syntax = Syntax::START;
    for &byte in module {
        streams[syntax.stream()].push(byte);
        syntax.advance(byte);
    }
    streams
}
