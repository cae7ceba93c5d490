internal import Manifest
extension ProjectSetup { func inferred() throws -> Manifest { Manifest(project: "x", environments: [], components: [], variables: []) } }
