import CeleryProtocol

/// What the benchmarks read and write.
enum Samples {
    static let id = "3c53467a-f2d4-4460-9f7e-3388d948b1cf"

    /// `add.delay(2, 2)`, everything at its default.
    static let message = Self.call(Self.id, "916e4dc9-ae3e-43c3-a69b-da932e6c75f6", [2, 2])

    /// `add.delay(17, 4)`.
    static let otherMessage = Self.call(
        "0d9d14a1-7e9c-4f0b-8a55-57c9b3b0c3de",
        "a1f3bb07-60d3-4d53-8f2b-6c9f0b1e7a42",
        [17, 4]
    )

    private static func call(_ id: String, _ deliveryTag: String, _ args: [JSONValue]) -> TaskMessage {
        TaskMessage(
            headers: TaskHeaders(task: "tasks.add", id: id, origin: "gen4720@vm"),
            properties: MessageProperties(
                deliveryTag: deliveryTag,
                routingKey: "celery",
                correlationID: id,
                replyTo: "48727a7b-6607-3db6-97d7-a0e73577b644"
            ),
            args: args
        )
    }

    /// The result of that task.
    static let result = ResultDocument(
        status: "SUCCESS",
        result: 4,
        taskID: Self.id,
        children: [],
        dateDone: Timestamp(microseconds: 1_795_000_000_123_456)
    )

    /// 100 KB in the shape of what a crawler would send: short texts, some with characters beyond ASCII, and numbers.
    static let large = JSONValue.array(
        (0..<1_000).map { number in
            [
                "id": .integer(Int64(number)),
                "name": .string("Jürgen \"\(number)\""),
                "followers": [1, 2, 3, .integer(Int64(number) * 7_919)],
                "score": .double(Double(number) / 8),
                "active": true,
            ]
        }
    )
}
