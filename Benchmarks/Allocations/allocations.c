// Counts allocations, for the micro benchmarks: the functions of the C library under which a program and its libraries allocate,
// each of which counts and goes on to the library's own. With another library than glibc there is nothing to count.
#include "allocations.h"
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_ulong count;

unsigned long allocations_made(void) { return atomic_load_explicit(&count, memory_order_relaxed); }

void black_hole(const void *value) { (void)value; }

#ifdef __GLIBC__
static void one_more(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    one_more();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    one_more();
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    one_more();
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    one_more();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    one_more();
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
#endif
