using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>A newcomer that asked to be let through: openers go to it for a few seconds.</summary>
internal sealed class Caller(InternetEndpoint[] endpoints, byte[][] openers)
{
    /// <summary>Where it may be.</summary>
    public InternetEndpoint[] Endpoints { get; } = endpoints;

    /// <summary>What is sent, one each time.</summary>
    public byte[][] Openers { get; } = openers;

    /// <summary>How many have been sent.</summary>
    public int Sent { get; set; }
}
