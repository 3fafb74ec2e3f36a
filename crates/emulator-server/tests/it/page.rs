//! The demo page at the emulator's own address.

use std::fs;

use crate::harness::{Folder, behaviours, command};

/// A folder with a page in it, and a `config.json` for other web hosts.
fn built() -> Folder {
    let folder = Folder::new();
    let path = folder.path();
    fs::create_dir(path.join("assets")).expect("a folder");
    for (name, text) in [
        ("index.html", "<!doctype html><title>page</title>"),
        ("config.json", r#"{"of":"another host"}"#),
        ("assets/main-1234.js", "export {};"),
        ("assets/main-1234.js.br", "as brotli"),
        ("assets/main-1234.js.gz", "as gzip"),
        ("assets/core-1234.wasm", "\0asm"),
    ] {
        fs::write(path.join(name), text).expect("a file");
    }
    folder
}

behaviours! {
    fn the_page_is_served_at_the_emulators_address(on) {
        let folder = built();
        let server = on.start(&["--page", folder.path().to_str().unwrap()]);
        let page = server.ask("GET", "/").send();
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-type"), Some("text/html"));
        assert_eq!(page.header("cache-control"), Some("no-cache"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");

        let module = server.ask("GET", "/assets/core-1234.wasm").send();
        assert_eq!(module.header("content-type"), Some("application/wasm"));
        assert_eq!(module.header("cache-control"), Some("public, max-age=31536000, immutable"));
        for (accepted, encoding, body) in [
            ("gzip, br", Some("br"), "as brotli"),
            ("gzip", Some("gzip"), "as gzip"),
            ("identity", None, "export {};"),
        ] {
            let script = server.ask("GET", "/assets/main-1234.js").header("accept-encoding", accepted).send();
            assert_eq!(script.header("content-type"), Some("text/javascript"));
            assert_eq!(script.header("content-encoding"), encoding);
            assert_eq!(script.body, body.as_bytes());
        }
    }

    fn the_page_takes_nothing_from_the_service(on) {
        let folder = built();
        let server = on.start(&["--page", folder.path().to_str().unwrap()]);
        server.user("kevin");
        server.rest("GET", "/users/kevin").data();
        server.ask("GET", "/nowhere").fails(404, "ERR_API_NOT_FOUND");
        server.ask("GET", "/v3.0/nowhere").fails(404, "ERR_API_NOT_FOUND");
        server.ask("GET", "/assets/../../Cargo.toml").fails(404, "ERR_API_NOT_FOUND");
        server.ask("GET", "/assets/%2e%2e/%2e%2e/Cargo.toml").fails(404, "ERR_API_NOT_FOUND");
        assert_eq!(server.own("GET", "/health").send().status, 200);
        // What is no page is no request of a client: the journal knows nothing of it.
        let journal = server.own("GET", "/requests").data();
        assert!(journal.as_array().unwrap().iter().all(|entry| entry["path"] != "/"), "{journal}");
    }

    fn a_page_of_this_machine_learns_the_keys_and_no_other_does(on) {
        let folder = built();
        let server = on.start(&["--page", folder.path().to_str().unwrap()]);
        let of_page = server.ask("GET", "/config.json").send().json();
        let own = server.own("GET", "/config").data();
        assert_eq!(of_page, own);
        assert_eq!(own["apps"][0]["appId"], server.app_id.as_str());
        assert_eq!(own["apps"][0]["authKey"], server.auth_key.as_str());
        assert_eq!(own["apps"][0]["restApiKey"], server.rest_api_key.as_str());
        for path in ["/config.json", "/__emulator/config"] {
            for (name, value) in [("origin", "https://evil.example"), ("host", "evil.example")] {
                server.ask("GET", path).header(name, value).fails(403, "EMULATOR_ERR_FOREIGN_REQUEST");
            }
        }
    }

    fn no_link_leads_out_of_the_folder(on) {
        let (folder, outside) = (built(), Folder::new());
        let secret = outside.path().join("secret.js");
        fs::write(&secret, "secret").expect("a file");
        fs::write(outside.path().join("index.html"), "secret").expect("a file");
        let assets = folder.path().join("assets");
        for (link, target) in [
            (assets.join("link.js"), secret.as_path()),
            (assets.join("other.js.br"), secret.as_path()),
            (folder.path().join("outside"), outside.path()),
            (assets.join("within.js"), assets.join("main-1234.js").as_path()),
            (assets.join("relative.js"), std::path::Path::new("../../../Cargo.toml")),
        ] {
            std::os::unix::fs::symlink(target, link).expect("a link");
        }
        fs::write(assets.join("other.js"), "export {};").expect("a file");
        let server = on.start(&["--page", folder.path().to_str().unwrap()]);
        for path in ["/assets/link.js", "/outside/secret.js", "/outside/", "/assets/relative.js"] {
            server.ask("GET", path).fails(404, "ERR_API_NOT_FOUND");
        }
        let other = server.ask("GET", "/assets/other.js").header("accept-encoding", "br").send();
        assert_eq!(other.text(), "export {};");
        // A link that stays inside is a file like any other.
        assert_eq!(server.ask("GET", "/assets/within.js").send().text(), "export {};");
    }

    fn a_folder_that_is_a_link_itself_is_served(on) {
        let (folder, other) = (built(), Folder::new());
        let link = other.path().join("page");
        std::os::unix::fs::symlink(folder.path(), &link).expect("a link");
        let server = on.start(&["--page", link.to_str().unwrap()]);
        assert_eq!(server.ask("GET", "/").send().status, 200);
    }

    fn without_the_flag_there_is_no_page(on) {
        let server = on.start(&[]);
        server.ask("GET", "/").fails(404, "ERR_API_NOT_FOUND");
        server.ask("GET", "/config.json").fails(404, "ERR_API_NOT_FOUND");
    }
}

#[test]
fn a_folder_without_a_page_is_refused_with_what_to_do() {
    let folder = Folder::new();
    let output = command()
        .args(["--database-url", "sqlite::memory:", "--page"])
        .arg(folder.path())
        .output()
        .expect("it runs");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("npm run build"), "{said}");
}
