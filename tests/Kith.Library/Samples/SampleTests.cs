using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Kith.Library.Harness;
using Kith.Node;

namespace Kith.Library.Samples;

/// <summary>Each sample as two programs, built against the packed package: <code>nas (serves) ── laptop (joins with its invite)</code></summary>
public class SampleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task dial_shouts_back()
    {
        using TestFolder folder = new();
        await using SampleProcess nas = SampleProcess.Start("Dial", folder, "nas");
        await using SampleProcess laptop = await JoinAsync("Dial", folder, nas, "--to=nas");
        await laptop.SayAsync("good morning");
        Assert.Equal("GOOD MORNING", await laptop.ExpectAsync("nas: "));
        await nas.ExpectAsync("laptop (Member) is here");
        await laptop.EndAsync();
    }

    [Fact]
    public async Task web_knows_who_calls_and_what_they_may()
    {
        using TestFolder folder = new();
        await using SampleProcess nas = SampleProcess.Start("Web", folder, "nas");
        string[] way = await InviteAsync(nas);
        await using (SampleProcess laptop = SampleProcess.Start("Web", folder, "laptop", [.. way, "--get=http://nas.home.kith:8080/"]))
        {
            Assert.Equal("200 Hello laptop", await laptop.ExpectAsync(string.Empty));
            await laptop.EndAsync();
        }

        await using SampleProcess again = SampleProcess.Start("Web", folder, "laptop", [.. way, "--get=http://nas.home.kith:8080/admin"]);
        await again.ExpectAsync("403");
        await again.EndAsync();
    }

    [Fact]
    public async Task chat_says_to_all_what_one_says()
    {
        using TestFolder folder = new();
        await using SampleProcess nas = SampleProcess.Start("Chat", folder, "nas");
        string[] way = await InviteAsync(nas);
        await using SampleProcess laptop = SampleProcess.Start("Chat", folder, "laptop", [.. way, "--with=nas"]);
        await laptop.SayAsync("anybody?");
        Assert.Equal("anybody?", await laptop.ExpectAsync("laptop: "));
        await using SampleProcess phone = SampleProcess.Start("Chat", folder, "phone", [.. way, "--with=nas"]);
        await phone.SayAsync("me");
        Assert.Equal("me", await laptop.ExpectAsync("phone: "));
        Assert.Equal("me", await phone.ExpectAsync("phone: "));
        await laptop.EndAsync();
        await phone.EndAsync();
    }

    [Fact]
    public async Task grpc_is_served_to_the_sample_and_to_googles_own_client()
    {
        using TestFolder folder = new();
        await using SampleProcess nas = SampleProcess.Start("Grpc", folder, "nas");
        string[] way = await InviteAsync(nas);
        await using (SampleProcess laptop = SampleProcess.Start("Grpc", folder, "laptop", [.. way, "--greet=nas"]))
        {
            Assert.Equal("one from laptop", await laptop.ExpectAsync("Hello "));
            Assert.Equal("many 1", await laptop.ExpectAsync("Hello "));
            Assert.Equal("many 2", await laptop.ExpectAsync("Hello "));
            Assert.Equal("many 3", await laptop.ExpectAsync("Hello "));
            await laptop.EndAsync();
        }

        KithNodeOptions options = TestNodes.Options(folder, "phone", way[0].Split('=')[1]) with { Peers = [way[1].Split('=')[1]] };
        await using KithNode phone = await KithNode.StartAsync(options, cancellationToken: Cancellation);
        using TcpListener local = new(IPAddress.Loopback, 0);
        local.Start();
        Task bridge = BridgeAsync(local, phone, "nas", 8070);
        string script = Path.Combine(AppContext.BaseDirectory, "Samples", "greet.py");
        using Process python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, ((IPEndPoint)local.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        string said = await python.StandardOutput.ReadToEndAsync(Cancellation).WaitAsync(TestNodes.Patience, Cancellation);
        await python.WaitForExitAsync(Cancellation);
        Assert.SkipWhen(python.ExitCode == 77, "python3-grpcio is not installed");
        Assert.Equal(["Hello python from phone", "Hello snake 1", "Hello snake 2", "Hello snake 3"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await bridge;
    }

    private static async Task<string[]> InviteAsync(SampleProcess nas)
    {
        string port = await nas.ExpectAsync("port: ");
        return [$"--Kith:Join={await nas.ExpectAsync("invite: ")}", $"--Kith:Peers=127.0.0.1:{port}"];
    }

    private static async Task<SampleProcess> JoinAsync(string name, TestFolder folder, SampleProcess nas, string argument) =>
        SampleProcess.Start(name, folder, "laptop", [.. await InviteAsync(nas), argument]);

    // One connection of this machine becomes one to a member.
    private static async Task BridgeAsync(TcpListener local, KithNode node, string device, int port)
    {
        using TcpClient client = await local.AcceptTcpClientAsync(Cancellation);
        await using KithStream stream = await node.DialAsync(device, port, Cancellation);
        Task there = client.GetStream().CopyToAsync(stream, Cancellation).ContinueWith(_ => stream.CompleteWritesAsync(Cancellation).AsTask(), TaskScheduler.Default).Unwrap();
        await stream.CopyToAsync(client.GetStream(), Cancellation).ContinueWith(_ => client.Close(), TaskScheduler.Default);
        await there;
    }
}
