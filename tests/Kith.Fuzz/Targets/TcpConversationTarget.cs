using System.Buffers.Binary;
using Kith.Fuzz.Coverage;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what a peer and an owner do to one TCP connection: steps of a fixed head (what the owner does, control bits, numbers
/// relative to the connection's, window) with raw option bytes and a length of payload. The checksum is right, so every step reaches the machine.
/// </summary>
[Covers(typeof(Protocol.Netstack.Tcp.TcpConnection), typeof(Protocol.Netstack.Tcp.TimeWaitTable), typeof(Protocol.Netstack.NetworkStack))]
internal sealed class TcpConversationTarget : IFuzzTarget
{
    private const int StepsMax = 64;
    private const uint PeerStart = 0xFFFF_F000;

    private static readonly InternetAddress s_local = InternetAddress.FromBytes([0xFD, .. new byte[14], 1]);
    private static readonly InternetAddress s_remote = InternetAddress.FromBytes([0xFD, .. new byte[14], 2]);
    private static readonly NetworkStackOptions s_options = new()
    {
        ConnectionsMax = 4,
        TimeWaitMax = 4,
        BufferedBytesMax = 1 << 19,
        ReceiveBufferBytesMax = 1 << 17,
        SendBufferBytesMax = 1 << 17,
        KeepAliveIdle = TimeSpan.FromSeconds(20),
    };

    private readonly NetworkStack _stack = new(s_options, new FuzzRandomSource(2), new LocalPorts());
    private readonly ConnectionKey _key = new(s_remote, s_local, 5000, 80);
    private readonly byte[] _packet = new byte[4096];
    private readonly byte[] _buffer = new byte[65536];
    private Instant _now = new(TimeSpan.TicksPerHour);
    private uint _first;
    private TcpConnection? _connection;

    public TcpConversationTarget()
    {
        _stack.AddAddress(s_local);
        _stack.Listen(InternetAddress.None, 80, 4);
    }

    public string Name => "netstack-tcp";

    public IEnumerable<byte[]> Corpus =>
    [
        [.. Step(1, TcpFlags.Acknowledge, 0, 0, 100), .. Step(2, TcpFlags.Acknowledge, 100, 500, 0), .. Step(3, TcpFlags.Acknowledge | TcpFlags.Fin, 100, 1000, 0)],
        [.. Step(1, TcpFlags.Acknowledge, 2000, 0, 1000), .. Step(1, TcpFlags.Acknowledge, 0, 0, 1000, [1, 1, 5, 10, 0, 0, 0, 0, 0, 0, 16, 0]), .. Step(2, TcpFlags.Acknowledge, 1000, 0, 1000)],
        [.. Step(4, TcpFlags.Acknowledge, 0, 0, 0), .. Step(5, TcpFlags.Acknowledge, 0, 0, 0), .. Step(5, TcpFlags.Reset, 0, 0, 0)],
        [.. Step(3, TcpFlags.Acknowledge, 0, 0, 0), .. Step(0, TcpFlags.Acknowledge | TcpFlags.Fin, 0, 0, 0), .. Step(0, TcpFlags.Syn, 500, 0, 0)],
    ];

    public bool Run(ReadOnlySpan<byte> input)
    {
        Begin();
        SpanReader reader = new(input);
        int steps = 0;
        while (steps < StepsMax && TryStep(ref reader))
        {
            steps++;
        }

        return steps > 0;
    }

    private static byte[] Step(byte owner, TcpFlags flags, int sequence, int acknowledgment, ushort payload, byte[]? options = null)
    {
        byte[] step = new byte[15 + (options?.Length ?? 0)];
        step[0] = owner;
        step[1] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(step.AsSpan(2), sequence);
        BinaryPrimitives.WriteInt32BigEndian(step.AsSpan(6), acknowledgment);
        BinaryPrimitives.WriteUInt16BigEndian(step.AsSpan(10), 60000);
        BinaryPrimitives.WriteUInt16BigEndian(step.AsSpan(12), payload);
        step[14] = (byte)(options?.Length ?? 0);
        options?.CopyTo(step, 15);
        return step;
    }

    // Whatever the last input left is aborted or ends by silence, then a connection is opened.
    private void Begin()
    {
        _connection?.Abort(_now);
        Drain();
        for (int i = 0; _stack.NextTimeout != Instant.Never; i++)
        {
            Oracle.True(i < 1000, "silence does not end everything");
            _now = Instant.Max(_now, _stack.NextTimeout);
            _stack.HandleTimeout(_now);
            Drain();
        }

        Oracle.Equal(0, _stack.ConnectionCount, "connections left over");
        Oracle.Equal(0L, _stack.BufferedBytes, "bytes left over");
        _connection = null;
        TcpOptions options = new() { MaximumSegmentSize = 1220, HasWindowScale = true, WindowScale = 3, SackPermitted = true };
        Deliver(PeerStart - 1, 0, TcpFlags.Syn, 60000, options, default);
        Deliver(PeerStart, _first, TcpFlags.Acknowledge, 60000, default, default);
        Oracle.True(_connection is not null, "the handshake failed");
    }

    private bool TryStep(ref SpanReader reader)
    {
        if (!reader.TryReadByte(out byte owner) || !reader.TryReadByte(out byte flags) || !reader.TryReadUInt32(out uint sequence)
            || !reader.TryReadUInt32(out uint acknowledgment) || !reader.TryReadUInt16(out ushort window) || !reader.TryReadUInt16(out ushort payloadBytes)
            || !reader.TryReadByte(out byte optionBytes) || optionBytes > TcpOptions.BytesMax || !reader.TryReadBytes(optionBytes, out ReadOnlySpan<byte> raw))
        {
            return false;
        }

        TcpOptions.Decode(raw, out TcpOptions options);
        for (int i = 0; i < options.BlockCount; i++)
        {
            // Relative to the connection, as all numbers here.
            options.Blocks[i] = new SackBlock(_first + options.Blocks[i].Start, _first + options.Blocks[i].End);
        }

        if (options.EncodedBytes > TcpOptions.BytesMax)
        {
            options.BlockCount = 0;
        }

        Act(owner);
        Deliver(PeerStart + sequence, _first + acknowledgment, (TcpFlags)(flags & 0x3F), window, options, _buffer.AsSpan(0, payloadBytes % 1400));
        Oracle.True(_stack.ConnectionCount <= s_options.ConnectionsMax && _stack.BufferedBytes <= s_options.BufferedBytesMax, "the stack grew beyond its maxima");
        return true;
    }

    private void Act(byte owner)
    {
        switch (owner % 8)
        {
            case 1:
                _connection!.Receive(_now, _buffer.AsSpan(0, 700));
                break;
            case 2:
                _connection!.Send(_now, _buffer.AsSpan(0, owner * 40));
                break;
            case 3:
                _connection!.Finish(_now);
                break;
            case 4 or 5:
                _now += TimeSpan.FromMilliseconds(owner * owner);
                _stack.HandleTimeout(_now);
                break;
            default:
                break;
        }

        Drain();
    }

    private void Deliver(uint sequence, uint acknowledgment, TcpFlags flags, ushort window, in TcpOptions options, ReadOnlySpan<byte> payload)
    {
        int headers = TcpWriter.WriteHeaders(_packet, _key, sequence, acknowledgment, flags, window, options, payload.Length);
        payload.CopyTo(_packet.AsSpan(headers));
        Span<byte> packet = _packet.AsSpan(0, headers + payload.Length);
        TcpWriter.Finish(packet, partial: false);
        _stack.HandlePacket(_now, packet);
        Drain();
    }

    private void Drain()
    {
        int sent = 0;
        while (_stack.TryGetPacket(_now, _buffer, out StackPacket packet))
        {
            Oracle.True(++sent < 5000, "the stack does not stop sending");
            ReadOnlySpan<byte> tcp = _buffer.AsSpan(40, packet.Length - 40);
            if ((tcp[13] & (byte)TcpFlags.Syn) != 0 && _connection is null)
            {
                _first = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]) + 1;
            }
        }

        while (_stack.TryGetEvent(out StackEvent told))
        {
            if (told.Kind == StackEventKind.Accepted)
            {
                if (_connection is not null)
                {
                    told.Connection!.Abort(_now);
                }

                _connection ??= told.Connection;
            }
        }
    }
}
