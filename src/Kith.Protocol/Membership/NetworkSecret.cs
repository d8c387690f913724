using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>The secret that a network's members share and strangers do not know. A revocation makes a new one.</summary>
/// <param name="Epoch">Counts the secrets of a network, from 1.</param>
/// <param name="Value">The 32 secret bytes.</param>
public readonly record struct NetworkSecret(uint Epoch, Bytes32 Value)
{
    /// <summary>The length in bytes.</summary>
    public const int Length = Bytes32.Length;

    /// <summary>A hash that tells nothing of the secret but lets anyone check it: BLAKE2s-256 over a domain, the epoch (u32) and the secret.</summary>
    public Bytes32 Commitment
    {
        get
        {
            ReadOnlySpan<byte> domain = "kith secret commitment v1\n"u8;
            Span<byte> input = stackalloc byte[64];
            SpanWriter writer = new(input);
            writer.WriteBytes(domain);
            writer.WriteUInt32(Epoch);
            Value.WriteTo(writer.Take(Length));
            Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
            Blake2s.Hash(writer.Written, hash);
            input.Clear();
            return new Bytes32(hash);
        }
    }

    /// <summary>Names the epoch, never the secret.</summary>
    public override string ToString() => $"secret of epoch {Epoch}";
}
