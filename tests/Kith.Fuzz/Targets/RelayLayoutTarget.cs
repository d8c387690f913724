using Kith.Fuzz.Coverage;
using Kith.Protocol.Relay;
using Kith.Tunnel.Packets;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a relay frame as a packet path finds it: its reading agrees with the protocol's, and what it read writes the same bytes.</summary>
[Covers(typeof(Tunnel.Packets.RelayLayout))]
internal sealed unsafe class RelayLayoutTarget : IFuzzTarget
{
    public string Name => "relay-layout";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            foreach (int bytes in (int[])[1, 32, 148, 1392])
            {
                byte[] frame = new byte[RelayFrame.HeaderBytes + bytes];
                new RelayFrame((byte)(bytes % 9), 0x1122334455667788, (ulong)bytes, new byte[bytes]).Encode(frame);
                yield return frame;
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        bool expected = RelayFrame.TryDecode(input, out RelayFrame frame);
        fixed (byte* start = input)
        {
            bool read = RelayLayout.TryRead(start, input.Length, out byte hopsLeft, out ulong destination, out ulong source);
            Oracle.True(read == expected, "packet path and core disagree whether this is a frame");
            Oracle.True((hopsLeft, destination, source) == (frame.HopsLeft, frame.Destination, frame.Source), "packet path and core read different numbers");
            if (read)
            {
                byte* header = stackalloc byte[RelayFrame.HeaderBytes];
                RelayLayout.WriteHeader(header, hopsLeft, destination, source);
                Oracle.Same(input[..RelayFrame.HeaderBytes], new ReadOnlySpan<byte>(header, RelayFrame.HeaderBytes), "the frame's own header");
            }

            return read;
        }
    }
}
