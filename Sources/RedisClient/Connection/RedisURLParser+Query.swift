extension RedisURLParser {
    /// Applies the query parameters, which win over the other parts as in kombu.
    func readQuery(into url: inout RedisURL) throws(RedisError) {
        for parameter in self.query.split(separator: "&") {
            guard let equals = parameter.firstIndex(of: "=") else {
                throw Self.error("A query parameter of the Redis URL has no value, for example ?ssl_cert_reqs=required")
            }
            let name = String(parameter[..<equals])
            let value = try Self.decoded(parameter[parameter.index(after: equals)...], part: "query")
            if name.hasPrefix("ssl_"), url.tls == nil {
                throw Self.error(
                    "The Redis URL has TLS parameters but is not encrypted: write rediss://, "
                        + "for example rediss://localhost:6380/0?ssl_cert_reqs=required"
                )
            }
            switch name {
            case "db", "virtual_host": url.database = try Self.database(value.drop { $0 == "/" })
            case "username": url.username = value
            case "password": url.password = value
            case "ssl_cert_reqs": url.tls?.verification = try Self.verification(value)
            case "ssl_ca_certs": url.tls?.authoritiesPath = value
            case "ssl_certfile": url.tls?.certificatePath = value
            case "ssl_keyfile": url.tls?.privateKeyPath = value
            default: url.ignoredParameters.append(name)
            }
        }
    }

    /// Reads Celery's and Python's names; for a client `CERT_OPTIONAL` means the same as `CERT_REQUIRED`.
    private static func verification(_ value: String) throws(RedisError) -> RedisTLS.Verification {
        switch value.lowercased() {
        case "required", "cert_required", "optional", "cert_optional": return .full
        case "none", "cert_none": return .none
        default:
            throw Self.error(
                "ssl_cert_reqs in the Redis URL is one of required, optional and none, "
                    + "for example rediss://localhost:6380/0?ssl_cert_reqs=required"
            )
        }
    }
}
