using Kith.Node.Control;

namespace Kith.Tests.Cli;

public sealed class DhtCommandTests
{
    // BEP 44, test vector 1 and 3: the value "Hello World!".
    private const string ImmutableTarget = "e5f96f6f38320f0f33959cb4d3d656452117aadb";

    [Fact]
    public async Task a_text_is_put_under_its_hash_and_found_again()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("dht", "put", "Hello World!"));
        Assert.Equal(ImmutableTarget + "\n", run.Output.ToString());
        DhtPutRequest request = Assert.IsType<DhtPutRequest>(Assert.Single(run.Node.Requests));
        Assert.Equal("31323a48656c6c6f20576f726c6421", request.Item.Encoded);
        Assert.Equal(0, await run.RunAsync("dht", "get", ImmutableTarget));
        Assert.EndsWith("\nHello World!\n", run.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_signed_text_uses_the_key_in_the_file_which_is_made_once()
    {
        using CliRun run = new();
        string file = Path.Combine(run.StateDirectory, "blog.key");
        Assert.Equal(0, await run.RunAsync("dht", "put", "one", "--key", file, "--salt", "news", "--sequence", "4", "--cas", "3"));
        DhtPutRequest first = Assert.IsType<DhtPutRequest>(Assert.Single(run.Node.Requests));
        Assert.Equal((4L, "6e657773", 3L), (first.Item.Sequence, first.Item.Salt, first.Cas));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal(0, await run.RunAsync("dht", "put", "two", "--key", file, "--salt", "news"));
        DhtPutRequest second = Assert.IsType<DhtPutRequest>(run.Node.Requests[1]);
        Assert.Equal(first.Item.PublicKey, second.Item.PublicKey);
        Assert.Equal(FakeNode.Now.ToUnixTimeSeconds(), second.Item.Sequence);
    }

    [Fact]
    public async Task a_file_that_holds_no_key_is_named()
    {
        using CliRun run = new();
        string file = Path.Combine(run.StateDirectory, "letter.txt");
        await File.WriteAllTextAsync(file, "dear friend", TestContext.Current.CancellationToken);
        Assert.Equal((int)ControlError.Usage, await run.RunAsync("dht", "put", "one", "--key", file));
        Assert.Contains(file, run.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal("dear friend", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("dht", "put", "text", "--salt", "news")]
    [InlineData("dht", "put", "text", "--sequence", "1")]
    [InlineData("dht", "put", "text", "--cas", "1")]
    public async Task what_only_a_signed_item_has_needs_a_key(params string[] arguments)
    {
        using CliRun run = new();
        Assert.Equal((int)ControlError.Usage, await run.RunAsync(arguments));
        Assert.Empty(run.Node.Requests);
    }

    [Fact]
    public async Task a_text_may_fill_an_item_and_no_more()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("dht", "put", new string('x', 996)));
        Assert.Equal((int)ControlError.Usage, await run.RunAsync("dht", "put", new string('x', 997)));
    }

    [Fact]
    public async Task what_nobody_has_or_announced_ends_with_one()
    {
        using CliRun run = new();
        Assert.Equal(1, await run.RunAsync("dht", "get", ImmutableTarget, "--json"));
        Assert.Equal("{\"item\":null}\n", run.Output.ToString());
        Assert.Equal(1, await run.RunAsync("dht", "peers", ImmutableTarget));
    }

    [Fact]
    public async Task the_state_is_told_in_json_and_in_words()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("dht", "status", "--json"));
        Assert.StartsWith(
            """{"readOnly":true,"ipv4":{"id":"1111111111111111111111111111111111111111","nodes":12},"ipv6":{""", run.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await run.RunAsync("dht", "status"));
        Assert.Contains("12 over IPv4, 3 over IPv6", run.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task peers_come_one_a_line()
    {
        using CliRun run = new();
        run.Node.DhtPeers = ["192.0.2.1:6881", "[2001:db8::1]:1"];
        Assert.Equal(0, await run.RunAsync("dht", "peers", ImmutableTarget, "--announce"));
        Assert.Equal("192.0.2.1:6881\n[2001:db8::1]:1\n", run.Output.ToString());
        Assert.Equal(new DhtPeersRequest(ImmutableTarget, true), Assert.Single(run.Node.Requests));
    }
}
