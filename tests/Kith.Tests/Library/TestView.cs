using System.Net;
using Kith.Node;
using Kith.Node.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Tests.Library;

/// <summary>Pictures of networks, made by hand.</summary>
internal static class TestView
{
    private static readonly NetworkId Home = new(Bytes(99));

    // Lists are compared by identity: the same device has the same list.
    private static readonly IPAddress[][] Addresses = [.. Enumerable.Range(0, 10).Select(number => new[] { IPAddress.Parse($"fd00::{number}") })];

    public static KithMember Member(byte number, string? name = null, bool online = false, PathStatus? path = null, MemberRole role = MemberRole.Member) => new(
        new NodeId(Bytes(number)),
        name ?? $"device-{number}",
        Home,
        "home",
        role,
        Addresses[number],
        number == 0,
        online || number == 0,
        path ?? PathStatus.None);

    public static NetworkView Of(params KithMember[] members) =>
        new([new KithNetwork(Home, "home", MemberRole.Admin, [IPAddress.Parse("fd00::")], [Member(0), .. members])]);

    private static Bytes32 Bytes(byte fill) => new([.. Enumerable.Repeat(fill, Bytes32.Length)]);
}
