extension ResourceLimit {
    /// Reads `limits`.
    ///
    /// - Parameter defaults: Limits that count unless the field names them.
    static func reading(_ field: YAMLField, over defaults: [Self]) throws(TaskFileError.Mistake) -> [Self] {
        let fields = try field.members(Resource.self)
        var limits: [Self] = []
        for resource in Resource.allCases {
            if let field = fields[resource] {
                limits.append(Self(resource, try resource.value(field)))
            } else {
                limits += defaults.filter { $0.resource == resource }
            }
        }
        return limits
    }
}

extension ResourceLimit.Resource {
    fileprivate func value(_ field: YAMLField) throws(TaskFileError.Mistake) -> UInt64 {
        switch self {
        case .memory, .fileSize, .core:
            return try field.byteCount
        case .files:
            // Standard input, output and error, and one to load libraries with.
            return UInt64(try field.number(4...1_000_000))
        case .processes:
            return UInt64(try field.number(1...1_000_000))
        case .cpu:
            let seconds = try field.duration.components.seconds
            guard seconds >= 1 else {
                throw field.mistake("a processor's time is counted in whole seconds, at least 1s")
            }
            return UInt64(seconds)
        }
    }
}
