// Extended precision as f64, where the device has it. extended_two_words.wgsl offers the same without.
alias Extended = f64;

fn protect(zero: u32) {
}

fn extended(value: f32) -> Extended {
    return f64(value);
}

fn rounded(value: Extended) -> f32 {
    return f32(value);
}

fn sum(a: Extended, b: Extended) -> Extended {
    return a + b;
}

fn difference(a: Extended, b: Extended) -> Extended {
    return a - b;
}

fn product(a: Extended, b: Extended) -> Extended {
    return a * b;
}
