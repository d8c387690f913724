using Kith.Node.Control;

namespace Kith.Tests.Cli;

public sealed class CommandTests
{
    [Fact]
    public async Task status_prints_exactly_the_json_that_is_promised()
    {
        using CliRun run = new();
        run.Node.Networks = [FakeNode.Network("home", "laptop", FakeNode.Other("pi"))];
        Assert.Equal(0, await run.RunAsync("status", "--json"));
        string expected = """
            {"node":{"id":"yb1ndrfg8ejkmcpqxot1uwisza345h769yb1ndrfg8ejkmcpqxo1","name":"laptop","version":"0.1.0","port":5484,"tun":"kith0","relayedBytes":0,"withoutTun":null,"tunAdvice":null},
            "networks":[{"id":"bynethome","name":"home","role":"admin","ipv6":"fd12:3456:789a::1","ipv4":"100.70.0.2","statements":3,"members":[
            {"id":"yb1ndrfg8ejkmcpqxot1uwisza345h769yb1ndrfg8ejkmcpqxo1","name":"laptop","role":"admin","ipv6":"fd12:3456:789a::1","ipv4":"100.70.0.2",
            "online":true,"lastSeen":"2026-11-20T11:00:00Z","path":{"kind":"self","endpoint":null,"via":null,"rttMilliseconds":null,"mtu":null}},
            {"id":"oe1ndrfg8ejkmcpqxot1uwisza345h769yb1ndrfg8ejkmcpqxo1","name":"pi","role":"member","ipv6":"fd12:3456:789a::2","ipv4":"100.70.0.3",
            "online":true,"lastSeen":"2026-11-20T10:59:56Z","path":{"kind":"lan","endpoint":"192.168.1.7:5484","via":null,"rttMilliseconds":0.4215,"mtu":1360}}],"repairing":false}],"nat":null,"upkeep":null,"damages":null,"nuisances":null}
            """.Replace("\n", string.Empty, StringComparison.Ordinal);
        Assert.Equal(expected + "\n", run.Output.ToString());
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(999, "999 B")]
    [InlineData(1_234, "1.2 kB")]
    [InlineData(45_678_901, "45.7 MB")]
    [InlineData(8_000_000_000, "8.0 GB")]
    public async Task status_says_what_was_passed_on_for_others(long bytes, string? told)
    {
        using CliRun run = new();
        run.Node.RelayedBytes = bytes;
        Assert.Equal(0, await run.RunAsync("status"));
        Assert.Equal(told is not null, run.Output.ToString().Contains($"passed on for other members: {told}\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task invite_prints_exactly_the_json_that_is_promised()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("invite", "home", "--role", "admin", "--uses", "3", "--expires", "1d12h", "--json"));
        Assert.Equal(
            """{"invite":"kith1secretsecretsecret","network":"home","role":"admin","uses":3,"expires":"2026-11-21T23:00:00Z"}""" + "\n",
            run.Output.ToString());
        Assert.Equal(new InviteRequest("home", MemberRole.Admin, 3, 36 * 3600), Assert.Single(run.Node.Requests));
    }

    [Fact]
    public async Task an_invite_is_for_one_member_and_a_day_unless_told_otherwise()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("invite"));
        Assert.Equal(new InviteRequest(null, MemberRole.Member, 1, 86_400), Assert.Single(run.Node.Requests));
        Assert.Equal(FakeNode.SecretInvite + "\n", run.Output.ToString());
        Assert.Contains("1 device into home as member until 2026-11-21 11:00 UTC", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_invite_can_lead_to_a_name()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("invite", "--dns", "nas.example.org"));
        Assert.Equal(FakeNode.SecretInvite + "@nas.example.org\n", run.Output.ToString());
    }

    [Fact]
    public async Task a_dns_record_is_one_line_of_a_zone_and_says_what_it_shows()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("dns-record", "nas.example.org", "--network", "home"));
        Assert.Equal(new DnsRecordRequest("nas.example.org", "home", null), Assert.Single(run.Node.Requests));
        Assert.Equal("_kith.nas.example.org. 300 IN TXT \"kith1=AAAA\" \"BBBB\"\n", run.Output.ToString());
        Assert.Contains("Anybody can see that the name belongs to Kith", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("203.0.113.5:5484", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_dns_record_for_an_invite_keeps_the_invite_out_of_the_output()
    {
        using CliRun run = new() { Input = "kith1fromafile\n" };
        Assert.Equal(0, await run.RunAsync("dns-record", "nas.example.org", "--invite", "-", "--json"));
        Assert.Equal(new DnsRecordRequest("nas.example.org", null, "kith1fromafile"), Assert.Single(run.Node.Requests));
        Assert.Equal(
            """{"name":"_kith.nas.example.org","type":"TXT","timeToLiveSeconds":300,"strings":["kith1=AAAA","BBBB"],"network":"home","endpoints":["203.0.113.5:5484"]}""" + "\n",
            run.Output.ToString());
    }

    [Fact]
    public async Task the_code_of_an_invite_has_its_quiet_zone_and_its_three_finders()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("invite", "--qr"));
        string[] lines = run.Output.ToString().TrimEnd('\n').Split('\n')[1..];
        int side = lines[0].Length;
        Assert.Equal((side + 1) / 2, lines.Length);
        Assert.All(lines[..2], line => Assert.Equal(new string('█', side), line));
        Assert.StartsWith("████ ▄▄▄▄▄ █", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("█ ▄▄▄▄▄ ████", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_invite_can_come_from_the_input()
    {
        using CliRun run = new() { Input = "  \"kith1fromafile\" \n" };
        Assert.Equal(0, await run.RunAsync("join", "-"));
        Assert.Equal(new JoinRequest("kith1fromafile"), Assert.Single(run.Node.Requests));
        Assert.StartsWith("Joined friends. This device is laptop.friends.kith (100.70.0.2, fd12:3456:789a::1).\n", run.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_empty_invite_is_none()
    {
        using CliRun run = new();
        Assert.Equal((int)ControlError.InviteNotAnInvite, await run.RunAsync("join", " "));
        Assert.Empty(run.Node.Requests);
    }

    [Fact]
    public async Task each_command_asks_for_what_it_says()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("create", "friends"));
        Assert.Equal(0, await run.RunAsync("leave", "friends"));
        Assert.Equal(0, await run.RunAsync("rename", "pi", "server"));
        Assert.Equal(0, await run.RunAsync("role", "pi", "admin"));
        Assert.Equal(0, await run.RunAsync("revoke", "pi", "home"));
        Assert.Equal(0, await run.RunAsync("members", "home"));
        Assert.Equal(0, await run.RunAsync("networks"));
        Assert.Equal(
            [
                new CreateRequest("friends"),
                new LeaveRequest("friends"),
                new RenameRequest("pi", "server"),
                new RoleRequest("pi", MemberRole.Admin),
                new RevokeRequest("pi", "home"),
                "members home",
                "networks",
            ],
            run.Node.Requests);
    }

    [Fact]
    public async Task ping_prints_each_reply_and_a_summary()
    {
        using CliRun run = new();
        run.Node.AnsweredPings = 2;
        Assert.Equal(0, await run.RunAsync("ping", "pi", "-c", "3"));
        Assert.Equal(
            """
            Pinging pi.home (fd12:3456:789a::2)
            reply 1 from pi.home: lan 192.168.1.7:5484, 0.50 ms
            reply 2 from pi.home: lan 192.168.1.7:5484, 1.00 ms
            no reply 3 from pi.home
            pi.home: 3 sent, 2 answered, 33 % lost; round trip min/avg/max 0.50/0.75/1.00 ms

            """,
            run.Output.ToString());
    }

    [Fact]
    public async Task ping_without_any_reply_answers_no()
    {
        using CliRun run = new();
        run.Node.AnsweredPings = 0;
        Assert.Equal(1, await run.RunAsync("ping", "pi", "-c", "2"));
        Assert.EndsWith("pi.home: 2 sent, 0 answered, 100 % lost\n", run.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ping_as_json_is_one_value_a_line()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("ping", "pi", "-c", "1", "--json"));
        Assert.Equal(
            """{"sequence":1,"device":"pi.home","address":"fd12:3456:789a::2","answered":true,"rttMilliseconds":0.5,"path":{"kind":"lan","endpoint":"192.168.1.7:5484","via":null,"rttMilliseconds":0.4215,"mtu":1360}}""" + "\n",
            run.Output.ToString());
    }

    [Fact]
    public async Task doctor_fails_only_on_failures()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("doctor"));
        Assert.Equal("ok    tun        device kith0\nwarn  multicast  nobody answered\n                 Is there another device?\n", run.Output.ToString());
    }

    [Fact]
    public async Task why_tells_both_sides_each_way_and_the_reason()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("why", "pi"));
        Assert.Equal(
            """
            pi.home: lan 192.168.1.7:5484, 0.42 ms
            Both devices are in the same local network.

            this side  a translator that keeps one port for all (easy), seen at 203.0.113.7:40000
            that side  not known yet

              STATE  WAY                   RTT      WHAT CAME OF IT             KNOWN FROM
              used   lan 192.168.1.7:5484  0.42 ms  12 pings sent, 12 answered  heard on the local network

            """,
            run.Output.ToString());
    }

    [Fact]
    public async Task why_answers_no_for_a_device_that_is_not_reachable_and_says_what_would_help()
    {
        using CliRun run = new();
        run.Node.Why = (await run.Node.ExplainAsync("pi", TestContext.Current.CancellationToken)) with { Online = false, Path = PathStatus.None, Candidates = [], Reason = "It does not answer.", Advice = ["Switch it on."], Attempts = "2 rounds" };
        Assert.Equal(1, await run.RunAsync("why", "pi"));
        Assert.Equal(
            """
            pi.home: not reachable, last heard of 4 s ago
            It does not answer.

            this side  a translator that keeps one port for all (easy), seen at 203.0.113.7:40000
            that side  not known yet
            opening    2 rounds

            Switch it on.

            """,
            run.Output.ToString());
    }

    [Fact]
    public async Task why_as_json_is_what_the_node_said()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("why", "pi", "--json"));
        Assert.StartsWith("""{"device":"pi.home","online":true,"lastSeen":"2026-11-20T10:59:56Z","path":{"kind":"lan",""", run.Output.ToString(), StringComparison.Ordinal);
        Assert.Contains("why pi", run.Node.Requests);
    }

    [Theory]
    [InlineData("why", "pi")]
    [InlineData("status")]
    [InlineData("members")]
    [InlineData("networks")]
    [InlineData("doctor")]
    [InlineData("invite")]
    [InlineData("join", "kith1x")]
    [InlineData("ping", "pi", "-c", "1")]
    public async Task without_a_terminal_nothing_is_styled(params string[] arguments)
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync(arguments));
        Assert.DoesNotContain('\e', run.Output.ToString());
        Assert.DoesNotContain('\e', run.Error.ToString());
        Assert.NotEmpty(run.Output.ToString());
    }

    [Fact]
    public async Task styles_do_not_move_columns()
    {
        using CliRun plain = new();
        using CliRun styled = new() { UseColor = true };
        await plain.RunAsync("status");
        await styled.RunAsync("status");
        Assert.Contains('\e', styled.Output.ToString());
        string stripped = System.Text.RegularExpressions.Regex.Replace(styled.Output.ToString(), "\e\\[[0-9]+m", string.Empty);
        Assert.Equal(plain.Output.ToString(), stripped);
    }
}
