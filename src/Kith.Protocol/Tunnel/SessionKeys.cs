using System.Security.Cryptography;

namespace Kith.Protocol.Tunnel;

/// <summary>The two transport keys of a finished handshake, as seen from this side. Wipe by <see cref="Dispose"/> once they are copied.</summary>
public sealed class SessionKeys : IDisposable
{
    private readonly byte[] _send = GC.AllocateArray<byte>(TunnelSpecification.KeyBytes, pinned: true);
    private readonly byte[] _receive = GC.AllocateArray<byte>(TunnelSpecification.KeyBytes, pinned: true);

    /// <summary>The key that seals, 32 bytes.</summary>
    public ReadOnlySpan<byte> Send => _send;

    /// <summary>The key that opens, 32 bytes.</summary>
    public ReadOnlySpan<byte> Receive => _receive;

    /// <summary>Wipes both keys; the object may be filled again.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_send);
        CryptographicOperations.ZeroMemory(_receive);
    }

    internal void Take(NoiseState state, bool asInitiator)
    {
        if (asInitiator)
        {
            state.Split(_send, _receive);
        }
        else
        {
            state.Split(_receive, _send);
        }
    }
}
