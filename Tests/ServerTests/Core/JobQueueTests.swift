import Testing

@testable import Server

@Suite struct JobQueueTests {
    @Test func `jobs leave in the order in which they came, however they are taken`() {
        let queue = JobQueue<Int>(limit: 10)
        var (next, taken) = (0, [Int]())
        func push(_ count: Int) {
            for _ in 0..<count {
                #expect(queue.push(next))
                next += 1
            }
        }
        push(3)
        taken.append(queue.takeOne() ?? -1)
        push(2)
        taken.append(queue.takeOne() ?? -1)
        if case .job(let job) = queue.takeOne(within: 1) { taken.append(job) }
        push(2)
        if case .job(let job) = queue.takeOne(within: 1) { taken.append(job) }
        push(2)
        taken += queue.takeAll() ?? []
        push(1)
        taken.append(queue.takeOne() ?? -1)
        #expect(taken == Array(0..<next))
        if case .nothing = queue.takeOne(within: 0.01) {} else { Issue.record("there is nothing") }
    }

    @Test func `there is room for so many, wherever they wait, and for what is owed`() {
        let queue = JobQueue<Int>(limit: 3)
        for number in 0..<3 { #expect(queue.push(number)) }
        #expect(queue.takeOne() == 0)
        #expect(queue.push(3))
        #expect(!queue.push(4))
        #expect(queue.push(4, isOwed: true))
        queue.close()
        #expect(!queue.push(5, isOwed: true))
        #expect(queue.takeOne() == 1)
        #expect(queue.takeAll() == [2, 3, 4])
        #expect(queue.takeAll() == nil && queue.takeOne() == nil)
    }

    @Test func `taking one costs no more when many wait`() {
        let count = 400_000
        let queue = JobQueue<Int>(limit: count)
        for number in 0..<count { _ = queue.push(number) }
        // Where each moved all others, that would be a terabyte.
        let time = ContinuousClock().measure {
            for number in 0..<count where queue.takeOne() != number { Issue.record("not in order: \(number)") }
        }
        #expect(time < .seconds(20))
    }
}
