using Kith.Protocol.Crypto;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>One machine in a <see cref="TunnelWorld"/>: what it received, what happened to it, and a wall clock that may be wrong.</summary>
public sealed class TunnelHost : IDisposable
{
    private static int s_nextLink;

    public TunnelHost(TunnelWorld world, string address, byte[] privateKey, HandshakeClock clock, TunnelOptions? options = null, ReceiverIndexTable? indices = null)
    {
        World = world;
        Assert.True(InternetEndpoint.TryParse(address, out InternetEndpoint endpoint));
        Endpoint = endpoint;
        Clock = clock;
        Indices = indices ?? new ReceiverIndexTable();
        Machine = new TunnelMachine(privateKey, Indices, clock, world.Random, options);
    }

    public TunnelWorld World { get; }

    public TunnelMachine Machine { get; }

    public HandshakeClock Clock { get; }

    public ReceiverIndexTable Indices { get; }

    public InternetEndpoint Endpoint { get; set; }

    public TimeSpan ClockError { get; set; }

    public List<byte[]> Received { get; } = [];

    public List<TransportSession> ReceivedOn { get; } = [];

    public List<TunnelEvent> Events { get; } = [];

    public List<TunnelMessageType> Sent { get; } = [];

    public int Keepalives { get; set; }

    public ClockReading Now => new(World.Now, World.WallMilliseconds + (long)ClockError.TotalMilliseconds);

    public static byte[] NewKey(TunnelWorld world)
    {
        byte[] key = new byte[X25519.KeyBytes];
        world.Random.Fill(key);
        return key;
    }

    public TunnelPeer Know(TunnelHost other, ReadOnlySpan<byte> presharedKey = default, bool severalDevices = false)
    {
        TunnelPeer peer = Machine.AddPeer(other.Machine.PublicKey, new PeerLink(Interlocked.Increment(ref s_nextLink)), presharedKey, severalDevices);
        peer.Tag = other;
        return peer;
    }

    public int CountOf(TunnelEventKind kind) => Events.Count(e => e.Kind == kind);

    public void Dispose() => Machine.Dispose();
}
