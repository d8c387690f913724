using Kith.Fuzz.Coverage;
using Kith.Node.Tcp;

namespace Kith.Fuzz.Targets;

/// <summary>The proof in a certificate's extension.</summary>
[Covers(typeof(Node.Tcp.TcpCertificate))]
internal sealed class TcpProofTarget : IFuzzTarget
{
    public string Name => "tcp-proof";

    public IEnumerable<byte[]> Corpus => [[0x04, 64, .. new byte[64]], [0x04, 64, .. Enumerable.Repeat((byte)0xFF, 64)]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!TcpCertificate.TryReadProof(input, out ReadOnlySpan<byte> signature))
        {
            return false;
        }

        Oracle.Same(input, [0x04, 64, .. signature], "the bytes of what was read");
        return true;
    }
}
