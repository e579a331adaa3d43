private import CHiredis

/// An incremental parser of replies over hiredis' `redisReader`.
///
/// Feed it what arrives, in pieces of any size, and take out complete replies:
///
/// ```swift
/// try reader.feed(buffer.readableBytesSpan)
/// while let reply = try reader.next() { … }
/// ```
///
/// An error is final: the position in the stream is lost, and the connection with it.
///
/// Nothing in it is `mutating`, because what changes is hiredis'. A variable would be guarded against being changed twice at a time,
/// which takes a hundred instructions for each of the calls above.
@safe
package struct RESPReader: ~Copyable {
    /// The most bytes that may wait for the rest of one string; Redis' own `proto-max-bulk-len` is 512 MiB.
    private static var maximumUnparsedByteCount: Int { 512 * 1024 * 1024 + 64 }

    private let reader: UnsafeMutablePointer<redisReader>?

    /// Creates a reader at the start of a stream.
    package init() {
        unsafe self.reader = CHiredis_readerCreate()
    }

    deinit {
        if let reader = unsafe self.reader { unsafe CHiredis_readerFree(reader) }
    }

    /// Appends received bytes.
    package func feed(_ bytes: RawSpan) throws(RESPError) {
        guard let reader = unsafe self.reader else { throw Self.outOfMemory }
        let waiting = unsafe reader.pointee.len - reader.pointee.pos
        guard bytes.byteCount <= Self.maximumUnparsedByteCount - waiting else {
            throw RESPError(description: "a reply holds a string of more than 512 MiB")
        }
        let status = unsafe bytes.withUnsafeBytes {
            unsafe redisReaderFeed(reader, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        guard status == REDIS_OK else { throw unsafe Self.error(of: reader) }
    }

    /// The next complete reply, or `nil` when it needs more bytes.
    package func next() throws(RESPError) -> RESPValue? {
        guard let reader = unsafe self.reader else { throw Self.outOfMemory }
        var object: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &object) == REDIS_OK else { throw unsafe Self.error(of: reader) }
        guard let object = unsafe object else { return nil }
        defer { unsafe freeReplyObject(object) }
        return unsafe RESPValue(object.assumingMemoryBound(to: redisReply.self).pointee)
    }

    private static var outOfMemory: RESPError { RESPError(description: "out of memory") }

    private static func error(of reader: UnsafeMutablePointer<redisReader>) -> RESPError {
        if unsafe reader.pointee.err == REDIS_ERR_OOM {
            // The cap in shim.h refuses an array in the only way hiredis lets it: as if memory had run out.
            return RESPError(description: "out of memory, or an array of more than \(CHIREDIS_MAX_ELEMENTS) elements")
        }
        let text = unsafe withUnsafeBytes(of: reader.pointee.errstr) { unsafe Array($0.prefix { $0 != 0 }) }
        return RESPError(description: String(decoding: text, as: UTF8.self))
    }
}

extension RESPValue {
    /// Copies a `redisReply` tree, whose depth hiredis limits.
    fileprivate init(_ reply: borrowing redisReply) {
        switch unsafe reply.type {
        case REDIS_REPLY_NIL:
            self = .null
        case REDIS_REPLY_INTEGER:
            self = unsafe .integer(reply.integer)
        case REDIS_REPLY_STRING:
            self = unsafe .bulkString(Array(UnsafeRawBufferPointer(start: reply.str, count: Int(reply.len))))
        case REDIS_REPLY_STATUS:
            self = unsafe .status(String(textOf: reply))
        case REDIS_REPLY_ERROR:
            self = unsafe .error(String(textOf: reply))
        case REDIS_REPLY_ARRAY:
            let elements = unsafe UnsafeBufferPointer(start: reply.element, count: Int(reply.elements))
            self = unsafe .array(elements.map { unsafe $0.map { unsafe RESPValue($0.pointee) } ?? .null })
        case let type:
            self = .error("ERR hiredis returned the unknown reply type \(type)")
        }
    }
}

extension String {
    fileprivate init(textOf reply: borrowing redisReply) {
        self = unsafe String(
            decoding: UnsafeRawBufferPointer(start: reply.str, count: Int(reply.len)),
            as: UTF8.self
        )
    }
}
