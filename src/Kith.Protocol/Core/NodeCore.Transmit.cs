using System.Buffers;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>What goes out.</content>
public sealed partial class NodeCore
{
    /// <summary>A buffer of this size holds whatever <see cref="TryGetTransmit"/> writes.</summary>
    public const int TransmitBufferBytes = 2048;

    private const int HandshakeTargetsMax = PathTable.HandshakeTargetsMax;
    private const int SealOverheadBytes = 48;

    private readonly Queue<(NodeTransmit Transmit, byte[] Buffer)> _outbox = new();
    private readonly Queue<(byte[] Buffer, int Length)> _tunQueue = new();
    private readonly Queue<RemotePeer> _probing = new();

    /// <summary>
    /// Takes the next packet to send. Call after every other call until it returns false.
    /// </summary>
    /// <param name="now">Both clocks.</param>
    /// <param name="buffer">At least <see cref="TransmitBufferBytes"/> bytes, the caller's.</param>
    /// <param name="transmit">Where the packet goes and how long it is.</param>
    public bool TryGetTransmit(ClockReading now, Span<byte> buffer, out NodeTransmit transmit)
    {
        while (true)
        {
            if (TryTakeQueued(buffer, out transmit) || TryTakeLan(buffer, out transmit) || TryTakeStun(buffer, out transmit) || TryTakeTunnel(now, buffer, out transmit)
                || TryTakeDht(buffer, out transmit) || TryTakeTracker(buffer, out transmit))
            {
                if (TryPassOn(now, buffer, ref transmit))
                {
                    NoteSent(now, transmit, buffer);
                    return true;
                }

                continue;
            }

            if (!TryMoveProbe(now) && (_options.LargeSegments || !TryMoveStackPacket(now)))
            {
                return false;
            }
        }
    }

    private bool TryTakeQueued(Span<byte> buffer, out NodeTransmit transmit)
    {
        if (_outbox.TryDequeue(out (NodeTransmit Transmit, byte[] Buffer) datagram))
        {
            transmit = datagram.Transmit;
            datagram.Buffer.AsSpan(0, transmit.Length).CopyTo(buffer);
            ArrayPool<byte>.Shared.Return(datagram.Buffer);
            return true;
        }

        if (_tunQueue.TryDequeue(out (byte[] Buffer, int Length) packet))
        {
            packet.Buffer.AsSpan(0, packet.Length).CopyTo(buffer);
            ArrayPool<byte>.Shared.Return(packet.Buffer);
            transmit = new NodeTransmit(NodeTransmitKind.Tun, default, packet.Length);
            return true;
        }

        transmit = default;
        return false;
    }

    private bool TryTakeLan(Span<byte> buffer, out NodeTransmit transmit)
    {
        while (_lan.TryGetTransmit(buffer, out Discovery.Lan.LanTransmit lan))
        {
            if (!_options.UseLan)
            {
                continue;
            }

            transmit = lan.IsMulticast
                ? new NodeTransmit(NodeTransmitKind.LanMulticast, default, lan.Length)
                : new NodeTransmit(NodeTransmitKind.LanUnicast, lan.Endpoint.GetValueOrDefault(), lan.Length);
            return true;
        }

        transmit = default;
        return false;
    }

    private bool TryTakeTunnel(ClockReading now, Span<byte> buffer, out NodeTransmit transmit)
    {
        while (TryTakeFromMachines(buffer, out TunnelTransmit packet))
        {
            SaveHandshakeClock(now);
            InternetEndpoint endpoint = packet.Endpoint;
            if (endpoint.IsNone && !TryResolve(now, packet, buffer, out endpoint))
            {
                continue;
            }

            transmit = new NodeTransmit(NodeTransmitKind.Datagram, endpoint, packet.Length);
            return true;
        }

        transmit = default;
        return false;
    }

    private bool TryTakeFromMachines(Span<byte> buffer, out TunnelTransmit packet)
    {
        if (_tunnel.TryGetTransmit(buffer, out packet))
        {
            return true;
        }

        foreach (JoinAttempt join in _joins)
        {
            if (join.Machine.TryGetTransmit(buffer, out packet))
            {
                return true;
            }
        }

        return false;
    }

    // A handshake goes to several candidates at once with the same bytes: the responder answers the first that arrives.
    private bool TryResolve(ClockReading now, in TunnelTransmit packet, ReadOnlySpan<byte> bytes, out InternetEndpoint endpoint)
    {
        endpoint = default;
        if (packet.Peer is null || !_links.TryGetValue(packet.Peer.Link.Id, out RemotePeer? peer))
        {
            return false;
        }

        if (packet.Type != TunnelMessageType.Initiation && (peer.PathEndpoint ?? peer.Link.Endpoint) is { } current)
        {
            endpoint = current;
            return true;
        }

        if (packet.Type == TunnelMessageType.Initiation)
        {
            // Kept even where there is no candidate yet: the first one that turns up is tried with it.
            peer.LastInitiation = bytes[..packet.Length].ToArray();
            peer.LastInitiationAt = now;
            TryGuesses(now, peer, bytes[..packet.Length]);
        }

        Span<InternetEndpoint> targets = stackalloc InternetEndpoint[HandshakeTargetsMax];
        int count = peer.Kind == RemotePeerKind.JoinHost ? CopyJoinTargets(peer, targets) : peer.Paths?.CopyHandshakeTargets(targets) ?? 0;
        if (count == 0)
        {
            return false;
        }

        endpoint = targets[0];
        for (int i = 1; i < count; i++)
        {
            QueueDatagram(targets[i], bytes[..packet.Length]);
        }

        return true;
    }

    // An endpoint that was learnt of while a handshake waits for its answer.
    private void TryAlso(ClockReading now, RemotePeer peer, IReadOnlyList<InternetEndpoint> endpoints)
    {
        if (peer.LastInitiation is { } initiation && peer.Link.Current is null && now.Monotonic - peer.LastInitiationAt < TunnelSpecification.RekeyTimeout)
        {
            for (int i = 0; i < Math.Min(endpoints.Count, HandshakeTargetsMax); i++)
            {
                QueueDatagram(endpoints[i], initiation);
            }
        }
    }

    private bool TryMoveProbe(ClockReading now)
    {
        while (_probing.TryPeek(out RemotePeer? peer))
        {
            if (peer.Paths is { } paths && paths.TryGetProbe(out PathProbe probe))
            {
                Span<byte> frame = stackalloc byte[TransmitBufferBytes];
                PathPing ping = probe.ToPing();
                if (ping.ByteCount <= TransmitBufferBytes - SealOverheadBytes)
                {
                    SendFrameTo(now, peer, probe.Endpoint, frame[..ping.Encode(frame)], probe.Ttl, probe.PaddingBytes > 0);
                }

                return true;
            }

            _probing.Dequeue();
            peer.IsProbing = false;
        }

        return false;
    }

    // Seals a frame to one endpoint, past the path that data takes. Nothing without a session: probes are not worth a handshake of their own.
    private void SendFrameTo(ClockReading now, RemotePeer peer, in InternetEndpoint endpoint, ReadOnlySpan<byte> frame, byte ttl = 0, bool dontFragment = false)
    {
        Span<byte> sealedFrame = stackalloc byte[TransmitBufferBytes];
        if (peer.Machine.TrySeal(now, peer.Tunnel, frame, sealedFrame, out int length))
        {
            QueueDatagram(endpoint, sealedFrame[..length], ttl, dontFragment);
        }
    }

    private void QueueDatagram(in InternetEndpoint endpoint, ReadOnlySpan<byte> bytes, byte ttl = 0, bool dontFragment = false)
    {
        if (_outbox.Count < NodeLimits.OutboxMax)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(buffer);
            _outbox.Enqueue((new NodeTransmit(NodeTransmitKind.Datagram, endpoint, bytes.Length) { Ttl = ttl, DontFragment = dontFragment }, buffer));
        }
    }

    private void QueueTun(ReadOnlySpan<byte> packet)
    {
        if (_tunQueue.Count < NodeLimits.TunQueueMax && packet.Length <= TransmitBufferBytes)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(packet.Length);
            packet.CopyTo(buffer);
            _tunQueue.Enqueue((buffer, packet.Length));
        }
    }
}
