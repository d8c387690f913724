using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Scenarios;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Tunnel;

namespace Kith.Lab.Secrets;

/// <summary>Where keys and invites must not be: logs at any level, the JSON of commands, the list of processes, and memory once what they were for is over.</summary>
[Collection(LabSettings.Distant)]
public sealed partial class SecretScenarios
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task no_log_and_no_command_shows_a_private_key_or_an_invite()
    {
        await using LanTopology lan = LanTopology.Create("a", "b", "c");
        KithHost a = lan["a"];
        a.StartWith("KITH_LOG=trace", "--name a");
        await LabWait.UntilAsync("a is up", Limit, async () => await a.TryLookAsync() is not null ? null : a.Daemon!.Output);
        string first = await a.InviteAsync();
        string second = await a.InviteAsync("--role admin");
        lan["b"].StartWith("KITH_LOG=trace", $"--name b --join {first}");
        await LabWait.UntilAsync("b sees a", Limit, async () => await lan["b"].LookAtAsync("home", "a") is { Online: true } ? null : lan["b"].Daemon!.Output);
        lan["c"].StartWith("KITH_LOG=trace", "--name c --network away");
        await LabWait.UntilAsync("c is up", Limit, async () => await lan["c"].TryLookAsync() is not null ? null : lan["c"].Daemon!.Output);
        (await a.Host.RunAsync("mkdir -p /run/tree && echo hello > /run/tree/word")).EnsureSuccess();

        StringBuilder said = new();
        HashSet<string> tried = [];
        async Task RunAsync(KithHost host, string command, string prefix = "")
        {
            LabResult result = await host.Host.RunAsync($"{prefix}timeout -s INT 5 {host.Command(command)} < /dev/null", Limit);
            string word = command.Split(' ')[0];
            said.AppendLine(CultureInfo.InvariantCulture, $"{word}: {result.ExitCode}").AppendLine(result.Output).AppendLine(result.Error);
            tried.Add(word);
        }

        await RunAsync(lan["c"], $"join {second} --json");
        foreach (string command in new[]
        {
            "status --json", "id --json", "doctor --json", "why b --json", "networks --json", "members --json", "create other --json", "leave other --json --yes", "ping b --count 2 --json",
            "rename b bravo --json", "role bravo admin --json", "services --json", "services bravo --json", "expose list --json", "expose web 8080 --json", "unexpose web --json",
            "dht status --json", "dht peers 0123456789012345678901234567890123456789 --json", "dns-record --json", "forward 9999:bravo:80 --json", "proxy --json", "run true --json", "ssh bravo --json", "curl http://bravo/ --json", "connect bravo 80 --json",
            "pipe word --json", "send /run/tree bravo --json", "receive --to /run/tree --yes --once --json", $"revoke {second} --json", "revoke bravo --json", "up --json", "down --json",
        })
        {
            await RunAsync(a, command);
        }

        tried.Add("invite");
        string help = (await a.RunAsync("--help")).Output;
        string[] commands = [.. CommandLine().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..help.IndexOf("Examples:", StringComparison.Ordinal)]).Select(static match => match.Groups[1].Value)];
        Assert.True(commands.Length > 20, help);
        Assert.Empty(commands.Except(tried));

        string logs = string.Join('\n', new[] { "a", "b", "c" }.Select(name => lan[name].Daemon!.Output));
        SecretForms[] secrets = [.. await KeysOfAsync(lan["a"]), .. await KeysOfAsync(lan["b"]), .. await KeysOfAsync(lan["c"]), OfInvite(first), OfInvite(second)];
        foreach (SecretForms secret in secrets)
        {
            foreach (string text in secret.Texts)
            {
                Assert.False(logs.Contains(text, StringComparison.OrdinalIgnoreCase), $"a log shows {secret.Name}");
                Assert.False(said.ToString().Contains(text, StringComparison.OrdinalIgnoreCase), $"a command shows {secret.Name}");
            }
        }

        LabReport.Measured($"secrets: 0 of {secrets.Length} private keys and invite secrets in {logs.Length} characters of logs (trace) and the JSON of {tried.Count - 1} commands (bar: 0)");
    }

    /// <summary>
    /// Every place in the memory of a node is tried as the key of packets that were recorded: while the session lasts one is found, so the search works; after its end none is.
    /// And the secret of the invite by which it came is gone; of its text the runtime may have copies, which is why no dump of the process is ever written.
    /// </summary>
    [Fact]
    public async Task memory_holds_no_key_of_a_session_that_is_over_and_no_secret_of_an_invite_that_was_used()
    {
        await using LanTopology lan = LanTopology.Create("a", "b");
        KithHost a = lan["a"];
        KithHost b = lan["b"];
        a.Start("--name a");
        await LabWait.UntilAsync("a is up", Limit, async () => await a.TryLookAsync() is not null ? null : a.Daemon!.Output);
        string invite = await a.InviteAsync("--role admin");
        SecretForms secret = OfInvite(invite);
        b.Start($"--name b --join {invite}");
        await LabWait.UntilAsync("b sees a", Limit, async () => await b.LookAtAsync("home", "a") is { Online: true } ? null : b.Daemon!.Output);
        int process = b.Daemon!.ProcessId!.Value;
        Assert.DoesNotContain(secret.Texts[^1], await File.ReadAllTextAsync($"/proc/{process}/cmdline", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        List<byte[]> packets = await RecordAsync(b);
        int during = CountKeys(process, packets, out long bytes);
        Assert.True(during > 0, $"no key of {packets.Count} packets found in {bytes} bytes of memory: the search is wrong");

        // The session ends because the other side is no member any more.
        (await b.RunAsync("revoke a")).EnsureSuccess();
        await LabWait.UntilAsync("the session's keys are gone from memory", Limit, () => Task.FromResult(CountKeys(process, packets, out bytes) is int left and > 0 ? $"{left} are left" : null));
        (int Raw, int Texts) left = default;
        await LabWait.UntilAsync("the invite's secret is gone from memory", Limit, async () =>
        {
            await b.RunAsync("status");
            left = default;
            ProcessMemory.Visit(process, piece =>
            {
                (int raw, int texts) = secret.CountIn(piece.Span);
                left = (left.Raw + raw, left.Texts + texts);
            });
            return left.Raw == 0 ? null : $"{left.Raw} times";
        });
        LabReport.Measured($"memory: keys of a session in {bytes / 1_000_000.0:F0} MB of a node: {during} while it lasts, 0 after its end (bar: 0); the secret of the used invite: {left.Raw} times (bar: 0), its text, as an argument, {left.Texts} times in what the runtime has left");

        // The node's own key is there as long as it runs, and no dump is written of it: what the system shows of such a process belongs to root, also where the process does not.
        KithHost user = lan.Add("c", asUser: true);
        user.Start("--no-tun --name c");
        await LabWait.UntilAsync("c is up", Limit, async () => await user.TryLookAsync() is not null ? null : user.Daemon!.Output);
        LabResult owner = await LabCommand.RunAsync(["stat", "-c", "%u", $"/proc/{user.Daemon!.ProcessId}/environ"], "who may read a node's memory", limit: Limit);
        Assert.Equal("0", owner.EnsureSuccess().Text);
        Assert.Equal(0, await b.StopAsync());
    }

    private static int CountKeys(int process, List<byte[]> packets, out long bytes)
    {
        int found = 0;
        using ChaChaPoly cipher = new();
        byte[] opened = new byte[2048];
        bytes = ProcessMemory.Visit(process, piece =>
        {
            ReadOnlySpan<byte> span = piece.Span;
            for (int at = 0; at + 32 <= span.Length; at += 8)
            {
                ReadOnlySpan<byte> key = span.Slice(at, 32);
                if (!LooksRandom(key))
                {
                    continue;
                }

                foreach (byte[] packet in packets)
                {
                    TransportHeader.TryDecode(packet, out TransportHeader header);
                    found += cipher.TryOpen(key, header.Counter, default, packet.AsSpan(TransportHeader.Length), opened) ? 1 : 0;
                }
            }
        });
        return found;
    }

    // A key with that many zeros is drawn once in a hundred thousand times; most of what else is in memory has more.
    private static bool LooksRandom(ReadOnlySpan<byte> key) => key.Count((byte)0) < 4 && key.Count(key[0]) < 6;

    // One packet for each direction of each session, the smallest that were seen.
    private static async Task<List<byte[]>> RecordAsync(KithHost host)
    {
        LabProcess capture = host.Host.Start($"tcpdump -Z root -i {host.Host.Interfaces[0].Name} -U -s 0 -w /run/recorded.pcap udp port 5484");
        await capture.WaitForLineAsync("listening on", Limit);
        await LanTopology.PingAsync(host, "a", "-6");
        await LanTopology.PingAsync(host, "a", "-4");
        await host.Host.RunAsync("sleep 1");
        await capture.StopAsync(LabSignal.Interrupt);
        byte[] bytes = Convert.FromBase64String((await host.Host.RunAsync("base64 -w0 /run/recorded.pcap", Limit)).EnsureSuccess().Text);
        Dictionary<uint, byte[]> smallest = [];
        for (int at = 24; at + 16 <= bytes.Length;)
        {
            int length = BitConverter.ToInt32(bytes, at + 8);
            ReadOnlySpan<byte> frame = bytes.AsSpan(at + 16, length);
            at += 16 + length;
            int headers = frame[12] == 0x08 ? 14 + 20 + 8 : 14 + 40 + 8;
            if (frame.Length > headers && TransportHeader.TryDecode(frame[headers..], out TransportHeader header) && frame.Length < 1000
                && (!smallest.TryGetValue(header.Receiver, out byte[]? known) || frame.Length - headers < known.Length))
            {
                smallest[header.Receiver] = frame[headers..].ToArray();
            }
        }

        Assert.NotEmpty(smallest);
        return [.. smallest.Values];
    }

    private static async Task<SecretForms[]> KeysOfAsync(KithHost host)
    {
        byte[] file = Convert.FromBase64String((await host.Host.RunAsync($"base64 -w0 {host.State}/node.key")).EnsureSuccess().Text);
        using NodeKey key = NodeKey.FromSeed(file.AsSpan(12, NodeKey.SeedBytes));
        byte[] tunnel = new byte[32];
        key.CopyTunnelPrivateKey(tunnel);
        return [new SecretForms($"the seed of {host.Host.Name}", file[12..(12 + NodeKey.SeedBytes)]), new SecretForms($"the tunnel key of {host.Host.Name}", tunnel)];
    }

    private static SecretForms OfInvite(string invite)
    {
        Assert.Equal(InviteParse.Ok, InviteLine.TryParse(invite, out InviteLine? line));
        byte[] secret = new byte[InviteLine.SecretBytes];
        line!.CopySecret(secret);

        // What stands for the secret inside of the line: five bits a character, the network's id before it. Some characters at either end belong to its neighbours too.
        string inner = invite[(InviteLine.Prefix.Length + 54)..(InviteLine.Prefix.Length + 102)];
        return new SecretForms("an invite's secret", secret, inner, invite);
    }

    [GeneratedRegex("(?m)^  ([a-z][a-z-]*)")]
    private static partial Regex CommandLine();
}
