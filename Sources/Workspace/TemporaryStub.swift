public import Manifest
public import Secrets
extension ProjectSetup { func inferred() throws -> Manifest { Manifest(project: "x", environments: [], components: [], variables: []) } }
extension ProjectStore { public static func create(at l: StoreLocation) throws {}
 public static func create(at l: StoreLocation, passphrase: Secret<String>) throws {} }
struct ToldError { var code = "", message = "", fix = ""; init(_ e: any Error) {} }
