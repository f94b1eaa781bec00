#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jeton_fuzz::strict_json::run(data));
