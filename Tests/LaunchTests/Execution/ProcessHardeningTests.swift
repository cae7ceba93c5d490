import Testing

@Suite struct ProcessHardeningTests {
    @Test func `a hardened process leaves no core and cannot be traced`() throws {
        let shell = "ulimit -H -c 70; ulimit -S -c 30; exec \"$0\" state"
        #expect(try Child.run(["bash", "-c", shell, Child.probe]).output.text == "core 0 dumpable 0\n")
        let plain = try Child.run(["bash", "-c", shell + " --plain-start", Child.probe])
        #expect(plain.output.text == "core 30720 dumpable 1\n")
    }

    @Test(arguments: [("segv", 139), ("abort", 134)] as [(String, Int32)])
    func `a crash prints no memory, whatever the environment asks`(kind: String, status: Int32) throws {
        let asked = ["PATH=/usr/bin:/bin", "SWIFT_BACKTRACE=enable=yes,color=no,interactive=no"]
        let child = try Child.run([Child.probe, "crash", kind], environment: asked)
        #expect(child.status == status)
        #expect(child.output.isEmpty && child.errors.isEmpty, "\(child.errors.count) bytes of errors")
    }

    @Test func `a crash of a process that is not hardened prints memory`() throws {
        let asked = ["PATH=/usr/bin:/bin", "SWIFT_BACKTRACE=enable=yes,color=no,interactive=no,symbolicate=off"]
        let child = try Child.run([Child.probe, "crash", "--plain-start", "segv"], environment: asked)
        #expect(child.status == 139)
        #expect(child.errors.text.contains("Registers"))
    }
}
