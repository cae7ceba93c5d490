/// What an AWS service answers instead of a result: a code that clients act on, and a text for people.
///
/// Codes and texts are AWS's own wherever they are known from recorded answers. A text never holds a value that was sent:
/// who mistypes a command may have put a secret where a name belongs.
struct AWSError: Error, Sendable, Equatable {
    /// The codes, as they stand in `__type`.
    enum Code: String, Sendable, CaseIterable {
        // Of every service (AWS, "Common errors").
        case accessDenied = "AccessDeniedException"
        case incompleteSignature = "IncompleteSignatureException"
        case invalidSignature = "InvalidSignatureException"
        case missingAuthenticationToken = "MissingAuthenticationTokenException"
        case serialization = "SerializationException"
        case serviceUnavailable = "ServiceUnavailable"
        case throttling = "ThrottlingException"
        case unknownOperation = "UnknownOperationException"
        case unrecognizedClient = "UnrecognizedClientException"
        case validation = "ValidationException"
        // Of Secrets Manager (its service model, 2017-10-17).
        case decryptionFailure = "DecryptionFailure"
        case internalService = "InternalServiceError"
        case invalidNextToken = "InvalidNextTokenException"
        case invalidParameter = "InvalidParameterException"
        case invalidRequest = "InvalidRequestException"
        case limitExceeded = "LimitExceededException"
        case malformedPolicy = "MalformedPolicyDocumentException"
        case publicPolicy = "PublicPolicyException"
        case resourceExists = "ResourceExistsException"
        case resourceNotFound = "ResourceNotFoundException"
        // Of CloudTrail (its service model, 2013-11-01).
        case invalidEventCategory = "InvalidEventCategoryException"
        case invalidLookupAttributes = "InvalidLookupAttributesException"
        case invalidMaxResults = "InvalidMaxResultsException"
        case invalidTimeRange = "InvalidTimeRangeException"
    }

    /// What clients act on.
    let code: Code
    /// What people read.
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The HTTP status: every error of a client is 400 in these two services, also what is not found.
    var status: Int {
        switch code {
        case .internalService: 500
        case .serviceUnavailable: 503
        default: 400
        }
    }
}
