// Codes of faces (src/model/flow/mod.rs): the passage, whether the velocity is solved, the number of the law.
const OPEN: u32 = 0u;
const WALL: u32 = 1u;
const SLIP: u32 = 2u;
const GIVEN: u32 = 3u;
const OPENING: u32 = 4u;
const MOVING: u32 = 5u;
const SOLVED: u32 = 8u;
const LAW_SHIFT: u32 = 8u;

fn passage(code: u32) -> u32 {
    return code & 7u;
}

// Whether fluid passes and nothing resists it: what a stencil may look across.
fn is_clear(code: u32) -> bool {
    return passage(code) == OPEN && (code >> LAW_SHIFT) == 0u;
}
