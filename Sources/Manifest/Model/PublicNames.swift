/// Names whose values build tools copy into what browsers load.
enum PublicNames {
    /// How such names begin, by the tools' own documentation: Create React App, Vite, Next.js, Nuxt, Gatsby, Vue CLI,
    /// Expo, Angular's NG_APP, Storybook, SvelteKit and Astro.
    static let prefixes = [
        "REACT_APP_", "VITE_", "NEXT_PUBLIC_", "NUXT_PUBLIC_", "GATSBY_", "VUE_APP_", "EXPO_PUBLIC_", "NG_APP_",
        "STORYBOOK_", "PUBLIC_",
    ]

    /// The prefix that makes a variable public, or nil.
    static func prefix(of name: String) -> String? { prefixes.first { name.hasPrefix($0) } }
}
