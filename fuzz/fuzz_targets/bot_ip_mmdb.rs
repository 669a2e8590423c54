#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| predispatch_checks::check("bot_ip_mmdb", input));
