import CeleryProtocol
import TaskBroker
import Testing

extension CeleryInterop {
    /// Messages in forms that we do not write: old, compressed, in other formats, with a canvas.
    struct ForeignMessageTests {
        @Test(arguments: ["gzip", "zlib", "bzip2"])
        func `A compressed message is read`(_ compression: String) async throws {
            let fleet = try Fleet.require()
            let text = String(repeating: "compress me ", count: 1000)
            var command = Call("interop.echo", [.string(text)]).with { $0.queue = "swift" }.command
            command["options"] = ["queue": "swift", "compression": .string(compression)]
            let reply = try await fleet.peer.call("send", command)
            let outcome = try await fleet.outcome(of: #require(reply["id"]?.stringValue))
            #expect(outcome.value == .string(text))
        }

        @Test(arguments: Direction.allCases)
        func `Protocol 1 is read`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            var command = Call("interop.add", [1], ["y": 2]).with {
                $0.queue = direction.queue
                $0.countdown = 0.5
            }.command
            command["variant"] = "protocol1"
            let reply = try await fleet.peer.call("send", command)
            let outcome = try await fleet.outcome(of: #require(reply["id"]?.stringValue))
            #expect(outcome.value == 3)
        }

        /// What a worker of ours answers to a body that it does not read.
        private func expectRefused(_ id: String, on queue: String, type: String, reason: String) async throws {
            let fleet = try Fleet.require()
            try await fleet.withWorker(queues: [queue]) {
                let outcome = try await fleet.outcome(of: id)
                #expect(outcome.state == .failure)
                #expect(outcome.exception?.type == type)
                #expect(outcome.exception?.message.first?.stringValue?.contains(reason) == true, "\(outcome)")
                let letter = try #require(await fleet.app.inspector.deadLetters(queue: queue).first)
                #expect(letter.taskID == id)
                #expect(letter.reason.contains(reason), "\(letter.reason)")
                // The worker goes on.
                let next = try await fleet.send(Call("interop.add", [1, 2]).with { $0.queue = queue }, .pythonToSwift)
                #expect(try await fleet.outcome(of: next).value == 3)
            }
        }

        @Test func `Pickle is refused, and nothing of it is run`() async throws {
            let fleet = try Fleet.require()
            let queue = unique("pickle")
            var command = Call("interop.add", [1, 2]).with { $0.queue = queue }.command
            command["variant"] = "pickle"
            let reply = try await fleet.peer.call("send", command)
            let id = try #require(reply["id"]?.stringValue)
            try await self.expectRefused(
                id,
                on: queue,
                type: "ContentDisallowed",
                reason: "application/x-python-serialize"
            )
        }

        @Test(arguments: [
            ("application/x-yaml", "LSBbMSwgMl0KLSB7fQotIHt9Cg=="),
            ("application/x-msgpack", "k5IBAoCA"),
            ("text/plain", "aGVsbG8="),
        ])
        func `Other formats are refused`(_ contentType: String, _ body: String) async throws {
            let fleet = try Fleet.require()
            let queue = unique("foreign")
            let reply = try await fleet.peer.call(
                "send_foreign",
                [
                    "task": "interop.add", "queue": .string(queue), "content_type": .string(contentType),
                    "body": .string(body),
                ]
            )
            let id = try #require(reply["id"]?.stringValue)
            try await self.expectRefused(id, on: queue, type: "ContentDisallowed", reason: contentType)
        }

        @Test func `A compression that we do not have is named`() async throws {
            let fleet = try Fleet.require()
            let queue = unique("lzma")
            var command = Call("interop.add", [1, 2]).command
            command["options"] = ["queue": .string(queue), "compression": "lzma"]
            let reply = try await fleet.peer.call("send", command)
            let id = try #require(reply["id"]?.stringValue)
            try await self.expectRefused(id, on: queue, type: "DecodeError", reason: "lzma")
        }
    }
}
