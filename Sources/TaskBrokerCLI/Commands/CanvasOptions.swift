import ArgumentParser

/// Which canvas a file is sent as.
struct CanvasOptions: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: ArgumentHelp("Send the calls of a file one after the other.", valueName: "file|-")
    )
    var chain: String?

    @Option(name: .long, help: ArgumentHelp("Send the calls of a file all at once.", valueName: "file|-"))
    var group: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Send all but the last, and the last with their results.", valueName: "file|-")
    )
    var chord: String?
}

extension CanvasOptions {
    /// The shape and the file, if there are any.
    ///
    /// - Throws: `ValidationError` if there are several.
    var given: (shape: CanvasFile.Shape, path: String)? {
        get throws {
            let all: [(CanvasFile.Shape, String?)] = [
                (.chain, self.chain), (.group, self.group), (.chord, self.chord),
            ]
            let given = all.compactMap { shape, path in path.map { (shape, $0) } }
            if given.count > 1 { throw ValidationError("Give one of --chain, --group and --chord.") }
            return given.first
        }
    }
}
