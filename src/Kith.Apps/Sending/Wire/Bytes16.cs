using System.Security.Cryptography;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>Sixteen bytes that name something.</summary>
internal readonly record struct Bytes16(ulong High, ulong Low)
{
    /// <summary>Their number.</summary>
    public const int Length = 16;

    /// <summary>Sixteen bytes that nobody has yet.</summary>
    public static Bytes16 NewRandom()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        SpanReader reader = new(bytes);
        _ = TryRead(ref reader, out Bytes16 value);
        return value;
    }

    /// <summary>Reads them.</summary>
    public static bool TryRead(ref SpanReader reader, out Bytes16 value)
    {
        bool ok = reader.TryReadUInt64(out ulong high) & reader.TryReadUInt64(out ulong low);
        value = new Bytes16(high, low);
        return ok;
    }

    /// <summary>Writes them.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteUInt64(High);
        writer.WriteUInt64(Low);
    }
}
