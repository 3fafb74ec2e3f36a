//! Documents as the package has them: outside the repository, so that links and pictures name the repository's
//! address.

use anyhow::{Context, Result, bail};

/// A document of a folder (`"docs/"`; empty for the root) with whole addresses, to the files of this version; `manifest`
/// is the package.json that names the repository.
pub fn with_addresses(document: &str, folder: &str, manifest: &str) -> Result<String> {
    let manifest: serde_json::Value = serde_json::from_str(manifest)?;
    let field = |name: &str| manifest[name].as_str();
    let repository = field("bugs").and_then(|address| address.strip_suffix("/issues"));
    let repository = repository.context("package.json does not say where issues go")?;
    let version = field("version").context("package.json has no version")?;

    let mut parts = document.split("](");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((target, rest)) = part.split_once(')') else {
            bail!("a document has a link without an end: {part}");
        };
        let is_picture = text.rfind('[').is_some_and(|at| text[..at].ends_with('!'));
        let view = if is_picture { "raw" } else { "blob" };
        text += "](";
        if !target.contains("://") && !target.starts_with('#') {
            text += &format!("{repository}/{view}/v{version}/{folder}");
        }
        text += &format!("{target}){rest}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::with_addresses;

    const MANIFEST: &str = r#"{ "version": "1.2.3", "bugs": "https://git.example/a/b/issues" }"#;

    #[test]
    fn links_and_pictures_lead_to_the_files_of_the_version() {
        for (from, to) in [
            (
                "[API](docs/api.md#x)",
                "[API](https://git.example/a/b/blob/v1.2.3/docs/api.md#x)",
            ),
            (
                "![a](b.png) c",
                "![a](https://git.example/a/b/raw/v1.2.3/b.png) c",
            ),
            ("[x](https://y.example)", "[x](https://y.example)"),
            ("[x](#here)", "[x](#here)"),
        ] {
            assert_eq!(with_addresses(from, "", MANIFEST).unwrap(), to);
        }
        assert_eq!(
            with_addresses("[API](api.md)", "docs/", MANIFEST).unwrap(),
            "[API](https://git.example/a/b/blob/v1.2.3/docs/api.md)"
        );
    }

    #[test]
    fn a_package_without_an_address_fails_the_build() {
        assert!(with_addresses("", "", r#"{ "version": "1.2.3" }"#).is_err());
        assert!(with_addresses("[x](y", "", MANIFEST).is_err());
    }
}
