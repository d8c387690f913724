using System.Net;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>
/// Six public members, of which only neighbours in the drawing reach each other, so that nobody reaches both a and d:
/// <code>
///     ┌─ b ── c ─┐
///   a ┤          ├ d
///     └─ e ── f ─┘
/// </code>
/// </summary>
public sealed class ChainScenario
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task packets_travel_along_members_and_around_one_that_was_cut_off()
    {
        await using NatNetwork network = NatNetwork.Create();
        string[] names = ["a", "b", "c", "d", "e", "f"];
        string[] neighbours = ["ab", "bc", "cd", "ae", "ef", "fd"];
        foreach (string name in names)
        {
            network.AddPublic(name);
        }

        await network.JoinAllAsync("a", "b", "c", "d", "e", "f");
        CoreFilter core = new(network.Internet);
        foreach ((string one, string other) in names.SelectMany(one => names.Where(other => string.CompareOrdinal(one, other) < 0).Select(other => (one, other))))
        {
            if (!neighbours.Contains(one + other) && !neighbours.Contains(other + one))
            {
                core.Cut(Address(network, one), Address(network, other));
            }
        }

        await network.UntilPathAsync("a", "d", Limit, "mesh");
        await network.UntilPathAsync("d", "a", Limit, "mesh");
        string address = (await network["d"].StatusAsync()).Network(NatNetwork.Name).Ipv6;
        using PingStream pings = new(network["a"].Host, address, TimeSpan.FromMilliseconds(50));
        await pings.FirstAsync(Limit);

        // Whichever chain was chosen is cut, at the member next to a. Both directions must be off it before that counts.
        KithMember before = await network["a"].LookAtAsync(NatNetwork.Name, "d") ?? throw new LabException("a does not know d");
        string next = before.Path.Via ?? throw new LabException($"no next member: {before}");
        Assert.Contains(next, new[] { "b", "e" });
        DateTimeOffset cut = DateTimeOffset.UtcNow;
        core.Isolate(Address(network, next));
        DateTimeOffset again = await pings.FirstAfterAsync(cut + TimeSpan.FromMilliseconds(500), Limit);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        TimeSpan gap = pings.LongestGap(cut - TimeSpan.FromSeconds(1));
        LabReport.Measured($"a chain of members: {next} was cut off, the flow stood for {gap.TotalSeconds:0.00} s");
        KithMember after = await network["a"].LookAtAsync(NatNetwork.Name, "d") ?? throw new LabException("a does not know d");
        Assert.NotEqual(next, after.Path.Via);
        Assert.True(gap < Bound, $"the flow stood for {gap}, answered again at {again - cut} after the cut\n{before}\n{after}");
    }

    private static IPAddress Address(NatNetwork network, string name) => network[name].Host.IPv4;
}
