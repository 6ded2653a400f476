//! Parts of one kind as one row: 72 GPUs are one line with the worst of them, never 72 lines.

use crate::result::{Component, CooledBy, step};

/// Parts of the same role, cooled in the same way.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    /// The role, or the last part of the name where a part has none.
    pub(crate) name: String,
    pub(crate) cooled_by: CooledBy,
    /// Smallest margin first; parts without a limit after those with one, hottest first.
    pub(crate) members: Vec<&'a Component>,
}

impl<'a> Group<'a> {
    /// The part that speaks for the group: smallest margin, else hottest.
    pub(crate) fn worst(&self) -> &'a Component {
        self.members[0]
    }

    /// Lowest and highest of a value over the members.
    pub(crate) fn span(&self, value: impl Fn(&Component) -> f64) -> (f64, f64) {
        self.members.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), c| {
            let v = value(c);
            // A value that is not a number must show, so it wins over all others.
            if v.is_nan() || low.is_nan() { (f64::NAN, f64::NAN) } else { (low.min(v), high.max(v)) }
        })
    }
}

/// Name of the kind a part belongs to: its role, else the last step of its path without its index.
pub(crate) fn kind(name: &str, role: &str) -> String {
    if !role.is_empty() {
        return role.to_owned();
    }
    let leaf = name.rsplit('/').next().unwrap_or(name);
    let stem = leaf.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['.', '-', '_']);
    if stem.is_empty() { leaf.to_owned() } else { stem.to_owned() }
}

/// Groups by kind and way of cooling, the smallest margin first, those without limits last and hottest first.
pub(crate) fn groups(components: &[Component]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for component in components {
        let name = kind(&component.name, &component.role);
        match groups.iter_mut().find(|g| g.name == name && g.cooled_by == component.cooled_by) {
            Some(group) => group.members.push(component),
            None => {
                groups.push(Group { name, cooled_by: component.cooled_by, members: vec![component] });
            }
        }
    }
    for group in &mut groups {
        group.members.sort_by(|a, b| urgency(a, b));
    }
    groups.sort_by(|a, b| urgency(a.worst(), b.worst()));
    groups
}

fn urgency(a: &Component, b: &Component) -> std::cmp::Ordering {
    // -NaN sorts below all numbers: a margin that is not a number is the most urgent of all.
    let margin = |c: &Component| match c.margin_k {
        Some(m) if m.is_nan() => f64::NEG_INFINITY,
        Some(m) => step(m),
        None => f64::INFINITY,
    };
    let heat = |c: &Component| step(c.judged_c());
    margin(a).total_cmp(&margin(b)).then_with(|| heat(b).total_cmp(&heat(a)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn parts_without_a_role_are_grouped_by_the_last_step_of_their_path() {
        assert_eq!(kind("tray.3/dimm.12", ""), "dimm");
        assert_eq!(kind("tray.3/board", ""), "board");
        assert_eq!(kind("tray.3/b200.7", "gpu"), "gpu");
        assert_eq!(kind("7", ""), "7");
    }

    #[test]
    fn a_group_is_spoken_for_by_its_smallest_margin_and_keeps_all_members() {
        let summary = sample::air();
        let groups = groups(&summary.components);
        let gpus = groups.iter().find(|g| g.name == "gpu").unwrap();
        assert_eq!(gpus.members.len(), 32);
        assert!(gpus.members.iter().all(|c| c.margin_k >= gpus.worst().margin_k));
        assert_eq!(groups[0].worst().name, summary.worst().unwrap().name);
        assert_eq!(groups.iter().map(|g| g.members.len()).sum::<usize>(), summary.components.len());
    }

    #[test]
    fn of_twins_that_differ_by_rounding_the_first_named_speaks() {
        let mut summary = sample::air();
        summary.components.retain(|c| c.role == "gpu");
        let (first, last) = (summary.components[0].name.clone(), summary.components.len() - 1);
        for (index, gpu) in summary.components.iter_mut().enumerate() {
            gpu.limit_c = Some(88.0);
            gpu.margin_k = Some(if index == last { 7.84 - 1e-12 } else { 7.84 });
        }
        assert_eq!(groups(&summary.components)[0].worst().name, first);
    }

    #[test]
    fn a_margin_that_is_not_a_number_comes_first() {
        let mut summary = sample::air();
        summary.components[5].margin_k = Some(f64::NAN);
        let name = summary.components[5].name.clone();
        assert_eq!(groups(&summary.components)[0].worst().name, name);
    }
}
