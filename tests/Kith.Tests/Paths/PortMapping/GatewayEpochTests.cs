using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Tests.Paths.PortMapping;

/// <summary>RFC 6887 section 8.5 and RFC 6886 section 3.6 with numbers: (our seconds, the gateway's) one after the other; the last says whether it has forgotten.</summary>
public sealed class GatewayEpochTests
{
    [Theory]
    [InlineData(false, 1600, 1600)]
    [InlineData(false, 1600, 1502)]
    [InlineData(false, 1600, 1704)]
    [InlineData(false, 0, 0)]
    [InlineData(false, 0, -1)]
    [InlineData(true, 0, -2)]
    [InlineData(true, 1600, 1490)]
    [InlineData(true, 1600, 1720)]
    [InlineData(true, 1600, -1000)]
    public void pcp(bool isLost, int ours, int theirs)
    {
        GatewayEpoch epoch = default;
        Assert.False(epoch.NotePcp(At(50), 5000));
        Assert.Equal(isLost, epoch.NotePcp(At(50 + ours), (uint)(5000 + theirs)));
    }

    [Theory]
    [InlineData(false, 1600, 1600)]
    [InlineData(false, 1600, 1400)]
    [InlineData(false, 1600, 1398)]
    [InlineData(false, 1600, 99_999)]
    [InlineData(true, 1600, 1397)]
    [InlineData(true, 10, -5000)]
    [InlineData(false, 0, -2)]
    [InlineData(true, 0, -3)]
    public void nat_pmp(bool isLost, int ours, int theirs)
    {
        GatewayEpoch epoch = default;
        Assert.False(epoch.NoteNatPmp(At(50), 5000));
        Assert.Equal(isLost, epoch.NoteNatPmp(At(50 + ours), (uint)(5000 + theirs)));
    }

    private static Instant At(int seconds) => new(seconds * TimeSpan.TicksPerSecond);
}
