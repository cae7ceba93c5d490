/// What the backend is called and which version it is.
public enum Product {
    /// The version, as `/health` and `--version` tell it.
    public static let version = "1.0.0"
}
