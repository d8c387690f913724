using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Bodies;

/// <summary>A body of a kind that this version does not know. The statement is kept and passed on, and changes nothing.</summary>
/// <param name="Kind">The kind, as on the wire.</param>
/// <param name="Content">The body's bytes.</param>
public sealed record UnknownBody(BodyType Kind, ReadOnlyMemory<byte> Content) : StatementBody
{
    /// <inheritdoc/>
    public override BodyType Type => Kind;

    /// <inheritdoc/>
    public override int EncodedLength => Content.Length;

    /// <summary>Compared by content.</summary>
    public bool Equals(UnknownBody? other) => other is not null && Kind == other.Kind && Content.Span.SequenceEqual(other.Content.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Content.Length);

    internal static UnknownBody Read(BodyType type, ref SpanReader reader)
    {
        reader.TryReadBytes(reader.Remaining, out ReadOnlySpan<byte> content);
        return new UnknownBody(type, content.ToArray());
    }

    internal override void Encode(ref SpanWriter writer) => writer.WriteBytes(Content.Span);
}
