// Δp = a u|u| + b u − rise of a face; stiffness is the fall of the rise with the speed.
struct Law {
    quadratic: f32,
    linear: f32,
    rise: f32,
    stiffness: f32,
}

// The law of a face, with the head that still surroundings lose to fluid that they give: ½ρu².
fn law_of(axis: u32, c: u32) -> Law {
    let code = faces[axis * flow.length + c];
    var law = Law(0.0, 0.0, 0.0, 0.0);
    if ((code >> LAW_SHIFT) > 0u) {
        law = laws[(code >> LAW_SHIFT) - 1u];
    }
    if (passage(code) == OPENING) {
        let u = velocity[axis * flow.length + c];
        let inward = select(u, -u, place(c)[axis] == cells()[axis] + 1u);
        if (inward > 0.0) {
            law.quadratic += 0.5 * flow.density;
        }
    }
    return law;
}
