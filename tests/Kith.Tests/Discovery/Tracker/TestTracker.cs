using System.Buffers.Binary;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Tracker;

/// <summary>A tracker of BEP 15 in memory, written from the specification: it reads requests by their offsets.</summary>
internal sealed class TestTracker
{
    private const ulong Connection = 0x1122334455667788;

    public static readonly InternetEndpoint Endpoint = new(InternetAddress.FromV4(0xC6336401), 6969);

    public Dictionary<string, HashSet<InternetEndpoint>> Swarms { get; } = [];

    public List<(string Hash, uint Event, string PeerId)> Announces { get; } = [];

    public int Scrapes { get; private set; }

    public uint IntervalSeconds { get; set; } = 1800;

    /// <summary>What is named beside those who announced themselves.</summary>
    public List<InternetEndpoint> Lies { get; } = [];

    public byte[]? Answer(InternetEndpoint source, byte[] request)
    {
        uint action = BinaryPrimitives.ReadUInt32BigEndian(request.AsSpan(8));
        uint transaction = BinaryPrimitives.ReadUInt32BigEndian(request.AsSpan(12));
        ulong head = BinaryPrimitives.ReadUInt64BigEndian(request);
        if (action == 0 && request.Length == 16 && head == 0x41727101980)
        {
            return Encode(new UdpTrackerResponse(TrackerAction.Connect, transaction) { Connection = Connection });
        }

        if (head != Connection)
        {
            return Encode(new UdpTrackerResponse(TrackerAction.Error, transaction) { Reason = "connection id missing" });
        }

        string hash = Convert.ToHexStringLower(request.AsSpan(16, 20));
        HashSet<InternetEndpoint> swarm = Swarms.TryGetValue(hash, out HashSet<InternetEndpoint>? known) ? known : Swarms[hash] = [];
        if (action == 2)
        {
            Scrapes++;
            return Encode(new UdpTrackerResponse(TrackerAction.Scrape, transaction) { Leechers = (uint)swarm.Count });
        }

        uint why = BinaryPrimitives.ReadUInt32BigEndian(request.AsSpan(80));
        InternetEndpoint announced = source with { Port = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(96)) };
        Announces.Add((hash, why, Convert.ToHexStringLower(request.AsSpan(36, 20))));
        if (why == 3)
        {
            swarm.Remove(announced);
        }
        else
        {
            swarm.Add(announced);
        }

        return Encode(new UdpTrackerResponse(TrackerAction.Announce, transaction) { IntervalSeconds = IntervalSeconds, Leechers = (uint)swarm.Count, Peers = [.. swarm.Concat(Lies).Take(100)] });
    }

    private static byte[] Encode(UdpTrackerResponse response)
    {
        byte[] bytes = new byte[TrackerLimits.DatagramBytesMax];
        return bytes[..response.Encode(bytes)];
    }
}
