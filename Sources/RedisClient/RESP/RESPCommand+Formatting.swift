private import CHiredis

extension RESPCommand {
    /// The largest command hiredis can format: it adds lengths in a C `int`.
    private static var maximumByteCount: Int { Int(Int32.max) }

    /// The bytes that an argument's header, `$` + length + two line ends, takes at most.
    private static var headerByteCount: Int { 16 }

    /// Calls `body` with the command as hiredis formats it for the wire.
    ///
    /// - Throws: ``RESPError`` when the command is empty, larger than 2 GiB, or memory runs out.
    package func withWireBytes<Result>(_ body: (RawSpan) -> Result) throws(RESPError) -> Result {
        let arguments = self.arguments
        guard !arguments.isEmpty else { throw RESPError(description: "a command needs a name") }
        let (headers, overflows) = (arguments.count + 1).multipliedReportingOverflow(by: Self.headerByteCount)
        guard !overflows, headers <= Self.maximumByteCount,
            arguments.byteCount <= Self.maximumByteCount - headers
        else { throw RESPError(description: "a command is limited to 2 GiB") }

        // The other formatting function of hiredis writes each length with `sprintf`.
        var formatted: sds?
        let count = unsafe arguments.bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe withUnsafeTemporaryAllocation(
                of: UnsafePointer<CChar>?.self,
                capacity: arguments.count
            ) { pointers in
                var lengths: [Int] = []
                lengths.reserveCapacity(arguments.count)
                var offset = 0
                for (index, end) in arguments.ends.enumerated() {
                    unsafe pointers.initializeElement(at: index, to: start.map { unsafe $0 + offset })
                    lengths.append(end - offset)
                    offset = end
                }
                return unsafe redisFormatSdsCommandArgv(
                    &formatted,
                    CInt(lengths.count),
                    pointers.baseAddress,
                    lengths
                )
            }
        }
        guard count >= 0, let formatted = unsafe formatted else {
            throw RESPError(description: "out of memory while formatting a command")
        }
        defer { unsafe redisFreeSdsCommand(formatted) }
        return body(unsafe RawSpan(_unsafeStart: UnsafeRawPointer(formatted), byteCount: Int(count)))
    }
}
