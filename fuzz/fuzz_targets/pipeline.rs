#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| predispatch_checks::check("pipeline", input));
