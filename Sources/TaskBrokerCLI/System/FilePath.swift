#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Looking at paths without opening what they name.
package enum FilePath {
    /// `path` as it is seen from `directory`, if it is not absolute.
    package static func absolute(_ path: String, from directory: String) -> String {
        if path.hasPrefix("/") { return path }
        let rest = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        if rest.isEmpty || rest == "." { return directory }
        return directory.hasSuffix("/") ? directory + rest : "\(directory)/\(rest)"
    }

    /// The directory that holds what a path names, seen from the working directory.
    package static func directory(of path: String) -> String {
        let path = self.absolute(path, from: self.workingDirectory)
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Whether a path names a file that this process may run.
    package static func isProgram(_ path: String) -> Bool {
        guard self.kind(of: path) == S_IFREG else { return false }
        return unsafe access(path, X_OK) == 0
    }

    /// Whether a path names anything at all.
    package static func exists(_ path: String) -> Bool { self.kind(of: path) != nil }

    /// Whether a path names a directory.
    package static func isDirectory(_ path: String) -> Bool { self.kind(of: path) == S_IFDIR }

    private static func kind(of path: String) -> mode_t? {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? information.st_mode & S_IFMT : nil
    }

    private static var workingDirectory: String {
        guard let pointer = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(pointer) }
        return unsafe String(cString: pointer)
    }
}
