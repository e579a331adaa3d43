/// How a ``RedisServer`` differs from one without password and persistence.
package struct RedisServerOptions: Sendable {
    /// How clients are asked for certificates.
    package enum TLS: String, Sendable {
        /// Not at all.
        case withoutClientCertificates = "no"
        /// Without one they are refused.
        case withClientCertificates = "yes"
    }

    /// The password of the default user.
    package var password: String?
    /// Further users, as in an ACL file: `alice on >secret ~* +@all`.
    package var users: [String]
    /// Whether data survives ``RedisServer/crash()``.
    package var isPersistent: Bool
    /// Serves TLS instead of plain text, with certificates made for the occasion.
    package var tls: TLS?
    /// The subject alternative names of the certificate.
    package var certificateNames: String
    /// Further arguments of `redis-server`.
    package var arguments: [String]
    /// What starts `redis-server`: a program and its arguments, to which the server's command line is added.
    package var launcher: [String]

    /// Creates options; without arguments, those of a server that anybody may use and that forgets.
    package init(
        password: String? = nil,
        users: [String] = [],
        isPersistent: Bool = false,
        tls: TLS? = nil,
        certificateNames: String = "DNS:localhost,IP:127.0.0.1",
        arguments: [String] = [],
        launcher: [String] = []
    ) {
        self.password = password
        self.users = users
        self.isPersistent = isPersistent
        self.tls = tls
        self.certificateNames = certificateNames
        self.arguments = arguments
        self.launcher = launcher
    }
}

extension RedisServerOptions {
    /// The arguments for a server on `port` with its files in `directory`.
    func serverArguments(port: Int, directory: String) -> [String] {
        var arguments = [
            "--bind", "127.0.0.1", "--dir", directory, "--save", "", "--loglevel", "notice",
            "--appendonly", self.isPersistent ? "yes" : "no", "--appendfsync", "always",
            "--unixsocket", "\(directory)/redis.sock", "--enable-debug-command", "yes",
        ]
        if let password = self.password { arguments += ["--requirepass", password] }
        for user in self.users { arguments += ["--user"] + user.split(separator: " ").map(String.init) }
        if let tls = self.tls {
            arguments += [
                "--port", "0", "--tls-port", "\(port)", "--tls-auth-clients", tls.rawValue,
                "--tls-ca-cert-file", "\(directory)/ca.crt",
                "--tls-cert-file", "\(directory)/server.crt", "--tls-key-file", "\(directory)/server.key",
            ]
        } else {
            arguments += ["--port", "\(port)"]
        }
        return arguments + self.arguments
    }
}
