//! Names with paths, and the globs that pick several of them.

/// Whether a glob fits a path: `*` is any text without `/`, `**` any text; in each level the plain name
/// of an array stands for its members (`tray` for `tray.3`).
pub(super) fn matches(glob: &str, path: &str) -> bool {
    let patterns: Vec<&str> = glob.split('/').collect();
    let levels: Vec<&str> = path.split('/').collect();
    // reachable[j]: the patterns so far can use up exactly the first j levels.
    let mut reachable = vec![false; levels.len() + 1];
    reachable[0] = true;
    for pattern in patterns {
        let mut next = vec![false; levels.len() + 1];
        if pattern == "**" {
            let mut any = false;
            for j in 0..=levels.len() {
                any |= reachable[j];
                next[j] = any;
            }
        } else {
            for j in 0..levels.len() {
                next[j + 1] = reachable[j] && level_matches(pattern, levels[j]);
            }
        }
        reachable = next;
    }
    reachable[levels.len()]
}

fn level_matches(pattern: &str, level: &str) -> bool {
    wildcard(pattern.as_bytes(), level.as_bytes())
        || array_of(level).is_some_and(|base| wildcard(pattern.as_bytes(), base.as_bytes()))
}

/// `tray` of `tray.3`.
pub(super) fn array_of(level: &str) -> Option<&str> {
    let (base, number) = level.rsplit_once('.')?;
    (!base.is_empty() && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(base)
}

/// Greedy match with return to the last star: linear for one star, never worse than quadratic.
fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((back, from)) = star {
            p = back + 1;
            t = from + 1;
            star = Some((back, from + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// Whether a name consists of letters, digits, `_`, `-` and `.`.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 80
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// Words of an expression that could be names of parameters.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stays_on_its_level_and_two_cross_levels() {
        assert!(matches("tray.*/gpu.*", "tray.3/gpu.1"));
        assert!(!matches("tray.*", "tray.3/gpu.1"));
        assert!(matches("**", "tray.3/gpu.1"));
        assert!(matches("**/gpu.*", "tray.3/gpu.1"));
        assert!(matches("**/gpu.*", "gpu.1"));
        assert!(matches("tray.*/**", "tray.3/board/nic"));
        assert!(!matches("**/gpu.1", "tray.3/gpu.11"));
    }

    #[test]
    fn the_plain_name_of_an_array_stands_for_its_members() {
        assert!(matches("tray/gpu", "tray.3/gpu.1"));
        assert!(!matches("tray/gpu", "tray.x/gpu.1"));
        assert!(!matches("tra/gpu", "tray.3/gpu.1"));
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let glob = "*a".repeat(60) + "/" + &"**/".repeat(60) + "b";
        assert!(!matches(&glob, &"a".repeat(5000)));
    }
}
