import Testing

@testable import TaskBroker

@Suite(.timeLimit(.minutes(4)))
struct MailboxTests {
    @Test func `What has come together is read at once and in its order`() async {
        let mailbox = Mailbox<Int>()
        mailbox.post(1)
        mailbox.post(2)
        #expect(await mailbox.next() == [1, 2])
        #expect(mailbox.take() == [])
    }

    @Test func `A reader that waits is woken`() async {
        let mailbox = Mailbox<Int>()
        async let first = mailbox.next()
        mailbox.post(1)
        #expect(await first == [1])
    }

    @Test func `Nothing is lost between many writers and one reader`() async {
        let mailbox = Mailbox<Int>()
        let sum = await withTaskGroup(of: Void.self) { group in
            for number in 1...1000 { group.addTask { mailbox.post(number) } }
            var (sum, count) = (0, 0)
            while count < 1000 {
                let numbers = await mailbox.next()
                sum += numbers.reduce(0, +)
                count += numbers.count
            }
            return sum
        }
        #expect(sum == 500_500)
    }

    @Test func `A reader that is cancelled, before it waits or while it does, comes back empty-handed`() async {
        let mailbox = Mailbox<Int>()
        let waiting = await withTaskGroup(of: [Int].self) { group in
            group.addTask { await mailbox.next() }
            await Task.yield()
            group.cancelAll()
            group.addTask { await mailbox.next() }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(waiting == [[], []])
        mailbox.post(1)
        #expect(await mailbox.next() == [1])
    }
}
