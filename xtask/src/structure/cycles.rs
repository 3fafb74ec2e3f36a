//! Finds files that import each other, directly or by way of others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Each file, and the files that it imports.
pub type Imports = BTreeMap<String, BTreeSet<String>>;

/// One line for each group of files that import each other, with a shortest way round.
pub fn found(imports: &Imports) -> Vec<String> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for file in imports.keys() {
        if known.contains(file.as_str()) {
            continue;
        }
        let reached = reach(imports, file);
        let group: Vec<&str> = reached
            .iter()
            .copied()
            .filter(|other| reach(imports, other).contains(file.as_str()))
            .collect();
        known.extend(group.iter().copied());
        let shortest = group
            .iter()
            .filter_map(|file| way_round(imports, file))
            .min_by_key(Vec::len);
        let Some(way) = shortest else { continue };
        let mut line = format!("cycle: {}", way.join(" → "));
        if group.len() > way.len() - 1 {
            line += &format!(
                " (one of those among {}: {})",
                group.len(),
                group.join(", ")
            );
        }
        found.push(line);
    }
    found
}

/// The files that a file imports, directly or by way of others.
fn reach<'i>(imports: &'i Imports, from: &str) -> BTreeSet<&'i str> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(file) = waiting.pop() {
        for next in imports.get(file).into_iter().flatten() {
            if reached.insert(next.as_str()) {
                waiting.push(next);
            }
        }
    }
    reached
}

/// The shortest way from a file back to it.
fn way_round<'i>(imports: &'i Imports, start: &'i str) -> Option<Vec<&'i str>> {
    let mut ways = VecDeque::from([vec![start]]);
    let mut reached = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let last = way[way.len() - 1];
        for next in imports.get(last).into_iter().flatten() {
            let longer = [&way[..], &[next.as_str()]].concat();
            if next == start {
                return Some(longer);
            }
            if reached.insert(next) {
                ways.push_back(longer);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Imports, found};

    fn imports(files: &[(&str, &[&str])]) -> Imports {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        files
            .iter()
            .map(|(file, others)| ((*file).to_owned(), owned(others)))
            .collect()
    }

    #[test]
    fn files_that_import_each_other_are_found_with_the_shortest_way_round() {
        let files = imports(&[
            ("a", &["b", "d"]),
            ("b", &["c"]),
            ("c", &["a", "b"]),
            ("d", &["e"]),
            ("e", &[]),
        ]);
        assert_eq!(
            found(&files),
            ["cycle: b → c → b (one of those among 3: a, b, c)"]
        );
        let two = imports(&[("a", &["b"]), ("b", &["a"]), ("c", &["d"]), ("d", &["c"])]);
        assert_eq!(found(&two), ["cycle: a → b → a", "cycle: c → d → c"]);
    }

    #[test]
    fn files_that_import_others_and_never_each_other_are_fine() {
        let files = imports(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])]);
        assert!(found(&files).is_empty());
    }
}
