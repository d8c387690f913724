using System.Buffers.Binary;
using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Simulator.Swarm;

/// <summary>The end that reads, compares each byte and answers with how many came.</summary>
internal sealed class SwarmServerEnd(SwarmApplication application) : SwarmEnd(application)
{
    private const int PieceBytes = 8192;
    private const int SlowBytes = 2048;

    private static readonly TimeSpan s_slowPause = TimeSpan.FromMilliseconds(150);

    private readonly byte[] _head = new byte[HeadBytes];
    private SwarmStream? _stream;
    private int _read;
    private bool _isResting;

    /// <inheritdoc/>
    public override void Work(ClockReading now)
    {
        if (Connection is null || _stream is { ServerFate: not SwarmStreamFate.Open })
        {
            return;
        }

        if (!ReadHead(now))
        {
            return;
        }

        Read(now);
        if (Connection.IsAtEnd)
        {
            SimFailure.Unless(_read == _stream!.Length, $"{_stream}: it ended after {_read} bytes as if that were all");
            Span<byte> answer = stackalloc byte[AnswerBytes];
            BinaryPrimitives.WriteInt32BigEndian(answer, _read);
            _stream.ServerFate = Connection.Send(now, answer) == AnswerBytes ? SwarmStreamFate.Complete : SwarmStreamFate.ToldBroken;
            Connection.Finish(now);
        }
        else if (Closed != CloseReason.None && Connection.Readable == 0)
        {
            SimFailure.Unless(Closed != CloseReason.Finished, $"{_stream}: closed as if all was well after {_read} bytes");
            SimFailure.Unless(!_stream!.MustComplete, $"{_stream}: broke with {Closed} though nothing is broken");
            _stream.ServerFate = SwarmStreamFate.ToldBroken;
            Connection.Abort(now);
        }
    }

    /// <inheritdoc/>
    public override void Gone()
    {
        if (_stream is { ServerFate: SwarmStreamFate.Open })
        {
            _stream.ServerFate = SwarmStreamFate.Gone;
        }
    }

    private bool ReadHead(ClockReading now)
    {
        if (_stream is not null)
        {
            return true;
        }

        _read += Connection!.Receive(now, _head.AsSpan(_read));
        if (_read == HeadBytes)
        {
            _stream = Application.Streams.Come(BinaryPrimitives.ReadInt32BigEndian(_head), Application);
            return true;
        }

        if (Closed != CloseReason.None)
        {
            Connection.Abort(now);
        }

        return false;
    }

    private void Read(ClockReading now)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        if (_stream!.IsSlow)
        {
            if (!_isResting)
            {
                Take(now, piece[..SlowBytes]);
                _isResting = true;
                Application.CallLater(this, s_slowPause, () => _isResting = false);
            }

            return;
        }

        while (Take(now, piece))
        {
            // Until nothing is left.
        }
    }

    private bool Take(ClockReading now, Span<byte> piece)
    {
        int count = Connection!.Receive(now, piece);
        SimFailure.Unless(
            SwarmContent.IsAt(_stream!.Number, _read, piece[..count]), $"{_stream}: wrong bytes between {_read} and {_read + count}");
        _read += count;
        SimFailure.Unless(_read <= _stream.Length, $"{_stream}: {_read} bytes came");
        return count > 0;
    }
}
