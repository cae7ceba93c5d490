import HTTPModel
import Server
import Testing

struct PlanTests {
    @Test func aReplyIsAPlan() {
        guard case .reply(let response) = Plan.reply(HTTPResponse(status: 404)) else { return }
        #expect(response.status == 404)
    }
}
