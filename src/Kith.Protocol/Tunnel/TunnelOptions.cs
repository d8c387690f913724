namespace Kith.Protocol.Tunnel;

/// <summary>What may be chosen for one machine.</summary>
public sealed record TunnelOptions
{
    /// <summary>
    /// Handshake messages with a valid mac1 per second above which the machine is under load: then a handshake is served only if it proves its source
    /// address with a cookie. Serving one takes four operations on the curve: about 0.15 ms on a server's core, several times that on a small board.
    /// </summary>
    public int HandshakesPerSecondBeforeCookies { get; init; } = TunnelLimits.HandshakesPerSecondBeforeCookies;

    /// <summary>Packets sealed in one session after which it is renewed. The specification's number is out of any test's reach.</summary>
    public ulong RekeyAfterMessages { get; init; } = TransportSession.RekeyAfterMessages;
}
