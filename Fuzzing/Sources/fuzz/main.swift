import LibFuzzer

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

if let folder = unsafe getenv("FUZZ_EXAMPLES") {
    unsafe FuzzTarget.writeExamples(to: String(cString: folder))
    exit(0)
}
var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
let status = unsafe LLVMFuzzerRunDriver(&count, &arguments) { start, count in
    unsafe FuzzTarget.run(UnsafeBufferPointer(start: start, count: count))
}
if status != 0 { print("fuzz: libFuzzer ended with \(status)") }
