using System.Net;
using System.Runtime.InteropServices;
using Kith.Protocol.Wire;
using Microsoft.AspNetCore.Connections;

namespace Kith.Node.Tcp;

/// <summary>How many connections each source holds: IPv4 addresses one by one, IPv6 by /64, because whoever has one address there has them all. Thread-safe.</summary>
internal sealed class SourceLimiter
{
    /// <summary>Connections of one source. Many members may share one address, as behind a company's translator.</summary>
    public const int PerSourceMax = 32;

    private const int V6PrefixBytes = 8;

    private readonly Dictionary<InternetAddress, int> _counts = [];
    private readonly Lock _lock = new();

    /// <summary>Sources that hold connections; at most as many as there are connections.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _counts.Count;
            }
        }
    }

    /// <summary>Hands a connection on, unless its source has too many.</summary>
    public async Task LimitAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        InternetAddress source = connection.RemoteEndPoint is IPEndPoint endpoint ? KeyOf(endpoint.Address) : InternetAddress.None;
        if (!TryEnter(source))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(source);
        }
    }

    /// <summary>Whether one more of this source is let in.</summary>
    public bool TryEnter(InternetAddress source)
    {
        lock (_lock)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, source, out _);
            if (count >= PerSourceMax)
            {
                return false;
            }

            count++;
            return true;
        }
    }

    /// <summary>One has gone.</summary>
    public void Leave(InternetAddress source)
    {
        lock (_lock)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, source) == 0)
            {
                _counts.Remove(source);
            }
        }
    }

    private static InternetAddress KeyOf(IPAddress address)
    {
        byte[] bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        if (bytes.Length > InternetAddress.V4Bytes)
        {
            bytes.AsSpan(V6PrefixBytes).Clear();
        }

        return InternetAddress.FromBytes(bytes);
    }
}
