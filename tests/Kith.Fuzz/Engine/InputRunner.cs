using System.Diagnostics;
using Kith.Fuzz.Memory;

namespace Kith.Fuzz.Engine;

/// <summary>
/// Hands inputs to a target between guard pages and judges what they cost. Processor time is judged by the best of several repetitions, because other work on the
/// machine and the collector's may fall into one; memory likewise, because pools fill and are emptied now and then.
/// </summary>
internal sealed class InputRunner(IFuzzTarget target, Worker worker)
{
    /// <summary>What is made once, a table that grows or a pool's buffer, may be larger than what an input costs again and again.</summary>
    public const long OnceAllocatedBytesMax = 1024 * 1024;

    private const int Repetitions = 8;

    private readonly FuzzBound _bound = target.Bound;
    private readonly long _ticksMax = (long)(target.Bound.Milliseconds * Stopwatch.Frequency / 1000);
    private bool _atStart;

    /// <summary>Whose memory inputs are placed in.</summary>
    public Worker Worker { get; set; } = worker;

    /// <summary>Bytes allocated by all inputs.</summary>
    public long Allocated { get; private set; }

    /// <summary>The most that one input allocated, as judged.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>The most milliseconds of one input, as judged, if one came near the bound.</summary>
    public double MostMilliseconds { get; private set; }

    /// <summary>What the last input's outcome was, for telling outcomes apart.</summary>
    public ulong Outcome { get; private set; }

    /// <summary>Feeds one input; returns what is wrong, or null.</summary>
    public string? Try(ReadOnlySpan<byte> bytes, out bool accepted)
    {
        ReadOnlySpan<byte> input = Place(bytes);
        target.Prepare();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        string? complaint = Attempt(input, out accepted);
        long ticks = Stopwatch.GetTimestamp() - started;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Allocated += allocated;
        if (complaint is null && (allocated > _bound.AllocatedBytes || ticks > _ticksMax))
        {
            return Judge(bytes, allocated);
        }

        MostAllocated = Math.Max(MostAllocated, allocated);
        return complaint;
    }

    // Half of the inputs end at the end of what may be read, half begin at its beginning.
    private ReadOnlySpan<byte> Place(ReadOnlySpan<byte> bytes)
    {
        _atStart = !_atStart;
        Span<byte> room = _atStart ? Worker.Memory.AtStart(bytes.Length) : Worker.Memory.AtEnd(bytes.Length);
        Worker.Crash?.Place(_atStart ? 0 : Worker.Memory.OffsetAtEnd(bytes.Length), bytes.Length);
        bytes.CopyTo(room);
        return room;
    }

    private string? Judge(ReadOnlySpan<byte> bytes, long first)
    {
        long allocated = first;
        double seconds = double.PositiveInfinity;
        for (int i = 0; i < Repetitions && (allocated > _bound.AllocatedBytes || seconds > _bound.Milliseconds / 1000); i++)
        {
            ReadOnlySpan<byte> input = Place(bytes);
            target.Prepare();
            long before = GC.GetAllocatedBytesForCurrentThread();
            double started = ThreadTime.Seconds;
            if (Attempt(input, out _) is { } complaint)
            {
                return complaint;
            }

            seconds = Math.Min(seconds, ThreadTime.Seconds - started);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        MostAllocated = Math.Max(MostAllocated, allocated);
        MostMilliseconds = Math.Max(MostMilliseconds, seconds * 1000);
        return allocated > _bound.AllocatedBytes ? $"one input makes it allocate {allocated} bytes, more than {_bound.AllocatedBytes}"
            : first > Math.Max(OnceAllocatedBytesMax, _bound.AllocatedBytes) ? $"one input made it allocate {first} bytes, once"
            : seconds * 1000 > _bound.Milliseconds ? $"one input takes it {seconds * 1000:F2} ms of processor time, more than {_bound.Milliseconds}"
            : null;
    }

    private string? Attempt(ReadOnlySpan<byte> input, out bool accepted)
    {
        accepted = false;
        FuzzTrace.Clear();
        try
        {
            accepted = target.Run(input);
            Outcome = FuzzTrace.State ^ (accepted ? 1UL : 0);
            return null;
        }
        catch (OracleException exception)
        {
            return exception.Message;
        }
#pragma warning disable CA1031 // Whatever a parser throws is what is looked for here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception.ToString();
        }
    }
}
