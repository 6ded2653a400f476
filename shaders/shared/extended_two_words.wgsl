// Extended precision as the unevaluated sum of two f32, |low| at most half a unit of high's last place.
//
// Compilers of drivers take (a + b) − a for b, and the error terms below for 0. So every rounded value goes
// through an integer xor with a zero that is only known at run time.
// Sources: Dekker, Numer. Math. 18 (1971) 224; Joldes, Muller, Popescu, ACM TOMS 44 (2017) 15, algorithms 6, 12.
alias Extended = vec2<f32>;

var<private> run_time_zero: u32;

// Every kernel calls this first with the zero of its parameters.
fn protect(zero: u32) {
    run_time_zero = zero;
}

fn kept(value: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(value) ^ run_time_zero);
}

fn extended(value: f32) -> Extended {
    return vec2<f32>(value, 0.0);
}

fn rounded(value: Extended) -> f32 {
    return value.x;
}

// a + b exactly.
fn two_sum(a: f32, b: f32) -> Extended {
    let high = kept(a + b);
    let b_part = kept(high - a);
    let a_part = kept(high - b_part);
    return vec2<f32>(high, kept(kept(a - a_part) + kept(b - b_part)));
}

// a + b exactly, for |a| ≥ |b|.
fn fast_two_sum(a: f32, b: f32) -> Extended {
    let high = kept(a + b);
    return vec2<f32>(high, kept(b - kept(high - a)));
}

// The upper 12 bits of the significand, and the rest.
fn halves(a: f32) -> vec2<f32> {
    let upper = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
    return vec2<f32>(upper, kept(a - upper));
}

// a · b exactly: products of halves fit 24 bits.
fn two_product(a: f32, b: f32) -> Extended {
    let high = kept(a * b);
    let p = halves(a);
    let q = halves(b);
    let rest = kept(kept(kept(p.x * q.x) - high) + kept(p.x * q.y));
    return vec2<f32>(high, kept(kept(rest + kept(p.y * q.x)) + kept(p.y * q.y)));
}

fn sum(a: Extended, b: Extended) -> Extended {
    let high = two_sum(a.x, b.x);
    let low = two_sum(a.y, b.y);
    let first = fast_two_sum(high.x, kept(high.y + low.x));
    return fast_two_sum(first.x, kept(first.y + low.y));
}

fn difference(a: Extended, b: Extended) -> Extended {
    return sum(a, -b);
}

fn product(a: Extended, b: Extended) -> Extended {
    let high = two_product(a.x, b.x);
    let cross = kept(kept(a.x * b.y) + kept(a.y * b.x));
    return fast_two_sum(high.x, kept(high.y + cross));
}
