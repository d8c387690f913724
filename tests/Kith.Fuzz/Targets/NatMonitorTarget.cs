using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Paths.Stun;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what happens to a node's knowledge of its translator: servers, answers of STUN with the transaction of an open question, what members say they see, packets sent and received,
/// time. Nothing said makes it ask without end or remember more than it may.
/// </summary>
[Covers(typeof(NatMonitor), typeof(NatClassifier), typeof(SentMemory))]
internal sealed class NatMonitorTarget : IFuzzTarget
{
    private const int StepsMax = 100;

    private readonly byte[] _buffer = new byte[StunMessage.BytesMax];
    private readonly byte[] _question = new byte[StunMessage.BytesMax];
    private readonly GuardedMemory _answer = new(2048);
    private NatMonitor _monitor = null!;
    private InternetEndpoint _asked;
    private Instant _now;

    public string Name => "nat-monitor";

    public int InputBytesMax => 700;

    public FuzzBound Bound => new(512 * 1024, 5, "an input is up to a hundred events, each of which may end a round of questions");

    public bool AcceptsCorpus => false;

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            byte[] begin = [1, 3, 0x10, 0x30, 0x50, 0, 3, 0x11, 0x21, 0x12, 7, 100];
            yield return [.. begin, 5, 0x11, 0x41, 5, 0x21, 0x51, 7, 200, 6, 0x11, 6, 0x31];
            yield return [.. begin, 4, 0x11, 3, 0x11, 2, 1, 0x41, 7, 255, 7, 255, 8];
            foreach (byte[] message in new StunMessageTarget().Corpus)
            {
                yield return [.. begin, 9, (byte)message.Length, .. message, 7, 100, 9, (byte)message.Length, .. message];
            }
        }
    }

    public void Prepare()
    {
        _monitor = new NatMonitor(new FuzzRandomSource(3), 5484);
        _now = new Instant(TimeSpan.TicksPerHour);
        _asked = default;
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        ScriptReader script = new(input);
        bool any = false;
        for (int i = 0; i < StepsMax && script.TryTake(out int what); i++)
        {
            Act(what % 10, ref script);
            any |= Drain();
            Oracle.True(_monitor.Observed.Count <= 2 * NatMonitor.ObservedMax && _monitor.Servers.Count <= NatMonitor.ServersMax, "more kept than the maximum");
        }

        FuzzTrace.Note((int)_monitor.Report.Class);
        FuzzTrace.Note((int)_monitor.Report.Filtering);
        FuzzTrace.NoteSize(_monitor.Report.VantagePoints);
        return any;
    }

    private void Act(int what, ref ScriptReader script)
    {
        switch (what)
        {
            case 0:
                _monitor.HandleServers(_now, script.TakeEndpoints());
                break;
            case 1:
                _monitor.HandleNetworkChange(_now, [.. script.TakeEndpoints().Select(static endpoint => endpoint.Address)]);
                break;
            case 2:
                _monitor.HandleMapped(_now, script.TakeEndpoints());
                break;
            case 3:
                _monitor.HandleSent(_now, script.TakeEndpoint());
                break;
            case 4:
                _monitor.HandleReachedOverTcp(_now);
                break;
            case 5:
                _monitor.HandleObserved(_now, script.TakeEndpoint(), script.TakeEndpoint(), _now);
                break;
            case 6:
                _monitor.HandleAuthentic(_now, script.TakeEndpoint());
                break;
            case 7:
                _now += TimeSpan.FromMilliseconds(20 * script.Take());
                _monitor.HandleTimeout(_now);
                break;
            case 8:
                _now += TimeSpan.FromMinutes(1);
                _monitor.HandleTimeout(_now);
                break;
            default:
                Span<byte> answer = _answer.AtEnd(script.TakeBytes(script.Take()));
                if (answer.Length >= StunSpecification.HeaderBytes)
                {
                    _question.AsSpan(8, StunSpecification.TransactionIdBytes).CopyTo(answer[8..]);
                }

                _monitor.HandleDatagram(_now, _asked, answer);
                break;
        }
    }

    private bool Drain()
    {
        int sent = 0;
        while (_monitor.TryGetTransmit(_buffer, out _asked, out int length))
        {
            _buffer.AsSpan(0, length).CopyTo(_question);
            Oracle.True(++sent <= 4 * NatMonitor.ServersMax, "one event made it send a flood");
        }

        bool any = false;
        while (_monitor.TryGetEvent(out _))
        {
            any = true;
        }

        return any || sent > 0;
    }
}
