//! `racktherm devices`: what `--backend` may name.

use super::{Exit, Failure, output};
use crate::backend::gpu::{DeviceDescription, devices};
use crate::report::table::{Align, Table};
use clap::Args;

/// List the GPUs and the CPU, and which one `--backend auto` takes
#[derive(Debug, Args)]
pub(super) struct Devices {}

impl Devices {
    pub(super) fn execute(&self) -> Result<Exit, Failure> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        output::print(&list(&devices(), cores))?;
        Ok(Exit::Success)
    }
}

fn list(devices: &[DeviceDescription], cores: usize) -> String {
    let mut table = Table::new(&[
        ("auto", Align::Left),
        ("kind", Align::Left),
        ("api", Align::Left),
        ("array up to", Align::Right),
        ("f64", Align::Left),
        ("device", Align::Left),
        ("driver", Align::Left),
    ]);
    for device in devices {
        let mut name = device.name.clone();
        if !device.usable {
            name.push_str(", limits too small");
        }
        table.row([
            if device.auto { "  *" } else { "" }.to_owned(),
            device.kind.to_owned(),
            device.api.clone(),
            format!("{:.1} GiB", device.max_array as f64 / f64::from(1 << 30)),
            if device.shader_f64 { "yes" } else { "no" }.to_owned(),
            name,
            device.driver.clone(),
        ]);
    }
    let takes_cpu = !devices.iter().any(|device| device.auto);
    table.row([
        if takes_cpu { "  *" } else { "" }.to_owned(),
        "CPU".into(),
        String::new(),
        "memory".into(),
        "yes".into(),
        format!("{cores} cores, f64 reference"),
    ]);
    table.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gpu(name: &str, auto: bool) -> DeviceDescription {
        DeviceDescription {
            name: name.into(),
            api: "vulkan".into(),
            driver: "test 1.0".into(),
            kind: if auto { "discrete GPU" } else { "software" },
            auto,
            usable: true,
            max_array: 2 << 30,
            max_storage_buffers: 16,
            max_workgroup_size: 1024,
            workgroup_memory: 32 << 10,
            max_workgroups: 65_535,
            shader_f64: true,
        }
    }

    fn marked(text: &str) -> Vec<&str> {
        text.lines().filter(|line| line.contains('*')).collect()
    }

    #[test]
    fn exactly_one_device_is_marked_and_it_is_the_cpu_beside_a_software_driver() {
        let text = list(&[gpu("llvmpipe", false)], 2);
        assert!(marked(&text).len() == 1 && marked(&text)[0].contains("2 cores"), "{text}");
        let text = list(&[gpu("H200", true), gpu("llvmpipe", false)], 2);
        assert!(marked(&text).len() == 1 && marked(&text)[0].contains("H200"), "{text}");
    }
}
