//! A file of the project, as the checks read it.

pub struct Source {
    /// From the root on, with `/` between the folders.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = self.path.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|extension| extensions.contains(&extension))
    }

    /// Whether it is a test, or supports one.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|folder| folder == "tests")
    }
}

#[cfg(test)]
pub fn source(path: &str, text: &str) -> Source {
    let (path, text) = (path.to_owned(), text.to_owned());
    Source { path, text }
}
