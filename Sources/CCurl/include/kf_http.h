// One request over HTTP at a time, by libcurl (curl.se/libcurl/c), which is opened when it is first needed and never
// linked: it and what it brings cost every start of the command more than all its other work.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Why there is no answer.
enum kf_http_failure {
    KF_HTTP_NONE = 0,
    /// libcurl is not installed, or is not the one that is meant.
    KF_HTTP_NO_LIBRARY,
    /// The name has no address.
    KF_HTTP_RESOLVING,
    /// Nobody listens there.
    KF_HTTP_CONNECTING,
    /// No answer in time.
    KF_HTTP_TIMEOUT,
    /// The server's certificate does not prove that it is the server, for a reason that is not told apart.
    KF_HTTP_CERTIFICATE,
    /// No authority that is believed has issued the server's certificate.
    KF_HTTP_ISSUER,
    /// The server's certificate, or one that it was issued with, is over.
    KF_HTTP_EXPIRED,
    /// The server's certificate, or one that it was issued with, is not valid yet.
    KF_HTTP_NOT_YET_VALID,
    /// The server's certificate is another name's.
    KF_HTTP_OTHER_NAME,
    /// The file of the authority cannot be used.
    KF_HTTP_AUTHORITY,
    /// TLS could not be agreed on.
    KF_HTTP_TLS,
    /// The answer is larger than the bound.
    KF_HTTP_TOO_LARGE,
    /// The connection broke, or what came is not HTTP.
    KF_HTTP_BROKEN,
    /// The proxy cannot be used.
    KF_HTTP_PROXY,
    /// No memory.
    KF_HTTP_MEMORY,
    /// Anything else.
    KF_HTTP_OTHER,
};

/// What is asked.
struct kf_http_request {
    /// GET, PUT, POST, PATCH or DELETE.
    const char *method;
    /// Absolute, with the scheme https, or http where may_be_plain says so.
    const char *url;
    /// A bearer token of visible ASCII and its length, or NULL.
    const char *token;
    size_t token_length;
    /// JSON, or NULL for none. Needed during the call only.
    const void *body;
    size_t body_length;
    /// What the body is, such as application/json.
    const char *content_type;
    /// Further header lines, each with a NUL at its end, and the length of all; NULL for none.
    const char *header_lines;
    size_t header_lines_length;
    /// A file of certificates in PEM that are trusted instead of the system's, or NULL.
    const char *authority;
    /// Certificates in PEM that are trusted instead of the system's, and their length, or NULL. Instead of authority.
    const void *authority_pem;
    size_t authority_pem_length;
    /// A proxy's URL, or NULL for none, whatever the environment says.
    const char *proxy;
    /// How long connecting and everything together may take, in milliseconds.
    long connect_milliseconds;
    long total_milliseconds;
    /// The most bytes of a body that are taken.
    size_t limit;
    /// Whether http is allowed.
    int may_be_plain;
};

/// What came back.
struct kf_http_answer {
    /// The status line's number.
    long status;
    /// Whether the body says of itself that it is JSON.
    int is_json;
    /// The body; kf_http_answer_free wipes it.
    uint8_t *body;
    size_t length;
    /// libcurl's own number, for KF_HTTP_OTHER.
    int number;
};

/// A connection that is used again: libcurl's easy handle.
typedef struct kf_http kf_http;

/// Opens libcurl. Returns NULL when it cannot be had.
kf_http *kf_http_open(void);

/// Closes a connection; NULL is none.
void kf_http_close(kf_http *http);

/// Asks, and waits for the answer. Certificates are verified, redirects are answers like others, and nothing is read
/// from the user's netrc, cookies or environment.
/// Returns a kf_http_failure; with KF_HTTP_NONE the answer is the caller's to free.
int kf_http_send(kf_http *http, const struct kf_http_request *request, struct kf_http_answer *answer);

/// Wipes and frees an answer's body.
void kf_http_answer_free(struct kf_http_answer *answer);
