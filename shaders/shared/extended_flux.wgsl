// One term of a row in flux form, with its magnitude.
fn add_flux(
    a: Extended,
    x_n: Extended,
    x_c: Extended,
    r_c: ptr<function, Extended>,
    magnitude_c: ptr<function, f32>,
) {
    *r_c = sum(*r_c, product(a, difference(x_n, x_c)));
    *magnitude_c += abs(rounded(a)) * (abs(rounded(x_n)) + abs(rounded(x_c)));
}
