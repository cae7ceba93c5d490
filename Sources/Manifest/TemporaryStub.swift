public import Findings
public enum ManifestWriter { public static func yaml(_ m: Manifest) -> String { "" } }
public enum TemplateWriter { public static func example(for c: Component, manifest: Manifest) -> String { "" } }
