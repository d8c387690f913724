using Kith.Apps.Copying;

namespace Kith.Apps.Piping;

/// <summary>Writes frames that come from two tasks, one after the other.</summary>
internal sealed class PipeFrameWriter : IDisposable
{
    private readonly IDuplexEnd _stream;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly byte[] _head = new byte[PipeFrame.HeadBytes];

    /// <summary>Makes a writer.</summary>
    public PipeFrameWriter(IDuplexEnd stream)
    {
        _stream = stream;
    }

    /// <summary>Writes a frame whose head is encoded already.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Writes a frame that is nothing but a head.</summary>
    public async ValueTask SayAsync(uint head, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            PipeFrame.EncodeHead(_head, head);
            await _stream.WriteAsync(_head, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();
}
