using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>Records of every shape.</summary>
internal static class WhereaboutsSamples
{
    public static IEnumerable<Whereabouts> All()
    {
        for (byte i = 0; i < 4; i++)
        {
            using NodeKey key = NodeKey.FromSeed([.. Enumerable.Repeat((byte)(i + 1), 32)]);
            Candidate[] candidates = [.. Enumerable.Range(1, i * 5).Select(static n => new Candidate((CandidateKind)(n % 6), Endpoint(n)))];
            NodeId[] relays = [.. Enumerable.Range(1, i * 2).Select(static n => new NodeId([.. Enumerable.Repeat((byte)n, 32)]))];
            yield return Whereabouts.Sign(key, i, 1_763_600_000_000, (NatClass)i, candidates, relays);
        }
    }

    public static InternetEndpoint Endpoint(int number)
    {
        byte[] address = number % 2 == 0 ? [192, 0, 2, (byte)number] : [0x20, 0x01, 0x0D, 0xB8, .. new byte[11], (byte)number];
        return new InternetEndpoint(InternetAddress.FromBytes(address), (ushort)(5484 + number));
    }
}
