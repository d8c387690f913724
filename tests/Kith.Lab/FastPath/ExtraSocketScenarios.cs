using Kith.Protocol.Wire;
using Kith.Tunnel;

namespace Kith.Lab.FastPath;

/// <summary>The packet path through a socket beside the data socket: what a device behind a translator of random ports is reached through.</summary>
public sealed class ExtraSocketScenarios
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task data_goes_through_an_extra_socket_both_ways_at_full_speed(bool outsideV6)
    {
        await using TunnelPair pair = await TunnelPair.OpenAsync(outsideV6: outsideV6);
        InternetEndpoint target = pair.A.Link.Endpoint!.Value with { Scope = 3 };
        pair.A.Core.Follows = false;
        pair.A.Link.Endpoint = target;

        // Nothing has opened it yet, so packets are the core's; it opens the socket by sending.
        Assert.False((await pair.HostA.RunAsync("ping -c1 -W1 100.64.0.2")).Succeeded);
        Assert.True(pair.A.Core.TunPackets > 0);
        Assert.Equal(0, pair.A.Path.Report.ExtraSockets);
        Assert.True(await pair.HostA.InvokeAsync(() => pair.A.Path.Send(target, [9])));
        await pair.CarryEverythingAsync();

        // The other end has followed to the extra socket's port, and what it sends there arrives on the fast path under the socket's number.
        InternetEndpoint followed = pair.B.Link.Endpoint!.Value;
        Assert.NotEqual(TunnelEnd.Port, followed.Port);
        Assert.Equal(target, pair.A.Link.Endpoint);
        FastPathReport before = pair.A.Path.Report;
        await pair.IperfAsync("-c 100.64.0.2 -n 100M -R");
        FastPathReport after = pair.A.Path.Report;
        double packetsPerCall = (double)(after.PacketsReceived - before.PacketsReceived) / (after.ReceiveCalls - before.ReceiveCalls);
        Assert.True(packetsPerCall > 5, $"{packetsPerCall} packets per call");

        // Closed under way: the thread ends, and the counters stay.
        pair.A.Path.CloseSocket(3);
        Assert.Equal(0, pair.A.Path.Report.ExtraSockets);
        Assert.True(pair.A.Path.Report.PacketsReceived >= after.PacketsReceived);
        pair.A.Link.Endpoint = target with { Scope = 0 };
        await pair.CarryEverythingAsync();
        Assert.Equal(TunnelEnd.Port, pair.B.Link.Endpoint!.Value.Port);
    }
}
