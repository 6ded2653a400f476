//! Fields as a VTK rectilinear grid (`.vtr`), which ParaView and PyVista open.
//!
//! XML with appended raw data: each array is its byte count (UInt64) and its values, little endian, x
//! fastest (VTK file formats, "XML file formats"). Cell data: `temperature` in °C, `pressure` in Pa,
//! `velocity` in m/s with three components (Float32), `material` and `part` as numbers, whose names are in
//! the field data `material_names` and `part_names`. Over time there is a file for each snapshot, and a `.pvd` that names
//! them with their times. Coordinates are the grid's faces in m (Float64).

use super::files::{self, FileError};
use crate::grid::Axis;
use crate::result::Fields;
use crate::units::ZERO_CELSIUS;
use ndarray::Array3;
use std::io::{self, Write};
use std::path::Path;

/// Writes fields as a `.vtr` file.
///
/// # Errors
/// [`FileError`] with the path that cannot be written.
pub fn write(path: &Path, fields: &Fields) -> Result<(), FileError> {
    files::write(path, |out| document(out, fields))
}

/// Name of a snapshot of a run over time.
#[must_use]
pub fn snapshot(number: usize) -> String {
    format!("fields_{number:04}.vtr")
}

/// Writes the index of the snapshots at some times, s, as `fields.pvd`.
///
/// # Errors
/// [`FileError`] with the path that cannot be written.
pub fn write_index(directory: &Path, times: &[f64]) -> Result<(), FileError> {
    files::write(&directory.join("fields.pvd"), |out| index(out, times))
}

fn index(out: &mut impl Write, times: &[f64]) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0"?>"#)?;
    writeln!(out, r#"<VTKFile type="Collection" version="0.1" byte_order="LittleEndian">"#)?;
    writeln!(out, "<Collection>")?;
    for (number, time) in times.iter().enumerate() {
        writeln!(out, r#"<DataSet timestep="{time}" group="" part="0" file="{}"/>"#, snapshot(number))?;
    }
    writeln!(out, "</Collection>\n</VTKFile>")
}

/// One appended array.
struct Appended {
    head: String,
    bytes: Vec<u8>,
}

impl Appended {
    fn new(kind: &str, name: &str, components: usize, bytes: Vec<u8>) -> Self {
        let head = format!(r#"type="{kind}" Name="{name}" NumberOfComponents="{components}""#);
        Self { head, bytes }
    }
}

fn document(out: &mut impl Write, fields: &Fields) -> io::Result<()> {
    let cells = cell_data(fields);
    let axes = Axis::ALL.map(|axis| {
        let bytes = fields.grid.faces(axis).iter().flat_map(|p| p.to_le_bytes()).collect();
        Appended::new("Float64", &axis.letter().to_string(), 1, bytes)
    });
    let [nx, ny, nz] = fields.grid.size();
    let extent = format!("0 {nx} 0 {ny} 0 {nz}");
    writeln!(out, r#"<?xml version="1.0"?>"#)?;
    writeln!(
        out,
        r#"<VTKFile type="RectilinearGrid" version="1.0" byte_order="LittleEndian" header_type="UInt64">"#
    )?;
    writeln!(out, r#"<RectilinearGrid WholeExtent="{extent}">"#)?;
    writeln!(out, "<FieldData>")?;
    names(out, "material_names", &fields.material_names)?;
    names(out, "part_names", &fields.part_names)?;
    writeln!(out, "</FieldData>")?;
    writeln!(out, r#"<Piece Extent="{extent}">"#)?;
    let mut offset = 0;
    writeln!(out, r#"<CellData Scalars="temperature" Vectors="velocity">"#)?;
    for array in &cells {
        declare(out, array, &mut offset)?;
    }
    writeln!(out, "</CellData>\n<Coordinates>")?;
    for array in &axes {
        declare(out, array, &mut offset)?;
    }
    writeln!(out, "</Coordinates>\n</Piece>\n</RectilinearGrid>")?;
    write!(out, r#"<AppendedData encoding="raw">_"#)?;
    for array in cells.iter().chain(&axes) {
        out.write_all(&(array.bytes.len() as u64).to_le_bytes())?;
        out.write_all(&array.bytes)?;
    }
    writeln!(out, "\n</AppendedData>\n</VTKFile>")
}

fn declare(out: &mut impl Write, array: &Appended, offset: &mut usize) -> io::Result<()> {
    writeln!(out, r#"<DataArray {} format="appended" offset="{offset}"/>"#, array.head)?;
    *offset += size_of::<u64>() + array.bytes.len();
    Ok(())
}

/// Text arrays are character codes, each text ended by 0.
fn names(out: &mut impl Write, name: &str, texts: &[String]) -> io::Result<()> {
    write!(
        out,
        r#"<DataArray type="String" Name="{name}" NumberOfTuples="{}" format="ascii">"#,
        texts.len()
    )?;
    for text in texts {
        for byte in text.bytes() {
            write!(out, "{byte} ")?;
        }
        write!(out, "0 ")?;
    }
    writeln!(out, "</DataArray>")
}

fn cell_data(fields: &Fields) -> Vec<Appended> {
    let celsius = floats(&fields.temperature_k, -ZERO_CELSIUS);
    let [u, v, w] = &fields.velocity;
    // A transposed view runs over z, y, x: x fastest, whatever the layout in memory.
    let components = u.t().into_iter().zip(v.t()).zip(w.t());
    let velocity = components
        .flat_map(|((u, v), w)| {
            [u, v, w].into_iter().flat_map(|c| (*c as f32).to_le_bytes()).collect::<Vec<_>>()
        })
        .collect();
    vec![
        Appended::new("Float32", "temperature", 1, celsius),
        Appended::new("Float32", "pressure", 1, floats(&fields.pressure, 0.0)),
        Appended::new("Float32", "velocity", 3, velocity),
        Appended::new(
            "UInt16",
            "material",
            1,
            fields.material.t().iter().flat_map(|m| m.to_le_bytes()).collect(),
        ),
        Appended::new("UInt32", "part", 1, fields.part.t().iter().flat_map(|p| p.to_le_bytes()).collect()),
    ]
}

fn floats(values: &Array3<f64>, shift: f64) -> Vec<u8> {
    values.t().iter().flat_map(|v| ((v + shift) as f32).to_le_bytes()).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::result::cell_array;

    /// Two by three by four cells whose values say where they are.
    pub(crate) fn fields() -> Fields {
        let grid = Grid::new([vec![0.0, 0.1, 0.3], vec![0.0, 1.0, 2.0, 3.0], vec![-1.0, 0.0, 1.0, 1.5, 2.5]])
            .unwrap();
        let by = |f: &dyn Fn(usize) -> f64| cell_array(&grid, (0..grid.cells()).map(f).collect()).unwrap();
        Fields {
            temperature_k: by(&|c| 273.15 + c as f64),
            pressure: by(&|c| -(c as f64)),
            velocity: [by(&|c| c as f64), by(&|c| 0.5 * c as f64), by(&|_| 0.25)],
            material: cell_array(&grid, (0..grid.cells()).map(|c| (c % 2) as u16).collect()).unwrap(),
            part: cell_array(&grid, (0..grid.cells()).map(|c| (c / 20) as u32).collect()).unwrap(),
            material_names: vec!["air".into(), "copper".into()],
            part_names: vec!["none".into(), "tray.1/gpu.2".into()],
            grid,
        }
    }

    /// The bytes of an array of a `.vtr` document, found as a reader finds them: by its declared offset.
    fn array(document: &[u8], name: &str) -> Vec<u8> {
        let marker = b"encoding=\"raw\">_";
        let start = document.windows(marker.len()).position(|w| w == marker).unwrap() + marker.len();
        let head = std::str::from_utf8(&document[..start]).unwrap();
        let line = head.lines().find(|l| l.contains(&format!("Name=\"{name}\""))).unwrap();
        let offset = line.split("offset=\"").nth(1).unwrap().split('"').next().unwrap();
        let at = start + offset.parse::<usize>().unwrap();
        let size = u64::from_le_bytes(document[at..at + 8].try_into().unwrap()) as usize;
        document[at + 8..at + 8 + size].to_vec()
    }

    fn singles(bytes: &[u8]) -> Vec<f32> {
        bytes.chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
    }

    #[test]
    fn values_read_back_stand_in_the_order_of_the_cells_and_in_celsius() {
        let mut document_bytes = Vec::new();
        document(&mut document_bytes, &fields()).unwrap();
        let temperature = singles(&array(&document_bytes, "temperature"));
        assert_eq!(temperature.len(), 24);
        assert!(temperature.iter().enumerate().all(|(c, t)| (t - c as f32).abs() < 1e-4), "{temperature:?}");
        let velocity = singles(&array(&document_bytes, "velocity"));
        assert_eq!(velocity[3 * 7..3 * 8], [7.0, 3.5, 0.25]);
        let part: Vec<u8> = array(&document_bytes, "part");
        assert_eq!(part[4 * 19..4 * 21], [0, 0, 0, 0, 1, 0, 0, 0]);
        let x: Vec<u8> = array(&document_bytes, "x");
        assert_eq!(x, [0.0_f64, 0.1, 0.3].iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>());
    }

    #[test]
    fn the_index_names_every_snapshot_with_its_time() {
        let mut bytes = Vec::new();
        index(&mut bytes, &[0.0, 2.5]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(r#"timestep="0" group="" part="0" file="fields_0000.vtr""#), "{text}");
        assert!(text.contains(r#"timestep="2.5" group="" part="0" file="fields_0001.vtr""#), "{text}");
        assert_eq!(text.matches("<DataSet").count(), 2);
    }

    #[test]
    fn an_array_in_c_order_is_written_in_the_same_order_of_cells() {
        let mut rows = fields();
        let grid = rows.grid.clone();
        rows.temperature_k =
            Array3::from_shape_fn((2, 3, 4), |(i, j, k)| 273.15 + grid.index([i, j, k]) as f64);
        let (mut a, mut b) = (Vec::new(), Vec::new());
        document(&mut a, &fields()).unwrap();
        document(&mut b, &rows).unwrap();
        assert_eq!(array(&a, "temperature"), array(&b, "temperature"));
    }
}
