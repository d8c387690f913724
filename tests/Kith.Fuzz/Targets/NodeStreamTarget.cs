using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Crypto;
using Kith.Protocol.Membership;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what a hostile member writes into a control stream to a whole node: for each message its type, whether its length is true, and its body. It goes through a stack of the member's own, TCP and the
/// tunnel. What the node states of its network must not change, it must not hold more than its maxima, and one message must not be worth more memory than it has bytes.
/// </summary>
[Covers(typeof(NodeCore))]
internal sealed class NodeStreamTarget : IFuzzTarget
{
    private const int InputsPerPair = 2_000;
    private const int MessagesMax = 8;

    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly byte[] _packet = new byte[65536];
    private readonly GuardedMemory _plaintext = new(65536);
    private readonly ChaChaPoly _cipher = new();
    private NodePair _pair = new();
    private NetworkStack _client = null!;
    private TransportSession _memberSession = null!;
    private InternetAddress _local;
    private InternetEndpoint _control;
    private Bytes32 _digest;
    private int _turn;

    public NodeStreamTarget() => Begin();

    public string Name => "node-stream";

    public int InputBytesMax => 1400;

    public bool AcceptsCorpus => false;

    public FuzzBound Bound => new(128 * 1024, 5, "an input is a whole TCP connection through the tunnel, of both ends, and up to eight messages");

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            byte[] hello = new byte[HelloMessage.BodyBytes];
            new HelloMessage(ControlConstants.Version, _pair.Network, StreamPurpose.Synchronize, _pair.Second.Id).Encode(hello);
            byte[] begin = Message(ControlMessageType.Hello, hello);
            yield return begin;
            foreach (byte[] message in new SyncMessageTarget().Corpus.Where(static message => message.Length < 600))
            {
                yield return [.. begin, .. Message(ControlMessageType.Statements, message)];
            }

            yield return [.. begin, .. Message(ControlMessageType.Whereabouts, WhereaboutsSamples.All().First().Encoded.ToArray()), .. Message(ControlMessageType.SecretRequest, [])];
            yield return [.. begin, .. Message(ControlMessageType.Secret, new byte[SecretMessage.BodyBytes]), .. Message(ControlMessageType.Links, new byte[80])];
            yield return [.. begin, 128 + (byte)ControlMessageType.Statements, 0, 4, 1, 2, 3, 4];
        }
    }

    public void Prepare()
    {
        if (++_turn % InputsPerPair == 0)
        {
            _pair.Dispose();
            _pair = new NodePair();
            Begin();
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        _pair.Pass(TimeSpan.FromMilliseconds(20));
        TcpConnection connection = _client.Connect(_pair.Now, _local, _control);
        Exchange();
        ScriptReader script = new(input);
        Span<byte> header = stackalloc byte[ControlConstants.HeaderBytes];
        for (int i = 0; i < MessagesMax && script.TryTake(out int type); i++)
        {
            int length = script.TakeShort();
            ReadOnlySpan<byte> body = script.TakeBytes(length);

            // A type with its highest bit set states a longer body than follows.
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header, (type & 128) != 0 ? ControlConstants.BodyBytesMax - (length & 255) : body.Length);
            header[4] = (byte)(type & 127);
            connection.Send(_pair.Now, header);
            connection.Send(_pair.Now, body);
            Exchange();
        }

        bool answered = connection.Readable > 0;
        FuzzTrace.Note((int)connection.State);
        FuzzTrace.NoteSize(connection.Readable);
        connection.Abort(_pair.Now);
        Exchange();
        if (_turn % 64 == 0)
        {
            _pair.First.HandleTimeout(_pair.Now);
            Exchange();
            Oracle.Equal(_digest, _pair.First.Networks.Single().State.Digest, "the state");
        }

        Oracle.True(_pair.First.Counts.Streams <= 1 + NodeLimits.SpareStreamsMax, "more streams than the maximum");
        return answered;
    }

    private static byte[] Message(ControlMessageType type, byte[] body) => [(byte)type, (byte)(body.Length >> 8), (byte)body.Length, .. body];

    private void Begin()
    {
        _digest = _pair.First.Networks.Single().State.Digest;
        MembershipLog log = _pair.First.Networks.Single();
        _local = log.State.Members[_pair.Second.Id].V6;
        _control = new InternetEndpoint(log.State.Members[_pair.First.Id].V6, ControlConstants.Port);
        _memberSession = _pair.Second.BuildSnapshot().Receivers.Values.First(receiver => receiver.Session.LocalIndex == _pair.Session.RemoteIndex).Session;
        _client = new NetworkStack(new NetworkStackOptions { TimeWaitMax = 4 }, new FuzzRandomSource(9), new LocalPorts());
        _client.AddAddress(_local);
    }

    // Packets both ways until both are quiet.
    private void Exchange()
    {
        for (bool any = true; any;)
        {
            any = false;
            while (_client.TryGetPacket(_pair.Now, _packet, out StackPacket made))
            {
                any = true;
                for (int i = 0; i < LargeSegment.CountPieces(made); i++)
                {
                    int length = LargeSegment.WritePiece(_packet.AsSpan(0, made.Length), made, i, _buffer);
                    _pair.First.HandlePlaintext(_pair.Now, _pair.Link, _pair.Session, _pair.SecondEndpoint, _plaintext.AtEnd(_buffer.AsSpan(0, length)));
                }
            }

            while (_pair.First.TryGetTransmit(_pair.Now, _buffer, out NodeTransmit transmit))
            {
                any |= TryOpen(_buffer.AsSpan(0, transmit.Length));
            }

            while (_pair.First.TryGetEvent(out _))
            {
            }

            while (_client.TryGetEvent(out _))
            {
            }
        }
    }

    private bool TryOpen(ReadOnlySpan<byte> datagram)
    {
        if (!TransportHeader.TryDecode(datagram, out TransportHeader header) || header.Receiver != _memberSession.LocalIndex || datagram.Length <= TransportHeader.OverheadBytes)
        {
            return false;
        }

        Span<byte> plaintext = _packet.AsSpan(0, datagram.Length - TransportHeader.OverheadBytes);
        return _cipher.TryOpen(_memberSession.ReceiveKey, header.Counter, default, datagram[TransportHeader.Length..], plaintext) && plaintext[0] >> 4 == 6 && _client.HandlePacket(_pair.Now, plaintext);
    }
}
