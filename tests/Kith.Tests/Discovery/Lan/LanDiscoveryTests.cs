using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Wire;
using Kith.Tests.Identity;

namespace Kith.Tests.Discovery.Lan;

public sealed class LanDiscoveryTests
{
    private static List<DnsMessage> Messages(LanWorld world, LanNode from) =>
        [.. world.Sent.Where(sent => sent.From == from).Select(static sent => DnsMessage.TryDecode(sent.Datagram, out DnsMessage? message) ? message : throw new FormatException())];

    private static (LanWorld World, LanNode Alice, LanNode Bob) Two()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        LanNode bob = world.Add(2);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        bob.Machine.SetNetworks([LanWorld.Membership(1)]);
        return (world, alice, bob);
    }

    [Fact]
    public void two_members_find_each_other_within_a_fifth_of_a_second()
    {
        (LanWorld world, LanNode alice, LanNode bob) = Two();
        world.Run(0.2);
        Assert.True(alice.Knows(bob));
        Assert.True(bob.Knows(alice));
        Assert.All(alice.Found, static found => Assert.Equal(LanWorld.Network(1), found.Event.Network));
        Assert.All(alice.Found, static found => Assert.Null(found.Event.InviteKey));
    }

    [Fact]
    public void member_that_comes_later_is_found_and_finds_within_a_second()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        world.Run(1234);
        LanNode bob = world.Add(2);
        bob.Machine.SetNetworks([LanWorld.Membership(1)]);
        world.Run(0.5);
        Assert.True(alice.Knows(bob));
        Assert.True(bob.Knows(alice));
    }

    [Fact]
    public void strangers_learn_nothing_of_each_other()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        LanNode eve = world.Add(2);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        eve.Machine.SetNetworks([LanWorld.Membership(2)]);
        world.Run(2000);
        Assert.Empty(alice.Found);
        Assert.Empty(eve.Found);
    }

    [Fact]
    public void newcomer_with_an_invite_learns_a_member_within_a_second_and_the_member_nobody()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        alice.Machine.SetInvites([LanWorld.Invite(1, 1), LanWorld.Invite(1, 2)]);
        world.Run(100);
        LanNode carol = world.Add(3);
        carol.Machine.BeginJoin(LanWorld.Invite(1, 2));
        world.Run(1);
        Assert.True(carol.Knows(alice));
        Assert.Equal(LanWorld.Invite(1, 2).PublicKey, carol.Found[0].Event.InviteKey);
        Assert.Equal(LanWorld.Network(1), carol.Found[0].Event.Network);
        Assert.Empty(alice.Found);

        carol.Machine.EndJoin();
        carol.Machine.SetNetworks([LanWorld.Membership(1)]);
        world.Run(1);
        Assert.True(alice.Knows(carol));
    }

    [Fact]
    public void six_newcomers_with_an_invite_each_are_all_answered()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        alice.Machine.SetNetworks([LanWorld.Membership(1), LanWorld.Membership(2), LanWorld.Membership(3)]);
        alice.Machine.SetInvites([.. Enumerable.Range(1, 6).Select(static i => LanWorld.Invite(1, (byte)i))]);
        world.Run(10);
        LanNode[] newcomers = [.. Enumerable.Range(1, 6).Select(i => world.Add((byte)(10 + i)))];
        for (int i = 0; i < newcomers.Length; i++)
        {
            newcomers[i].Machine.BeginJoin(LanWorld.Invite(1, (byte)(i + 1)));
        }

        world.Run(4);
        Assert.All(newcomers, newcomer => Assert.True(newcomer.Knows(alice)));
    }

    [Fact]
    public void invite_that_a_member_learns_of_late_is_answered_then()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        LanNode carol = world.Add(3);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        carol.Machine.BeginJoin(LanWorld.Invite(1, 1));
        world.Run(100);
        Assert.Empty(carol.Found);
        alice.Machine.SetInvites([LanWorld.Invite(1, 1)]);
        world.Run(1);
        Assert.True(carol.Knows(alice));
    }

    [Fact]
    public void revoked_invite_is_not_answered()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        alice.Machine.SetInvites([LanWorld.Invite(1, 1)]);
        world.Run(10);
        alice.Machine.SetInvites([]);
        LanNode carol = world.Add(3);
        carol.Machine.BeginJoin(LanWorld.Invite(1, 1));
        world.Run(30);
        Assert.Empty(carol.Found);
    }

    [Fact]
    public void member_of_more_networks_than_fit_is_found_in_each_in_turn()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        LanNode bob = world.Add(2);
        alice.Machine.SetNetworks([.. Enumerable.Range(1, 20).Select(static i => LanWorld.Membership((byte)i))]);
        bob.Machine.SetNetworks([.. Enumerable.Range(1, 20).Select(static i => LanWorld.Membership((byte)i))]);
        world.Run(46 * 60);
        Assert.Equal(20, bob.Found.Select(static found => found.Event.Network).Distinct().Count());
        Assert.All(world.Sent, static sent => Assert.InRange(sent.Datagram.Length, 12, LanDiscovery.DatagramBytesMax));
    }

    [Fact]
    public void secret_that_changed_hides_the_members_that_do_not_have_it()
    {
        (LanWorld world, LanNode alice, LanNode bob) = Two();
        world.Run(5);
        alice.Machine.SetNetworks([new LanNetwork(LanWorld.Network(1), [.. Enumerable.Repeat((byte)9, 32)])]);
        alice.Found.Clear();
        bob.Found.Clear();
        world.Run(2000);
        Assert.Empty(alice.Found);
        Assert.Empty(bob.Found);
    }

    [Fact]
    public void captured_traffic_holds_no_identifier_and_two_rotations_have_nothing_in_common()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        alice.Machine.SetInvites([LanWorld.Invite(1, 1)]);
        LanNode carol = world.Add(3);
        carol.Machine.BeginJoin(LanWorld.Invite(1, 1));
        world.Run(50 * 60);

        byte[][] secrets = [LanWorld.Node(1).ToArray(), LanWorld.Node(3).ToArray(), LanWorld.Network(1).ToArray(), LanWorld.Membership(1).Secret, LanWorld.Invite(1, 1).PublicKey.ToArray()];
        foreach ((LanNode _, Instant _, byte[] datagram, InternetEndpoint? _) in world.Sent)
        {
            foreach (byte[] secret in secrets)
            {
                for (int i = 0; i + 4 <= secret.Length; i++)
                {
                    Assert.True(datagram.AsSpan().IndexOf(secret.AsSpan(i, 4)) < 0, "Four bytes of an identifier were sent.");
                }
            }
        }

        // One announcement of each of three rotations of the same node.
        byte[][] rotations = [.. world.Sent.Where(sent => sent.From == alice).Select(static sent => sent.Datagram)
            .Where(static datagram => DnsMessage.TryDecode(datagram, out DnsMessage? message) && message.IsResponse && message.Answers[0].TimeToLiveSeconds > 0)
            .GroupBy(static datagram => Instance(datagram)).Select(static group => group.Last())];
        Assert.InRange(rotations.Length, 4, 5);
        byte[] constants = Constants(alice.Source.Address);
        for (int i = 1; i < rotations.Length; i++)
        {
            Assert.True(LongestCommon(Strip(rotations[i - 1], constants), Strip(rotations[i], constants)) < 8);
        }
    }

    [Fact]
    public void number_of_networks_and_joining_do_not_show()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        LanNode bob = world.Add(2);
        LanNode carol = world.Add(3);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        bob.Machine.SetNetworks([LanWorld.Membership(2), LanWorld.Membership(3), LanWorld.Membership(4), LanWorld.Membership(5)]);
        carol.Machine.BeginJoin(LanWorld.Invite(9, 1));
        world.Run(5);
        int[] lengths = [.. world.Sent.Where(static sent => DnsMessage.TryDecode(sent.Datagram, out DnsMessage? message) && message.IsResponse).Select(static sent => sent.Datagram.Length).Distinct()];
        Assert.Single(lengths);
    }

    [Fact]
    public void names_change_every_quarter_of_an_hour_and_the_old_ones_are_taken_back()
    {
        (LanWorld world, LanNode alice, LanNode _) = Two();
        world.Run(3600);
        List<DnsMessage> announcements = [.. Messages(world, alice).Where(static message => message.IsResponse)];
        string[] live = [.. announcements.Where(static message => message.Answers[0].TimeToLiveSeconds > 0).Select(static message => Instance(message)).Distinct()];
        string[] takenBack = [.. announcements.Where(static message => message.Answers[0].TimeToLiveSeconds == 0).Select(static message => Instance(message))];
        Assert.InRange(live.Length, 4, 5);
        Assert.Equal(live[..^1], takenBack);
    }

    [Fact]
    public void stopped_node_takes_back_its_names_and_is_silent()
    {
        (LanWorld world, LanNode alice, LanNode _) = Two();
        world.Run(5);
        alice.Machine.Stop(world.Now);
        world.Pump(alice);
        Assert.All(Messages(world, alice)[^1].Answers, static record => Assert.Equal(0u, record.TimeToLiveSeconds));
        int sent = world.Sent.Count(entry => entry.From == alice);
        Assert.Equal(Instant.Never, alice.Machine.NextTimeout);
        alice.Machine.AnnounceNow(world.Now);
        world.Run(100);
        Assert.Equal(sent, world.Sent.Count(entry => entry.From == alice));
    }

    [Fact]
    public void node_without_network_or_port_says_nothing()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        world.Run(100);
        LanDiscovery portless = new(LanWorld.Node(9), new LanOptions(), new TestRandom(9));
        portless.SetNetworks([LanWorld.Membership(1)]);
        portless.HandleTimeout(world.Now);
        Assert.Empty(world.Sent);
        Assert.False(portless.TryGetTransmit(new byte[LanDiscovery.DatagramBytesMax], out _));
    }

    [Fact]
    public void idle_traffic_is_a_few_datagrams_a_quarter_of_an_hour()
    {
        (LanWorld world, LanNode alice, LanNode _) = Two();
        world.Run(3600);
        Instant settled = world.Now;
        world.Run(3600);
        Assert.InRange(world.Sent.Count(sent => sent.From == alice && sent.At > settled), 1, 40);
    }

    [Fact]
    public void flood_of_queries_draws_at_most_one_announcement_a_second()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        world.Run(10);
        byte[] query = new byte[100];
        query = query[..new DnsMessage { Questions = [new DnsQuestion(LanNames.Service, DnsType.Pointer)] }.Encode(query)];
        int before = world.Sent.Count;
        for (int i = 0; i < 1000; i++)
        {
            world.Inject(WhereaboutsTests.Endpoint("192.168.1.99:5353"), query);
            world.Run(0.01);
        }

        Assert.InRange(world.Sent.Count - before, 8, 14);
    }

    [Fact]
    public void owner_that_calls_all_the_time_does_not_make_it_talk_more_than_twice_a_second()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        world.Run(10);
        int before = world.Sent.Count;
        for (int i = 0; i < 1000; i++)
        {
            alice.Machine.AnnounceNow(world.Now);
            world.Pump(alice);
            world.Run(0.01);
        }

        Assert.InRange(world.Sent.Count - before, 16, 24);
    }

    [Fact]
    public void plain_resolver_gets_an_answer_to_itself()
    {
        LanWorld world = new();
        LanNode alice = world.Add(1);
        alice.Machine.SetNetworks([LanWorld.Membership(1)]);
        world.Run(10);
        byte[] query = new byte[100];
        query = query[..new DnsMessage { Id = 77, Questions = [new DnsQuestion(LanNames.Service, DnsType.Pointer)] }.Encode(query)];
        InternetEndpoint asker = WhereaboutsTests.Endpoint("192.168.1.99:40000");
        world.Inject(asker, query);
        (LanNode From, Instant At, byte[] Datagram, InternetEndpoint? To) answer = world.Sent[^1];
        Assert.Equal(asker, answer.To);
        Assert.True(DnsMessage.TryDecode(answer.Datagram, out DnsMessage? message));
        Assert.Equal(77, message.Id);
        Assert.Single(message.Questions);
        Assert.Equal(DnsType.Pointer, Assert.Single(message.Answers).Type);
        Assert.All(message.Additionals, static record => Assert.Equal(DnsRecord.ClassInternet, record.Class));
        int before = world.Sent.Count;
        for (int i = 0; i < 100; i++)
        {
            world.Inject(asker, query);
        }

        Assert.InRange(world.Sent.Count - before, 0, 5);
    }

    [Fact]
    public void flood_of_strangers_fills_a_bounded_table_and_members_are_still_found()
    {
        (LanWorld world, LanNode alice, LanNode bob) = Two();
        world.Run(5);
        TestRandom random = new(5);
        byte[] buffer = new byte[LanDiscovery.DatagramBytesMax];
        for (int i = 0; i < 70 * LanDiscovery.TrialsPerSecondMax; i++)
        {
            LanIdentityForge.Announce(random, buffer, out int length);
            world.Inject(WhereaboutsTests.Endpoint($"192.168.{2 + (i / 250)}.{(i % 250) + 1}:5353"), buffer[..length]);
            world.Run(0.05);
        }

        Assert.InRange(alice.Machine.InstanceCount, LanDiscovery.InstancesMax - 1, LanDiscovery.InstancesMax);
        world.Run(1);
        LanNode carol = world.Add(3);
        carol.Machine.SetNetworks([LanWorld.Membership(1)]);
        world.Run(1);
        Assert.True(alice.Knows(carol));
        Assert.True(carol.Knows(bob));
    }

    [Fact]
    public void tag_moved_to_another_name_says_nothing()
    {
        byte[] key = LanTag.DeriveNetworkKey(LanWorld.Membership(1).Secret);
        byte[] tag = new byte[LanTag.Bytes];
        LanTag.Seal(key, LanRole.Member, LanWorld.Node(1), "one"u8, new TestRandom(1), tag);
        Assert.True(LanTag.TryOpen(key, "one"u8, tag, out LanRole role, out Protocol.Identity.NodeId node));
        Assert.Equal((LanRole.Member, LanWorld.Node(1)), (role, node));
        Assert.False(LanTag.TryOpen(key, "two"u8, tag, out _, out _));
        tag[^1] ^= 1;
        Assert.False(LanTag.TryOpen(key, "one"u8, tag, out _, out _));
    }

    private static string Instance(byte[] datagram) => DnsMessage.TryDecode(datagram, out DnsMessage? message) ? Instance(message) : "";

    private static string Instance(DnsMessage message) => message.Answers[0].TryGetPointer(out DnsName? name) ? name.ToString() : "";

    // All that is the same for every node of this program, and this node's address.
    private static byte[] Constants(InternetAddress address) =>
        [.. "_kith._udp.local"u8, .. LanNames.Service.Wire, .. LanNames.Local.Wire, .. LanNames.ServiceTypes.Wire, .. "v=1"u8, .. address.ToIPAddress().GetAddressBytes()];

    // Blanks the bytes of the DNS framing with values that differ between the two, so that only what a node chose is compared.
    private static List<byte[]> Strip(byte[] datagram, byte[] constants)
    {
        Assert.True(DnsMessage.TryDecode(datagram, out DnsMessage? message));
        List<byte[]> chosen = [];
        foreach (DnsRecord record in message.Answers)
        {
            chosen.Add(record.Name.FirstLabel.ToArray());
            chosen.Add(record.Data);
        }

        return [.. chosen.Where(part => constants.AsSpan().IndexOf(part) < 0)];
    }

    private static int LongestCommon(List<byte[]> a, List<byte[]> b)
    {
        int longest = 0;
        foreach (byte[] x in a)
        {
            foreach (byte[] y in b)
            {
                for (int i = 0; i < x.Length; i++)
                {
                    for (int j = 0; j < y.Length; j++)
                    {
                        int k = 0;
                        while (i + k < x.Length && j + k < y.Length && x[i + k] == y[j + k])
                        {
                            k++;
                        }

                        bool isConstant = LanNames.Service.Wire.IndexOf(x.AsSpan(i, Math.Min(k, 16))) >= 0 || LanNames.Local.Wire.IndexOf(x.AsSpan(i, Math.Min(k, 7))) >= 0;
                        longest = isConstant ? longest : Math.Max(longest, k);
                    }
                }
            }
        }

        return longest;
    }
}
