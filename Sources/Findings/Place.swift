/// Where a finding is: a place in a file, a variable of an environment, or both.
public struct Place: Sendable, Hashable {
    /// The file, relative to the project's folder where it is inside it.
    public var file: String?
    /// The line, counted from 1.
    public var line: Int?
    /// The column, counted from 1 in Unicode scalars.
    public var column: Int?
    /// The variable's name.
    public var variable: String?
    /// The environment's name.
    public var environment: String?
    /// The component's name.
    public var component: String?

    /// Names a place. Leave out what does not apply.
    public init(
        file: String? = nil,
        line: Int? = nil,
        column: Int? = nil,
        variable: String? = nil,
        environment: String? = nil,
        component: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.variable = variable
        self.environment = environment
        self.component = component
    }
}

extension Place: CustomStringConvertible {
    /// `file:line:column`, as compilers write it, or what of it is known.
    public var description: String {
        guard let file else { return variable ?? component ?? environment ?? "" }
        guard let line else { return file }
        guard let column else { return "\(file):\(line)" }
        return "\(file):\(line):\(column)"
    }
}
