//! How long files may be.

use super::source::Source;

/// Most lines of a file of code outside tests.
const FILE_LINES: usize = 400;
/// Most lines of the client, `src` and `pkg/src` together, without tests and without the server's half.
const CLIENT_LINES: usize = 5_200;
/// Most lines of the server's half, without tests.
const SERVER_LINES: usize = 2_600;
/// Most lines of the import and the command, without tests.
const PROVISION_LINES: usize = 3_200;
/// Most lines of the README.
const README_LINES: usize = 220;

pub fn found(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    let mut limit = |what: &str, lines: usize, most: usize| {
        if lines > most {
            found.push(format!("{what}: {lines} lines, at most {most}"));
        }
    };
    let (mut client, mut server, mut provision) = (0, 0, 0);
    for source in sources {
        if source.path == "README.md" {
            limit("README.md", source.text.lines().count(), README_LINES);
        }
        if !source.has_extension(&["rs", "ts", "js", "mjs", "cjs"]) || source.is_test() {
            continue;
        }
        limit(&source.path, source.text.lines().count(), FILE_LINES);
        let is_below = |folders: [&str; 2]| folders.iter().any(|at| source.path.starts_with(at));
        if is_below(["src/server/", "pkg/src/server/"]) {
            server += lines_without_tests(&source.text);
        } else if is_below(["pkg/src/provision/", "pkg/src/command/"]) {
            provision += lines_without_tests(&source.text);
        } else if is_below(["src/", "pkg/src/"]) {
            client += lines_without_tests(&source.text);
        }
    }
    limit("src and pkg/src without tests", client, CLIENT_LINES);
    limit(
        "src/server and pkg/src/server without tests",
        server,
        SERVER_LINES,
    );
    limit(
        "pkg/src/provision and pkg/src/command",
        provision,
        PROVISION_LINES,
    );
    found
}

/// The lines of a file but those of the items that are only compiled for tests.
fn lines_without_tests(text: &str) -> usize {
    let mut count = 0;
    let mut is_test = false;
    for line in text.lines() {
        is_test |= line.starts_with("#[cfg(test)]");
        count += usize::from(!is_test);
        // An item at the top ends where nothing is indented.
        is_test &= !(line.starts_with('}') || line.ends_with(';') && !line.starts_with(' '));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::super::source::source;
    use super::{CLIENT_LINES, FILE_LINES, README_LINES, found};

    #[test]
    fn a_file_of_a_line_too_many_is_found_and_a_test_may_be_longer() {
        for (path, most) in [
            ("crates/a/src/a.rs", FILE_LINES),
            ("scripts/a.mjs", FILE_LINES),
            ("README.md", README_LINES),
        ] {
            assert!(found(&[source(path, &"a\n".repeat(most))]).is_empty());
            let line = format!("{path}: {} lines, at most {most}", most + 1);
            assert_eq!(found(&[source(path, &"a\n".repeat(most + 1))]), [line]);
        }
        let tests = source("tests/a.mjs", &"a\n".repeat(FILE_LINES + 1));
        assert!(found(&[tests]).is_empty());
    }

    #[test]
    fn the_client_is_counted_without_its_tests() {
        let files = |lines: usize| -> Vec<_> {
            let tests = "#[cfg(test)]\nuse a::b;\n#[cfg(test)]\nmod tests {\n    fn a();\n}\n";
            let text = tests.to_owned() + &"a\n".repeat(lines);
            (0..20)
                .map(|number| source(&format!("src/{number}.rs"), &text))
                .collect()
        };
        assert!(found(&files(CLIENT_LINES / 20)).is_empty());
        let more = found(&files(CLIENT_LINES / 20 + 1));
        let lines = CLIENT_LINES + 20;
        assert_eq!(
            more,
            [format!(
                "src and pkg/src without tests: {lines} lines, at most {CLIENT_LINES}"
            )]
        );
    }
}
