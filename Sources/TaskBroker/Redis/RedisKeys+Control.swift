extension RedisKeys {
    /// Until when the table of bindings of each exchange is needed whose queues expire: a sorted set, in ms (kombu 5.7).
    static let bindingDeadlines = "_kombu.binding_deadlines"

    /// The routing key in the name of a channel of a fanout exchange; empty if there is none.
    static func routingKey(ofChannel channel: String, exchange: String, database: Int) -> String {
        let prefix = self.fanoutChannel(exchange: exchange, routingKey: "", database: database)
        return String(channel.dropFirst(prefix.count + 1))
    }
}
