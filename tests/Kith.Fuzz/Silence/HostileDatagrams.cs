using System.Buffers.Binary;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths.Stun;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Silence;

/// <summary>
/// What somebody sends who knows the node's address and public key, the numbers of its sessions, where its members are, and what was said on the wire, and has no key: noise, and
/// datagrams that are right but for what a key is needed for.
/// </summary>
internal sealed class HostileDatagrams
{
    private const int PoolBytes = 1 << 20;
    private const int LengthMax = 1500;

    private static readonly int[] s_lengths = [InitiationMessage.Length, ResponseMessage.Length, CookieReplyMessage.Length, TransportHeader.OverheadBytes, 48, 80, 96, 1312];

    private static readonly byte[][] s_questions =
    [
        .. new[]
        {
            "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe",
            "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe",
            "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe",
            "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q3:get1:t2:aa1:y1:qe",
            "d1:rd2:id20:0123456789abcdefghij5:nodes0:e1:t4:aaaa1:y1:re",
            "d1:eli201e1:xe1:t4:aaaa1:y1:ee",
        }.Select(FuzzText.Bytes),
    ];

    private readonly FuzzRandom _random;
    private readonly SilenceWorld _world;
    private readonly byte[] _noise = new byte[PoolBytes];
    private readonly byte[] _datagram = new byte[LengthMax];
    private readonly byte[] _mac1Key = new byte[TunnelSpecification.KeyBytes];
    private uint[] _indices = [];

    public HostileDatagrams(SilenceWorld world, ulong seed)
    {
        _world = world;
        _random = new FuzzRandom(seed);
        _random.Fill(_noise);
        if (!world.Victim.Id.TryGetTunnelPublicKey(out Bytes32 key))
        {
            throw new InvalidOperationException("the node has no key for tunnels");
        }

        Blake2s.Hash(TunnelSpecification.LabelMac1, key.ToArray(), _mac1Key);
        LookUpSessions();
    }

    /// <summary>Learns the numbers of the sessions that exist just now.</summary>
    public void LookUpSessions() => _indices = [.. _world.Victim.BuildSnapshot().Receivers.Keys.Order()];

    /// <summary>A source: a member's own address, forged, or a stranger's, of either family.</summary>
    public InternetEndpoint NextSource(bool? isV6 = null)
    {
        bool six = isV6 ?? _random.Below(2) == 0;
        return _random.Below(4) switch
        {
            0 => _world.EndpointsOf(1 + _random.Below(2))[six ? 1 : 0],
            _ when six => new InternetEndpoint(InternetAddress.FromBytes([0x20, 1, 0x0D, 0xB8, 0, 9, .. Noise(8), 0, 1]), (ushort)(1 + _random.Below(65_535))),
            _ => new InternetEndpoint(InternetAddress.FromV4(0xC6120000 | (uint)_random.Below(0x20000)), (ushort)(1 + _random.Below(65_535))),
        };
    }

    /// <summary>Noise, often of a length that means something. Valid until the next call, as all of them; may be overwritten.</summary>
    public Span<byte> NextRandom()
    {
        int length = _random.Below(4) switch
        {
            0 => _random.Below(64),
            1 => s_lengths[_random.Below(s_lengths.Length)],
            _ => _random.Below(LengthMax + 1),
        };
        return Fill(length);
    }

    /// <summary>Right but for the keys.</summary>
    public Span<byte> NextNearlyValid() => _random.Below(16) switch
    {
        0 or 1 => Handshake(TunnelMessageType.Initiation, InitiationMessage.Length, hasMac: false),
        2 or 3 => Handshake(TunnelMessageType.Initiation, InitiationMessage.Length, hasMac: true),
        4 => Handshake(TunnelMessageType.Response, ResponseMessage.Length, hasMac: _random.Below(2) == 0),
        5 => Cookie(),
        6 or 7 or 8 => Transport(),
        9 or 10 => Changed(),
        11 => Frame(),
        12 => Stun(),
        13 => Typed((TunnelMessageType)_random.Below(6), s_lengths[_random.Below(s_lengths.Length)] + _random.Below(3) - 1),
        14 => Tracker(),
        _ => Dht(),
    };

    private byte[] Noise(int length) => _noise.AsSpan(_random.Below(PoolBytes - length), length).ToArray();

    private Span<byte> Fill(int length)
    {
        Span<byte> datagram = _datagram.AsSpan(0, length);
        _noise.AsSpan(_random.Below(PoolBytes - LengthMax), length).CopyTo(datagram);
        if (length >= 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(datagram, _random.Next());
        }

        return datagram;
    }

    private Span<byte> Typed(TunnelMessageType type, int length)
    {
        Span<byte> datagram = Fill(Math.Max(4, length));
        BinaryPrimitives.WriteUInt32LittleEndian(datagram, (uint)type);
        return datagram;
    }

    private uint AnyIndex() => _indices.Length == 0 ? (uint)_random.Next() : _indices[_random.Below(_indices.Length)];

    private Span<byte> Handshake(TunnelMessageType type, int length, bool hasMac)
    {
        Span<byte> datagram = Typed(type, length);
        if (type == TunnelMessageType.Response)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(datagram[8..], AnyIndex());
        }

        if (hasMac)
        {
            Mac(datagram);
        }

        return datagram;
    }

    private void Mac(Span<byte> datagram)
    {
        int covered = datagram.Length - (2 * TunnelSpecification.MacBytes);
        Blake2s.KeyedHash(_mac1Key, datagram[..covered], datagram.Slice(covered, TunnelSpecification.MacBytes));
    }

    private Span<byte> Cookie()
    {
        Span<byte> datagram = Typed(TunnelMessageType.CookieReply, CookieReplyMessage.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(datagram[4..], AnyIndex());
        return datagram;
    }

    private Span<byte> Transport()
    {
        Span<byte> datagram = Typed(TunnelMessageType.Transport, TransportHeader.OverheadBytes + (16 * _random.Below(90)));
        BinaryPrimitives.WriteUInt32LittleEndian(datagram[4..], AnyIndex());
        BinaryPrimitives.WriteUInt64LittleEndian(datagram[8..], _random.Below(4) == 0 ? _random.Next() : (ulong)_random.Below(100_000));
        return datagram;
    }

    // Something that was really said, with one bit changed; a handshake with the mac1 that goes with it.
    private Span<byte> Changed()
    {
        byte[] recorded = _world.Recorded[_random.Below(_world.Recorded.Count)].Datagram;
        Span<byte> datagram = _datagram.AsSpan(0, Math.Min(recorded.Length, LengthMax));
        recorded.AsSpan(0, datagram.Length).CopyTo(datagram);
        bool isHandshake = datagram.Length is InitiationMessage.Length or ResponseMessage.Length;
        int covered = isHandshake ? datagram.Length - (2 * TunnelSpecification.MacBytes) : datagram.Length;
        datagram[8 + _random.Below(covered - 8)] ^= (byte)(1 << _random.Below(8));
        if (isHandshake)
        {
            Mac(datagram);
        }

        return datagram;
    }

    // Frames of Kith and of relays as they are inside a tunnel, without one.
    private Span<byte> Frame()
    {
        Span<byte> datagram = Fill(32 + _random.Below(200));
        datagram[0] = (byte)(0x10 + _random.Below(6));
        if (datagram[0] == 0x13)
        {
            datagram[1] = (byte)_random.Below(9);
            BinaryPrimitives.WriteUInt64BigEndian(datagram[2..], _world.Nodes[_random.Below(3)].Id.ShortId);
            BinaryPrimitives.WriteUInt64BigEndian(datagram[10..], _world.Nodes[_random.Below(3)].Id.ShortId);
        }

        return datagram;
    }

    private Span<byte> Stun()
    {
        Span<byte> datagram = Fill(StunSpecification.HeaderBytes + (4 * _random.Below(12)));
        BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)(_random.Below(3) switch { 0 => 0x0001, 1 => 0x0101, _ => 0x0111 }));
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], (ushort)(datagram.Length - StunSpecification.HeaderBytes));
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], 0x2112A442);
        return datagram;
    }

    private Span<byte> Tracker()
    {
        Span<byte> datagram = Fill(16 + (6 * _random.Below(10)));
        BinaryPrimitives.WriteUInt32BigEndian(datagram, (uint)_random.Below(4));
        return datagram;
    }

    private Span<byte> Dht()
    {
        byte[] question = s_questions[_random.Below(s_questions.Length)];
        Span<byte> datagram = _datagram.AsSpan(0, question.Length);
        question.CopyTo(datagram);
        if (_random.Below(2) == 0)
        {
            datagram[_random.Below(datagram.Length)] = (byte)_random.Next();
        }

        return datagram;
    }
}
