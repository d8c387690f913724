using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Kith.Tests.Core;

namespace Kith.Tests.Discovery.Tracker;

/// <summary>When a tracker is asked what, with a clock that only the test moves.</summary>
public sealed class TrackerMachineTests
{
    private static readonly NetworkId s_network = new([.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly InternetEndpoint s_other = new(InternetAddress.FromV4(0xC6336499), 5484);
    private static readonly InternetEndpoint s_self = new(InternetAddress.FromV4(0xC6336455), 5484);

    private readonly TestTracker _tracker = new();
    private readonly byte[] _buffer = new byte[TrackerLimits.DatagramBytesMax];
    private readonly List<TrackerEvent> _events = [];
    private readonly List<byte[]> _sent = [];
    private TrackerMachine _machine = Machine($"udp://{TestTracker.Endpoint}");
    private Instant _now = new(1_000_000_000);
    private bool _isSilent;

    [Fact]
    public void an_unanswered_request_is_sent_again_after_fifteen_seconds_and_twice_that_and_so_on()
    {
        _isSilent = true;
        Begin();
        List<double> gaps = [];
        Instant last = _now;
        for (int i = 0; i < 11; i++)
        {
            int before = _sent.Count;
            RunUntil(() => _sent.Count > before, TimeSpan.FromHours(2));
            gaps.Add((_now - last).TotalSeconds);
            last = _now;
        }

        Assert.Equal([15, 30, 60, 120, 240, 480, 960, 1920, 3840, 3840, 3840], gaps);
        Assert.All(_sent, datagram => Assert.Equal(UdpTrackerRequest.ConnectBytes, datagram.Length));
        Assert.Equal("no answer", _machine.Describe().Single().Failure);
    }

    [Fact]
    public void a_connection_id_is_asked_for_first_and_used_for_a_minute()
    {
        Begin();
        Assert.Equal([16, 98], _sent.Select(datagram => datagram.Length));
        _tracker.IntervalSeconds = 40;
        _sent.Clear();
        RunUntil(() => false, TimeSpan.FromSeconds(1800));
        Assert.Equal(1, _sent.Count(datagram => datagram.Length == 16));
        _sent.Clear();
        RunUntil(() => _sent.Count(datagram => datagram.Length == 98) == 3, TimeSpan.FromMinutes(5));
        Assert.Equal([98, 16, 98, 98], _sent.Select(datagram => datagram.Length));
    }

    [Fact]
    public void the_interval_is_kept_while_everybody_is_there()
    {
        _tracker.IntervalSeconds = 600;
        Begin();
        RunUntil(() => false, TimeSpan.FromSeconds(6000));
        Assert.InRange(_tracker.Announces.Count, 10, 11);
        Assert.Equal(0, _tracker.Scrapes);
        Assert.Equal(2u, _tracker.Announces[0].Event);
        Assert.All(_tracker.Announces.Skip(1), announce => Assert.Equal(0u, announce.Event));
    }

    [Fact]
    public void a_newcomer_is_noticed_within_seconds_while_somebody_is_missing()
    {
        Begin(missing: 1);
        RunUntil(() => false, TimeSpan.FromMinutes(2));
        Assert.Single(_tracker.Announces);
        _tracker.Swarms.Values.Single().Add(s_other);
        Instant came = _now;
        RunUntil(() => _machine.PeersOf(s_network).Contains(s_other), TimeSpan.FromSeconds(20));
        Assert.InRange((_now - came).TotalSeconds, 0, TrackerLimits.ScrapeOften.TotalSeconds);
        Assert.Equal([s_other], _machine.PeersOf(s_network));
        Assert.Equal(2, _tracker.Announces.Count);
        Assert.Contains(_events, found => found is TrackerEvent.Answered { HasNews: true });
    }

    [Fact]
    public void however_many_come_and_go_the_allowance_for_early_announcements_holds()
    {
        Begin(missing: 1);
        for (int i = 0; i < 3600; i += 10)
        {
            HashSet<InternetEndpoint> swarm = _tracker.Swarms.Values.Single();
            swarm.Add(new InternetEndpoint(InternetAddress.FromV4((uint)(0x0B000000 + i)), 1));
            RunUntil(() => false, TimeSpan.FromSeconds(10));
        }

        int allowed = TrackerLimits.EarlyMax + (int)(TimeSpan.FromHours(1) / TrackerLimits.EarlyRefill) + 4;
        Assert.InRange(_tracker.Announces.Count, TrackerLimits.EarlyMax, allowed);
        Assert.InRange(_tracker.Scrapes, 60, 300);
    }

    [Fact]
    public void only_the_tracker_is_heard_and_only_when_it_was_asked()
    {
        _isSilent = true;
        Begin();
        byte[] request = _sent.Single();
        byte[] answer = _tracker.Answer(s_self, request)!;
        Assert.False(_machine.HandleDatagram(_now, s_other, answer));
        byte[] foreign = [.. answer];
        foreign[7] ^= 1;
        Assert.True(_machine.HandleDatagram(_now, TestTracker.Endpoint, foreign));
        Drain();
        Assert.Single(_sent);
        byte[] early = [.. answer];
        early[3] = 1;
        Assert.True(_machine.HandleDatagram(_now, TestTracker.Endpoint, early));
        Drain();
        Assert.Single(_sent);
        Assert.True(_machine.HandleDatagram(_now, TestTracker.Endpoint, answer));
        Drain();
        Assert.Equal(98, _sent[^1].Length);
    }

    [Fact]
    public void a_refusal_is_told_and_waited_after()
    {
        _isSilent = true;
        Begin();
        byte[] refusal = [0, 0, 0, 3, .. _sent.Single()[12..16], .. "not here"u8];
        _machine.HandleDatagram(_now, TestTracker.Endpoint, refusal);
        Assert.Equal("not here", _machine.Describe().Single().Failure);
        Instant then = _now;
        RunUntil(() => _sent.Count == 2, TimeSpan.FromHours(1));
        Assert.Equal(TrackerLimits.FailureFirst, _now - then);
    }

    [Fact]
    public void nothing_of_no_use_is_kept_and_never_ourselves()
    {
        _tracker.Lies.AddRange([new InternetEndpoint(InternetAddress.FromV4(0x7F000001), 22), new InternetEndpoint(InternetAddress.FromV4(0xE0000001), 9), new InternetEndpoint(InternetAddress.FromV4(0xC6336477), 0), s_other]);
        Begin(missing: 1);
        Assert.Equal([s_other], _machine.PeersOf(s_network));
    }

    [Fact]
    public void places_trackers_and_addresses_have_their_maxima()
    {
        _machine = Machine([.. Enumerable.Range(0, 20).Select(i => $"udp://192.0.2.{i + 1}:1")]);
        Assert.Equal(TrackerLimits.TrackersMax, _machine.Trackers.Count());
        _machine.SetSelf(_now, new TrackerSelf(5484, 0, []));
        _machine.SetPlaces(_now, [.. Enumerable.Range(0, 100).Select(day => new TrackerPlace(s_network, 1, (uint)day))], _ => new byte[20]);
        Assert.Equal(TrackerLimits.PlacesMax, _machine.Describe()[0].Hashes.Count);

        _machine = Machine($"udp://{TestTracker.Endpoint}");
        _tracker.Lies.AddRange(Enumerable.Range(1, 49).Select(i => new InternetEndpoint(InternetAddress.FromV4((uint)(0x0B000000 + i)), 1)));
        _machine.SetSelf(_now, new TrackerSelf(5484, 0, [s_self]));
        _machine.SetPlaces(_now, [new TrackerPlace(s_network, 1, 1), new TrackerPlace(s_network, 1, 2)], place => [.. Enumerable.Repeat((byte)place.Day, 20)]);
        Drain();
        _tracker.Lies.Clear();
        _tracker.Lies.AddRange(Enumerable.Range(1, 49).Select(i => new InternetEndpoint(InternetAddress.FromV4((uint)(0x0C000000 + i)), 1)));
        RunUntil(() => _tracker.Announces.Count == 2, TimeSpan.FromSeconds(1));
        Assert.InRange(_machine.PeersOf(s_network).Count, 49, TrackerLimits.PeersPerNetworkMax);
    }

    [Fact]
    public void two_listings_look_unrelated_and_a_stop_is_told()
    {
        Begin();
        _machine.SetPlaces(_now, [new TrackerPlace(s_network, 1, 1), new TrackerPlace(s_network, 1, 2)], place => [.. Enumerable.Repeat((byte)place.Day, 20)]);
        Drain();
        Assert.Equal(2, _tracker.Announces.Select(announce => announce.PeerId).Distinct().Count());
        _machine.SetPlaces(_now, [new TrackerPlace(s_network, 1, 2)], place => [.. Enumerable.Repeat((byte)place.Day, 20)]);
        Drain();
        Assert.Equal(3u, _tracker.Announces[^1].Event);
        _machine.Stop(_now);
        Drain();
        Assert.Equal(3u, _tracker.Announces[^1].Event);
        Assert.All(_tracker.Swarms.Values, Assert.Empty);
    }

    [Fact]
    public void names_are_looked_up_again_and_again_until_they_have_an_address()
    {
        _machine = Machine("udp://tracker.example.org:6969");
        Begin();
        RunUntil(() => _events.Count == 1, TimeSpan.FromSeconds(1));
        TrackerUrl wanted = Assert.IsType<TrackerEvent.AddressesWanted>(_events.Single()).Url;
        _machine.HandleAddresses(_now, wanted, [], "its name has no address");
        Assert.Equal("its name has no address", _machine.Describe().Single().Failure);
        RunUntil(() => _events.Count == 2, TimeSpan.FromMinutes(2));
        _machine.HandleAddresses(_now, wanted, [TestTracker.Endpoint.Address, InternetAddress.FromV4(0x01020304)], null);
        Drain();
        Assert.Single(_tracker.Announces);
    }

    [Fact]
    public void http_is_asked_over_each_family_and_one_that_is_not_there_is_left_out()
    {
        _machine = Machine("http://tracker.example.org/announce");
        _machine.SetSelf(_now, new TrackerSelf(5484, 5484, [s_self]));
        _machine.SetPlaces(_now, [new TrackerPlace(s_network, 1, 1)], _ => new byte[20]);
        Drain();
        TrackerEvent.HttpWanted[] wanted = [.. _events.Cast<TrackerEvent.HttpWanted>()];
        Assert.Equal([false, true], wanted.Select(request => request.IsV6));
        _machine.HandleHttpAnswer(_now, wanted[1].Operation, [], TrackerMachine.NoAddress);
        byte[] body = [.. "d8:intervali1800e5:peers12:"u8, 1, 2, 3, 4, 0, 9, 0xC6, 0x33, 0x64, 0x55, 0x15, 0x6C, (byte)'e'];
        _machine.HandleHttpAnswer(_now, wanted[0].Operation, body, null);
        Assert.Equal(["1.2.3.4:9"], _machine.PeersOf(s_network).Select(peer => peer.ToString()));
        TrackerReport report = _machine.Describe().Single();
        Assert.Equal((false, 1, (string?)null), (report.IsV6, report.Addresses, report.Failure));
        _machine.HandleHttpAnswer(_now, 99, body, null);
    }

    [Fact]
    public void an_http_request_that_nobody_answers_is_given_up_and_one_without_sense_refused()
    {
        _machine = Machine("http://192.0.2.1/announce");
        Begin();
        RunUntil(() => _events.Count == 2, TimeSpan.FromMinutes(5));
        Assert.Equal("no answer", _machine.Describe().Single().Failure);
        _machine.HandleHttpAnswer(_now, ((TrackerEvent.HttpWanted)_events[1]).Operation, "<html>"u8, null);
        Assert.Equal("its answer is no tracker's", _machine.Describe().Single().Failure);
    }

    [Fact]
    public void without_numbers_announcements_grow_apart_and_keep_the_minimum()
    {
        _machine = Machine("http://192.0.2.1/hidden");
        List<double> gaps = [];
        Begin(missing: 1);
        Instant last = _now;
        for (int i = 0; i < 6; i++)
        {
            int before = _events.OfType<TrackerEvent.HttpWanted>().Count();
            _machine.HandleHttpAnswer(_now, _events.OfType<TrackerEvent.HttpWanted>().Last().Operation, "d8:intervali1800e12:min intervali90e5:peers0:e"u8, null);
            RunUntil(() => _events.OfType<TrackerEvent.HttpWanted>().Count() > before, TimeSpan.FromHours(1));
            gaps.Add((_now - last).TotalSeconds);
            last = _now;
        }

        Assert.Equal([90, 90, 120, 240, 480, 960], gaps);
    }

    private static TrackerMachine Machine(params string[] urls) =>
        new([.. urls.Select(text => TrackerUrl.TryParse(text, out TrackerUrl? url) ? url : throw new FormatException(text))], new TestRandom(5));

    private void Begin(int missing = 0)
    {
        _machine.SetSelf(_now, new TrackerSelf(5484, 0, [s_self]));
        _machine.SetMissing(_now, new Dictionary<NetworkId, int> { [s_network] = missing });
        _machine.SetPlaces(_now, [new TrackerPlace(s_network, 1, 1)], place => [.. Enumerable.Repeat((byte)place.Day, 20)]);
        Drain();
    }

    private void Drain()
    {
        while (_machine.TryGetEvent(out TrackerEvent? found))
        {
            _events.Add(found!);
        }

        while (_machine.TryGetTransmit(_buffer, out InternetEndpoint target, out int length))
        {
            Assert.Equal(TestTracker.Endpoint, target);
            byte[] datagram = _buffer[..length];
            _sent.Add(datagram);
            if (!_isSilent && _tracker.Answer(s_self, datagram) is { } answer)
            {
                _machine.HandleDatagram(_now, target, answer);
            }
        }

        while (_machine.TryGetEvent(out TrackerEvent? found))
        {
            _events.Add(found!);
        }
    }

    private void RunUntil(Func<bool> condition, TimeSpan limit)
    {
        Instant end = _now + limit;
        while (!condition() && _machine.NextTimeout <= end)
        {
            _now = Instant.Max(_now, _machine.NextTimeout);
            _machine.HandleTimeout(_now);
            Drain();
        }

        if (!condition())
        {
            _now = end;
        }
    }
}
