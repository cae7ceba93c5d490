import DotEnv

/// A `.env` file of 10 MB with what such files usually have.
enum EnvironmentFile {
    /// How long it takes to parse it and to have its values, the median of a few times.
    static func secondsToRead() -> Double {
        let file = ordinary(bytes: 10_000_000)
        var values = 0
        let times = (0..<7).map { _ in
            Time.of {
                values = (try? DotEnvDocument(parsing: file).values().count) ?? 0
            }
        }
        precondition(values > 100_000, "the file was read")
        return times.map(\.clock).median
    }

    private static func ordinary(bytes: Int) -> [UInt8] {
        var file: [UInt8] = []
        file.reserveCapacity(bytes + 512)
        var number = 0
        while file.count < bytes {
            number += 1
            file.append(
                contentsOf: """
                    # Section \(number)
                    DB_HOST_\(number)=db-\(number).internal.example.org
                    DB_PASSWORD_\(number)='s3cr#t p$ss \(number)'
                    GREETING_\(number)="hello, world" # a comment
                    DB_URL_\(number)="postgresql://app@${DB_HOST_\(number)}:5432/app"
                    URL_\(number)=https://example.org:8443/path?query=\(number)

                    """.utf8
            )
        }
        return file
    }
}
