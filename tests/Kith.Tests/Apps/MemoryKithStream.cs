using System.IO.Pipelines;
using Kith.Node;

namespace Kith.Tests.Apps;

/// <summary>A stream between two devices in memory.</summary>
internal sealed class MemoryKithStream(KithPeer peer, MemoryEnd end) : KithStream(peer)
{
    public MemoryEnd End => end;

    public override PipeReader Input => PipeReader.Create(this);

    public override PipeWriter Output => PipeWriter.Create(this);

    public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default) => end.CompleteWritesAsync(cancellationToken);

    public override void Abort() => end.Abort();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => end.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => end.WriteAsync(buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await end.DisposeAsync();
        await base.DisposeAsync();
    }
}
