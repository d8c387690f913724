using System.Buffers.Binary;
using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Simulator.Swarm;

/// <summary>The end that sends and waits to hear how much came.</summary>
internal sealed class SwarmClientEnd(SwarmApplication application, SwarmStream stream) : SwarmEnd(application)
{
    private const int PieceBytes = 8192;

    private readonly byte[] _answer = new byte[AnswerBytes + 1];
    private int _sent;
    private int _answered;

    /// <inheritdoc/>
    public override void Work(ClockReading now)
    {
        if (stream.ClientFate != SwarmStreamFate.Open || Connection is not { } connection)
        {
            return;
        }

        Write(now);
        _answered += connection.Receive(now, _answer.AsSpan(_answered));
        SimFailure.Unless(_answered <= AnswerBytes, $"{stream}: the answer is too long");
        if (_answered == AnswerBytes)
        {
            int came = BinaryPrimitives.ReadInt32BigEndian(_answer);
            SimFailure.Unless(came == stream.Length, $"{stream}: the answer says that {came} bytes came");
            SimFailure.Unless(stream.ServerFate is not SwarmStreamFate.Unknown, $"{stream}: it is answered and never came");
            stream.ClientFate = SwarmStreamFate.Complete;
        }
        else if (Closed != CloseReason.None)
        {
            SimFailure.Unless(Closed != CloseReason.Finished, $"{stream}: closed as if all was well, after {_answered} bytes of the answer");
            SimFailure.Unless(!stream.MustComplete, $"{stream}: broke with {Closed} though nothing is broken");
            stream.ClientFate = SwarmStreamFate.ToldBroken;
            connection.Abort(now);
        }
    }

    /// <inheritdoc/>
    public override void Gone() => stream.ClientFate = stream.ClientFate == SwarmStreamFate.Open ? SwarmStreamFate.Gone : stream.ClientFate;

    private void Write(ClockReading now)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        while (_sent < stream.Length)
        {
            Span<byte> next = piece[..Math.Min(PieceBytes, stream.Length - _sent)];
            SwarmContent.Fill(stream.Number, _sent, next);
            if (_sent == 0)
            {
                BinaryPrimitives.WriteInt32BigEndian(next, stream.Number);
            }

            int taken = Connection!.Send(now, next);
            _sent += taken;
            if (taken < next.Length)
            {
                return;
            }
        }

        Connection!.Finish(now);
    }
}
