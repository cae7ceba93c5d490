internal import Findings
internal import Manifest
internal import Secrets

// Formats that are a document, or a folder.
extension Exporter {
    static func json(_ values: [NamedValue]) -> String {
        var object = JSONObject()
        for value in values { object[value.name] = .string(value.value.reveal()) }
        return JSONValue.object(object).text(.pretty) + "\n"
    }

    /// Every value in double quotes, so that no reader takes `no`, `1e3` or `2024-01-01` for something else than text.
    static func yaml(_ value: NamedValue) -> Entry {
        .whole("\(YAMLText.scalar(value.name)): \(YAMLText.doubleQuoted(value.value.reveal()))\n")
    }

    /// What the API server takes for all values of a Secret together, and systemd for all credentials of a unit.
    private static let mebibyte = 1_048_576

    func kubernetes(_ values: [NamedValue]) -> Result {
        // In quotes: a project may be called 2048 or "on".
        let name = Names.kubernetesObject(title, most: 253, points: true)
        var head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \(YAMLText.scalar(name))\n"
        if let namespace {
            let name = Names.kubernetesObject(namespace, most: 63, points: false)
            head += "  namespace: \(YAMLText.scalar(name))\n"
        }
        let isEmpty = !values.contains { Names.isKubernetesKey($0.name) }
        head += "type: Opaque\ndata:\(isEmpty ? " {}" : "")\n"
        var total = 0
        return text(of: values, after: head) { value in
            guard Names.isKubernetesKey(value.name) else {
                return .leftOut(why: "a key has letters, digits, '-', '_' and '.' only there")
            }
            total += value.value.byteCount
            let encoded = unsafe value.value.withUnsafeBytes { unsafe Base64.encode($0) }
            let line = "  \(YAMLText.scalar(value.name)): \"\(encoded)\"\n"
            return total > Self.mebibyte ? .lossy(line, why: "all values together have more than 1 MiB") : .whole(line)
        }
    }

    /// A file for each value, with the value's bytes and nothing else in it.
    func systemd(_ values: [NamedValue]) -> Result {
        var result = Result(files: [], losses: [])
        var total = 0
        for value in values {
            guard Names.isCredential(value.name) else {
                let why = "a credential's name is a file's name of printable ASCII without a colon"
                result.losses.append(Loss(name: value.name, why: why, isLeftOut: true))
                continue
            }
            total += value.name.utf8.count + value.value.byteCount
            if total > Self.mebibyte {
                let why = "all credentials together have more than 1 MiB"
                result.losses.append(Loss(name: value.name, why: why, isLeftOut: false))
            }
            let bytes = unsafe value.value.withUnsafeBytes { unsafe Array($0) }
            result.files.append(File(name: value.name, content: Secret(bytes)))
        }
        return result
    }
}
