using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>Addresses in the compact form of BEP 23 (4 bytes and a port) and BEP 7 (16 bytes and a port).</summary>
public static class CompactPeers
{
    /// <summary>Reads the first <see cref="TrackerLimits.PeersPerAnswerMax"/>; an incomplete one at the end, and IPv4 written as IPv6, are passed over.</summary>
    public static IReadOnlyList<InternetEndpoint> Read(ReadOnlySpan<byte> bytes, bool isV6)
    {
        int addressBytes = isV6 ? InternetAddress.V6Bytes : InternetAddress.V4Bytes;
        List<InternetEndpoint> peers = [];
        while (bytes.Length >= addressBytes + 2 && peers.Count < TrackerLimits.PeersPerAnswerMax)
        {
            InternetAddress address = InternetAddress.FromBytes(bytes[..addressBytes]);
            if (address.IsV4 != isV6)
            {
                peers.Add(new InternetEndpoint(address, BinaryPrimitives.ReadUInt16BigEndian(bytes[addressBytes..])));
            }

            bytes = bytes[(addressBytes + 2)..];
        }

        return peers;
    }
}
