using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Kith.Cli.Daemon;
using Kith.Node.Control;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kith.Tests.Cli;

/// <summary>Client and server over a real socket in a real directory.</summary>
[SupportedOSPlatform("linux")]
public sealed class ControlSocketTests
{
    public static TheoryData<ControlError> Errors => [.. Enum.GetValues<ControlError>()];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task only_the_owner_may_open_the_socket()
    {
        using TemporaryDirectory state = new();
        await using ControlServer server = await StartAsync(state, new FakeNode());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ControlSocketPath.For(state.Path)));
        Assert.Equal([ControlSocketPath.For(state.Path)], Directory.GetFileSystemEntries(state.Path));
    }

    [Fact]
    public async Task every_question_arrives_and_every_answer_returns()
    {
        using TemporaryDirectory state = new();
        FakeNode node = new() { Networks = [FakeNode.Network("home", "laptop", FakeNode.Other("pi"))] };
        await using ControlServer server = await StartAsync(state, node);
        await using ControlClient client = new(state.Path);
        NodeStatus status = await client.GetStatusAsync(Token);
        Assert.Equal(FakeNode.NodeId, status.Node.Id);
        Assert.Equal(FakeNode.Other("pi"), status.Networks[0].Members[1]);
        Assert.Equal("home", Assert.Single(await client.GetNetworksAsync(Token)).Name);
        Assert.Equal("home", Assert.Single(await client.GetMembersAsync("home", Token)).Name);
        Assert.Equal("a b&c", (await client.CreateAsync(new CreateRequest("a b&c"), Token)).Name);
        Assert.Equal("home", (await client.LeaveAsync(new LeaveRequest("home"), Token)).Name);
        InviteResult invite = await client.InviteAsync(new InviteRequest("home", MemberRole.Admin, 2, 60), Token);
        Assert.Equal((FakeNode.SecretInvite, MemberRole.Admin, 2, FakeNode.Now.AddSeconds(60)), (invite.Invite, invite.Role, invite.Uses, invite.Expires));
        Assert.Equal("friends", (await client.JoinAsync(new JoinRequest("kith1x"), Token)).Name);
        Assert.Equal("server", (await client.RenameAsync(new RenameRequest("pi", "server"), Token)).Name);
        Assert.Equal(MemberRole.Admin, (await client.SetRoleAsync(new RoleRequest("pi", MemberRole.Admin), Token)).Role);
        Assert.Equal(new RevokeResult("home", RevokedKind.Device, "pi"), await client.RevokeAsync(new RevokeRequest("pi"), Token));
        Assert.Equal(2, (await client.DiagnoseAsync(Token)).Count);
        Assert.Contains("members home", node.Requests);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task every_failure_keeps_its_code_words_and_advice(ControlError error)
    {
        using TemporaryDirectory state = new();
        await using ControlServer server = await StartAsync(state, new FakeNode { Failure = new ControlException(error, "What happened.", "What to do.") });
        await using ControlClient client = new(state.Path);
        ControlException failure = await Assert.ThrowsAsync<ControlException>(() => client.GetStatusAsync(Token));
        Assert.Equal((error, "What happened.", "What to do."), (failure.Error, failure.Message, failure.Advice));
        Assert.InRange(HttpStatus.Of(error), 400, 599);
    }

    [Fact]
    public async Task a_fault_of_the_node_is_told_without_its_details()
    {
        using TemporaryDirectory state = new();
        await using ControlServer server = await StartAsync(state, new FakeNode { Fault = new InvalidOperationException("inner secret") });
        await using ControlClient client = new(state.Path);
        ControlException failure = await Assert.ThrowsAsync<ControlException>(() => client.GetStatusAsync(Token));
        Assert.Equal(ControlError.Internal, failure.Error);
        Assert.DoesNotContain("inner secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task replies_arrive_one_by_one_and_the_end_of_the_asker_ends_the_pings()
    {
        using TemporaryDirectory state = new();
        FakeNode node = new();
        await using ControlServer server = await StartAsync(state, node);
        await using ControlClient client = new(state.Path);
        int seen = 0;
        await foreach (PingReply reply in client.PingAsync(new PingRequest("pi"), Token))
        {
            Assert.Equal(++seen, reply.Sequence);
            if (seen == 2)
            {
                break;
            }
        }

        await node.PingCancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task a_failure_amid_the_replies_is_not_lost()
    {
        using TemporaryDirectory state = new();
        await using ControlServer server = await StartAsync(state, new FakeNode { FailAtPing = 2 });
        await using ControlClient client = new(state.Path);
        List<PingReply> replies = [];
        ControlException failure = await Assert.ThrowsAsync<ControlException>(async () =>
        {
            await foreach (PingReply reply in client.PingAsync(new PingRequest("pi", 3), Token))
            {
                replies.Add(reply);
            }
        });
        Assert.Equal(ControlError.UnknownDevice, failure.Error);
        Assert.Single(replies);
    }

    [Fact]
    public async Task the_socket_of_a_dead_node_says_that_none_runs_and_is_replaced()
    {
        using TemporaryDirectory state = new();
        LeaveDeadSocket(state.Path);
        await using ControlClient early = new(state.Path);
        ControlException failure = await Assert.ThrowsAsync<ControlException>(() => early.GetStatusAsync(Token));
        Assert.Equal(ControlError.NodeNotRunning, failure.Error);

        await using ControlServer server = await StartAsync(state, new FakeNode());
        await using ControlClient client = new(state.Path);
        Assert.Equal("laptop", (await client.GetStatusAsync(Token)).Node.Name);
    }

    [Fact]
    public async Task a_stopped_server_leaves_no_socket_and_spares_that_of_its_successor()
    {
        using TemporaryDirectory state = new();
        ControlServer first = await StartAsync(state, new FakeNode());
        first.Hide();
        Assert.Empty(Directory.GetFileSystemEntries(state.Path));
        await using ControlServer second = await StartAsync(state, new FakeNode());
        await first.DisposeAsync();
        await using ControlClient client = new(state.Path);
        Assert.Equal("laptop", (await client.GetStatusAsync(Token)).Node.Name);
    }

    [Theory]
    [InlineData("GET /v1/nothing HTTP/1.1\r\nHost: kith\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("PUT /v1/status HTTP/1.1\r\nHost: kith\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("POST /v1/create HTTP/1.1\r\nHost: kith\r\nContent-Length: 9\r\n\r\nnot json!", "HTTP/1.1 400 ")]
    [InlineData("POST /v1/create HTTP/1.1\r\nHost: kith\r\nContent-Length: 4\r\n\r\nnull", "HTTP/1.1 400 ")]
    [InlineData("POST /v1/create HTTP/1.1\r\nHost: kith\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 400 ")]
    [InlineData("POST /v1/create HTTP/1.1\r\nHost: kith\r\nContent-Length: 65537\r\n\r\n", "HTTP/1.1 400 ")]
    public async Task a_bad_request_is_refused_and_the_server_goes_on(string request, string expected)
    {
        using TemporaryDirectory state = new();
        FakeNode node = new();
        await using ControlServer server = await StartAsync(state, node);
        using (Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(ControlSocketPath.For(state.Path)), Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), Token);
            byte[] buffer = new byte[4096];
            int length = await socket.ReceiveAsync(buffer, Token);
            Assert.StartsWith(expected, Encoding.ASCII.GetString(buffer, 0, length), StringComparison.Ordinal);
        }

        Assert.Empty(node.Requests);
        await using ControlClient client = new(state.Path);
        Assert.Equal("laptop", (await client.GetStatusAsync(Token)).Node.Name);
    }

    [Fact]
    public void a_state_directory_too_deep_for_a_socket_is_refused_in_words()
    {
        string deep = "/" + new string('d', ControlSocketPath.BytesMax);
        ControlException failure = Assert.Throws<ControlException>(() => ControlSocketPath.For(deep));
        Assert.Equal(ControlError.Usage, failure.Error);
    }

    [Fact]
    public async Task the_longest_path_that_is_taken_works()
    {
        using TemporaryDirectory state = new();
        int rest = ControlSocketPath.BytesMax - state.Path.Length - ControlSocketPath.FileName.Length - 2;
        string deep = Path.Combine(state.Path, new string('d', rest));
        Directory.CreateDirectory(deep);
        Assert.Equal(ControlSocketPath.BytesMax, ControlSocketPath.For(deep).Length);
        await using ControlServer server = await ControlServer.StartAsync(deep, new FakeNode(), () => Task.CompletedTask, NullLogger.Instance, Token);
        await using ControlClient client = new(deep);
        Assert.Equal("laptop", (await client.GetStatusAsync(Token)).Node.Name);
    }

    private static Task<ControlServer> StartAsync(TemporaryDirectory state, FakeNode node) =>
        ControlServer.StartAsync(state.Path, node, () => node.StopAsync(CancellationToken.None), NullLogger.Instance, Token);

    private static void LeaveDeadSocket(string directory)
    {
        // Bound under one name and moved to another, so that closing it leaves the file, as a killed process does.
        string bound = Path.Combine(directory, "bound");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(bound));
        File.Move(bound, ControlSocketPath.For(directory));
    }
}
