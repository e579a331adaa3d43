/// The files of a command: what it reads, and the pipes that it writes to.
struct CommandPipes: Sendable {
    /// A file that holds the whole input: nobody has to write while the command reads, and one that never reads is no trouble.
    let input: FileDescriptor
    let output: (reader: FileDescriptor, writer: FileDescriptor)
    let errors: (reader: FileDescriptor, writer: FileDescriptor)

    init(input bytes: [UInt8]) throws(SystemError) {
        var opened: [FileDescriptor] = []
        do throws(SystemError) {
            self.input = try .holding(bytes)
            opened = [self.input]
            self.output = try FileDescriptor.pipe()
            opened += [self.output.reader, self.output.writer]
            self.errors = try FileDescriptor.pipe()
        } catch {
            opened.forEach { $0.close() }
            throw error
        }
    }
}

extension CommandPipes {
    /// Closes what only the command needs, so that the end of its outputs can be seen.
    func closeTheirEnds() {
        [self.input, self.output.writer, self.errors.writer].forEach { $0.close() }
    }

    /// Closes what would be read.
    func closeOurEnds() {
        [self.output.reader, self.errors.reader].forEach { $0.close() }
    }
}
