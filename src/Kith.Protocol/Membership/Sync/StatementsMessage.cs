using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Sync;

/// <summary>Statements that the receiver lacks, every one after those it names.</summary>
/// <param name="IsCaughtUp">Whether the sender has nothing more to send for now.</param>
/// <param name="Statements">The encoded statements, at most <see cref="SyncLimits.StatementsPerMessageMax"/>.</param>
public sealed record StatementsMessage(bool IsCaughtUp, IReadOnlyList<ReadOnlyMemory<byte>> Statements)
{
    /// <summary>Bytes before the first statement.</summary>
    public const int HeaderBytes = 1 + 1 + 2;

    /// <summary>Bytes before each statement: its length.</summary>
    public const int PrefixBytes = 4;

    private const byte FlagCaughtUp = 1;

    /// <summary>The encoded length in bytes.</summary>
    public int EncodedLength => HeaderBytes + Statements.Sum(static statement => PrefixBytes + statement.Length);

    /// <summary>How many statements a message says it holds; 0 for what is no such message.</summary>
    public static int CountIn(ReadOnlySpan<byte> encoded) =>
        encoded.Length >= HeaderBytes && encoded[0] == (byte)SyncMessageType.Statements ? System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(encoded[2..]) : 0;

    /// <summary>Reads a message; false where its form breaks a rule. The statements themselves are not looked at.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out StatementsMessage? message)
    {
        message = null;
        SpanReader reader = new(encoded);
        if (encoded.Length > SyncLimits.MessageBytesMax
            || !reader.TryReadByte(out byte type) || type != (byte)SyncMessageType.Statements
            || !reader.TryReadByte(out byte flags) || (flags & ~FlagCaughtUp) != 0
            || !reader.TryReadUInt16(out ushort count) || count > SyncLimits.StatementsPerMessageMax)
        {
            return false;
        }

        List<ReadOnlyMemory<byte>> statements = new(count);
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadUInt32(out uint length) || length > MembershipLimits.StatementBytesMax || !reader.TryReadBytes((int)length, out ReadOnlySpan<byte> bytes))
            {
                return false;
            }

            statements.Add(bytes.ToArray());
        }

        message = reader.Remaining == 0 ? new StatementsMessage((flags & FlagCaughtUp) != 0, statements) : null;
        return message is not null;
    }

    /// <summary>Writes the message; returns its length.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)SyncMessageType.Statements);
        writer.WriteByte(IsCaughtUp ? FlagCaughtUp : (byte)0);
        writer.WriteUInt16((ushort)Statements.Count);
        foreach (ReadOnlyMemory<byte> statement in Statements)
        {
            writer.WriteUInt32((uint)statement.Length);
            writer.WriteBytes(statement.Span);
        }

        return writer.Position;
    }
}
