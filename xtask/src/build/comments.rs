//! Gives the package's functions the doc comments of the client's methods: they are written once, at the
//! methods, and an editor shows a function's own alone.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// What is above a function that is a method, and how its type names the method.
const FUNCTION: &str = "/** @function */\n";
const METHOD: &str = ": Client[\"";
/// How deep a class's members are indented in a declaration file.
const INDENT: &str = "    ";

/// Fills in the typings for `import` and for `require`.
pub fn inherit(dist: &Path) -> Result<()> {
    for folder in [dist.to_owned(), dist.join("cjs")] {
        let functions = folder.join("api.d.ts");
        let methods = fs::read_to_string(folder.join("client.d.ts"))?;
        let filled = filled(&fs::read_to_string(&functions)?, &methods)?;
        fs::write(functions, filled)?;
    }
    Ok(())
}

/// `functions` with the comments of `methods`.
fn filled(functions: &str, methods: &str) -> Result<String> {
    let mut parts = functions.split(FUNCTION);
    let mut text = parts.next().unwrap_or_default().to_owned();
    ensure!(
        text.len() < functions.len(),
        "api.d.ts has no function of the client: adapt xtask/src/build/comments.rs"
    );
    for part in parts {
        let declaration = part.lines().next().unwrap_or_default();
        let name = declaration
            .split_once(METHOD)
            .and_then(|(_, rest)| rest.split('"').next())
            .with_context(|| format!("this is no method of the client: {declaration}"))?;
        text += &comment_of(methods, name)?;
        text += part;
    }
    Ok(text)
}

/// The comment above a method, or above the first of its overloads.
fn comment_of(methods: &str, name: &str) -> Result<String> {
    let starts = ["(", "<"].map(|after| format!("\n{INDENT}{name}{after}"));
    let at = starts.iter().filter_map(|start| methods.find(start)).min();
    let above = &methods[..at.with_context(|| format!("the client has no method {name}"))?];
    let start = above
        .ends_with("*/")
        .then(|| above.rfind(&format!("{INDENT}/**")))
        .flatten()
        .with_context(|| format!("the client's method {name} has no doc comment"))?;
    let lines = above[start..].lines();
    Ok(lines
        .map(|line| format!("{}\n", line.strip_prefix(INDENT).unwrap_or(line)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::filled;

    const METHODS: &str = "\
export declare class Client {
    /** Not this one. */
    get(): void;
    /**
     * Gets a user.
     *
     * @param uid Whose.
     */
    getUser<M>(uid: string): M;
    /** The second overload. */
    getUser(): void;
    bare(): void;
}
";
    const FUNCTION: &str = "\
/** @function */
export declare const getUser: Client[\"getUser\"];
";

    #[test]
    fn a_function_has_the_comment_of_the_method_that_it_is() {
        let expected = "\
/**
 * Gets a user.
 *
 * @param uid Whose.
 */
export declare const getUser: Client[\"getUser\"];
";
        assert_eq!(filled(FUNCTION, METHODS).unwrap(), expected);
    }

    #[test]
    fn a_comment_that_is_missing_fails_the_build() {
        for (functions, why) in [
            (
                FUNCTION.replace("[\"getUser", "[\"bare"),
                "bare has no doc comment",
            ),
            (
                FUNCTION.replace("[\"getUser", "[\"getAll"),
                "no method getAll",
            ),
            (
                FUNCTION.replace("Client[\"getUser\"]", "() => void"),
                "is no method",
            ),
            (
                "export declare const getUser: 1;\n".to_owned(),
                "has no function",
            ),
        ] {
            let error = filled(&functions, METHODS).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
