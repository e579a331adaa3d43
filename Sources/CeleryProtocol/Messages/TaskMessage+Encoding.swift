extension TaskMessage {
    /// The message as kombu writes it: one element of a queue's list.
    ///
    /// The fields stand in Celery's order and all of them are written, absent ones as `null`; `argsrepr` and
    /// `kwargsrepr` are made from the arguments if they are not set. The body is JSON in base64; a `compression` header
    /// is left out, because the body is not compressed.
    package func encoded() -> [UInt8] {
        let call = MessageCall(self)
        var body = JSONWriter(capacity: 256)
        body.writeBody(args: self.args, kwargs: self.kwargs, embed: self.embed)
        var writer = JSONWriter(capacity: 1024 + body.bytes.count / 3 * 4)
        let parts = MessagePartWriter(self)
        writer.writeMessage(self) { part, writer in parts.write(part, of: call, body: body.bytes, to: &writer) }
        return writer.bytes
    }
}

extension JSONWriter {
    /// Writes a message, for which `write` is asked for the parts that may differ between calls.
    mutating func writeMessage(_ message: TaskMessage, _ write: (MessagePart, inout JSONWriter) -> Void) {
        self.append("{\"body\": \"")
        write(.body, &self)
        self.append("\", \"content-encoding\": \"utf-8\", \"content-type\": \"application/json\", \"headers\": ")
        self.write(message.headers, write)
        self.append(", \"properties\": ")
        self.write(message.properties, write)
        self.append("}")
    }

    /// Writes the body of a task message: arguments, keyword arguments and embedded signatures.
    mutating func writeBody(args: [JSONValue], kwargs: [String: JSONValue], embed: TaskEmbed) {
        self.writeArguments(args, kwargs)
        self.writeEndOfBody(embed)
    }

    /// Writes the body up to the end of the arguments.
    mutating func writeArguments(_ args: [JSONValue], _ kwargs: [String: JSONValue]) {
        self.append("[")
        self.write(args)
        self.append(", ")
        self.write(kwargs)
    }

    /// Writes what follows the arguments in the body.
    mutating func writeEndOfBody(_ embed: TaskEmbed) {
        self.append(", ")
        self.write(embed)
        self.append("]")
    }

    private mutating func write(_ embed: TaskEmbed) {
        self.append("{\"callbacks\": ")
        self.write(embed.callbacks)
        self.append(", \"errbacks\": ")
        self.write(embed.errbacks)
        self.append(", \"chain\": ")
        self.write(embed.chain)
        self.append(", \"chord\": ")
        self.write(embed.chord ?? .null)
        self.writeMembers(embed.custom)
        self.append("}")
    }

    private mutating func write(_ elements: [JSONValue]?) {
        if let elements {
            self.write(elements)
        } else {
            self.append("null")
        }
    }

    /// Writes further members of an object that has members already.
    mutating func writeMembers(_ members: [String: JSONValue]) {
        guard !members.isEmpty else { return }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            self.append(", ")
            self.write(name)
            self.append(": ")
            self.write(value)
        }
    }

    /// Writes headers, those for which nothing is set as `null`.
    private mutating func write(_ headers: TaskHeaders, _ write: (MessagePart, inout JSONWriter) -> Void) {
        self.append("{\"lang\": ")
        self.write(headers.lang)
        self.append(", \"task\": ")
        self.write(headers.task)
        self.append(", \"id\": ")
        write(.id, &self)
        self.append(", \"shadow\": ")
        self.write(headers.shadow)
        self.append(", \"eta\": ")
        self.write(headers.eta)
        self.append(", \"expires\": ")
        self.write(headers.expires)
        self.append(", \"group\": ")
        self.write(headers.group)
        self.append(", \"group_index\": ")
        self.write(headers.groupIndex.map { .integer(Int64($0)) } ?? .null)
        self.append(", \"retries\": ")
        self.write(Int64(headers.retries))
        self.append(", \"timelimit\": [")
        self.write(seconds: headers.timeLimit)
        self.append(", ")
        self.write(seconds: headers.softTimeLimit)
        self.append("], \"root_id\": ")
        write(.rootID, &self)
        self.append(", \"parent_id\": ")
        self.write(headers.parentID)
        self.append(", \"argsrepr\": ")
        write(.argsrepr, &self)
        self.append(", \"kwargsrepr\": ")
        write(.kwargsrepr, &self)
        self.append(", \"origin\": ")
        self.write(headers.origin)
        self.append(", \"ignore_result\": ")
        self.write(headers.ignoreResult.map { .bool($0) } ?? .null)
        self.append(", \"replaced_task_nesting\": ")
        self.write(Int64(headers.replacedTaskNesting))
        self.append(", \"stamped_headers\": ")
        self.write(headers.stampedHeaders.map { .array($0.map { .string($0) }) } ?? .null)
        self.append(", \"stamps\": ")
        self.write(headers.stamps)
        if let redelivered = headers.redelivered {
            self.append(", \"redelivered\": ")
            self.write(.bool(redelivered))
        }
        self.writeMembers(headers.custom)
        self.append("}")
    }

    /// Writes seconds, whole ones as an integer, as a Python program has them that says `time_limit=30`.
    private mutating func write(seconds: Double?) {
        guard let seconds else { return self.append("null") }
        if let whole = Int64(exactly: seconds) {
            self.write(whole)
        } else {
            self.write(seconds)
        }
    }

    /// Writes properties, those of the body's encoding as ``TaskMessage/encoded()`` and ``PlainMessage/encoded()`` encode it.
    mutating func write(_ properties: MessageProperties, _ write: (MessagePart, inout JSONWriter) -> Void) {
        self.append("{")
        if properties.correlationID != nil {
            self.append("\"correlation_id\": ")
            write(.correlationID, &self)
            self.append(", ")
        }
        if let replyTo = properties.replyTo {
            self.append("\"reply_to\": ")
            self.write(replyTo)
            self.append(", ")
        }
        if let deliveryMode = properties.deliveryMode {
            self.append("\"delivery_mode\": ")
            self.write(Int64(deliveryMode))
            self.append(", ")
        }
        if let expiration = properties.expiration {
            self.append("\"expiration\": ")
            self.write(expiration)
            self.append(", ")
        }
        self.append("\"delivery_info\": {\"exchange\": ")
        self.write(properties.exchange)
        self.append(", \"routing_key\": ")
        self.write(properties.routingKey)
        self.append(properties.redelivered ? ", \"redelivered\": true}" : "}")
        self.append(", \"priority\": ")
        self.write(Int64(properties.priority))
        self.append(", \"body_encoding\": \"base64\", \"delivery_tag\": ")
        write(.deliveryTag, &self)
        self.writeMembers(properties.custom)
        self.append("}")
    }
}
