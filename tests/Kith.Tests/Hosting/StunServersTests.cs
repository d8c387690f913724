using Kith.Node.Stun;
using Kith.Protocol.Wire;

namespace Kith.Tests.Hosting;

public sealed class StunServersTests
{
    [Theory]
    [InlineData("stun.example.org", "stun.example.org", 3478)]
    [InlineData("stun.example.org:19302", "stun.example.org", 19302)]
    [InlineData("192.0.2.1:5000", "192.0.2.1", 5000)]
    [InlineData("[2001:db8::1]:5000", "2001:db8::1", 5000)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 3478)]
    public void servers_are_named_with_and_without_a_port(string text, string host, int port) => Assert.Equal((host, (ushort)port), StunServers.Split(text));

    [Fact]
    public async Task addresses_need_no_look_up_and_the_number_of_servers_is_bounded()
    {
        TaskCompletionSource<IReadOnlyList<InternetEndpoint>> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using StunServers servers = new([.. Enumerable.Range(1, 20).Select(i => $"192.0.2.{i}:{1000 + i}")], found.SetResult);
        Assert.Equal(StunServers.ServersMax, servers.Names.Count);
        servers.Resolve();
        IReadOnlyList<InternetEndpoint> endpoints = await found.Task;
        Assert.Equal(Enumerable.Range(1, StunServers.ServersMax).Select(i => $"192.0.2.{i}:{1000 + i}"), endpoints.Select(endpoint => endpoint.ToString()));
    }

    [Fact]
    public void without_servers_nothing_is_looked_up()
    {
        using StunServers none = new([], _ => Assert.Fail("resolved what was not named"));
        none.Resolve();
        Assert.Empty(none.Names);
    }
}
