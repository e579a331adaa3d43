private import CommandSpawn

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Who a process is to the kernel: a user, a group, and the user's other groups.
package struct UserIdentity: Hashable, Sendable {
    /// The user's number.
    package var user: UInt32
    /// The group's number.
    package var group: UInt32
    /// The numbers of all groups, ``group`` included.
    package var groups: [UInt32]
    /// The user's home, if the system knows the user.
    package var home: String?
    /// The user's name, if the system knows the user.
    package var name: String?
}

extension UserIdentity {
    /// Finds the identity for `--uid` and `--gid`, each a name or a number.
    ///
    /// Without a group it is the user's own; without a user it is this process's.
    package static func named(user: String?, group: String?) throws(CommandError) -> Self? {
        if user == nil && group == nil { return nil }
        let account = try user.map { text throws(CommandError) in try self.account(text) }
        let group = try group.map { text throws(CommandError) in try self.group(text) } ?? account?.group ?? getegid()
        let groups = account?.name.map { self.groups(of: $0, with: group) } ?? [group]
        return Self(
            user: account?.user ?? geteuid(),
            group: group,
            groups: groups,
            home: account?.home,
            name: account?.name
        )
    }

    /// Becomes this user for good and starts the program of this process over.
    ///
    /// Real, effective and saved ids change, and it is checked that there is no way back (reliability X18). But they are those
    /// of a thread: the C library changes them in all threads that it knows, and the main thread is not among them, which
    /// Dispatch keeps parked after its exit, and to which the kernel delivers signals. Only a new program has but one thread.
    ///
    /// - Parameter arguments: The words after the program's name.
    package func restart(_ arguments: [String]) throws(CommandError) -> Never {
        guard unsafe command_become_user(self.user, self.group, self.groups, self.groups.count) == 0 else {
            throw CommandError(
                .notPermitted,
                "This process cannot become user \(self.user) and group \(self.group): \(SystemError.last).",
                advice: "Only root can become another user."
            )
        }
        if let home { unsafe setenv("HOME", home, 1) }
        do throws(SystemError) {
            try CurrentProcess.execute(CurrentProcess.executable, arguments, name: CommandLine.arguments.first)
        } catch {
            throw CommandError(
                .cannotRun,
                "This program cannot be started again as user \(self.user): \(error).",
                advice: "Its file has to be readable and executable for that user."
            )
        }
    }
}

// MARK: Looking up

extension UserIdentity {
    private struct Account {
        var name: String?
        var user: UInt32
        var group: UInt32
        var home: String?
    }

    private static func account(_ text: String) throws(CommandError) -> Account {
        let number = UInt32(text).flatMap { $0 == .max ? nil : $0 }
        let entry = if let number { unsafe getpwuid(number) } else { unsafe getpwnam(text) }
        if let entry = unsafe entry {
            return unsafe Account(
                name: String(cString: entry.pointee.pw_name),
                user: entry.pointee.pw_uid,
                group: entry.pointee.pw_gid,
                home: String(cString: entry.pointee.pw_dir)
            )
        }
        // A number needs no entry: containers often have none.
        guard let number else {
            throw CommandError(.configuration, "There is no user '\(text)'.", advice: "--uid takes a name or a number.")
        }
        return Account(user: number, group: number)
    }

    private static func group(_ text: String) throws(CommandError) -> UInt32 {
        if let number = UInt32(text), number != .max { return number }
        guard let entry = unsafe getgrnam(text) else {
            throw CommandError(
                .configuration,
                "There is no group '\(text)'.",
                advice: "--gid takes a name or a number."
            )
        }
        return unsafe entry.pointee.gr_gid
    }

    private static func groups(of name: String, with group: UInt32) -> [UInt32] {
        var count: Int32 = 1024
        var groups = [gid_t](repeating: group, count: Int(count))
        guard unsafe getgrouplist(name, group, &groups, &count) >= 0 else { return [group] }
        return Array(groups.prefix(Int(max(0, count))))
    }
}
