// Memory for the pages of SQLite's cache, from pieces of memory that the system maps large.
#pragma once
#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/// A server keeps thousands of pages of its store and goes from one to any other with every request. Each of them from the
/// heap lies in a page of the system's of its own, and the processor remembers where some hundreds of those are: it
/// would look up nearly each one anew, which takes as long as what SQLite does with it. So they come from one range of
/// addresses that asks the system for pages of 2 MiB (madvise(2), MADV_HUGEPAGE), a few of which hold them all. Nothing of
/// the range takes memory before it is used. Where the system has no such pages, nothing is lost.
struct kf_sqlite_pages {
    /// SQLite's own allocator, for all else.
    sqlite3_mem_methods rest;
    pthread_mutex_t lock;
    /// The range; null when there is none. `fresh` is where nothing was ever given out.
    char *start, *fresh, *end;
    /// How long a piece is: a page with what SQLite keeps beside it.
    int size;
    /// The first piece that was given back; each begins with the address of the next.
    void *free;
};

static inline struct kf_sqlite_pages *kf_sqlite_pages(void) {
    static struct kf_sqlite_pages pages = {.lock = PTHREAD_MUTEX_INITIALIZER};
    return &pages;
}

/// The length of a page of a store's file.
enum { kf_sqlite_page_bytes = 4096 };

static inline int kf_sqlite_is_page(const void *memory) {
    const struct kf_sqlite_pages *pages = kf_sqlite_pages();
    return (uintptr_t)memory >= (uintptr_t)pages->start && (uintptr_t)memory < (uintptr_t)pages->end;
}

static inline void *kf_sqlite_allocate(int count) {
    struct kf_sqlite_pages *pages = kf_sqlite_pages();
    if (count <= kf_sqlite_page_bytes || count > pages->size) return pages->rest.xMalloc(count);
    pthread_mutex_lock(&pages->lock);
    void *found = pages->free;
    if (found) {
        memcpy(&pages->free, found, sizeof pages->free);
    } else if (pages->end - pages->fresh >= pages->size) {
        found = pages->fresh;
        pages->fresh += pages->size;
    }
    pthread_mutex_unlock(&pages->lock);
    return found ? found : pages->rest.xMalloc(count);
}

static inline void kf_sqlite_free(void *memory) {
    struct kf_sqlite_pages *pages = kf_sqlite_pages();
    if (!kf_sqlite_is_page(memory)) {
        pages->rest.xFree(memory);
        return;
    }
    pthread_mutex_lock(&pages->lock);
    memcpy(memory, &pages->free, sizeof pages->free);
    pages->free = memory;
    pthread_mutex_unlock(&pages->lock);
}

static inline int kf_sqlite_size(void *memory) {
    return kf_sqlite_is_page(memory) ? kf_sqlite_pages()->size : kf_sqlite_pages()->rest.xSize(memory);
}

static inline void *kf_sqlite_reallocate(void *memory, int count) {
    if (!kf_sqlite_is_page(memory)) return kf_sqlite_pages()->rest.xRealloc(memory, count);
    int size = kf_sqlite_size(memory);
    if (count <= size) return memory;
    void *moved = kf_sqlite_allocate(count);
    if (!moved) return 0;
    memcpy(moved, memory, (size_t)size);
    kf_sqlite_free(memory);
    return moved;
}

/// Has SQLite take the pages of its caches from a range of large pages. Before SQLite is first used in the process; later
/// it changes nothing.
///
/// `bytes`: how long the range is; what does not fit comes from where all else does.
static inline int kf_sqlite_use_large_pages(size_t bytes) {
    struct kf_sqlite_pages *pages = kf_sqlite_pages();
    if (pages->start) return SQLITE_MISUSE;
    const size_t large = (size_t)2 << 20;
    int beside = 0;
    int status = sqlite3_config(SQLITE_CONFIG_PCACHE_HDRSZ, &beside);
    if (status == SQLITE_OK) status = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &pages->rest);
    if (status != SQLITE_OK) return status;
    sqlite3_mem_methods methods = pages->rest;
    methods.xMalloc = kf_sqlite_allocate;
    methods.xFree = kf_sqlite_free;
    methods.xRealloc = kf_sqlite_reallocate;
    methods.xSize = kf_sqlite_size;
    // Pieces of whole lines of the processor's cache.
    pages->size = (kf_sqlite_page_bytes + beside + 63) / 64 * 64;
    status = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    if (status != SQLITE_OK) return status;
    // A large page begins at a multiple of its size.
    void *memory = mmap(0, bytes + large, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return SQLITE_NOMEM;
    char *start = (char *)(((uintptr_t)memory + large - 1) / large * large);
#ifdef MADV_HUGEPAGE
    // Refused where the system has none: then they are pages as all others.
    (void)madvise(start, bytes, MADV_HUGEPAGE);
#endif
    pages->fresh = start;
    pages->end = start + bytes;
    pages->start = start;
    return SQLITE_OK;
}
