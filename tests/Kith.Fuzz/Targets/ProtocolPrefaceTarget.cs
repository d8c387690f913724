using Kith.Fuzz.Coverage;
using Kith.Protocol.Core.Applications;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the beginning of a stream to the port of the named protocols.</summary>
[Covers(typeof(Protocol.Core.Applications.ProtocolPreface))]
internal sealed class ProtocolPrefaceTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[ApplicationConstants.PrefaceBytesMax];

    public string Name => "protocol-preface";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            foreach (string name in (string[])["a", "kith/send/1", "pipe/photos", new string('z', ApplicationConstants.NameBytesMax)])
            {
                yield return _buffer[..ProtocolPreface.Encode(name, _buffer)];
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        PrefaceParse parse = ProtocolPreface.TryDecode(input, out string name, out int length);
        if (parse != PrefaceParse.Ok)
        {
            Oracle.True(parse == PrefaceParse.Malformed || input.Length < ApplicationConstants.PrefaceBytesMax, "waits for more than the longest preface");
            return false;
        }

        Oracle.Same(input[..length], _buffer.AsSpan(0, ProtocolPreface.Encode(name, _buffer)), "its own encoding");
        return true;
    }
}
