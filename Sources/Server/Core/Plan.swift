public import HTTPModel

/// What is to be done for a request, said by an adapter that has read it. An adapter reads bytes and renders bytes; the
/// service runs the plan.
public enum Plan: Sendable {
    /// Answer at once, without asking the store: an error of form, or what anybody may know.
    case reply(HTTPResponse)
}
