using Kith.Node;
using Kith.Protocol.Paths.PortMapping;

namespace Kith.Library.Harness;

/// <summary>Nodes that ask nobody outside: user space, state in a folder of their own, found over this machine's addresses.</summary>
internal static class TestNodes
{
    /// <summary>How long anything may take that is waited for. Generous: the machine may be busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static KithNodeOptions Options(TestFolder folder, string name, string? invite = null, KithNode? via = null) => new()
    {
        StateDirectory = folder.At(name),
        DeviceName = name,
        NetworkName = "home",
        Join = invite,
        Peers = via is null ? [] : [$"127.0.0.1:{via.Port}"],
        UseDht = false,
        StunServers = [],
        PortMapping = MappingProtocol.None,
    };

    public static Task<KithNode> StartAsync(TestFolder folder, string name, string? invite = null, KithNode? via = null) =>
        KithNode.StartAsync(Options(folder, name, invite, via), cancellationToken: TestContext.Current.CancellationToken);
}
