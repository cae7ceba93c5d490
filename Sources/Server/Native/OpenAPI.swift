internal import Findings

/// The description of the native API as OpenAPI 3.1.0, made from the table of operations.
enum OpenAPI {
    static let bytes = Array(document.text(.pretty).utf8)

    static let document: JSONValue = {
        var paths = JSONObject()
        for operation in NativeOperations.all {
            var item = paths[operation.path]?.asObject ?? JSONObject()
            item[operation.method.lowercased()] = describe(operation)
            paths[operation.path] = .object(item)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Keyfolio", "version": "1",
                "description": "Secrets, who may have them, and who had them. A secret's path may have slashes.",
            ],
            "servers": [["url": "/"]],
            "security": [["token": []]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
                "schemas": ["Error": Schema.error],
            ],
        ]
    }()

    private static func describe(_ operation: NativeOperation) -> JSONValue {
        var object = JSONObject()
        object["operationId"] = .string(operation.id)
        object["summary"] = .string(operation.summary)
        var parameters: [JSONValue] = operation.segments.filter { $0.first == "{" }.map { name in
            [
                "name": .string(String(name.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": Schema.text,
            ]
        }
        for parameter in operation.parameters {
            parameters.append([
                "name": .string(parameter.name), "in": "query", "required": false,
                "schema": parameter.schema, "description": .string(parameter.summary),
            ])
        }
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        if let body = operation.body {
            object["requestBody"] = ["required": true, "content": ["application/json": ["schema": body]]]
        }
        var success: JSONObject = JSONObject()
        success["description"] = "It is done."
        if let answer = operation.answer {
            var content = JSONObject()
            content["application/json"] = ["schema": answer]
            if case .watch = operation.act { content["text/event-stream"] = ["schema": Schema.text] }
            success["content"] = .object(content)
        }
        var responses = JSONObject()
        responses["\(operation.status)"] = .object(success)
        responses["default"] = [
            "description": "It is not done; the code says why.",
            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
        ]
        object["responses"] = .object(responses)
        switch operation.act {
        case .login, .open: object["security"] = []
        case .enter, .work, .watch: break
        }
        return .object(object)
    }
}
