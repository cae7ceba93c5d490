internal import Findings

/// What a `package.json` tells about the folder that it is in.
enum PackageFile {
    /// Who gets what is built from a package.
    ///
    /// - Parameter bytes: The file.
    /// - Returns: nil when it does not tell: no dependencies that decide, or no JSON.
    static func audience(_ bytes: [UInt8]) -> Component.Audience? {
        guard let root = try? JSONValue(parsing: bytes) else { return nil }
        var names = Set<String>()
        for key in ["dependencies", "devDependencies"] { names.formUnion(root[key]?.asObject?.keys ?? []) }
        // Those that render on a server have both sides: their own prefixes tell what is shipped to browsers.
        if !names.isDisjoint(with: serverFrameworks) { return .server }
        return names.isDisjoint(with: browserFrameworks) ? nil : .browser
    }

    private static let serverFrameworks: Set = [
        "express", "fastify", "koa", "@nestjs/core", "@hapi/hapi", "next", "nuxt", "@sveltejs/kit", "astro",
        "@remix-run/node", "hono", "pg", "mysql2", "mongoose", "@prisma/client",
    ]

    private static let browserFrameworks: Set = [
        "react-scripts", "react-dom", "react", "vite", "vue", "@vue/cli-service", "@angular/core", "svelte", "preact",
        "solid-js", "gatsby", "parcel", "ember-source", "lit", "webpack-dev-server",
    ]
}
