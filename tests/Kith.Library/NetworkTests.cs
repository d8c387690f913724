using System.Net;
using System.Net.Sockets;
using Kith.Library.Harness;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Library;

public class NetworkTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_node_founds_a_network_at_its_first_start_and_finds_it_again_at_the_next()
    {
        using TestFolder folder = new();
        Protocol.Identity.NetworkId network;
        int port;
        await using (KithNode first = await TestNodes.StartAsync(folder, "nas"))
        {
            KithNetwork home = Assert.Single(first.Networks);
            KithMember self = Assert.Single(first.Members);
            Assert.Equal(("home", MemberRole.Admin, "nas.home.kith", true, true), (home.Name, home.Role, self.HostName, self.IsSelf, self.IsOnline));
            Assert.Equal(home.Addresses, self.Addresses);
            network = home.Id;
            port = first.Port;
        }

        await using (KithNode second = await TestNodes.StartAsync(folder, "nas"))
        {
            Assert.Equal((network, port), (Assert.Single(second.Networks).Id, second.Port));
        }

        using Socket other = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Any, port));
        await using KithNode third = await TestNodes.StartAsync(folder, "nas");
        Assert.NotEqual(port, third.Port);
    }

    [Fact]
    public async Task what_happens_to_members_is_told_to_both_sides()
    {
        using TestFolder folder = new();
        await using KithNode nas = await TestNodes.StartAsync(folder, "nas");
        await using IAsyncEnumerator<KithEvent> atNas = nas.Events.GetAsyncEnumerator(Cancellation);
        KithInvite invite = await nas.CreateInviteAsync(new KithInviteOptions { Uses = 2 }, Cancellation);
        await using KithNode laptop = await TestNodes.StartAsync(folder, "laptop", invite.Text, nas);
        Assert.Equal(["nas", "laptop"], laptop.Networks[0].Members.Select(member => member.Name).OrderByDescending(name => name));

        KithEvent.Admitted admitted = await WaitAsync<KithEvent.Admitted>(atNas);
        Assert.Equal(laptop.Id, admitted.Member.Id);
        await using IAsyncEnumerator<KithEvent> atLaptop = laptop.Events.GetAsyncEnumerator(Cancellation);
        await nas.RenameDeviceAsync("laptop", "notebook", cancellationToken: Cancellation);
        Assert.Equal("laptop", (await WaitAsync<KithEvent.MemberChanged>(atNas)).Before.Name);
        Assert.Equal("notebook", (await WaitAsync<KithEvent.MemberChanged>(atLaptop)).Member.Name);
        await nas.SetRoleAsync("notebook", MemberRole.Admin, cancellationToken: Cancellation);
        Assert.Equal(MemberRole.Admin, (await WaitAsync<KithEvent.MemberChanged>(atLaptop)).Member.Role);

        await laptop.LeaveAsync("home", Cancellation);
        Assert.Equal("home", (await WaitAsync<KithEvent.Removed>(atLaptop)).Network.Name);
        Assert.Empty(laptop.Networks);
        Assert.Equal("notebook", (await WaitAsync<KithEvent.MemberRemoved>(atNas)).Member.Name);
    }

    [Fact]
    public async Task a_member_that_stops_goes_offline_and_comes_back()
    {
        using TestFolder folder = new();
        await using KithNode nas = await TestNodes.StartAsync(folder, "nas");
        await using IAsyncEnumerator<KithEvent> news = nas.Events.GetAsyncEnumerator(Cancellation);
        KithInvite invite = await nas.CreateInviteAsync(cancellationToken: Cancellation);
        await using (KithNode laptop = await TestNodes.StartAsync(folder, "laptop", invite.Text, nas))
        {
            Assert.Equal("laptop", (await WaitAsync<KithEvent.MemberOnline>(news)).Member.Name);
        }

        Assert.Equal("laptop", (await WaitAsync<KithEvent.MemberOffline>(news)).Member.Name);
        await using KithNode again = await TestNodes.StartAsync(folder, "laptop", via: nas);
        Assert.Equal(again.Id, (await WaitAsync<KithEvent.MemberOnline>(news)).Member.Id);
        await nas.RevokeDeviceAsync("laptop", cancellationToken: Cancellation);
        Assert.Equal(again.Id, (await WaitAsync<KithEvent.MemberRemoved>(news)).Member.Id);
    }

    [Fact]
    public async Task an_invite_that_was_taken_back_lets_nobody_in()
    {
        using TestFolder folder = new();
        await using KithNode nas = await TestNodes.StartAsync(folder, "nas");
        KithInvite invite = await nas.CreateInviteAsync(new KithInviteOptions { Lifetime = TimeSpan.FromHours(1), Role = MemberRole.Admin }, Cancellation);
        Assert.DoesNotContain(invite.Text, invite.ToString(), StringComparison.Ordinal);
        await invite.RevokeAsync(Cancellation);
        ControlException refused = await Assert.ThrowsAsync<ControlException>(() => TestNodes.StartAsync(folder, "laptop", invite.Text, nas));
        Assert.Equal(ControlError.InviteRevoked, refused.Error);
    }

    [Fact]
    public async Task networks_are_founded_and_left()
    {
        using TestFolder folder = new();
        await using KithNode nas = await TestNodes.StartAsync(folder, "nas");
        KithNetwork club = await nas.CreateNetworkAsync("club", Cancellation);
        Assert.Equal(["club", "home"], nas.Networks.Select(network => network.Name));
        Assert.Equal("nas.club.kith", Assert.Single(club.Members).HostName);
        await nas.LeaveAsync("club", Cancellation);
        Assert.Equal(["home"], nas.Networks.Select(network => network.Name));
    }

    [Fact]
    public async Task a_state_directory_is_one_nodes_at_a_time()
    {
        using TestFolder folder = new();
        await using KithNode nas = await TestNodes.StartAsync(folder, "nas");
        ControlException refused = await Assert.ThrowsAsync<ControlException>(() => TestNodes.StartAsync(folder, "nas"));
        Assert.Equal(ControlError.StateInUse, refused.Error);
    }

    [Fact]
    public async Task events_end_with_the_node()
    {
        using TestFolder folder = new();
        KithNode nas = await TestNodes.StartAsync(folder, "nas");
        await using IAsyncEnumerator<KithEvent> news = nas.Events.GetAsyncEnumerator(Cancellation);
        await nas.DisposeAsync();
        while (await news.MoveNextAsync())
        {
            Assert.NotNull(news.Current);
        }

        ControlException refused = await Assert.ThrowsAsync<ControlException>(() => nas.CreateInviteAsync(cancellationToken: Cancellation));
        Assert.Equal(ControlError.NodeNotRunning, refused.Error);
    }

    private static async Task<T> WaitAsync<T>(IAsyncEnumerator<KithEvent> news)
        where T : KithEvent
    {
        while (await news.MoveNextAsync().AsTask().WaitAsync(TestNodes.Patience, Cancellation))
        {
            if (news.Current is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException($"The events ended without {typeof(T).Name}.");
    }
}
