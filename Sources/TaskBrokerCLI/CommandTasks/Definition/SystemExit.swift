/// Exit statuses with a meaning by convention: those of `sysexits.h`.
package enum SystemExit {
    /// `EX_TEMPFAIL`: not now, try again.
    package static let temporaryFailure: Int32 = 75

    /// The name of a status in `sysexits.h`, if it has one.
    package static func name(of status: Int32) -> String? {
        guard let index = Int(exactly: status - 64), self.names.indices.contains(index) else { return nil }
        return self.names[index]
    }

    /// From 64 on.
    private static let names = [
        "EX_USAGE", "EX_DATAERR", "EX_NOINPUT", "EX_NOUSER", "EX_NOHOST", "EX_UNAVAILABLE", "EX_SOFTWARE", "EX_OSERR",
        "EX_OSFILE", "EX_CANTCREAT", "EX_IOERR", "EX_TEMPFAIL", "EX_PROTOCOL", "EX_NOPERM", "EX_CONFIG",
    ]
}
