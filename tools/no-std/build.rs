//! Links libc, which std would otherwise have brought along.

fn main() {
    println!("cargo::rustc-link-lib=c");
}
