using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>Invites of every shape.</summary>
internal static class InviteSamples
{
    public static IEnumerable<InviteLine> All()
    {
        byte[] bytes = new byte[32];
        for (int hints = 0; hints <= InviteLine.HintsMax; hints++)
        {
            bytes.AsSpan().Fill((byte)(hints + 1));
            InviteHint[] list = [.. Enumerable.Range(0, hints).Select(index => Hint(index))];
            yield return new InviteLine(new NetworkId(bytes), bytes, hints == 3 ? "häuser" : "home", list);
        }
    }

    private static InviteHint Hint(int index)
    {
        byte[] id = [.. Enumerable.Repeat((byte)index, 32)];
        List<InternetEndpoint> endpoints = [];
        for (int i = 0; i < index + 1; i++)
        {
            byte[] address = i % 2 == 0 ? [192, 0, 2, (byte)i] : [0x20, 0x01, 0x0D, 0xB8, .. new byte[11], (byte)i];
            endpoints.Add(new InternetEndpoint(InternetAddress.FromBytes(address), 5484));
        }

        return new InviteHint(new NodeId(id), endpoints) { TcpEndpoints = [.. endpoints.Take(Math.Min(index, InviteHint.TcpEndpointsMax))] };
    }
}
