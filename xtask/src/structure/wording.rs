//! Words that the project does without, in code, comments and documents.

use super::source::Source;

/// Phrases for which there is a plainer one.
const PHRASES: [(&[&str], &str); 4] = [
    (
        &["will", "be", "told", "of"],
        "say who learns what, and how",
    ),
    (&["for", "ever"], "say until when, or \"never\""),
    (&["whoever"], "say who"),
    (&["stands"], "write \"is\""),
];

/// What may follow `stands`.
const MEANINGS: [&[&str]; 3] = [&["for"], &["in", "for"], &["still"]];

/// Functions take few arguments; this would allow more.
const ALLOWED: &str = "clippy::too_many_arguments";

/// This file names them all.
const HERE: &str = "xtask/src/structure/wording.rs";

pub fn found(sources: &[Source]) -> Vec<String> {
    let others = sources.iter().filter(|source| source.path != HERE);
    others.flat_map(in_file).collect()
}

fn in_file(source: &Source) -> Vec<String> {
    let words = words(&source.text);
    let follows = |at: usize, phrase: &[&str]| {
        words[at..].len() >= phrase.len()
            && words[at..]
                .iter()
                .zip(phrase)
                .all(|((_, word), part)| word == part)
    };
    let mut found = Vec::new();
    for (at, (line, _)) in words.iter().enumerate() {
        for (phrase, remedy) in PHRASES {
            let is_meant =
                phrase == ["stands"] && MEANINGS.iter().any(|rest| follows(at + 1, rest));
            if follows(at, phrase) && !is_meant {
                let phrase = phrase.join(" ");
                found.push(format!("{}:{line}: \"{phrase}\": {remedy}", source.path));
            }
        }
    }
    let lines = (1..).zip(source.text.lines());
    let allowed = lines.filter(|(_, text)| text.contains(ALLOWED));
    let remedy = "give the function fewer arguments";
    found.extend(allowed.map(|(line, _)| format!("{}:{line}: {ALLOWED}: {remedy}", source.path)));
    found
}

/// The words of a text with their lines. A phrase may go on in the next line, past the sign of a comment.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        for word in text.split_whitespace() {
            let word = word.trim_matches(|character: char| !character.is_alphanumeric());
            if !word.is_empty() {
                words.push((line, word.to_lowercase()));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::source::source;
    use super::found;

    fn lines(text: &str) -> Vec<String> {
        found(&[source("src/a.rs", text)])
    }

    #[test]
    fn a_phrase_is_found_wherever_it_stands_in_a_sentence_or_on_two_lines() {
        for text in [
            "// It waits for ever.",
            "// It waits for\n// ever.",
            "/// Whoever calls it\n",
            "# It will be told of it",
            "It *stands* in the root.",
        ] {
            let found = lines(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].starts_with("src/a.rs:1: \""), "{found:?}");
        }
    }

    #[test]
    fn other_meanings_and_other_words_are_fine() {
        for text in [
            "A stub stands in for it.",
            "It stands for a user.",
            "forever",
            "for every",
        ] {
            assert!(lines(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn too_many_arguments_are_not_allowed() {
        let found = lines("fn a() {}\n#[allow(clippy::too_many_arguments)]\nfn b() {}");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("src/a.rs:2: clippy::too_many_arguments"));
    }
}
