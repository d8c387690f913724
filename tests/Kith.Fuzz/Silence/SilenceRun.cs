using System.Diagnostics;
using System.Globalization;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Silence;

/// <summary>
/// Noise, nearly valid datagrams and replayed packets against a whole node with live sessions: nothing is answered but cookies under load and, with the DHT on, its questions; nothing is
/// accepted, no path moves, no table grows. While it goes on time passes and the members go on talking, so that the sessions stay live.
/// </summary>
/// <param name="name">What is attacked, for the report.</param>
/// <param name="useDht">Whether the node is one of the DHT, too.</param>
/// <param name="usePath">Whether the datagrams come through the packet path.</param>
internal sealed class SilenceRun(string name, bool useDht, bool usePath)
{
    /// <summary>Datagrams of noise.</summary>
    public const long RandomUsual = 10_000_000;

    /// <summary>Datagrams that are right but for the keys.</summary>
    public const long NearUsual = 1_000_000;

    /// <summary>Packets of the recorded session, each replayed in order, out of order and from elsewhere.</summary>
    public const int ReplayedUsual = 100_000;

    private const int PerStep = 20_000;
    private const int StepMilliseconds = 20;

    // The same world, in which the same time passes and nobody attacks: what grows there, too, is the nodes' own doing.
    private SilenceWorld? _twin;

    private readonly List<string> _complaints = [];
    private readonly List<string> _lines = [];

    /// <summary>What was measured.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Does all of it; returns what is wrong, or null.</summary>
    public string? Run()
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan started = process.TotalProcessorTime;
        int part = FuzzOptions.IsQuick ? 100 : 1;
        using SilenceWorld world = new(useDht);
        using SilenceWorld twin = new(useDht);
        _twin = twin;
        HostileDatagrams hostile = new(world, 77);
        Attack(world, "random", RandomUsual / part, (_, source) => new Shot(source(), hostile.NextRandom()), hostile);
        Attack(world, "nearly valid", NearUsual / part, (_, source) => new Shot(source(), hostile.NextNearlyValid()), hostile);
        Replay(world, hostile, ReplayedUsual / part);
        process.Refresh();
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"silence: {name}: {(process.TotalProcessorTime - started).TotalSeconds:F0} s of processor time"));
        return _complaints.Count == 0 ? null : string.Join("; ", _complaints);
    }

    private delegate Shot Next(long number, Func<InternetEndpoint> source);

    private void Replay(SilenceWorld world, HostileDatagrams hostile, int count)
    {
        // A session is recorded: the handshakes and frames that were, and packets of both members that the node took, over IPv4 and over IPv6.
        List<(InternetEndpoint Source, byte[] Datagram)> recorded = [.. world.Recorded];
        SilenceMeter first = new(world, useDht);
        for (int i = recorded.Count; i < count; i++)
        {
            int member = 1 + (i % 2);
            byte[] packet = world.SealPacket(member, (ushort)i);
            recorded.Add((world.EndpointsOf(member)[member - 1], packet));
            first.Handle(world.EndpointsOf(member)[member - 1], (byte[])packet.Clone());
        }

        Step(world);
        if (first.TunPackets < count / 2)
        {
            _complaints.Add($"only {first.TunPackets} packets of the session to be recorded were taken");
        }

        FuzzRandom random = new(99);
        byte[] copy = new byte[64 * 1024];
        int[] order = [.. Enumerable.Range(0, recorded.Count)];
        Attack(world, "replayed in order", recorded.Count, (number, _) => Shoot((int)number, null), hostile);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        Attack(world, "replayed out of order", recorded.Count, (number, _) => Shoot(order[number], null), hostile);
        Attack(world, "replayed from elsewhere", recorded.Count, (number, source) => Shoot((int)number, source()), hostile);

        Shot Shoot(int index, InternetEndpoint? source)
        {
            (InternetEndpoint from, byte[] datagram) = recorded[index];
            datagram.CopyTo(copy, 0);
            return new Shot(source ?? from, copy.AsSpan(0, datagram.Length));
        }
    }

    private void Step(SilenceWorld world)
    {
        world.Step(StepMilliseconds);
        _twin!.Step(StepMilliseconds);
    }

    private void Attack(SilenceWorld world, string what, long count, Next next, HostileDatagrams hostile)
    {
        Step(world);
        SilenceMeter meter = new(world, useDht);
        IReadOnlyDictionary<string, long> before = TableCensus.Of(world.Victim);
        long heapBefore = GC.GetTotalMemory(forceFullCollection: true);
        SilentPath path = new(world, meter);
        for (long done = 0; done < count; done += PerStep)
        {
            long end = Math.Min(count, done + PerStep);
            if (usePath)
            {
                // One family after the other; a source of the other family does not come through its socket.
                bool isV6 = done / PerStep % 2 == 0;
                long number = done;
                path.Receive(isV6, (Span<byte> buffer, out int length, out InternetEndpoint source) =>
                {
                    length = 0;
                    source = default;
                    if (number >= end)
                    {
                        return false;
                    }

                    Shot shot = next(number++, () => hostile.NextSource(isV6));
                    shot.Datagram.CopyTo(buffer);
                    length = Math.Max(1, shot.Datagram.Length);
                    source = shot.Source;
                    return true;
                });
            }
            else
            {
                for (long number = done; number < end; number++)
                {
                    Shot shot = next(number, () => hostile.NextSource());
                    meter.Handle(shot.Source, shot.Datagram);
                }
            }

            meter.LookAtPaths();
            Step(world);
            hostile.LookUpSessions();
        }

        Step(world);
        IReadOnlyList<string> grown = [.. TableCensus.Grown(TableCensus.Most(before, TableCensus.Of(_twin!.Victim)), TableCensus.Of(world.Victim)).Where(line => !useDht || !SilenceTables.IsOfDht(line))];
        long heap = GC.GetTotalMemory(forceFullCollection: true) - heapBefore;
        Report(what, count, meter, before, grown, heap);
    }

    private void Report(string what, long count, SilenceMeter meter, IReadOnlyDictionary<string, long> before, IReadOnlyList<string> grown, long heap)
    {
        string dht = useDht ? string.Create(CultureInfo.InvariantCulture, $", {meter.DhtAnswers:N0} answers of the DHT ({meter.DhtBytesOut / (double)Math.Max(1, meter.DhtBytesIn):F1} times the bytes asked with)") : "";
        _lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"silence: {name}: {count:N0} {what}: {meter.Answers} answers, {meter.Accepted} accepted, {meter.TunPackets} out of the TUN, {meter.PathsMoved} paths moved, {grown.Count} of {before.Count} tables grown (bar: 0); {meter.Cookies:N0} cookies{dht}; heap {heap / 1024.0:+0;-0} KiB"));
        if (meter.Sum > 0)
        {
            _complaints.Add($"{what}: {meter.Answers} answers, {meter.Accepted} accepted, {meter.TunPackets} out of the TUN, {meter.PathsMoved} paths moved");
        }

        if (grown.Count > 0)
        {
            _complaints.Add($"{what}: grown: {string.Join(", ", grown)}");
        }

        if (heap > SilenceTables.HeapBytesMax)
        {
            _complaints.Add($"{what}: the heap has grown by {heap} bytes");
        }
    }

    private readonly ref struct Shot(InternetEndpoint source, Span<byte> datagram)
    {
        public InternetEndpoint Source { get; } = source;

        public Span<byte> Datagram { get; } = datagram;
    }
}
