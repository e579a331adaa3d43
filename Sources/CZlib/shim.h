#include <zlib.h>

/// `inflateInit2` is a macro, which Swift cannot import. 32 added to the window size recognises zlib's and gzip's header.
static inline int czlib_inflate_init(z_stream *stream) {
    return inflateInit2(stream, MAX_WBITS + 32);
}
