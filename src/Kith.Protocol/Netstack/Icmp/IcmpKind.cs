namespace Kith.Protocol.Netstack.Icmp;

/// <summary>What an ICMP message of either family means to the stack.</summary>
internal enum IcmpKind
{
    /// <summary>Nothing.</summary>
    Other,

    /// <summary>A request to answer (type 8, or 128).</summary>
    EchoRequest,

    /// <summary>The answer (type 0, or 129).</summary>
    EchoReply,

    /// <summary>Port, protocol or passage refused: waiting does not help (RFC 1122 section 4.2.3.9 "hard").</summary>
    Unreachable,

    /// <summary>A packet was longer than a link on its way takes.</summary>
    TooBig,

    /// <summary>A packet ran out of hops.</summary>
    TimeExceeded,

    /// <summary>An error that may pass, such as "no route".</summary>
    OtherError,
}
