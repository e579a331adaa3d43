private import CZlib

/// Decompression by zlib, in pieces, so that the size of the output is under control at every moment.
///
/// The C library reads and writes through pointers that it keeps in its stream, which is why this file is unsafe; the
/// pointers are valid only within the closures that lend them.
enum ZlibInflation {
    /// Decompresses zlib's or gzip's format, up to a number of bytes.
    static func decompress(_ bytes: [UInt8], limit: Int) -> Result<[UInt8], DecompressionError> {
        guard let size = UInt32(exactly: bytes.count) else { return .failure(.tooLarge) }
        var stream = unsafe z_stream()
        guard unsafe czlib_inflate_init(&stream) == Z_OK else { return .failure(.corrupted) }
        defer { unsafe inflateEnd(&stream) }
        var input = bytes
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        return unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe stream.next_in = source.baseAddress
            unsafe stream.avail_in = size
            while true {
                let status = unsafe piece.withUnsafeMutableBufferPointer { target in
                    unsafe stream.next_out = target.baseAddress
                    unsafe stream.avail_out = UInt32(target.count)
                    return unsafe inflate(&stream, Z_NO_FLUSH)
                }
                let produced = unsafe piece.count - Int(stream.avail_out)
                guard output.count + produced <= limit else { return .failure(.tooLarge) }
                output.append(contentsOf: piece[..<produced])
                switch status {
                case Z_STREAM_END: return .success(output)
                // Without progress the input is used up in the middle of the stream.
                case Z_OK where produced > 0: continue
                default: return .failure(.corrupted)
                }
            }
        }
    }
}
