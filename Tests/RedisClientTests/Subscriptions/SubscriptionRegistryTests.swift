import Testing

@testable import RedisClient

@Suite struct SubscriptionRegistryTests {
    private typealias Registry = SubscriptionRegistry<String>

    private static let a = Registry.Topic(name: "a", isPattern: false)
    private static let b = Registry.Topic(name: "b", isPattern: false)
    private static let pattern = Registry.Topic(name: "a", isPattern: true)

    @Test func `subscribes once for several scopes`() {
        var registry = Registry()
        #expect(registry.add(1, topics: [Self.a], listener: "1") == false)
        #expect(registry.add(2, topics: [Self.a], listener: "2") == false)
        #expect(registry.takeChange() == .init(subscribe: [Self.a]))
        #expect(registry.takeChange().isEmpty)
        #expect(Set(registry.confirm(Self.a).first) == [1, 2])
        #expect(registry.add(3, topics: [Self.a], listener: "3") == true, "confirmed already")
        #expect(registry.takeChange().isEmpty)
        #expect(Set(registry.listeners(of: Self.a)) == ["1", "2", "3"])
        #expect(registry.listeners(of: Self.pattern).isEmpty)
    }

    @Test func `unsubscribes after the last scope`() {
        var registry = Registry()
        _ = registry.add(1, topics: [Self.a], listener: "1")
        _ = registry.add(2, topics: [Self.a], listener: "2")
        _ = registry.takeChange()
        _ = registry.confirm(Self.a)
        #expect(registry.remove(1) == "1")
        #expect(registry.remove(1) == nil)
        #expect(registry.takeChange().isEmpty)
        #expect(registry.remove(2) == "2")
        #expect(registry.takeChange() == .init(unsubscribe: [Self.a]))
        #expect(registry.listeners(of: Self.a).isEmpty)
    }

    @Test func `asks nothing for a scope that has come and gone`() {
        var registry = Registry()
        _ = registry.add(1, topics: [Self.a], listener: "1")
        registry.remove(1)
        #expect(registry.takeChange().isEmpty)
    }

    @Test func `subscribes again for a scope that comes while the last one leaves`() {
        var registry = Registry()
        _ = registry.add(1, topics: [Self.a], listener: "1")
        _ = registry.takeChange()
        _ = registry.confirm(Self.a)
        registry.remove(1)
        #expect(registry.takeChange() == .init(unsubscribe: [Self.a]))
        #expect(registry.add(2, topics: [Self.a], listener: "2") == false, "the confirmation of before counts no more")
        #expect(registry.takeChange() == .init(subscribe: [Self.a]))
        #expect(registry.confirm(Self.a).first == [2])
    }

    @Test func `is complete when all topics are confirmed`() {
        var registry = Registry()
        _ = registry.add(1, topics: [Self.a, Self.b, Self.pattern], listener: "1")
        #expect(Set(registry.takeChange().subscribe) == [Self.a, Self.b, Self.pattern])
        #expect(registry.confirm(Self.a).first.isEmpty)
        #expect(registry.confirm(Self.pattern).first.isEmpty)
        #expect(registry.confirm(Self.b).first == [1])
        #expect(registry.confirm(Self.b).first.isEmpty)
    }

    @Test func `starts over on a new connection`() {
        var registry = Registry()
        _ = registry.add(1, topics: [Self.a], listener: "1")
        _ = registry.takeChange()
        _ = registry.confirm(Self.a)
        _ = registry.add(2, topics: [Self.b], listener: "2")
        registry.connect()
        #expect(Set(registry.takeChange().subscribe) == [Self.a, Self.b])
        #expect(registry.confirm(Self.a).again == ["1"])
        let completion = registry.confirm(Self.b)
        #expect(completion.first == [2])
        #expect(completion.again.isEmpty)
    }

    @Test func `a refused topic fails those who want it and nobody else`() {
        var registry = Registry()
        _ = registry.add(1, topics: [Self.a, Self.b], listener: "1")
        _ = registry.add(2, topics: [Self.b], listener: "2")
        _ = registry.takeChange()
        #expect(registry.refuse(Self.a).map(\.listener) == ["1"])
        #expect(registry.confirm(Self.b).first == [2])
        #expect(registry.takeChange().isEmpty)
    }
}
