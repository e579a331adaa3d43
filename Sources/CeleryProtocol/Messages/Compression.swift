/// How the body of a message may be compressed, by the media type in the header `compression`.
package enum Compression: Hashable, Sendable {
    /// zlib's format (RFC 1950). Celery calls it `application/x-gzip`; real gzip (RFC 1952) is recognised too.
    case zlib
    /// bzip2.
    case bzip2

    /// Finds the compression for a media type.
    ///
    /// - Throws: ``MessageError/Code/unknownCompression`` for those that Celery knows in addition (lzma, brotli, zstd),
    ///   and for anything else.
    init(contentType: String) throws(MessageError) {
        switch contentType {
        case "application/x-gzip": self = .zlib
        case "application/x-bz2": self = .bzip2
        default:
            let name = contentType.prefix(128)
            throw MessageError(
                .unknownCompression,
                "The body is compressed as '\(name)'; only application/x-gzip and application/x-bz2 are supported."
            )
        }
    }

    /// Decompresses a body, giving up as soon as it exceeds a limit.
    func decompress(_ bytes: [UInt8], limits: MessageLimits) throws(MessageError) -> [UInt8] {
        let (product, overflows) = bytes.count.multipliedReportingOverflow(by: limits.maximumCompressionRatio)
        let ratioLimit = overflows ? Int.max : max(product, limits.freeExpansionBytes)
        let limit = min(limits.maximumBodyBytes, ratioLimit)
        let outcome =
            switch self {
            case .zlib: ZlibInflation.decompress(bytes, limit: limit)
            case .bzip2: Bzip2Decompression.decompress(bytes, limit: limit)
            }
        switch outcome {
        case .success(let body): return body
        case .failure(.corrupted):
            throw MessageError(.badBody, "The compressed body is damaged or incomplete.")
        case .failure(.tooLarge) where limit < limits.maximumBodyBytes:
            throw MessageError(
                .tooLarge,
                "The body expands to more than \(limits.maximumCompressionRatio) times its compressed size."
            )
        case .failure(.tooLarge):
            throw MessageError(
                .tooLarge,
                "The body has more than \(limits.maximumBodyBytes) bytes after decompression."
            )
        }
    }
}

/// Why compressed bytes cannot be restored.
enum DecompressionError: Error {
    /// The bytes are not what they claim to be, or end too early.
    case corrupted
    /// The content exceeds the limit that was given.
    case tooLarge
}
