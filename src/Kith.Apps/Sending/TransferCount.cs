using System.Diagnostics;

namespace Kith.Apps.Sending;

/// <summary>Counts on the way. Every member may be used from any thread.</summary>
internal sealed class TransferCount
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private long _received;
    private long _identical;
    private long _kept;
    private long _failed;
    private long _leftOut;
    private long _bytesDone;
    private long _bytesCarried;
    private long _progress;

    /// <summary>Files and links in all.</summary>
    public long Files { get; set; }

    /// <summary>Their length together.</summary>
    public long Bytes { get; set; }

    /// <summary>The file that is under way.</summary>
    public string Current { get; set; } = string.Empty;

    /// <summary>Grows with everything that means progress.</summary>
    public long Progress => Volatile.Read(ref _progress);

    /// <summary>Counts a file or link whose outcome is known.</summary>
    public void Add(TransferEventKind outcome)
    {
        switch (outcome)
        {
            case TransferEventKind.Received:
                Interlocked.Increment(ref _received);
                break;
            case TransferEventKind.Identical:
                Interlocked.Increment(ref _identical);
                break;
            case TransferEventKind.Kept:
                Interlocked.Increment(ref _kept);
                break;
            case TransferEventKind.LeftOut:
                Interlocked.Increment(ref _leftOut);
                return;
            default:
                Interlocked.Increment(ref _failed);
                break;
        }

        Interlocked.Increment(ref _progress);
    }

    /// <summary>Counts bytes that were carried.</summary>
    public void Carry(long bytes)
    {
        Interlocked.Add(ref _bytesCarried, bytes);
        Skip(bytes);
    }

    /// <summary>Counts bytes that need not be carried, or with a minus those that must be again.</summary>
    public void Skip(long bytes)
    {
        Interlocked.Add(ref _bytesDone, bytes);
        Interlocked.Increment(ref _progress);
    }

    /// <summary>The numbers as they are.</summary>
    public TransferTotals Read()
    {
        long received = Volatile.Read(ref _received);
        long identical = Volatile.Read(ref _identical);
        long kept = Volatile.Read(ref _kept);
        long failed = Volatile.Read(ref _failed);
        return new TransferTotals(
            Files,
            Bytes,
            received + identical + kept + failed,
            Math.Max(0, Volatile.Read(ref _bytesDone)),
            received,
            identical,
            kept,
            failed,
            Volatile.Read(ref _leftOut),
            Volatile.Read(ref _bytesCarried),
            Math.Round(Stopwatch.GetElapsedTime(_began).TotalSeconds, 3));
    }
}
