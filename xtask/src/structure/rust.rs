//! Which files of a Rust crate import which: by a `use`, or by a path in the code.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::cycles::Imports;
use super::source::Source;

/// A module by its path from the crate's root on; the root's own is empty.
type ModulePath = Vec<String>;

/// The imports within each crate: the client, those in `crates`, and this one. Its tests are left out, as is
/// `mod`, which says what belongs to a module and not what it uses.
pub fn imports(sources: &[Source]) -> Result<Imports> {
    let mut crates: BTreeMap<&str, BTreeMap<ModulePath, &Source>> = BTreeMap::new();
    for source in sources
        .iter()
        .filter(|source| source.has_extension(&["rs"]))
    {
        let Some((name, file)) = in_crate(&source.path) else {
            continue;
        };
        crates.entry(name).or_default().insert(module(file), source);
    }
    let mut imports = Imports::new();
    for modules in crates.values() {
        for (path, source) in modules {
            let tokens = TokenStream::from_str(&source.text)
                .map_err(|error| anyhow!("{}: {error}", source.path))?;
            let mut file = File {
                children: children(&tokens),
                used: Vec::new(),
            };
            file.read(tokens, path);
            let used = file.used.iter().filter_map(|used| nearest(modules, used));
            let used = used.filter(|used| *used != source.path).map(str::to_owned);
            imports.insert(source.path.clone(), used.collect());
        }
    }
    Ok(imports)
}

/// The crate's folder, and the file's path in its sources.
fn in_crate(path: &str) -> Option<(&str, &str)> {
    if let Some(file) = path.strip_prefix("src/") {
        return Some(("", file));
    }
    let (folder, file) = path.split_once("/src/")?;
    let is_crate = folder == "xtask" || folder.strip_prefix("crates/").is_some();
    (is_crate && !folder.contains("/tests")).then_some((folder, file))
}

fn module(file: &str) -> ModulePath {
    let path = file.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" => Vec::new(),
        // A program beside a library is a crate of its own, which nothing can import.
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// The file of the longest beginning of a path that is a module; the rest names something inside.
fn nearest<'s>(modules: &BTreeMap<ModulePath, &'s Source>, path: &[String]) -> Option<&'s str> {
    let lengths = (0..=path.len()).rev();
    let mut found = lengths.filter_map(|length| modules.get(&path[..length]));
    // Without a library, the program is the root.
    let root = || modules.get(&vec!["main".to_owned()]);
    found
        .next()
        .or_else(root)
        .map(|source| source.path.as_str())
}

/// The modules that a file declares.
fn children(tokens: &TokenStream) -> BTreeSet<String> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let declared = tokens
        .windows(3)
        .filter(|three| is_word(&three[0], "mod") && is_mark(&three[2], ';'));
    declared.map(|three| three[1].to_string()).collect()
}

struct File {
    children: BTreeSet<String>,
    /// The paths that it uses, from the crate's root on.
    used: Vec<ModulePath>,
}

impl File {
    /// Reads the code of a module.
    fn read(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            let follows = |ahead: usize| tokens.get(at + ahead);
            match &tokens[at] {
                TokenTree::Ident(word) if word == "mod" => {
                    let is_test = tokens[..at].iter().rev().take(2).any(is_test_only);
                    if let (Some(name), Some(TokenTree::Group(body))) = (follows(1), follows(2)) {
                        let inner = [module, &[name.to_string()]].concat();
                        if !is_test {
                            self.read(body.stream(), &inner);
                        }
                        at += 2;
                    }
                }
                TokenTree::Ident(word)
                    if is_path(&tokens[at + 1..]) && !is_inside(&tokens[..at]) =>
                {
                    let start = match word.to_string().as_str() {
                        "crate" => Some(Vec::new()),
                        "self" => Some(module.to_vec()),
                        "super" => Some(parent(module)),
                        child if self.children.contains(child) => {
                            Some([module, &[child.to_owned()]].concat())
                        }
                        _ => None,
                    };
                    if let Some(start) = start {
                        self.path(&tokens[at + 1..], start);
                    }
                }
                TokenTree::Group(group) => self.read(group.stream(), module),
                _ => {}
            }
            at += 1;
        }
    }

    /// Follows a path from the `::` after its beginning.
    fn path(&mut self, tokens: &[TokenTree], start: ModulePath) {
        let mut path = start;
        let mut rest = tokens;
        while is_path(rest) {
            match rest.get(2) {
                Some(TokenTree::Ident(word)) if word == "super" => path = parent(&path),
                Some(TokenTree::Ident(word)) => path.push(word.to_string()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let items: Vec<TokenTree> = group.stream().into_iter().collect();
                    for item in items.split(|token| is_mark(token, ',')) {
                        self.item(item, &path);
                    }
                    return;
                }
                _ => break,
            }
            rest = &rest[3..];
        }
        self.used.push(path);
    }

    /// One of several in the braces of a `use`.
    fn item(&mut self, tokens: &[TokenTree], start: &[String]) {
        match tokens {
            [TokenTree::Ident(word), ..] if word == "self" => self.used.push(start.to_vec()),
            [TokenTree::Ident(word), rest @ ..] => {
                self.path(rest, [start, &[word.to_string()]].concat());
            }
            [_, ..] => self.used.push(start.to_vec()),
            [] => {}
        }
    }
}

fn parent(module: &[String]) -> ModulePath {
    module[..module.len().saturating_sub(1)].to_vec()
}

fn is_word(token: &TokenTree, text: &str) -> bool {
    matches!(token, TokenTree::Ident(word) if word == text)
}

fn is_mark(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(mark) if mark.as_char() == character)
}

/// Whether `::` comes next.
fn is_path(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [first, second, ..] if is_mark(first, ':') && is_mark(second, ':'))
}

/// Whether what comes next belongs to a path that has begun before.
fn is_inside(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [.., first, second] if is_mark(first, ':') && is_mark(second, ':'))
}

fn is_test_only(token: &TokenTree) -> bool {
    token.to_string().replace(' ', "") == "[cfg(test)]"
}

#[cfg(test)]
mod tests {
    use super::super::cycles::found;
    use super::super::source::source;
    use super::imports;

    fn cycles(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| source(path, text))
            .collect();
        found(&imports(&files).unwrap())
    }

    const WAY: &str = "cycle: src/a.rs → src/b.rs → src/a.rs";

    #[test]
    fn a_cycle_is_found_however_the_path_is_written() {
        for import in [
            "use crate::b::B;",
            "use super::b::B;",
            "use crate::{c::C, b::{B, D}};",
            "use crate::b;",
            "use crate::b::*;",
            "use crate::{b};",
            "fn a() { ensure!(crate::b::is()); }",
            "mod inner { use super::super::b::B; }",
        ] {
            let files = [
                ("src/lib.rs", "mod a; mod b; mod c;"),
                ("src/a.rs", import),
                ("src/b.rs", "fn b() -> crate::a::A { crate::a::A }"),
                ("src/c.rs", ""),
            ];
            assert_eq!(cycles(&files), [WAY], "{import}");
        }
    }

    #[test]
    fn a_module_and_its_child_that_use_each_other_are_a_cycle() {
        let files = [
            ("crates/x/src/lib.rs", "mod store;"),
            (
                "crates/x/src/store/mod.rs",
                "mod users; pub struct Store; fn a() { users::all(); }",
            ),
            (
                "crates/x/src/store/users.rs",
                "use super::Store; pub fn all() {}",
            ),
        ];
        let way = "cycle: crates/x/src/store/mod.rs → crates/x/src/store/users.rs → crates/x/src/store/mod.rs";
        assert_eq!(cycles(&files), [way]);
        // To declare a child is not to use it.
        let declared = ("crates/x/src/store/mod.rs", "mod users; pub struct Store;");
        assert!(cycles(&[files[0], declared, files[2]]).is_empty());
    }

    #[test]
    fn tests_comments_texts_and_other_crates_are_no_imports() {
        for text in [
            "#[cfg(test)] mod tests { use super::*; use crate::b::B; }",
            "// use crate::b::B;",
            "/// See [`crate::b::B`].\nfn a() {}",
            "const A: &str = \"crate::b::B\";",
            "use other::b::B; use std::b;",
            "pub(crate) fn a() {}",
        ] {
            let files = [
                ("src/lib.rs", "mod a; mod b;"),
                ("src/a.rs", text),
                ("src/b.rs", "use crate::a::A;"),
                ("crates/other/src/a.rs", "use crate::b::B;"),
            ];
            assert!(cycles(&files).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_exported_by_the_root_is_imported_from_the_root() {
        let files = [
            ("src/lib.rs", "mod a; pub use a::A;"),
            ("src/a.rs", "use crate::A;"),
        ];
        assert_eq!(cycles(&files), ["cycle: src/a.rs → src/lib.rs → src/a.rs"]);
    }
}
