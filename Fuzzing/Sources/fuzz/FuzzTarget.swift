import FuzzChecks

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The check that is fuzzed.
enum FuzzTarget {
    /// The check that `FUZZ_TARGET` names.
    ///
    /// A variable and not an argument: all arguments are libFuzzer's, which may start this program again with them.
    private static let check: FuzzCheck = {
        let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
        if let check = FuzzCheck.all.first(where: { $0.name == name }) { return check }
        print("fuzz: FUZZ_TARGET is one of \(FuzzCheck.all.map(\.name).joined(separator: ", "))")
        exit(2)
    }()

    /// Writes the check's own examples to a folder, to begin with.
    static func writeExamples(to folder: String) {
        for (number, example) in self.check.examples.enumerated() {
            guard let file = unsafe fopen("\(folder)/example-\(number)", "w") else { continue }
            // Not as a C string: there may be zeros in it.
            unsafe fwrite(Array(example.utf8), 1, example.utf8.count, file)
            unsafe fclose(file)
        }
    }

    /// Tries one input; the only way to tell libFuzzer of a failure is to end.
    static func run(_ input: UnsafeBufferPointer<UInt8>) -> CInt {
        do {
            _ = try Self.check.run(unsafe Array(input))
        } catch {
            print("fuzz: \(error)")
            unsafe fflush(nil)
            abort()
        }
        return 0
    }
}
