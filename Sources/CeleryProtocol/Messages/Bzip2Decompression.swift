private import CBzip2

/// Decompression by libbz2, in pieces, so that the size of the output is under control at every moment.
///
/// The C library reads and writes through pointers that it keeps in its stream, which is why this file is unsafe; the
/// pointers are valid only within the closures that lend them.
enum Bzip2Decompression {
    /// Decompresses one bzip2 stream, up to a number of bytes.
    static func decompress(_ bytes: [UInt8], limit: Int) -> Result<[UInt8], DecompressionError> {
        guard let size = UInt32(exactly: bytes.count) else { return .failure(.tooLarge) }
        var stream = unsafe bz_stream()
        guard unsafe BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { return .failure(.corrupted) }
        defer { unsafe BZ2_bzDecompressEnd(&stream) }
        var input = bytes
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        return unsafe input.withUnsafeMutableBytes { source in
            unsafe stream.next_in = source.baseAddress?.assumingMemoryBound(to: CChar.self)
            unsafe stream.avail_in = size
            while true {
                let status = unsafe piece.withUnsafeMutableBytes { target in
                    unsafe stream.next_out = target.baseAddress?.assumingMemoryBound(to: CChar.self)
                    unsafe stream.avail_out = UInt32(target.count)
                    return unsafe BZ2_bzDecompress(&stream)
                }
                let produced = unsafe piece.count - Int(stream.avail_out)
                guard output.count + produced <= limit else { return .failure(.tooLarge) }
                output.append(contentsOf: piece[..<produced])
                switch status {
                case BZ_STREAM_END: return .success(output)
                // Without progress the input is used up in the middle of the stream.
                case BZ_OK where produced > 0: continue
                default: return .failure(.corrupted)
                }
            }
        }
    }
}
