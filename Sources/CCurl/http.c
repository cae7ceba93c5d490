// libcurl, opened at run time. The numbers of its options are part of its binary interface and never change
// (include/curl/curl.h; curl.se/docs/caq "ABI").
#define _GNU_SOURCE
#include "kf_http.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    GLOBAL_ALL = 3,
    WRITEDATA = 10001, URL = 10002, PROXY = 10004, POSTFIELDS = 10015, USERAGENT = 10018, HEADERDATA = 10029,
    HTTPHEADER = 10023, CUSTOMREQUEST = 10036, CAINFO = 10065, CAPATH = 10097, NOPROXY = 10177, WRITEFUNCTION = 20011,
    HEADERFUNCTION = 20079, SOCKOPTFUNCTION = 20148, POSTFIELDSIZE_LARGE = 30120, SSLVERSION = 32, NETRC = 51,
    FOLLOWLOCATION = 52, SSL_VERIFYPEER = 64, SSL_VERIFYHOST = 81, HTTPGET = 80, HTTP_VERSION = 84, TIMEOUT_MS = 155,
    CONNECTTIMEOUT_MS = 156, PROTOCOLS = 181, REDIR_PROTOCOLS = 182, PATH_AS_IS = 234, HTTP09_ALLOWED = 285,
    CAINFO_BLOB = 40309,
    INFO_STATUS = 0x200002, INFO_VERIFICATION = 0x20000D, INFO_CONTENT_TYPE = 0x100012,
    TLS_1_2 = 6, HTTP_1_1 = 2, PLAIN = 1, ENCRYPTED = 2,
};

/// The most that all header lines of an answer may have together.
static const size_t header_limit = 64 * 1024;

struct list {
    char *data;
    struct list *next;
};

// struct curl_blob of curl/easy.h; a flag of 0 leaves the bytes where they are.
struct blob {
    const void *data;
    size_t length;
    unsigned int flags;
};

struct kf_http {
    void *library;
    void *handle;
    // Variadic functions are called in another way than others on some machines: the types must say so.
    int (*set)(void *, int, ...);
    int (*info)(void *, int, ...);
    int (*perform)(void *);
    void (*reset)(void *);
    void (*cleanup)(void *);
    struct list *(*append)(struct list *, const char *);
    void (*free_list)(struct list *);
    // Whether INFO_VERIFICATION is a number of OpenSSL's.
    int has_openssl;
};

struct receiver {
    uint8_t *bytes;
    size_t length, capacity, limit, header_length;
    int is_over, is_without_memory;
};

// The compiler may not leave this out, as it may memset before free.
static void wipe(void *bytes, size_t length) {
    if (bytes && length) explicit_bzero(bytes, length);
}

kf_http *kf_http_open(void) {
    kf_http *http = calloc(1, sizeof *http);
    if (!http) return NULL;
    static const char *const names[] = {"libcurl.so.4", "libcurl.4.dylib"};
    for (size_t index = 0; !http->library && index < sizeof names / sizeof *names; index++)
        http->library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    if (!http->library) goto none;
    int (*begin)(long);
    void *(*make)(void);
    *(void **)&begin = dlsym(http->library, "curl_global_init");
    *(void **)&make = dlsym(http->library, "curl_easy_init");
    *(void **)&http->set = dlsym(http->library, "curl_easy_setopt");
    *(void **)&http->info = dlsym(http->library, "curl_easy_getinfo");
    *(void **)&http->perform = dlsym(http->library, "curl_easy_perform");
    *(void **)&http->reset = dlsym(http->library, "curl_easy_reset");
    *(void **)&http->cleanup = dlsym(http->library, "curl_easy_cleanup");
    *(void **)&http->append = dlsym(http->library, "curl_slist_append");
    *(void **)&http->free_list = dlsym(http->library, "curl_slist_free_all");
    if (!begin || !make || !http->set || !http->info || !http->perform || !http->reset || !http->cleanup ||
        !http->append || !http->free_list)
        goto none;
    const char *(*version)(void);
    *(void **)&version = dlsym(http->library, "curl_version");
    const char *text = version ? version() : "";
    http->has_openssl = strstr(text, " OpenSSL/") || strstr(text, " quictls/") || strstr(text, " LibreSSL/");
    // libcurl would write the keys of its connections into the file that this names.
    char *keys = getenv("SSLKEYLOGFILE");
    if (keys) keys = strdup(keys);
    unsetenv("SSLKEYLOGFILE");
    int failure = begin(GLOBAL_ALL);
    if (keys) setenv("SSLKEYLOGFILE", keys, 1);
    free(keys);
    if (failure) goto none;
    http->handle = make();
    if (http->handle) return http;
none:
    // The library stays: what it started cannot be taken down safely.
    free(http);
    return NULL;
}

void kf_http_close(kf_http *http) {
    if (!http) return;
    http->cleanup(http->handle);
    free(http);
}

static size_t take_body(const char *bytes, size_t one, size_t count, void *context) {
    struct receiver *receiver = context;
    // libcurl says that `one` is 1 and `count` at most 16 KiB.
    if (one != 1) return 0;
    if (count > receiver->limit - receiver->length) {
        receiver->is_over = 1;
        return 0;
    }
    if (count > receiver->capacity - receiver->length) {
        size_t capacity = receiver->capacity ? receiver->capacity * 2 : 16 * 1024;
        while (capacity - receiver->length < count) capacity *= 2;
        uint8_t *bytes = malloc(capacity);
        if (!bytes) {
            receiver->is_without_memory = 1;
            return 0;
        }
        if (receiver->length) memcpy(bytes, receiver->bytes, receiver->length);
        wipe(receiver->bytes, receiver->length);
        free(receiver->bytes);
        receiver->bytes = bytes;
        receiver->capacity = capacity;
    }
    memcpy(receiver->bytes + receiver->length, bytes, count);
    receiver->length += count;
    return count;
}

static size_t take_header(const char *bytes, size_t one, size_t count, void *context) {
    struct receiver *receiver = context;
    (void)bytes;
    if (one != 1 || count > header_limit - receiver->header_length) {
        receiver->is_over = 1;
        return 0;
    }
    receiver->header_length += count;
    return count;
}

// The application that `run` starts must not inherit a connection that may do everything.
static int close_on_exec(void *context, int socket, int purpose) {
    (void)context;
    (void)purpose;
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    return 0;
}

// What OpenSSL found wrong with a certificate (X509_V_ERR_… of openssl/x509_vfy.h, whose numbers never change). libcurl
// looks at the name by itself, when the certificate is right: no number of OpenSSL's stands there then.
static int certificate_failure(const kf_http *http, int number) {
    long found = -1;
    if (!http->has_openssl || (number != 51 && number != 60)) return KF_HTTP_CERTIFICATE;
    if (http->info(http->handle, INFO_VERIFICATION, &found)) return KF_HTTP_CERTIFICATE;
    switch (found) {
    case 0: case 1: case 62: case 64: return KF_HTTP_OTHER_NAME;
    // A signature that does not fit is that of another authority of the same name.
    case 2: case 7: case 18: case 19: case 20: case 21: case 30: return KF_HTTP_ISSUER;
    case 9: return KF_HTTP_NOT_YET_VALID;
    case 10: return KF_HTTP_EXPIRED;
    default: return KF_HTTP_CERTIFICATE;
    }
}

static int failure_of(const kf_http *http, int number, const struct receiver *receiver) {
    if (receiver->is_over) return KF_HTTP_TOO_LARGE;
    if (receiver->is_without_memory) return KF_HTTP_MEMORY;
    switch (number) {
    case 5: case 97: return KF_HTTP_PROXY;
    case 6: return KF_HTTP_RESOLVING;
    case 7: return KF_HTTP_CONNECTING;
    case 28: return KF_HTTP_TIMEOUT;
    case 51: case 60: case 83: case 90: case 91: return certificate_failure(http, number);
    case 77: return KF_HTTP_AUTHORITY;
    case 35: case 53: case 54: case 59: case 66: return KF_HTTP_TLS;
    case 27: return KF_HTTP_MEMORY;
    case 63: return KF_HTTP_TOO_LARGE;
    case 1: case 8: case 18: case 52: case 55: case 56: case 61: case 65: case 80: return KF_HTTP_BROKEN;
    default: return KF_HTTP_OTHER;
    }
}

static struct list *add(kf_http *http, struct list *headers, const char *line, int *is_without_memory) {
    struct list *longer = http->append(headers, line);
    if (!longer) *is_without_memory = 1;
    return longer ? longer : headers;
}

static struct list *header_lines(kf_http *http, const struct kf_http_request *request, int *is_without_memory) {
    struct list *headers = add(http, NULL, "Accept: application/json", is_without_memory);
    // Without this libcurl waits a second for a word that few servers say.
    headers = add(http, headers, "Expect:", is_without_memory);
    if (request->body) {
        char line[128];
        const char *type = request->content_type ? request->content_type : "application/json";
        if (snprintf(line, sizeof line, "Content-Type: %s", type) >= (int)sizeof line) *is_without_memory = 1;
        headers = add(http, headers, line, is_without_memory);
    }
    for (size_t place = 0; place < request->header_lines_length;) {
        const char *line = request->header_lines + place;
        headers = add(http, headers, line, is_without_memory);
        place += strlen(line) + 1;
    }
    if (request->token) {
        static const char start[] = "Authorization: Bearer ";
        size_t length = sizeof start - 1 + request->token_length;
        char *line = malloc(length + 1);
        if (!line) {
            *is_without_memory = 1;
            return headers;
        }
        memcpy(line, start, sizeof start - 1);
        memcpy(line + sizeof start - 1, request->token, request->token_length);
        line[length] = 0;
        headers = add(http, headers, line, is_without_memory);
        wipe(line, length);
        free(line);
    }
    return headers;
}

int kf_http_send(kf_http *http, const struct kf_http_request *request, struct kf_http_answer *answer) {
    memset(answer, 0, sizeof *answer);
    struct receiver receiver = {.limit = request->limit};
    int is_without_memory = 0;
    struct list *headers = header_lines(http, request, &is_without_memory);
    if (is_without_memory) {
        for (struct list *line = headers; line; line = line->next) wipe(line->data, strlen(line->data));
        http->free_list(headers);
        return KF_HTTP_MEMORY;
    }
    void *handle = http->handle;
    int bad = 0;
    // The handle keeps its connections and forgets everything else.
    http->reset(handle);
#define SET(option, value) bad |= http->set(handle, option, value)
    SET(URL, request->url);
    SET(PROTOCOLS, (long)(ENCRYPTED | (request->may_be_plain ? PLAIN : 0)));
    SET(REDIR_PROTOCOLS, (long)ENCRYPTED);
    SET(FOLLOWLOCATION, 0L);
    SET(SSL_VERIFYPEER, 1L);
    SET(SSL_VERIFYHOST, 2L);
    SET(SSLVERSION, (long)TLS_1_2);
    if (request->authority) {
        SET(CAINFO, request->authority);
        // The folder of the system's authorities would be trusted beside it.
        SET(CAPATH, (char *)NULL);
    }
    struct blob authority = {.data = request->authority_pem, .length = request->authority_pem_length};
    if (request->authority_pem) {
        SET(CAINFO_BLOB, &authority);
        SET(CAPATH, (char *)NULL);
    }
    // An empty text keeps libcurl from looking at the environment.
    SET(PROXY, request->proxy ? request->proxy : "");
    SET(NOPROXY, "localhost,127.0.0.1,::1");
    SET(HTTP_VERSION, (long)HTTP_1_1);
    SET(HTTP09_ALLOWED, 0L);
    SET(PATH_AS_IS, 1L);
    SET(NETRC, 0L);
    SET(USERAGENT, "keyfolio");
    SET(CONNECTTIMEOUT_MS, request->connect_milliseconds);
    SET(TIMEOUT_MS, request->total_milliseconds);
    SET(HTTPHEADER, headers);
    SET(WRITEFUNCTION, take_body);
    SET(WRITEDATA, &receiver);
    SET(HEADERFUNCTION, take_header);
    SET(HEADERDATA, &receiver);
    SET(SOCKOPTFUNCTION, close_on_exec);
    if (request->body) {
        SET(POSTFIELDS, request->body);
        SET(POSTFIELDSIZE_LARGE, (int64_t)request->body_length);
    } else {
        SET(HTTPGET, 1L);
    }
    SET(CUSTOMREQUEST, request->method);
#undef SET
    // A setting that was not taken would leave a protection out.
    int number = bad ? -1 : http->perform(handle);
    if (number == 0) {
        char *type = NULL;
        http->info(handle, INFO_STATUS, &answer->status);
        http->info(handle, INFO_CONTENT_TYPE, &type);
        static const char json[] = "application/json";
        answer->is_json = type && strncasecmp(type, json, sizeof json - 1) == 0;
        answer->body = receiver.bytes;
        answer->length = receiver.length;
    } else {
        wipe(receiver.bytes, receiver.length);
        free(receiver.bytes);
    }
    int failure = number == 0 ? KF_HTTP_NONE : failure_of(http, number, &receiver);
    // No pointer of this call stays in the handle, and no token in its headers.
    http->reset(handle);
    for (struct list *line = headers; line; line = line->next) wipe(line->data, strlen(line->data));
    http->free_list(headers);
    answer->number = number;
    return failure;
}

void kf_http_answer_free(struct kf_http_answer *answer) {
    wipe(answer->body, answer->length);
    free(answer->body);
    answer->body = NULL;
    answer->length = 0;
}
