// What must not compile: each line that says `refused:` has to be refused with the words that follow, and no other line.
// Checked by scripts/check-refusals; part of no target.
import TaskBroker

func calls(_ app: TaskApp) async throws {
    let add = app.task("add") { (x: Int, y: Int) in x + y }
    let shout = app.task("shout") { (text: String) in text }

    _ = add.s(1)  // refused: cannot convert value of type 'Int' to expected argument type '(Int, Int)'
    _ = add.s(1, "2")  // refused: cannot convert value of type 'String' to expected argument type 'Int'
    _ = add.partial("1")  // refused: cannot convert value of type 'String' to expected argument type 'Int'
    _ = add.partial(1, 2)  // refused: requires the types '(Int, Int)' and '(First, Int, Int)' be equivalent
    _ = add.map([1, 2])  // refused: cannot convert value of type 'Int' to expected element type '(Int, Int)'
    _ = add.map([(1, 2)])  // refused: type '(Int, Int)' cannot conform to 'Decodable'
    _ = add.starmap([(1, "2")])  // refused: cannot convert value of type 'String' to expected element type 'Int'
    _ = shout.map([1])  // refused: cannot convert value of type 'Int' to expected element type 'String'
    let text: Int = try await shout.s("a").delay().get()  // refused: cannot convert value of type 'String'
    _ = try await shout.partial().delay()  // refused: requires the types '(_: String)' and '()' be equivalent
    _ = try await shout.partial().apply(options: .init())  // refused: be equivalent
}

func chains(_ app: TaskApp) async throws {
    let add = app.task("add") { (x: Int, y: Int) in x + y }
    let shout = app.task("shout") { (text: String) in text }

    _ = add.s(1, 2) | shout.partial()  // refused: requires the types 'String' and 'Int' be equivalent
    _ = chain {  // refused: no exact matches in call to static method 'buildPartialBlock'
        add.s(1, 2)
        shout.partial()
    }
    _ = app.signature("tasks.any") | shout.partial()  // refused: requires the types 'String' and 'JSONValue'
    _ = add.s(1, 2).link(shout.partial())  // refused: requires the types 'String' and 'Int' be equivalent
    _ = add.s(1, 2).linkError(add.partial(1))  // refused: be equivalent
}

func groups(_ app: TaskApp) async throws {
    let add = app.task("add") { (x: Int, y: Int) in x + y }
    let negate = app.task("negate") { (x: Int) in -x }
    let shout = app.task("shout") { (text: String) in text }

    _ = group([add.s(1, 2), shout.s("a")])  // refused: conflicting arguments to generic parameter 'Output'
    _ = group(add.s(1, 2), shout.partial())  // refused: requires the types
    _ = group(add.s(1, 2))  // refused: requires that
    _ = group([add.s(1, 2)]) | negate.partial()  // refused: requires the types 'Int' and '[Int]' be equivalent
    _ = group(add.s(1, 2), add.s(3, 4)) | add.partial()  // refused: requires the types
    _ = chord([add.s(1, 2)], negate.partial())  // refused: requires the types
    let pair: (Int, Int) = try await group(add.s(1, 2), shout.s("a")).delay().get()  // refused: '(Int, String)'
}
