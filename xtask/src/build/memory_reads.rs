//! Mends how wasm2js reads the memory: `HEAP32[f() >> 2]` takes the view before it calls `f`, and when `f` makes the
//! memory grow, the view is of the memory as it was. A function takes it after the call. Writes have the same flaw; the
//! core has none of these.

use anyhow::{Context, Result, ensure};

const VIEW: &str = "HEAP";
/// Where the functions go: behind the last view.
const LAST_VIEW: &str = "var HEAPF64 = new Float64Array(buffer);\n";

/// The core with a function in place of each read whose place is the result of a call.
pub fn after_calls(core: &str) -> Result<String> {
    let mut views = Vec::new();
    let mended = mended(core, &mut views)?;
    views.sort_unstable();
    views.dedup();
    let readers: String = views
        .iter()
        .map(|view| format!("function read{view}(place) {{ return {view}[place]; }}\n"))
        .collect();
    let (before, after) = mended
        .split_once(LAST_VIEW)
        .context("the core has no view HEAPF64 of its memory")?;
    Ok(format!("{before}{LAST_VIEW}{readers}{after}"))
}

fn mended(code: &str, views: &mut Vec<String>) -> Result<String> {
    let mut mended_code = String::new();
    let mut rest = code;
    while let Some(start) = rest.find(VIEW) {
        let name_end = end_of_name(rest, start);
        let view = &rest[start..name_end];
        let Some(inner) = rest[name_end..].strip_prefix('[').and_then(up_to_bracket) else {
            mended_code.push_str(&rest[..name_end]);
            rest = &rest[name_end..];
            continue;
        };
        mended_code.push_str(&rest[..start]);
        let after = &rest[name_end + inner.len() + 2..];
        let is_called = has_call(inner);
        let inner = mended(inner, views)?;
        if let Some(written) = after.strip_prefix(" = ") {
            let value = written.split([';', '\n']).next().unwrap_or_default();
            ensure!(
                !is_called && !has_call(value),
                "wasm2js takes a view before a call, to write: {view}[{inner}] = {value}"
            );
        }
        if is_called {
            views.push(view.to_owned());
            mended_code.push_str(&format!("read{view}({inner})"));
        } else {
            mended_code.push_str(&format!("{view}[{inner}]"));
        }
        rest = after;
    }
    mended_code.push_str(rest);
    Ok(mended_code)
}

fn end_of_name(code: &str, start: usize) -> usize {
    let name = code[start..]
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric());
    start + name.count()
}

/// The text up to the bracket that closes one opened before it.
fn up_to_bracket(text: &str) -> Option<&str> {
    let mut depth = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[..at]);
        }
    }
    None
}

/// Whether the code calls a function that may make the memory grow: any but those of `Math`.
fn has_call(code: &str) -> bool {
    let is_in_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '$' | ']');
    code.match_indices('(').any(|(at, _)| {
        let before = &code[..at];
        let name = before.trim_end_matches(is_in_name);
        let name = &before[name.len()..];
        !name.is_empty() && !name.starts_with("Math_")
    })
}

#[cfg(test)]
mod tests {
    use super::{LAST_VIEW, after_calls};

    fn mended(code: &str) -> String {
        let core = format!("var HEAPF64 = new Float64Array(buffer);\n{code}");
        after_calls(&core)
            .unwrap()
            .split_once(";\n")
            .unwrap()
            .1
            .to_owned()
    }

    #[test]
    fn a_read_at_the_result_of_a_call_takes_the_view_after_the_call() {
        assert_eq!(
            mended("a = HEAP32[$7(HEAP32[b + 4 >> 2], 6) >> 2] | 0;"),
            "function readHEAP32(place) { return HEAP32[place]; }\na = readHEAP32($7(HEAP32[b + 4 >> 2], 6) >> 2) | 0;"
        );
    }

    #[test]
    fn everything_else_stays() {
        for code in [
            "HEAP32[(a + b) >> 2] = Math_imul(HEAPU8[c], d);",
            "HEAP8 = new Int8Array(newBuffer);",
            "f(HEAP8, HEAP32[0]);",
        ] {
            assert_eq!(mended(code), code);
        }
    }

    #[test]
    fn a_write_that_takes_the_view_before_a_call_fails_the_build() {
        for code in ["HEAP32[$7() >> 2] = 1;", "HEAP32[a >> 2] = b | $7(c);"] {
            let core = format!("{LAST_VIEW}{code}");
            let error = after_calls(&core).unwrap_err();
            assert!(error.to_string().contains("$7("), "{error}");
        }
    }

    #[test]
    fn a_core_without_views_fails_the_build() {
        assert!(after_calls("a = HEAP32[f()];").is_err());
    }
}
