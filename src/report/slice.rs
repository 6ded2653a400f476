//! A picture of a field on a plane: cells in colour, outlines of parts, and a scale with numbers.
//!
//! Lengths keep their proportions. A slice across x shows y to the right and z up; across y, x and z; across
//! z, x and y. One pixel shows the cell it lies in, without interpolation: what is seen is what was solved.

mod colour;
mod glyphs;

use super::files::{self, FileError};
use crate::grid::{Axis, Grid};
use crate::result::Fields;
use crate::units::{self, Dimension, kelvin_to_celsius};
use std::path::Path;
use std::str::FromStr;

/// Pixels of the longer edge of the plane.
const EDGE: f64 = 900.0;
/// Pixels of the shorter edge at least; a plane thinner than this is stretched.
const SHORTEST: f64 = 40.0;
/// Pixels around the plane and between it and the scale.
const MARGIN: usize = 16;
/// Width of the scale's bar.
const BAR: usize = 20;
/// Width of the scale's numbers.
const NUMBERS: usize = 110;
/// Numbers beside the scale.
const TICKS: usize = 5;
/// Height of the picture at least, so that the scale is readable.
const LOWEST: usize = 200;
const PAPER: [u8; 3] = [255, 255, 255];
const INK: [u8; 3] = [20, 20, 20];

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// °C.
    Temperature,
    /// Pa, gauge.
    Pressure,
    /// Speed, m/s.
    Velocity,
}

/// A plane and a quantity, written `x=0.3m:temperature`.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// Normal of the plane.
    pub axis: Axis,
    /// Place along the normal, m.
    pub at: f64,
    /// What is shown.
    pub shown: Shown,
    /// As it was written.
    text: String,
}

impl Shown {
    fn name(self) -> &'static str {
        match self {
            Shown::Temperature => "temperature",
            Shown::Pressure => "pressure",
            Shown::Velocity => "velocity",
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Shown::Temperature => "°C",
            Shown::Pressure => "Pa",
            Shown::Velocity => "m/s",
        }
    }

    fn value(self, fields: &Fields, at: [usize; 3]) -> f64 {
        match self {
            Shown::Temperature => kelvin_to_celsius(fields.temperature_k[at]),
            Shown::Pressure => fields.pressure[at],
            Shown::Velocity => fields.velocity.iter().map(|c| c[at] * c[at]).sum::<f64>().sqrt(),
        }
    }
}

impl FromStr for Slice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write AXIS=PLACE:QUANTITY, such as x=0.3m:temperature";
        let (plane, quantity) = text.split_once(':').ok_or(form)?;
        let (axis, place) = plane.split_once('=').ok_or(form)?;
        let axis = match axis.trim() {
            "x" => Axis::X,
            "y" => Axis::Y,
            "z" => Axis::Z,
            other => return Err(format!("no axis is named {other}; {form}")),
        };
        let shown = [Shown::Temperature, Shown::Pressure, Shown::Velocity]
            .into_iter()
            .find(|shown| shown.name() == quantity.trim())
            .ok_or("the quantity is temperature, pressure or velocity")?;
        let at = units::parse_quantity(place, Dimension::LENGTH).map_err(|error| error.to_string())?;
        Ok(Self { axis, at, shown, text: text.to_owned() })
    }
}

impl Slice {
    /// File name of its picture, such as `slice_x_0.3m_temperature.png`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("slice_{}.png", files::file_stem(&self.text))
    }

    /// Whether the plane lies in a domain of this size, m; else why not.
    ///
    /// # Errors
    /// A sentence with the plane and the extent.
    pub fn check(&self, size: [f64; 3]) -> Result<(), String> {
        let extent = size[self.axis as usize];
        if (0.0..=extent).contains(&self.at) {
            return Ok(());
        }
        let letter = self.axis.letter();
        Err(format!(
            "the slice {} lies outside the domain, which reaches from {letter} = 0 to {extent} m",
            self.text
        ))
    }

    /// Writes the picture; a plane outside the grid gives none.
    ///
    /// # Errors
    /// [`FileError`] with the path that cannot be written.
    pub fn write(&self, path: &Path, fields: &Fields) -> Result<(), FileError> {
        let Some(picture) = self.draw(fields) else { return Ok(()) };
        files::write(path, |out| {
            let mut encoder = png::Encoder::new(out, picture.width as u32, picture.height as u32);
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_depth(png::BitDepth::Eight);
            encoder.set_compression(png::Compression::High);
            let bytes: Vec<u8> = picture.pixels.concat();
            encoder.write_header()?.write_image_data(&bytes)?;
            Ok(())
        })
    }

    fn draw(&self, fields: &Fields) -> Option<Picture> {
        let layer = fields.grid.locate(self.axis, self.at)?;
        let plane = Plane::new(&fields.grid, self.axis, layer);
        let values = plane.cells().map(|at| self.shown.value(fields, at)).filter(|v| v.is_finite());
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        let [width, height] = plane.pixels;
        let mut picture = Picture::new(width + 3 * MARGIN + BAR + NUMBERS, height.max(LOWEST) + 2 * MARGIN);
        for y in 0..height {
            for x in 0..width {
                let at = plane.cell(x, y);
                let neighbours =
                    [plane.cell((x + 1).min(width - 1), y), plane.cell(x, (y + 1).min(height - 1))];
                let edge = neighbours.iter().any(|&n| fields.part[n] != fields.part[at]);
                let colour =
                    if edge { INK } else { colour::map(share(self.shown.value(fields, at), low, high)) };
                picture.set(MARGIN + x, MARGIN + y, colour);
            }
        }
        picture.scale(2 * MARGIN + width, height.max(LOWEST), (low, high), self.shown.unit());
        Some(picture)
    }
}

/// Where a value lies between two others; the middle where they are the same.
fn share(value: f64, low: f64, high: f64) -> f64 {
    if high > low || !value.is_finite() { (value - low) / (high - low) } else { 0.5 }
}

/// A layer of cells as seen: columns of the picture to cells along one axis, rows to cells along another.
struct Plane {
    axis: Axis,
    layer: usize,
    right: Axis,
    up: Axis,
    columns: Vec<usize>,
    rows: Vec<usize>,
    pixels: [usize; 2],
}

impl Plane {
    fn new(grid: &Grid, axis: Axis, layer: usize) -> Self {
        let [right, up] = match axis {
            Axis::X => [Axis::Y, Axis::Z],
            Axis::Y => [Axis::X, Axis::Z],
            Axis::Z => [Axis::X, Axis::Y],
        };
        let extent = |a: Axis| grid.faces(a)[grid.faces(a).len() - 1] - grid.faces(a)[0];
        let longest = extent(right).max(extent(up));
        let pixels = [right, up].map(|a| (EDGE * extent(a) / longest).max(SHORTEST).round() as usize);
        let along = |a: Axis, count: usize| -> Vec<usize> {
            let first = grid.faces(a)[0];
            // The middle of a pixel never lies outside, but rounding might.
            let cell = |p: usize| grid.locate(a, first + extent(a) * (p as f64 + 0.5) / count as f64);
            (0..count).map(|p| cell(p).unwrap_or(grid.size()[a as usize] - 1)).collect()
        };
        let mut rows = along(up, pixels[1]);
        rows.reverse();
        Self { axis, layer, right, up, columns: along(right, pixels[0]), rows, pixels }
    }

    fn cell(&self, x: usize, y: usize) -> [usize; 3] {
        self.place(self.columns[x], self.rows[y])
    }

    fn place(&self, right: usize, up: usize) -> [usize; 3] {
        let mut at = [0; 3];
        at[self.axis as usize] = self.layer;
        at[self.right as usize] = right;
        at[self.up as usize] = up;
        at
    }

    /// All cells that are seen.
    fn cells(&self) -> impl Iterator<Item = [usize; 3]> + '_ {
        let last = |cells: &[usize]| cells.iter().copied().max().unwrap_or(0);
        let (right, up) = (last(&self.columns), last(&self.rows));
        (0..=up).flat_map(move |v| (0..=right).map(move |u| self.place(u, v)))
    }
}

struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![PAPER; width * height] }
    }

    fn set(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        if x < self.width && y < self.height {
            self.pixels[x + self.width * y] = colour;
        }
    }

    /// A bar from the lowest to the highest value with numbers on its right.
    fn scale(&mut self, left: usize, height: usize, (low, high): (f64, f64), unit: &str) {
        let top = MARGIN + glyphs::HEIGHT;
        let length = height - 2 * glyphs::HEIGHT;
        for y in 0..length {
            let colour = colour::map(1.0 - y as f64 / (length - 1) as f64);
            (0..BAR).for_each(|x| self.set(left + x, top + y, colour));
        }
        let decimals = if high - low < 10.0 { 2 } else { 1 };
        for tick in 0..TICKS {
            let part = tick as f64 / (TICKS - 1) as f64;
            let y = top + ((1.0 - part) * (length - 1) as f64).round() as usize;
            let value = super::number::fixed(low + part * (high - low), decimals);
            let text = format!("{value} {unit}");
            glyphs::write(&text, |x, row| self.set(left + BAR + 8 + x, y + row - glyphs::HEIGHT / 2, INK));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::vtk::tests::fields;

    #[test]
    fn a_slice_is_read_with_its_unit_and_mistakes_are_told() {
        let slice: Slice = "x=300 mm:temperature".parse().unwrap();
        assert_eq!((slice.axis, slice.shown), (Axis::X, Shown::Temperature));
        approx::assert_relative_eq!(slice.at, 0.3);
        assert_eq!(slice.file_name(), "slice_x_300_mm_temperature.png");
        for wrong in ["x=0.3m", "w=1m:pressure", "x=3 kg:pressure", "x=1m:colour", "0.3m:pressure"] {
            assert!(wrong.parse::<Slice>().is_err(), "{wrong}");
        }
        assert!(slice.check([0.2, 1.0, 1.0]).unwrap_err().contains("0.2 m"));
    }

    #[test]
    fn the_hottest_cell_of_a_layer_is_drawn_at_its_place_in_the_brightest_colour() {
        let fields = fields();
        let slice: Slice = "z=-0.5m:temperature".parse().unwrap();
        let picture = slice.draw(&fields).unwrap();
        let plane = Plane::new(&fields.grid, Axis::Z, 0);
        let [width, height] = plane.pixels;
        // The last cell of the layer lies at the upper right, the first at the lower left.
        let pixel = |x: usize, y: usize| picture.pixels[MARGIN + x + picture.width * (MARGIN + y)];
        assert_eq!(pixel(width - 3, 3), colour::map(1.0));
        assert_eq!(pixel(3, height - 3), colour::map(0.0));
    }

    #[test]
    fn outlines_stand_where_one_part_meets_another_and_nowhere_else() {
        let mut fields = fields();
        let ink = |fields: &Fields| {
            let picture = "z=-0.5m:pressure".parse::<Slice>().unwrap().draw(fields).unwrap();
            let plane = Plane::new(&fields.grid, Axis::Z, 0).pixels;
            let inside = |i: &usize| i % picture.width < MARGIN + plane[0];
            (0..picture.pixels.len()).filter(inside).filter(|&i| picture.pixels[i] == INK).count()
        };
        fields.part.fill(0);
        assert_eq!(ink(&fields), 0);
        fields.part[[0, 1, 0]] = 1;
        assert!(ink(&fields) > 300);
    }

    #[test]
    fn the_file_is_a_png_of_the_size_of_the_picture() {
        let path = std::env::temp_dir().join(format!("racktherm-slice-{}.png", std::process::id()));
        let slice: Slice = "x=0.2m:velocity".parse().unwrap();
        slice.write(&path, &fields()).unwrap();
        let picture = slice.draw(&fields()).unwrap();
        let file = std::io::BufReader::new(std::fs::File::open(&path).unwrap());
        let info = png::Decoder::new(file).read_info().unwrap().info().size();
        std::fs::remove_file(path).unwrap();
        assert_eq!(info, (picture.width as u32, picture.height as u32));
    }
}
