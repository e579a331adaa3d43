import Testing

@testable import TaskBroker

struct RingPrecedenceTests {
    @Test func `who got something after a ring goes first after the next one`() {
        var precedence = RingPrecedence()
        #expect(!precedence.goesFirst)
        precedence.beginAnswer()
        precedence.noteClaim(of: 1)
        #expect(precedence.goesFirst)
        precedence.beginAnswer()
        precedence.noteClaim(of: 3)
        #expect(precedence.goesFirst)
    }

    @Test func `who came for nothing goes first no more`() {
        var precedence = RingPrecedence()
        precedence.beginAnswer()
        precedence.noteClaim(of: 1)
        precedence.beginAnswer()
        precedence.noteClaim(of: 0)
        #expect(!precedence.goesFirst)
        precedence.beginAnswer()
        precedence.noteClaim(of: 1)
        precedence.noteVainLook()
        #expect(!precedence.goesFirst)
    }

    @Test func `claims of a busy worker say nothing about rings`() {
        var precedence = RingPrecedence()
        precedence.noteClaim(of: 5)
        #expect(!precedence.goesFirst)
        precedence.beginAnswer()
        precedence.noteClaim(of: 1)
        // When the queue has run dry, and nobody has rung.
        precedence.noteClaim(of: 0)
        #expect(precedence.goesFirst)
    }
}
