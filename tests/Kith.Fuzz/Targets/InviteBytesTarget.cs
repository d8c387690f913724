using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is what lies under an invite's text without its checksum, which is put right so that mutations get past it.</summary>
[Covers(typeof(Protocol.Identity.InviteLine), typeof(Protocol.Identity.InviteText))]
internal sealed class InviteBytesTarget : IFuzzTarget
{
    private const int ChecksumBytes = 4;

    private readonly GuardedMemory _bytes = new(2048 + ChecksumBytes);

    public string Name => "invite-bytes";

    public IEnumerable<byte[]> Corpus => InviteSamples.All().Select(Body);

    public bool Run(ReadOnlySpan<byte> input)
    {
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(input, hash);
        Span<byte> bytes = _bytes.AtEnd(input.Length + ChecksumBytes);
        input.CopyTo(bytes);
        hash[..ChecksumBytes].CopyTo(bytes[input.Length..]);
        InviteParse result = InviteLine.TryDecode(bytes, out InviteLine? line);
        Oracle.Equal(result == InviteParse.Ok, line is not null, "there is an invite exactly if the result says so");
        if (line is null)
        {
            return false;
        }

        Oracle.Same(input, Body(line), "the bytes of what was read");
        return true;
    }

    private static byte[] Body(InviteLine line)
    {
        Oracle.True(ZBase32.TryDecode(line.ToText().AsSpan(InviteLine.Prefix.Length), out byte[]? bytes), "its own text is refused");
        return bytes![..^ChecksumBytes];
    }
}
