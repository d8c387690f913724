using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what hostile trackers say: addresses of their names, datagrams with the transaction of the open request, bodies over HTTP, and time. Nobody but the trackers is asked, not faster than they may be, and
/// what they name stays within its maximum.
/// </summary>
[Covers(typeof(TrackerMachine), typeof(TrackerLeg), typeof(UdpTrackerLeg), typeof(HttpTrackerLeg))]
internal sealed class TrackerMachineTarget : IFuzzTarget
{
    private const int StepsMax = 60;

    private static readonly TrackerUrl[] s_trackers =
        [.. new[] { "udp://192.0.2.1:6969", "udp://tracker.example:6969", "http://192.0.2.2/announce" }.Select(static text => TrackerUrl.TryParse(text, out TrackerUrl? url) ? url : throw new InvalidOperationException())];

    private static readonly TrackerPlace s_place = new(default, 1, 20_000);
    private readonly byte[] _buffer = new byte[TrackerLimits.DatagramBytesMax];
    private readonly byte[] _request = new byte[TrackerLimits.DatagramBytesMax];
    private readonly GuardedMemory _answer = new(2048);
    private TrackerMachine _machine = null!;
    private InternetEndpoint _asked;
    private long _operation;
    private Instant _now;

    public string Name => "tracker-machine";

    public int InputBytesMax => 600;

    public FuzzBound Bound => new(512 * 1024, 5, "an input is up to sixty answers of trackers");

    public bool AcceptsCorpus => false;

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            byte[] connect = Convert.FromHexString("00000000010203041122334455667788");
            foreach (byte[] datagram in new UdpTrackerTarget().Corpus)
            {
                yield return [0, (byte)connect.Length, .. connect, 2, 10, 0, (byte)datagram.Length, .. datagram, 2, 100];
            }

            foreach (byte[] body in new HttpTrackerTarget().Corpus)
            {
                yield return [1, 2, 0x10, 0x11, 3, (byte)body.Length, .. body, 2, 100, 3, (byte)body.Length, .. body];
            }

            yield return [4, 5, 2, 255, 2, 255, 1, 0, 6, 2, 50];
        }
    }

    public IEnumerable<byte[]> Dictionary => new HttpTrackerTarget().Dictionary;

    public void Prepare()
    {
        _now = new Instant(TimeSpan.TicksPerHour);
        _machine = new TrackerMachine(s_trackers, new FuzzRandomSource(4));
        _machine.SetSelf(_now, new TrackerSelf(5484, 5484, []));
        _machine.SetPlaces(_now, [s_place], static _ => [.. "mnopqrstuvwxyz123456"u8]);
        _machine.SetMissing(_now, new Dictionary<NetworkId, int> { [default] = 1 });
        _machine.HandleTimeout(_now);
        Drain();
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        ScriptReader script = new(input);
        bool any = false;
        for (int i = 0; i < StepsMax && script.TryTake(out int what); i++)
        {
            Act(what % 6, ref script);
            any |= Drain();
        }

        IReadOnlyList<InternetEndpoint> peers = _machine.PeersOf(default);
        Oracle.True(peers.Count <= TrackerLimits.PeersPerNetworkMax && peers.All(static peer => !peer.Address.IsLoopback && peer.Port != 0), "an address that leads nowhere");
        FuzzTrace.NoteSize(peers.Count);
        _machine.Describe();
        return any;
    }

    private void Act(int what, ref ScriptReader script)
    {
        switch (what)
        {
            case 0:
                Span<byte> answer = _answer.AtEnd(script.TakeBytes(script.Take()));
                if (answer.Length >= 8)
                {
                    // The transaction stands behind eight bytes of identifier and four of action in a request.
                    _request.AsSpan(12, 4).CopyTo(answer[4..]);
                }

                _machine.HandleDatagram(_now, _asked, answer);
                break;
            case 1:
                _machine.HandleAddresses(_now, s_trackers[1], [.. script.TakeEndpoints().Select(static endpoint => endpoint.Address)], "no such name");
                break;
            case 2:
                _now += TimeSpan.FromSeconds(script.Take() * 4);
                _machine.HandleTimeout(_now);
                break;
            case 3:
                _machine.HandleHttpAnswer(_now, _operation, _answer.AtEnd(script.TakeBytes(script.Take())), null);
                break;
            case 4:
                _machine.HandleHttpAnswer(_now, _operation, default, script.Take() % 2 == 0 ? TrackerMachine.NoAddress : "refused");
                break;
            default:
                _machine.HandleNetworkChange(_now);
                break;
        }
    }

    private bool Drain()
    {
        bool any = false;
        int sent = 0;
        while (_machine.TryGetTransmit(_buffer, out _asked, out int length))
        {
            any = true;
            _buffer.AsSpan(0, length).CopyTo(_request);
            Oracle.True(++sent <= 16, "one event made it send a flood");
            Oracle.Equal(6969, (int)_asked.Port, "the port of whom it asks");
        }

        while (_machine.TryGetEvent(out TrackerEvent? told))
        {
            any = true;
            _operation = told is TrackerEvent.HttpWanted wanted ? wanted.Operation : _operation;
        }

        return any;
    }
}
