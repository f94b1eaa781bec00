//! YAML, read by Ruby.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use jeton_testkit::machine::{RUBY_OPENID_CONNECT, need};
use serde_json::Value;

use crate::root::printed;

/// Prints the documents of standard input as a list in JSON. A key that stands twice in a table is an error.
const TO_JSON: &str = r#"
require "yaml"
require "json"
text = STDIN.read
def twice(node)
  keys = node.children.each_slice(2).map { |key, _| key.value } if node.is_a?(Psych::Nodes::Mapping)
  abort "twice: #{keys}" if keys && keys.uniq != keys
  (node.children || []).each { |child| twice(child) }
end
Psych.parse_stream(text).children.each { |document| twice(document) }
puts JSON.generate(Psych.parse_stream(text).children.map(&:to_ruby).compact)
"#;

/// The documents of a text.
pub(crate) fn documents(text: &str) -> Result<Vec<Value>> {
    need(&[&RUBY_OPENID_CONNECT])?;
    let mut child = Command::new("ruby")
        .args(["-e", TO_JSON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting ruby")?;
    std::io::Write::write_all(&mut child.stdin.take().context("its input")?, text.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{}\n{text}", printed(&output));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What a pointer (RFC 6901) leads to in a document.
pub(crate) fn at<'a>(document: &'a Value, pointer: &str) -> Result<&'a Value> {
    document.pointer(pointer).with_context(|| format!("no {pointer} in {document:#}"))
}
