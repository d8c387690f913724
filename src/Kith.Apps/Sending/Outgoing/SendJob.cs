using System.Security.Cryptography;
using System.Text;
using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>What is to be sent, and what became of it so far: it lives on when the link is lost and the next connection goes on.</summary>
internal sealed class SendJob(IReadOnlyList<SourceRoot> roots, string device, ITransferObserver observer)
{
    /// <summary>How many outcomes are remembered for the next connection; files beyond that are compared again, which takes time and does no harm.</summary>
    public const int SettledMax = 1_000_000;

    /// <summary>How many steps of the first walk are remembered, so that the second one looks at nothing again.</summary>
    public const int StepsKeptMax = 100_000;

    private readonly Lock _gate = new();
    private readonly HashSet<Bytes16> _settled = [];
    private List<SourceItem>? _steps = [];

    /// <summary>What was named.</summary>
    public IReadOnlyList<SourceRoot> Roots { get; } = roots;

    /// <summary>The receiver, as the user calls it.</summary>
    public string Device { get; } = device;

    /// <summary>The numbers.</summary>
    public TransferCount Count { get; } = new();

    /// <summary>Names this run.</summary>
    public Bytes16 Transfer { get; } = Bytes16.NewRandom();

    /// <summary>The first record of every connection.</summary>
    public HelloRecord Hello => new(Transfer, Count.Files, Count.Bytes, (uint)Roots.Count, Roots[0].Name);

    /// <summary>Looks at everything once, to be able to say how much it is.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Measure(CancellationToken cancellationToken)
    {
        long files = 0;
        long bytes = 0;
        foreach (SourceItem item in SourceWalk.Through(Roots))
        {
            Keep(item);
            cancellationToken.ThrowIfCancellationRequested();
            if (item.Kind is SourceItemKind.File or SourceItemKind.Link && files < SendLimits.EntriesMax)
            {
                files++;
                bytes += item.Details.Size;
            }
        }

        Count.Files = files;
        Count.Bytes = bytes;
    }

    /// <summary>
    /// A walk through everything. The first after <see cref="Measure"/> is the one that it took, if that was not too long; what has changed since is noticed when it is read.
    /// </summary>
    public IEnumerable<SourceItem> Walk() => Interlocked.Exchange(ref _steps, null) ?? SourceWalk.Through(Roots);

    /// <summary>Whether the outcome of this path is known from an earlier connection.</summary>
    public bool IsSettled(string shown)
    {
        lock (_gate)
        {
            return _settled.Count > 0 && _settled.Contains(KeyOf(shown));
        }
    }

    /// <summary>Notes an outcome and tells of it. The second time for the same path it does nothing.</summary>
    public void Settle(string shown, TransferEventKind outcome, string? reason = null)
    {
        lock (_gate)
        {
            if (_settled.Count < SettledMax && !_settled.Add(KeyOf(shown)))
            {
                return;
            }

            Count.Add(outcome);
            observer.Handle(new TransferEvent(outcome, Device, shown, string.IsNullOrEmpty(reason) ? null : reason));
        }
    }

    /// <summary>Tells of something that concerns the whole.</summary>
    public void Tell(TransferEventKind what, string? reason = null, TransferTotals? totals = null)
    {
        lock (_gate)
        {
            observer.Handle(new TransferEvent(what, Device, null, reason, totals));
        }
    }

    private void Keep(in SourceItem item)
    {
        if (_steps is { } steps)
        {
            steps.Add(item);
            _steps = steps.Count < StepsKeptMax ? steps : null;
        }
    }

    private static Bytes16 KeyOf(string shown)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(shown), hash);
        SpanReader reader = new(hash);
        _ = Bytes16.TryRead(ref reader, out Bytes16 key);
        return key;
    }
}
