using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Benchmarks;

/// <summary>
/// Handshakes per second of processor time, in both roles, through the whole machine but without sockets; and what it costs to refuse one.
/// Processor time of the thread is counted, so that other work on the machine does not matter much.
/// </summary>
internal sealed partial class HandshakeBenchmark : IDisposable
{
    public const string Usage = "handshake    handshakes per second on one core, in both roles";

    private const int ThreadProcessorTime = 3;
    private const int WarmUpRounds = 2_000;
    private const int Rounds = 10_000;

    // Far enough apart for the limit of one initiation in 20 ms and for the load threshold, which are not what is measured.
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(50);
    private static readonly InternetEndpoint s_source = new(InternetAddress.FromV4(0xC0000201), 5484);

    private readonly TunnelMachine _initiator = Make();
    private readonly TunnelMachine _responder = Make();
    private readonly TunnelPeer _peer;
    private readonly byte[] _buffer = new byte[TunnelLimits.DatagramBytesMax];
    private ClockReading _now = new(new Instant(TimeSpan.TicksPerHour), 1_795_000_000_000);
    private int _length;

    private HandshakeBenchmark()
    {
        _peer = _initiator.AddPeer(_responder.PublicKey, new PeerLink(1));
        _responder.AddPeer(_initiator.PublicKey, new PeerLink(2));
    }

    public static int Run()
    {
        using HandshakeBenchmark benchmark = new();
        benchmark.Measure(WarmUpRounds, print: false);
        benchmark.Measure(Rounds, print: true);
        return 0;
    }

    public void Dispose()
    {
        _initiator.Dispose();
        _responder.Dispose();
    }

    private static TunnelMachine Make() =>
        new(RandomNumberGenerator.GetBytes(32), new ReceiverIndexTable(), new HandshakeClock(0), new StrongRandom());

    private void Measure(int rounds, bool print)
    {
        long begin = 0;
        long respond = 0;
        long complete = 0;
        long confirm = 0;
        for (int i = 0; i < rounds; i++)
        {
            _now = new ClockReading(_now.Monotonic + s_step, _now.WallMilliseconds + (long)s_step.TotalMilliseconds);
            begin += Time(() => _initiator.BeginHandshake(_now, _peer));
            Take(_initiator);
            respond += Time(() => Deliver(_responder));
            Take(_responder);
            complete += Time(() => Deliver(_initiator));
            Take(_initiator);
            confirm += Time(() => Deliver(_responder));
        }

        byte[] junk = new byte[InitiationMessage.Length];
        junk[0] = (byte)TunnelMessageType.Initiation;
        long silence = TimeRefusals(rounds, junk);
        new CookieGenerator(_responder.PublicKey.ToArray()).AddMacs(_now, junk);
        RandomNumberGenerator.Fill(junk.AsSpan(8, 32));
        new CookieGenerator(_responder.PublicKey.ToArray()).AddMacs(_now, junk);
        long refused = TimeRefusals(rounds, junk);
        if (print)
        {
            Print("initiator: begins, completes, confirms", rounds, begin + complete);
            Print("responder: answers, is confirmed", rounds, respond + confirm);
            Print("refused: wrong mac1", rounds, silence);
            Print("refused: good mac1, sealed by nobody", rounds, refused);
        }
    }

    private static void Print(string what, int rounds, long nanoseconds)
    {
        double seconds = nanoseconds / 1e9;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-40} {rounds / seconds,10:N0} per second {seconds / rounds * 1e6,8:N1} µs each"));
    }

    private static long Time(Action action)
    {
        long start = ProcessorNanoseconds();
        action();
        return ProcessorNanoseconds() - start;
    }

    private static long ProcessorNanoseconds()
    {
        Marshal.ThrowExceptionForHR(GetTime(ThreadProcessorTime, out TimeSpec time));
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    private long TimeRefusals(int rounds, byte[] datagram)
    {
        long nanoseconds = 0;
        for (int i = 0; i < rounds; i++)
        {
            _now = new ClockReading(_now.Monotonic + s_step, _now.WallMilliseconds);
            datagram.CopyTo(_buffer, 0);
            _length = datagram.Length;
            nanoseconds += Time(() => Refuse(_responder));
        }

        return nanoseconds;
    }

    private void Take(TunnelMachine machine)
    {
        if (!machine.TryGetTransmit(_buffer, out TunnelTransmit transmit))
        {
            throw new InvalidOperationException("The handshake stopped.");
        }

        _length = transmit.Length;
        while (machine.TryGetEvent(out _))
        {
        }
    }

    private void Deliver(TunnelMachine machine)
    {
        if (machine.HandleDatagram(_now, s_source, _buffer.AsSpan(0, _length), out _, out _, out _) == TunnelVerdict.Ignored)
        {
            throw new InvalidOperationException("A message of the handshake was refused.");
        }
    }

    private void Refuse(TunnelMachine machine)
    {
        if (machine.HandleDatagram(_now, s_source, _buffer.AsSpan(0, _length), out _, out _, out _) != TunnelVerdict.Ignored)
        {
            throw new InvalidOperationException("A forged message was taken.");
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private sealed class StrongRandom : RandomSource
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}
