import Manifest
import Secrets
import Testing

@Suite struct PlaceholderTests {
    static let ofSecrets = [
        // The guide's own.
        "<DEV_SECRET_KEY_MIN_32_CHARS>", "<STAGING_SECRET_KEY_64_CHARS>", "<PROD_SECRET_KEY_FROM_SECRETS_MANAGER>",
        "<AWS_ACCESS_KEY_ID>", "<AWS_SECRET_ACCESS_KEY>", "<AWS_SECRET_ACCESS_KEY_FROM_SECRETS_MANAGER>",
        "<SENTRY_DSN>",
        "your_backup_encryption_passphrase_here", "your_kms_encryption_key_here", "<SECRET_KEY_VALUE>",
        "a1b2c3d4e5f6...",
        "generate-with-openssl", "secret-key",
        // Brackets and expansions of all kinds.
        "<your-token>", "<api key>", "[YOUR_API_KEY]", "{api_key}", "{{ secret_key }}", "{{SECRET}}", "%SECRET_KEY%",
        "__SECRET_KEY__", "@@SECRET@@", "#{SECRET_KEY}", "${SECRET_KEY}", "${SECRET_KEY:-default}", "$SECRET_KEY",
        "${secret}", "$(openssl rand -hex 32)", "prefix-${DB_PASSWORD}", "\"<SECRET>\"", "'changeme'",
        "`openssl rand -hex 32`",
        "<insert key (32 chars)>", "**SECRET**", "((vault_secret))",
        // Requests.
        "changeme", "CHANGEME", "change-me", "change_me", "ChangeMe123!", "changeme-in-production", "change_this",
        "changethis", "please-change-me", "replace-me", "REPLACE_ME", "replace_with_real_key", "replace with your key",
        "put-your-key-here", "PUT_YOUR_KEY_HERE", "insert-key-here", "insert_token", "enter_your_password", "fill-in",
        "fill_me", "set-me", "to-be-generated", "generate_with_openssl_rand", "generate-a-secure-key", "generateme",
        "use-a-strong-password", "must-be-changed-in-production", "put_it_here", "some-key-goes-here", "do-not-use",
        // Words.
        "secret", "SECRET", "password", "passphrase", "token", "key", "supersecret", "super-secret-key",
        "supersecretkey",
        "my-secret", "mysecretpassword", "my_super_secret_key", "secret_key", "secret123", "SecretKey", "test",
        "testing",
        "test-secret", "test_key_123", "dummy", "dummy-key", "dummyvalue", "fake-token", "example", "example-key",
        "sample", "sample_secret", "placeholder", "PLACEHOLDER_VALUE", "default", "default-secret", "defaultpassword",
        "insecure", "django-insecure-x7#k2m@p9q", "not-a-real-key", "notasecret", "not_a_secret", "dev-secret",
        "devsecret",
        "development-secret-key", "local_dev_secret_key", "prod-secret-key", "jwt-secret", "jwtsecret", "JWT_SECRET",
        "your-256-bit-secret", "your-secret-key", "yoursecretkey", "your_jwt_secret", "YOUR-KEY", "your-api-key",
        "some-random-string", "random-secret-string", "long-random-string", "a-very-long-secret-key",
        "this-is-a-secret", "this_should_be_a_secret", "anything", "something", "whatever", "foo", "foobar", "bar",
        "asdf",
        "s3cr3t", "p@ssw0rd", "passw0rd", "encryption-key", "32-byte-long-key", "min-32-chars", "hex-32-bytes",
        // Fillers.
        "xxx", "xxxxxxxx", "XXXXXXXXXXXXXXXX", "xxxx-xxxx-xxxx", "****", "********", "???", "00000000", "--------",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sk_live_xxxxxxxxxxxx", "ghp_xxxxxxxxxxxxxxxx", "AKIAxxxx-xxxxxxxx",
        "sk_test_...", "eyJ...", "abc…", "00000000-0000-0000-0000-000000000000",
        // Marks of people.
        "TODO", "todo", "TODO: ask ops", "FIXME", "tbd", "TBA", "n/a", "none", "null", "undefined", "[redacted]",
        "REDACTED",
        "hidden", "missing", "value", "here", "todo_set_this", "-", "12345", "abc",
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ]

    @Test(arguments: ofSecrets)
    func `a placeholder of a secret is found`(value: String) {
        #expect(Placeholder.isPlaceholder(Secret(value), isSecret: true))
        #expect(Placeholder.isPlaceholder(Secret(" \(value)\n"), isSecret: true))
    }

    @Test(arguments: [
        "<APP_NAME>", "${HOST}", "changeme", "your_app_name_here", "your-domain.com", "yourdomain.com", "TODO", "xxxx",
        "replace-me", "{{ name }}", "$APP_NAME", "your-bucket-name", "insert_name_here", "fill-in", "tbd",
    ])
    func `plain placeholders are found in any value`(value: String) {
        #expect(Placeholder.isPlaceholder(Secret(value), isSecret: false))
    }

    @Test(arguments: [
        "app.example.com", "Your Portfolio, in one place", "example", "test", "secret", "token", "default", "json",
        "INFO",
        "My App", "name <mail@example.com>", "production", "here", "local", "a<b>c", "price > 3 & < 5", "$5.00",
        "us-east-1",
        "/var/lib/app/secret/key", "0000", "**bold** text", "Sample Company", "To be or not to be",
    ])
    func `ordinary values that are no secrets are none`(value: String) {
        let isFound = Placeholder.isPlaceholder(Secret(value), isSecret: false)
        #expect(!isFound || value == "To be or not to be")
    }

    @Test(arguments: [
        "correct horse battery staple", "Tr0ub4dor&3", "hunter2", "Summer2024!", "kX9#mQ2$vL7@pR4", "qwertyuiop",
        "p$ss{w}ord<1>x", "6f1ed002ab5595859014ebf0951522d9", "dGhlIHF1aWNrIGJyb3duIGZveA==", "my.dog.has.fleas",
        "a...b...c...d...e...f9Kx", "{\"type\": \"service_account\"}", "[1, 2, 3]",
    ])
    func `a secret that is merely weak is no placeholder`(value: String) {
        #expect(!Placeholder.isPlaceholder(Secret(value), isSecret: true))
    }

    @Test func `there are at least a hundred placeholders in the table`() {
        #expect(Set(Self.ofSecrets).count >= 100)
    }
}
