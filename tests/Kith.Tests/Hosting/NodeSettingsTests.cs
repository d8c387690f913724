using Kith.Node.Control;
using Kith.Node.Hosting;
using Kith.Protocol.Core;
using Kith.Tunnel;

namespace Kith.Tests.Hosting;

/// <summary>What a node remembers of how it was started, and what it makes of it at the next start.</summary>
public sealed class NodeSettingsTests
{
    private static readonly NodeStartOptions s_plain = new() { StateDirectory = "/nowhere" };

    [Fact]
    public void no_tun_is_remembered_until_a_device_is_asked_for()
    {
        MemoryNodeStore store = new();
        Assert.Null(Start(store, s_plain).UseTun);
        Assert.False(Start(store, s_plain with { UseTun = false }).UseTun);
        Assert.False(Start(store, s_plain).UseTun);

        // --tun NAME is remembered by its name; that it must be had is a matter of that start.
        NodeSettings asked = Start(store, s_plain with { UseTun = true, TunName = "kith7" });
        Assert.Equal((null, "kith7"), (asked.UseTun, asked.TunName));
        NodeSettings later = Start(store, s_plain);
        Assert.Equal((null, "kith7"), (later.UseTun, later.TunName));
    }

    [Fact]
    public void addresses_of_members_are_remembered_until_others_or_none_are_given()
    {
        MemoryNodeStore store = new();
        Assert.Null(Start(store, s_plain).Peers);
        Assert.Equal("a.example:1 192.0.2.1:2", Start(store, s_plain with { Peers = ["a.example:1", "192.0.2.1:2"] }).Peers);
        Assert.Equal("a.example:1 192.0.2.1:2", Start(store, s_plain).Peers);
        Assert.Equal("192.0.2.3:3", Start(store, s_plain with { Peers = ["192.0.2.3:3"] }).Peers);
        Assert.Equal(string.Empty, Start(store, s_plain with { Peers = [] }).Peers);
        Assert.Equal(string.Empty, Start(store, s_plain).Peers);
    }

    [Theory]
    [InlineData(TunUnavailableReason.NoPermission)]
    [InlineData(TunUnavailableReason.NoDevice)]
    [InlineData(TunUnavailableReason.Unsupported)]
    public void where_no_device_can_be_had_the_node_does_without_unless_somebody_insists(TunUnavailableReason reason)
    {
        Func<string, TunDevice> open = _ => throw new TunUnavailableException(reason, "no");
        (TunDevice? device, ControlException? refusal) = TunChoice.Open(null, isRequired: false, "kith0", open);
        Assert.Null(device);
        Assert.NotNull(refusal);
        Assert.Equal(reason, Assert.Throws<TunUnavailableException>(() => TunChoice.Open(null, isRequired: true, "kith0", open)).Reason);
        Assert.Equal((null, null), TunChoice.Open(false, isRequired: false, "kith0", static _ => throw new InvalidOperationException("nobody is asked")));
    }

    [Fact]
    public void a_name_that_is_taken_is_told_whoever_asked()
    {
        TunUnavailableReason other = Enum.GetValues<TunUnavailableReason>()
            .First(static reason => reason is not (TunUnavailableReason.NoPermission or TunUnavailableReason.NoDevice or TunUnavailableReason.Unsupported));
        Assert.Throws<TunUnavailableException>(() => TunChoice.Open(null, isRequired: false, "kith0", _ => throw new TunUnavailableException(other, "no")));
    }

    private static NodeSettings Start(MemoryNodeStore store, NodeStartOptions options)
    {
        NodeSettings settings = NodeSettings.Load(store).With(options);
        Assert.True(settings.Save(store).IsOk);
        return settings;
    }
}
