using System.Buffers.Binary;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>
/// Writes a message front to back and compresses names against those written before. When there is no room it writes nothing more and says so at the
/// end, because what fits is not known before.
/// </summary>
internal ref struct DnsWriter(Span<byte> destination)
{
    // How many places a later name may point to; beyond them names are written out.
    private const int TargetsMax = 64;

    private const int PointerOffsetMax = 0x3FFF;

    private readonly Span<byte> _destination = destination;
    private Targets _targets;
    private int _targetCount;

    /// <summary>Bytes written.</summary>
    public int Position { get; private set; }

    /// <summary>Whether something did not fit.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Writes a 16-bit number.</summary>
    public void WriteUInt16(ushort value)
    {
        if (TryTake(2, out Span<byte> taken))
        {
            BinaryPrimitives.WriteUInt16BigEndian(taken, value);
        }
    }

    /// <summary>Writes a 32-bit number.</summary>
    public void WriteUInt32(uint value)
    {
        if (TryTake(4, out Span<byte> taken))
        {
            BinaryPrimitives.WriteUInt32BigEndian(taken, value);
        }
    }

    /// <summary>Writes bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        if (TryTake(bytes.Length, out Span<byte> taken))
        {
            bytes.CopyTo(taken);
        }
    }

    /// <summary>Writes a name, its end as a pointer where the same end (case included) was written before.</summary>
    public void WriteName(DnsName name)
    {
        ReadOnlySpan<byte> wire = name.Wire;
        while (wire[0] != 0)
        {
            if (TryFind(wire, out int offset))
            {
                WriteUInt16((ushort)(0xC000 | offset));
                return;
            }

            if (_targetCount < TargetsMax && Position <= PointerOffsetMax)
            {
                _targets[_targetCount++] = (ushort)Position;
            }

            WriteBytes(wire[..(1 + wire[0])]);
            wire = wire[(1 + wire[0])..];
        }

        WriteBytes(wire);
    }

    private readonly bool TryFind(ReadOnlySpan<byte> wire, out int offset)
    {
        for (int i = 0; i < _targetCount; i++)
        {
            offset = _targets[i];
            if (IsWrittenAt(offset, wire))
            {
                return true;
            }
        }

        offset = 0;
        return false;
    }

    // Label by label in the bytes that were written: reading the names out would cost as much as the square of their labels.
    private readonly bool IsWrittenAt(int at, ReadOnlySpan<byte> wire)
    {
        while (at < Position)
        {
            byte head = _destination[at];
            if (head >= 0xC0)
            {
                at = at + 1 < Position ? ((head & 0x3F) << 8) | _destination[at + 1] : Position;
                continue;
            }

            if (head != wire[0] || at + 1 + head > Position || !_destination.Slice(at, 1 + head).SequenceEqual(wire[..(1 + head)]))
            {
                return false;
            }

            if (head == 0)
            {
                return true;
            }

            at += 1 + head;
            wire = wire[(1 + head)..];
        }

        return false;
    }

    private bool TryTake(int count, out Span<byte> taken)
    {
        Overflowed |= count > _destination.Length - Position;
        taken = Overflowed ? default : _destination.Slice(Position, count);
        Position += Overflowed ? 0 : count;
        return !Overflowed;
    }

    [System.Runtime.CompilerServices.InlineArray(TargetsMax)]
    private struct Targets
    {
        private ushort _first;
    }
}
