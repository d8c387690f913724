using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>Cookies and rates under load, as client and as server.</summary>
public sealed class TunnelCookieTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_hello = [0x10, 1, 2, 3];
    private static readonly TunnelOptions s_alwaysLoaded = new() { HandshakesPerSecondBeforeCookies = 0 };

    [Fact]
    public void responder_under_load_asks_for_a_cookie_and_then_serves()
    {
        using TunnelWorld world = new(1);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair(optionsOfB: s_alwaysLoaded);
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(world.Delay * 2.5);
        Assert.Equal([TunnelMessageType.CookieReply], b.Sent);
        Assert.Equal([TunnelMessageType.Initiation, TunnelMessageType.Initiation], a.Sent);
        Assert.Equal(0, aAtB.InitiationsAccepted);
        world.Run(world.Delay * 3);
        Assert.Single(b.Received);
        Assert.Equal([TunnelMessageType.CookieReply, TunnelMessageType.Response], b.Sent);
    }

    [Fact]
    public void cookie_is_answered_at_once_only_once_for_each_initiation_of_our_own()
    {
        using TunnelWorld world = new(12);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair(optionsOfB: s_alwaysLoaded);
        a.Machine.BeginHandshake(a.Now, bAtA);

        // Somebody on the way spoils the proof, so that every initiation is answered with a cookie.
        world.Carries = datagram =>
        {
            datagram.Bytes[^1] ^= datagram.Type == TunnelMessageType.Initiation ? (byte)1 : (byte)0;
            return true;
        };
        world.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(2, a.Sent.Count(type => type == TunnelMessageType.Initiation));
        world.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(4, a.Sent.Count(type => type == TunnelMessageType.Initiation));
        Assert.Equal(4, b.Sent.Count(type => type == TunnelMessageType.CookieReply));
    }

    [Fact]
    public void initiator_under_load_takes_the_answer_to_its_own_initiation()
    {
        using TunnelWorld world = new(2);
        (TunnelHost a, TunnelHost b, _, TunnelPeer aAtB) = world.AddPair(optionsOfB: s_alwaysLoaded);
        b.Machine.Send(b.Now, aAtB, s_hello);
        world.Run(s_second);
        Assert.DoesNotContain(TunnelMessageType.CookieReply, b.Sent);
        Assert.Single(a.Received);
    }

    [Fact]
    public void forged_answers_to_one_initiation_are_worked_on_a_few_times_only()
    {
        using TunnelWorld world = new(13);
        (TunnelHost a, TunnelHost b, _, TunnelPeer aAtB) = world.AddPair(optionsOfB: s_alwaysLoaded);
        world.Carries = static datagram => datagram.Type != TunnelMessageType.Response;
        b.Machine.BeginHandshake(b.Now, aAtB);
        world.Run(s_second);
        byte[] response = world.Log.Last(datagram => datagram.Type == TunnelMessageType.Response).Bytes;
        response[20] ^= 1;
        new CookieGenerator(b.Machine.PublicKey.ToArray()).AddMacs(world.Now, response);
        for (int i = 0; i < TunnelLimits.ResponsesPerInitiationMax; i++)
        {
            Assert.Equal(TunnelVerdict.Ignored, world.Deliver(b, a.Endpoint, response));
        }

        world.Drain();
        Assert.DoesNotContain(TunnelMessageType.CookieReply, b.Sent);
        Assert.Equal(TunnelVerdict.Ignored, world.Deliver(b, a.Endpoint, response));
        world.Drain();
        Assert.Contains(TunnelMessageType.CookieReply, b.Sent);
    }

    [Theory]
    [InlineData("192.0.2.1:1001")]
    [InlineData("192.0.2.9:1000")]
    public void cookie_of_another_address_is_worth_nothing(string other)
    {
        using TunnelWorld world = new(3);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair(optionsOfB: s_alwaysLoaded);
        int initiations = 0;
        world.Carries = datagram => datagram.Type != TunnelMessageType.Initiation || ++initiations != 2;
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        world.Move(a, other);
        world.Carries = datagram => datagram.Type != TunnelMessageType.Initiation || ++initiations == 3;
        world.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(0, aAtB.InitiationsAccepted);
        Assert.Equal([TunnelMessageType.CookieReply, TunnelMessageType.CookieReply], b.Sent);
    }

    [Fact]
    public void cookie_older_than_two_minutes_is_not_used_nor_accepted()
    {
        using TunnelWorld world = new(4);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair(optionsOfB: s_alwaysLoaded);
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(TimeSpan.FromSeconds(6));
        Assert.Equal(1, aAtB.InitiationsAccepted);
        world.Run(TimeSpan.FromSeconds(115));
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(world.Delay * 1.5);
        Assert.Equal(1, aAtB.InitiationsAccepted);
        Assert.Equal(TunnelMessageType.CookieReply, b.Sent[^1]);
        Assert.Equal(new byte[16], world.Log.Last(d => d.Type == TunnelMessageType.Initiation).Bytes[^16..]);
        world.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(2, aAtB.InitiationsAccepted);
    }

    [Fact]
    public void cookie_altered_in_any_byte_is_refused_and_the_real_one_taken_once()
    {
        using TunnelWorld world = new(5);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair(optionsOfB: s_alwaysLoaded);
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Carries = datagram => datagram.Type != TunnelMessageType.CookieReply;
        world.Run(s_second);
        byte[] reply = world.Log.Last().Bytes;
        Assert.Equal(TunnelMessageType.CookieReply, TunnelMessage.TypeOf(reply));
        for (int offset = 0; offset < reply.Length; offset++)
        {
            byte[] altered = [.. reply];
            altered[offset] ^= 0x20;
            Assert.Equal(TunnelVerdict.Ignored, world.Deliver(a, b.Endpoint, altered));
        }

        Assert.Equal(TunnelVerdict.Handshake, world.Deliver(a, b.Endpoint, reply));
        Assert.Equal(TunnelVerdict.Ignored, world.Deliver(a, b.Endpoint, reply));
    }

    [Fact]
    public void message_without_mac1_is_silence_even_under_load()
    {
        using TunnelWorld world = new(6);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair(optionsOfB: s_alwaysLoaded);
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Carries = static _ => false;
        world.Drain();
        byte[] initiation = [.. world.Log[0].Bytes];
        initiation[120] ^= 1;
        Assert.Equal(TunnelVerdict.Ignored, world.Deliver(b, a.Endpoint, initiation));
        world.Drain();
        Assert.Empty(b.Sent);
    }

    [Fact]
    public void what_comes_through_a_relay_is_not_asked_for_a_cookie()
    {
        using TunnelWorld world = new(7);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair(optionsOfB: s_alwaysLoaded);
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Carries = static _ => false;
        world.Drain();
        Assert.Equal(TunnelVerdict.Ignored, world.Deliver(b, default, world.Log[0].Bytes));
        world.Drain();
        Assert.Empty(b.Sent);
    }

    [Fact]
    public void load_begins_above_the_threshold_and_ends_a_second_after_it()
    {
        LoadMeter meter = new(10);
        Instant start = new(TimeSpan.FromSeconds(100).Ticks);
        for (int i = 0; i < 10; i++)
        {
            Assert.False(meter.Count(start));
        }

        Assert.True(meter.Count(start));
        Assert.True(meter.Count(start + s_second));
        Assert.False(meter.Count(start + s_second + s_second));
        Assert.False(meter.Count(start + TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void source_may_send_a_burst_of_five_and_twenty_a_second()
    {
        SourceRateLimiter limiter = new();
        Instant now = new(TimeSpan.FromSeconds(100).Ticks);
        InternetAddress source = InternetAddress.FromV4(0xC0000201);
        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => limiter.TryTake(now, source)));
        int allowed = 0;
        for (int i = 0; i < 1000; i++)
        {
            now += TimeSpan.FromMilliseconds(10);
            allowed += limiter.TryTake(now, source) ? 1 : 0;
        }

        Assert.Equal(200, allowed);
    }

    [Fact]
    public void one_ipv6_network_counts_as_one_source()
    {
        SourceRateLimiter limiter = new();
        Instant now = new(TimeSpan.FromSeconds(100).Ticks);
        int allowed = 0;
        for (int i = 0; i < 100; i++)
        {
            Assert.True(InternetAddress.TryParse($"2001:db8:1:2::{i:x}", out InternetAddress source));
            allowed += limiter.TryTake(now, source) ? 1 : 0;
        }

        Assert.Equal(5, allowed);
        Assert.Equal(1, limiter.Count);
    }

    [Fact]
    public void table_of_sources_is_bounded_and_forgets_the_quiet()
    {
        SourceRateLimiter limiter = new();
        Instant now = new(TimeSpan.FromSeconds(100).Ticks);
        for (uint i = 0; i < TunnelLimits.RateLimitedSourcesMax; i++)
        {
            Assert.True(limiter.TryTake(now, InternetAddress.FromV4(i + 1)));
        }

        Assert.False(limiter.TryTake(now, InternetAddress.FromV4(1_000_000)));
        Assert.Equal(TunnelLimits.RateLimitedSourcesMax, limiter.Count);
        now += s_second;
        Assert.True(limiter.TryTake(now, InternetAddress.FromV4(1_000_000)));
        Assert.Equal(1, limiter.Count);
    }

    [Fact]
    public void flood_of_initiations_costs_no_sessions_and_leaves_the_peer_served()
    {
        using TunnelWorld world = new(8);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        Assert.True(InternetEndpoint.TryParse("203.0.113.9:9", out InternetEndpoint attacker));
        byte[] junk = new byte[InitiationMessage.Length];
        for (int i = 0; i < 5000; i++)
        {
            // The attacker knows B's public key and so can make mac1.
            world.Random.Fill(junk);
            (junk[0], junk[1], junk[2], junk[3]) = (1, 0, 0, 0);
            new CookieGenerator(b.Machine.PublicKey.ToArray()).AddMacs(world.Now, junk);
            world.Inject(attacker, b, junk.ToArray());
            if (i == 1500)
            {
                a.Machine.Send(a.Now, bAtA, s_hello);
            }

            world.Run(TimeSpan.FromMilliseconds(2));
        }

        Assert.Equal(1, b.Indices.Count);
        Assert.Equal(1, b.Sent.Count(t => t == TunnelMessageType.Response));
        Assert.Single(b.Received);
        Assert.Equal(1, aAtB.InitiationsAccepted);
        Assert.Contains(TunnelMessageType.CookieReply, b.Sent);
    }
}
