import TaskBroker
import Testing

@testable import TaskBrokerCLI

struct TaskFileTests {
    private func read(_ text: String, variables: [String: String] = [:]) throws(TaskFileError) -> TaskFile {
        try TaskFileReader(path: "tasks.yaml", directory: "/usr", variables: variables).read(text)
    }

    @Test func `a file says everything about its tasks`() throws {
        let file = try self.read(
            """
            path: [/bin, /usr/bin]
            defaults:
              queue: media
              time_limit: 1m
              environment: {MODE: fast, A: "1"}
              limits: {memory: 1GiB, core: 0}
            tasks:
              images.resize:
                description: Makes images small.
                command: [cat, -v, "{args[0]}", 5]
                environment: {MODE: slow}
                inherit: [SECRET]
                directory: bin
                queue: images
                soft_time_limit: 30s
                limits: {files: 64, memory: 512MiB, cpu: 90s}
                output: text
                output_limit: 64k
                ignore_result: true
                rate_limit: 10/m
                retry: {max_retries: 5, delay: 2s, backoff: true, max_delay: 1m, jitter: false, on: [75, 69]}
              plain:
                command: [/bin/cat]
            """,
            variables: ["SECRET": "s", "HOME": "/root", "OTHER": "o", "PATH": "/evil", "TASKBROKER_URL": "redis://x"]
        )
        let task = file.tasks[0]
        #expect(file.tasks.map(\.name) == ["images.resize", "plain"])
        #expect(file.queues == ["images", "media"])
        #expect(task.executable == "/bin/cat")
        #expect(task.words.map(\.description) == ["cat", "-v", "{args[0]}", "5"])
        #expect(
            task.environment
                == ["MODE": "slow", "A": "1", "SECRET": "s", "HOME": "/root", "PATH": "/bin:/usr/bin"]
        )
        #expect(task.directory == "/usr/bin")
        #expect(task.options.softTimeLimit == .seconds(30))
        #expect(task.options.timeLimit == .seconds(60))
        #expect(task.options.ignoresResult == true)
        #expect(task.options.rateLimit == .perMinute(10))
        #expect(
            Set(task.resources)
                == [.init(.memory, 512 << 20), .init(.files, 64), .init(.cpu, 90), .init(.core, 0)]
        )
        #expect(task.format == .text)
        #expect(task.outputLimit == 64 << 10)
        #expect(task.retry.statuses == [75, 69])
        #expect(
            task.retry.schedule
                == .exponentialBackoff(base: .seconds(2), maximum: .seconds(60), maxRetries: 5, isJittered: false)
        )
        let plain = file.tasks[1]
        #expect(plain.directory == "/usr")
        #expect(plain.format == .json)
        #expect(plain.outputLimit == 1 << 20)
        #expect(plain.retry == CommandRetry())
    }

    @Test(arguments: [
        ("", "the file is empty"),
        ("defaults: {}", "there is no key 'tasks'"),
        ("tasks: {}", "1:8: tasks: there are no tasks"),
        ("tasks: [a]", "1:8: tasks: this has to be a mapping, not a list"),
        ("tasks:\n  a: {command: [cat]}\n  a: {command: [cat]}", "the same key twice in one mapping: a"),
        ("tasks:\n  a: {command: [cat", "not YAML"),
        ("task: {}", "1:1: task: unknown key 'task'. Did you mean 'tasks'?"),
        ("tasks:\n  a:\n    comand: [cat]", "3:5: tasks.a.comand: unknown key 'comand'. Did you mean 'command'?"),
        ("tasks:\n  a:\n    shell: cat", "There are: command, description"),
        ("tasks:\n  a: {queue: q}", "2:3: tasks.a: this task has no 'command'"),
        ("tasks:\n  a: {command: cat x}", "tasks.a.command: this has to be a list, not one value. Write [one, two]."),
        ("tasks:\n  a: {command: []}", "the first word has to be the name or the path of a program"),
        ("tasks:\n  a: {command: [\"{args[0]}\"]}", "No caller may choose what is run"),
        (
            "tasks:\n  a: {command: [no-such-program]}",
            "2:17: tasks.a.command[0]: there is no program 'no-such-program' in"
        ),
        ("tasks:\n  a: {command: [./bin]}", "'/usr/bin' is not executable"),
        ("tasks:\n  a: {command: [./no]}", "there is no file '/usr/no'"),
        ("tasks:\n  a: {command: [cat, \"x{args[0]}\"]}", "tasks.a.command[1]: 'x{args[0]}' has a placeholder inside"),
        ("tasks:\n  a: {command: [cat, {b: c}]}", "tasks.a.command[1]: this has to be one value, not a mapping"),
        ("tasks:\n  a: {command: [cat], time_limit: soon}", "'soon' is no length of time. Write 30s"),
        ("tasks:\n  a: {command: [cat], time_limit: 5, soft_time_limit: 5}", "not below the hard one"),
        ("tasks:\n  a: {command: [cat], queue: }", "tasks.a.queue: this has no value"),
        ("tasks:\n  a: {command: [cat], queue: \"a\\nb\"}", "contains a control character"),
        ("tasks:\n  a: {command: [cat], output: xml}", "'xml' is not among json, text, none"),
        ("tasks:\n  a: {command: [cat], output_limit: many}", "'many' is no number of bytes"),
        ("tasks:\n  a: {command: [cat], output_limit: 99999999999TiB}", "is no number of bytes"),
        ("tasks:\n  a: {command: [cat], limits: {memoy: 1G}}", "Did you mean 'memory'?"),
        ("tasks:\n  a: {command: [cat], limits: {files: 1}}", "is no whole number from 4"),
        ("tasks:\n  a: {command: [cat], limits: {cpu: 10ms}}", "whole seconds"),
        ("tasks:\n  a: {command: [cat], ignore_result: maybe}", "true or false"),
        ("tasks:\n  a: {command: [cat], rate_limit: 5/x}", "'x' is not a unit of a rate limit"),
        ("tasks:\n  a: {command: [cat], retry: {on: [0]}}", "'0' is no whole number from 1 to 255"),
        ("tasks:\n  a: {command: [cat], retry: {max_delay: 5s}}", "only with 'backoff: true'"),
        ("tasks:\n  a: {command: [cat], directory: no}", "there is no directory '/usr/no'"),
        ("tasks:\n  a: {command: [cat], inherit: [TASKBROKER_URL]}", "must not know"),
        ("tasks:\n  a: {command: [cat], inherit: [CACHE]}", "must not know"),
        ("tasks:\n  a: {command: [cat], environment: {A=B: c}}", "'A=B' is no name of a variable"),
        ("path: [bin]\ntasks:\n  a: {command: [cat]}", "path[0]: 'bin' is no absolute path"),
        ("defaults: {command: [cat]}\ntasks:\n  a: {}", "'command' is of one task, not of all"),
    ])
    func `a mistake is pointed at, with a way out`(text: String, expected: String) throws {
        let error = try #require(throws: TaskFileError.self) {
            try self.read(text, variables: ["CACHE": "redis://:secret@host/0"])
        }
        #expect(error.mistakes.map(\.description).joined(separator: "\n").contains(expected), "\(error.mistakes)")
        #expect(!"\(error)".contains("secret"))
    }

    @Test func `only root can have a program run as another user`() throws {
        let text = "tasks:\n  a: {command: [cat], user: nobody}\n  b: {command: [cat], user: 12345}"
        guard CurrentProcess.isRoot else {
            let error = try #require(throws: TaskFileError.self) { try self.read(text) }
            #expect("\(error)".contains("only a worker that runs as root"), "\(error)")
            return
        }
        let tasks = try self.read(text, variables: ["HOME": "/root"]).tasks
        #expect(tasks[0].identity?.name == "nobody" && tasks[0].identity?.user != 0)
        #expect(tasks[0].environment["USER"] == "nobody" && tasks[0].environment["HOME"] != "/root")
        // A number needs no entry.
        #expect(tasks[1].identity?.user == 12345 && tasks[1].environment["HOME"] == "/")
        let error = try #require(throws: TaskFileError.self) {
            try self.read("tasks:\n  a: {command: [cat], user: no-such-user}")
        }
        #expect("\(error)".contains("there is no user 'no-such-user'"), "\(error)")
    }

    @Test func `a worker knows programs by name, for limits that are changed`() throws {
        let app = try TaskApp(broker: .redis("redis://127.0.0.1:1"))
        let file = try self.read("tasks:\n  a: {command: [cat]}")
        let worker = try Worker(app, configuration: .init(name: "w@test"), commands: file) { _ in }
        #expect(worker.setRateLimit(.perSecond(1), ofTask: "a"))
        #expect(worker.setTimeLimits(hard: .seconds(1), soft: nil, ofTask: "a"))
        #expect(!worker.setRateLimit(.perSecond(1), ofTask: "b"))
        #expect(!worker.setTimeLimits(hard: .seconds(1), soft: nil, ofTask: "b"))
    }

    @Test func `every task with a mistake is named at once`() throws {
        let error = try #require(throws: TaskFileError.self) {
            try self.read("tasks:\n  a: {command: [no-such]}\n  b: {command: [cat]}\n  c: {}")
        }
        #expect(error.mistakes.map(\.line) == [2, 4])
    }

    @Test func `a name that the program has already is refused`() throws {
        let file = try self.read("tasks: {tasks.add: {command: [cat]}}")
        #expect(throws: CommandError.self) { try file.requireNew(besides: ["tasks.add"]) }
        try file.requireNew(besides: ["tasks.echo"])
    }

    @Test(arguments: [
        ("4096", 4096), ("64k", 65_536), ("1 MiB", 1 << 20), ("1MB", 1_000_000), ("2g", 2 << 30), ("0", 0),
    ])
    func `bytes are read as people write them`(text: String, bytes: UInt64) {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(arguments: ["", "-1", "1.5k", "k", "9223372036854775808", "1e3", "1 parsec"])
    func `anything else is no number of bytes`(text: String) {
        #expect(ByteCount(text) == nil)
    }
}
