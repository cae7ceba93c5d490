/// What a format cannot hold as it is: which variable, and why. Never its value.
public struct Loss: Sendable, Hashable {
    /// The variable's name.
    public let name: String
    /// Why, as half a sentence.
    public let why: String
    /// Whether the variable is left out even when writing all the same is asked for, because a line for it would mean
    /// something else to the reader, or make it refuse the rest.
    public let isLeftOut: Bool
}

/// What became of one variable in a format.
enum Entry {
    /// This text, and the reader gets the value back.
    case whole(String)
    /// This text when it is asked for all the same; the reader gets something else than the value, or not every reader
    /// gets it.
    case lossy(String, why: String)
    /// Nothing.
    case leftOut(why: String)
}
