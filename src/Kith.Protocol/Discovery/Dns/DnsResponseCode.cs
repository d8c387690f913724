namespace Kith.Protocol.Discovery.Dns;

/// <summary>How a question was answered (RFC 1035 section 4.1.1); the low four bits of the flags.</summary>
public enum DnsResponseCode
{
    /// <summary>Answered, perhaps with nothing.</summary>
    NoError = 0,

    /// <summary>The query could not be read.</summary>
    FormatError = 1,

    /// <summary>The responder is at fault.</summary>
    ServerFailure = 2,

    /// <summary>The name does not exist.</summary>
    NameError = 3,

    /// <summary>That kind of query is not served.</summary>
    NotImplemented = 4,

    /// <summary>The name is none of the responder's business.</summary>
    Refused = 5,
}
