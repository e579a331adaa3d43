import CeleryProtocol

/// What the benchmarks read and write.
enum Samples {
    static let id = "3c53467a-f2d4-4460-9f7e-3388d948b1cf"

    /// `add.delay(2, 2)`, everything at its default.
    static let message = TaskMessage(
        headers: TaskHeaders(task: "tasks.add", id: Self.id, origin: "gen4720@vm"),
        properties: MessageProperties(
            deliveryTag: "916e4dc9-ae3e-43c3-a69b-da932e6c75f6",
            routingKey: "celery",
            correlationID: Self.id,
            replyTo: "48727a7b-6607-3db6-97d7-a0e73577b644"
        ),
        args: [2, 2]
    )

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
