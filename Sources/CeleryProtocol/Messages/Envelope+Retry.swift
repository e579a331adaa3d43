extension Envelope {
    /// Makes the message with which a task is retried: the same message with the same id, as Celery's `retry` publishes
    /// it.
    ///
    /// Changed are `retries`, `eta`, `delivery_tag` and `expiration`, and the marks of a redelivery are dropped. Like
    /// Celery, a task that nobody sent gets its own id as `parent_id`, and the header `origin` appears among the
    /// properties. Everything else, known or not, is copied byte for byte, compressed bodies included. A message of
    /// protocol 1 becomes one of protocol 2.
    ///
    /// - Parameters:
    ///   - raw: The message as it was taken from the queue.
    ///   - retries: The number of retries so far, this one included.
    ///   - eta: When to run again; `nil` for at once.
    ///   - deliveryTag: A new id for this publication.
    ///   - args: Other positional arguments; `nil` keeps those of the message.
    ///   - kwargs: Other keyword arguments; `nil` keeps those of the message.
    ///   - headers: Headers to add or to replace.
    ///   - now: The present, from which `expiration` counts.
    ///   - limits: What the message may cost.
    package static func retry(
        of raw: [UInt8],
        retries: Int,
        eta: Timestamp?,
        deliveryTag: String,
        args: [JSONValue]? = nil,
        kwargs: [String: JSONValue]? = nil,
        headers: [String: JSONValue] = [:],
        now: Timestamp = .now(),
        limits: MessageLimits = .default
    ) throws(MessageError) -> [UInt8] {
        let envelope = try Envelope(decoding: raw, limits: limits)
        let retry = Retry(
            retries: retries,
            eta: eta,
            deliveryTag: deliveryTag,
            args: args,
            kwargs: kwargs,
            headers: headers,
            now: now
        )
        guard envelope.layout == .protocol2 else {
            return try retry.rewritten(envelope)
        }
        do {
            return try retry.spliced(envelope)
        } catch {
            throw error.naming(envelope.headers)
        }
    }
}

/// What changes when a task is retried.
private struct Retry {
    let retries: Int
    let eta: Timestamp?
    let deliveryTag: String
    let args: [JSONValue]?
    let kwargs: [String: JSONValue]?
    let headers: [String: JSONValue]
    let now: Timestamp

    /// The milliseconds that are left until a task expires, as kombu writes them.
    private func expiration(of expires: Timestamp) -> String {
        let left = max(.zero, expires.duration(since: self.now)).components
        return String(left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
    }
}

// MARK: Protocol 1

extension Retry {
    /// The message written anew in the form of protocol 2.
    func rewritten(_ envelope: Envelope) throws(MessageError) -> [UInt8] {
        let body = try envelope.decodeBody()
        var message = TaskMessage(
            headers: envelope.headers,
            properties: envelope.properties,
            args: self.args ?? body.args,
            kwargs: self.kwargs ?? body.kwargs,
            embed: body.embed
        )
        message.headers.lang = "swift"
        message.headers.retries = self.retries
        message.headers.eta = self.eta
        message.headers.rootID = message.headers.rootID ?? message.headers.id
        message.headers.parentID = message.headers.parentID ?? message.headers.id
        message.headers.redelivered = nil
        message.headers.custom.merge(self.headers) { $1 }
        message.headers.argsrepr = PythonRepr.tuple(message.args)
        message.headers.kwargsrepr = PythonRepr.dictionary(message.kwargs)
        message.properties.deliveryTag = self.deliveryTag
        message.properties.redelivered = false
        if let expires = message.headers.expires {
            message.properties.expiration = self.expiration(of: expires)
        }
        return message.encoded()
    }
}

// MARK: Protocol 2

extension Retry {
    /// The message with only those members replaced that change.
    func spliced(_ envelope: Envelope) throws(MessageError) -> [UInt8] {
        let body = try self.changedBody(of: envelope)
        do {
            var reader = JSONReader(validated: envelope.raw, limits: envelope.limits.envelope)
            var message = try RawJSONObject(&reader)
            message["headers"] = try self.headers(message["headers"] ?? [], of: envelope, body: body)[...]
            message["properties"] = try self.properties(message["properties"] ?? [], of: envelope, body: body)[...]
            if let body {
                message.set("body", to: .string(body.text))
                message.set("content-encoding", to: "utf-8")
            }
            return message.serialized()
        } catch {
            throw MessageError(error, in: "message")
        }
    }

    /// A body with other arguments: what it contains, and that in base64.
    private struct ChangedBody {
        let content: TaskBody
        let text: String
    }

    private func changedBody(of envelope: Envelope) throws(MessageError) -> ChangedBody? {
        guard self.args != nil || self.kwargs != nil else { return nil }
        var content = try envelope.decodeBody()
        content.args = self.args ?? content.args
        content.kwargs = self.kwargs ?? content.kwargs
        var writer = JSONWriter(capacity: 256)
        writer.writeBody(args: content.args, kwargs: content.kwargs, embed: content.embed)
        var base64: [UInt8] = []
        Base64.append(writer.bytes, to: &base64)
        return ChangedBody(content: content, text: String(decoding: base64, as: UTF8.self))
    }

    private func headers(
        _ json: ArraySlice<UInt8>,
        of envelope: Envelope,
        body: ChangedBody?
    ) throws(JSONError) -> [UInt8] {
        var headers = try RawJSONObject(json)
        headers.set("retries", to: .integer(Int64(self.retries)))
        headers.set("eta", to: self.eta.map { .string($0.iso8601) } ?? .null)
        for name in ["root_id", "parent_id"] where headers.isNull(name) {
            headers.set(name, to: .string(envelope.headers.id))
        }
        headers["redelivered"] = nil
        for (name, value) in self.headers { headers.set(name, to: value) }
        if let body {
            headers.set("argsrepr", to: .string(PythonRepr.tuple(body.content.args)))
            headers.set("kwargsrepr", to: .string(PythonRepr.dictionary(body.content.kwargs)))
            headers["compression"] = nil
        }
        return headers.serialized()
    }

    private func properties(
        _ json: ArraySlice<UInt8>,
        of envelope: Envelope,
        body: ChangedBody?
    ) throws(JSONError) -> [UInt8] {
        var properties = try RawJSONObject(json)
        properties.set("delivery_tag", to: .string(self.deliveryTag))
        var delivery = try RawJSONObject(properties["delivery_info"] ?? [])
        delivery["redelivered"] = nil
        properties["delivery_info"] = delivery.serialized()[...]
        if let expires = envelope.headers.expires {
            properties.set("expiration", to: .string(self.expiration(of: expires)))
        }
        if properties["origin"] == nil, let origin = envelope.headers.origin {
            properties.set("origin", to: .string(origin))
        }
        if body != nil {
            properties.set("body_encoding", to: "base64")
        }
        return properties.serialized()
    }
}
