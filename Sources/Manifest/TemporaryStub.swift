public import Findings
public enum TemplateWriter { public static func example(for c: Component, manifest: Manifest) -> String { "" } }
