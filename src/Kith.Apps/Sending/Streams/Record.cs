using System.Buffers;
using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Streams;

/// <summary>A record that was read. Whoever has it returns it once.</summary>
internal readonly struct Record(RecordKind kind, byte[] buffer, int length)
{
    private readonly byte[] _buffer = buffer;

    /// <summary>Which it is.</summary>
    public RecordKind Kind { get; } = kind;

    /// <summary>Its body.</summary>
    public ReadOnlyMemory<byte> Body => _buffer.AsMemory(0, length);

    /// <summary>Gives the memory back.</summary>
    public void Return()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
