//! The one comparison of fields.

/// Compares values in natural order on a level of `size` cells, each with its own tolerance.
///
/// # Errors
/// Says what differs: the shape, a value that is no number, or the cell that is furthest beyond its
/// tolerance, with its place and both values.
pub(crate) fn fields(
    what: &str,
    size: [usize; 3],
    expected: &[f64],
    found: &[f64],
    tolerance: &[f64],
) -> Result<(), String> {
    let cells: usize = size.iter().product();
    if [expected.len(), found.len(), tolerance.len()] != [cells; 3] {
        return Err(format!(
            "{what}: {size:?} has {cells} cells, but {} are expected, {} found and {} tolerances given",
            expected.len(),
            found.len(),
            tolerance.len()
        ));
    }
    let place = |c: usize| [c % size[0], c / size[0] % size[1], c / (size[0] * size[1])];
    let mut worst = (0.0, 0);
    for c in 0..cells {
        if !(expected[c].is_finite() && found[c].is_finite() && tolerance[c].is_finite()) {
            return Err(format!(
                "{what}: at {:?} of {size:?} expected {}, found {}, tolerance {}",
                place(c),
                expected[c],
                found[c],
                tolerance[c]
            ));
        }
        let error = (found[c] - expected[c]).abs();
        let beyond = if error == 0.0 { 0.0 } else { error / tolerance[c].max(f64::MIN_POSITIVE) };
        if beyond > worst.0 {
            worst = (beyond, c);
        }
    }
    let (beyond, c) = worst;
    if beyond <= 1.0 {
        return Ok(());
    }
    Err(format!(
        "{what}: worst at {:?} of {size:?}: expected {}, found {}, {beyond:.3e} times the tolerance {:e}",
        place(c),
        expected[c],
        found[c],
        tolerance[c]
    ))
}

/// Single numbers, by the rules of [`fields`].
///
/// # Errors
/// As [`fields`].
pub(crate) fn numbers(what: &str, expected: &[f64], found: &[f64], tolerance: &[f64]) -> Result<(), String> {
    fields(what, [expected.len(), 1, 1], expected, found, tolerance)
}
