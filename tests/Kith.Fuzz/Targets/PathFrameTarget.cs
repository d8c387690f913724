using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a frame of any kind: ping, pong, call, witness or goodbye.</summary>
[Covers(
    typeof(Protocol.Paths.Frames.CallMe), typeof(Protocol.Paths.Frames.PathPing), typeof(Protocol.Paths.Frames.PathPong), typeof(Protocol.Paths.Frames.Witness),
    typeof(Protocol.Paths.Frames.WitnessAsk), typeof(Protocol.Paths.Frames.Goodbye), typeof(Protocol.Paths.Candidate), typeof(Protocol.Paths.EndpointField))]
internal sealed class PathFrameTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[PathPing.HeaderBytes + PathPing.PaddingBytesMax];

    public string Name => "path-frame";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            yield return Encoded(new PathPing(0x0102030405060708, 0, 6).Encode);
            yield return Encoded(new PathPing(1, 0xFF, 1430).Encode);
            yield return Encoded(new PathPong(2, WhereaboutsSamples.Endpoint(1)).Encode);
            yield return Encoded(new PathPong(3, WhereaboutsSamples.Endpoint(2)).Encode);
            yield return Encoded(new CallMe([]).Encode);
            yield return Encoded(new CallMe([]) { IsAnswer = true, Round = 9, Nat = NatClass.Stepping, Step = -2, Outside = WhereaboutsSamples.Endpoint(3) }.Encode);
            yield return Encoded(Goodbye.Encode);
            yield return Encoded(new WitnessAsk(0x0102030405060708).Encode);
            yield return Encoded(new Witness(0x0102030405060708, WhereaboutsSamples.Endpoint(1)).Encode);
            yield return Encoded(new CallMe([.. Enumerable.Range(1, Candidate.CountMax).Select(static i => new Candidate(CandidateKind.Lan, WhereaboutsSamples.Endpoint(i)))]).Encode);
        }
    }

    private delegate int Encoder(Span<byte> destination);

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (PathPing.TryDecode(input, out PathPing ping))
        {
            Oracle.Same(input, _buffer.AsSpan(0, ping.Encode(_buffer)), "the ping's own encoding");
            return true;
        }

        if (PathPong.TryDecode(input, out PathPong pong))
        {
            int length = pong.Encode(_buffer);
            Oracle.Same(input[..length], _buffer.AsSpan(0, length), "the pong's own encoding");
            Oracle.True(input.Length - length < 16, "more than padding followed the pong");
            return true;
        }

        if (CallMe.TryDecode(input, out CallMe? callMe))
        {
            int length = callMe.Encode(_buffer);
            Oracle.Same(input[..length], _buffer.AsSpan(0, length), "the call's own encoding");
            Oracle.True(input.Length - length < 16, "more than padding followed the call");
            return true;
        }

        if (WitnessAsk.TryDecode(input, out WitnessAsk ask))
        {
            Oracle.Same(input[..WitnessAsk.Length], _buffer.AsSpan(0, ask.Encode(_buffer)), "the question's own encoding");
            return true;
        }

        if (Witness.TryDecode(input, out Witness witness))
        {
            int length = witness.Encode(_buffer);
            Oracle.Same(input[..length], _buffer.AsSpan(0, length), "the witness's own encoding");
            return true;
        }

        if (Goodbye.TryDecode(input, out _))
        {
            Oracle.Same(input[..Goodbye.Length], _buffer.AsSpan(0, Goodbye.Encode(_buffer)), "the goodbye's own encoding");
            Oracle.True(input.Length - Goodbye.Length < 16, "more than padding followed the goodbye");
            return true;
        }

        return false;
    }

    private byte[] Encoded(Encoder encoder) => _buffer[..encoder(_buffer)];
}
