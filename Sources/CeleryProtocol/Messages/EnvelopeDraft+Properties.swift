extension EnvelopeDraft {
    mutating func readProperties(_ reader: inout JSONReader) throws(JSONError) {
        self.properties = MessageProperties(deliveryTag: "", routingKey: "", deliveryMode: nil, bodyEncoding: nil)
        self.hasProperties = try reader.nextKind() == .object
        self.hasDeliveryTag = false
        self.hasDeliveryInfo = false
        guard self.hasProperties else {
            try reader.skipValue()
            return
        }
        let table = PropertyField.table
        var next = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if let field = table.field(for: key, expectedAt: &next) {
                try self.read(field, &reader)
            } else {
                let name = reader.keyText
                self.properties.custom[name] = try reader.readValue()
            }
        }
    }

    private mutating func read(_ field: PropertyField, _ reader: inout JSONReader) throws(JSONError) {
        switch field {
        case .correlationID: self.properties.correlationID = try self.readText("correlation_id", &reader)
        case .replyTo: self.properties.replyTo = try reader.readStringOrSkip()
        case .deliveryMode: self.properties.deliveryMode = try reader.readIntegerOrSkip()
        case .expiration: self.properties.expiration = try reader.readStringOrSkip()
        case .deliveryInfo: try self.readDeliveryInfo(&reader)
        case .priority: self.properties.priority = try reader.readIntegerOrSkip() ?? 0
        case .bodyEncoding: self.properties.bodyEncoding = try self.readText("body_encoding", &reader)
        case .deliveryTag:
            let tag = try reader.readStringOrSkip()
            self.hasDeliveryTag = tag != nil
            self.properties.deliveryTag = tag ?? ""
        }
    }

    private mutating func readDeliveryInfo(_ reader: inout JSONReader) throws(JSONError) {
        self.hasDeliveryInfo = try reader.nextKind() == .object
        guard self.hasDeliveryInfo else {
            try reader.skipValue()
            return
        }
        let table = DeliveryField.table
        var next = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch table.field(for: key, expectedAt: &next) {
            case .exchange: self.properties.exchange = try reader.readStringOrSkip() ?? ""
            case .routingKey: self.properties.routingKey = try reader.readStringOrSkip() ?? ""
            case .redelivered: self.properties.redelivered = try reader.readBoolOrSkip() ?? false
            case nil: try reader.skipValue()
            }
        }
    }
}
