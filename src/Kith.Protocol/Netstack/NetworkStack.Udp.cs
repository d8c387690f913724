using System.Globalization;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <content>UDP bindings and the events that belong to no connection.</content>
public sealed partial class NetworkStack
{
    /// <summary>How many answered echoes may wait to be told; further ones are forgotten.</summary>
    public const int EchoEventsMax = 256;

    private readonly Dictionary<(InternetAddress Local, ushort Port), UdpBinding> _bindings = [];
    private readonly Queue<UdpBinding> _eventBindings = new();
    private readonly Queue<StackEvent> _echoEvents = new();

    /// <summary>Receives and sends datagrams on a port.</summary>
    /// <param name="local">The local address, or <see cref="InternetAddress.None"/> for all, of both families.</param>
    /// <param name="port">The port; 0 takes an ephemeral one.</param>
    /// <exception cref="AddressInUseException">It is bound, or no ephemeral port is free.</exception>
    /// <exception cref="StackLimitException">There are <see cref="NetworkStackOptions.BindingsMax"/> already.</exception>
    public UdpBinding BindUdp(InternetAddress local, ushort port)
    {
        if (_bindings.Count >= Options.BindingsMax)
        {
            throw new StackLimitException($"The stack has {Options.BindingsMax} bindings, which is its maximum.");
        }

        port = port == 0 ? EphemeralUdpPort() : port;
        if (_bindings.ContainsKey((local, port)))
        {
            throw new AddressInUseException(string.Create(CultureInfo.InvariantCulture, $"UDP port {port} of {local} is bound already."));
        }

        UdpBinding binding = new(this, local, port);
        _bindings.Add((local, port), binding);
        _ports.Acquire(IpProtocol.Udp, port);
        return binding;
    }

    /// <summary>Sends a datagram for a binding.</summary>
    internal bool Send(UdpBinding binding, InternetAddress local, InternetEndpoint remote, ReadOnlySpan<byte> data)
    {
        local = LocalFor(local.IsNone ? binding.Local : local, remote.Address);
        int headerBytes = IpWriter.HeaderBytes(local.IsV4) + UdpDatagram.HeaderBytes;
        if (headerBytes + data.Length > Options.Mtu)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[IpWriter.HeaderBytesV6 + UdpDatagram.HeaderBytes];
        int length = UdpDatagram.Write(header, new InternetEndpoint(local, binding.Port), remote, data);
        return Reply(header[..length], data);
    }

    /// <summary>Closes a binding.</summary>
    internal void Close(UdpBinding binding)
    {
        if (_bindings.Remove((binding.Local, binding.Port)))
        {
            _ports.Release(IpProtocol.Udp, binding.Port);
        }
    }

    /// <summary>Lets a binding's events be taken.</summary>
    internal void QueueEvents(UdpBinding binding)
    {
        if (!binding.IsQueuedForEvents)
        {
            binding.IsQueuedForEvents = true;
            _eventBindings.Enqueue(binding);
        }
    }

    private bool HandleUdp(in IpPacket ip)
    {
        if (!UdpDatagram.TryDecode(ip, out UdpDatagram datagram) || FindBinding(ip.Destination, datagram.DestinationPort) is not { } binding)
        {
            return false;
        }

        if (!datagram.IsIntact(ip))
        {
            _statistics.Malformed++;
        }
        else if (!binding.Enqueue(ip.Destination, new InternetEndpoint(ip.Source, datagram.SourcePort), datagram.Payload))
        {
            _statistics.DatagramsDropped++;
        }
        else
        {
            QueueEvents(binding);
        }

        return true;
    }

    private UdpBinding? FindBinding(InternetAddress local, ushort port) =>
        _bindings.TryGetValue((local, port), out UdpBinding? binding) || _bindings.TryGetValue((InternetAddress.None, port), out binding) ? binding : null;

    private ushort EphemeralUdpPort()
    {
        int ports = EphemeralPortLast - Options.EphemeralPortFirst + 1;
        int start = _random.NextBelow(ports);
        for (int i = 0; i < ports; i++)
        {
            ushort port = (ushort)(Options.EphemeralPortFirst + ((start + i) % ports));
            if (!_ports.IsUsed(IpProtocol.Udp, port))
            {
                return port;
            }
        }

        throw new AddressInUseException("No ephemeral UDP port is free.");
    }

    private void Tell(in StackEvent stackEvent)
    {
        if (_echoEvents.Count < EchoEventsMax)
        {
            _echoEvents.Enqueue(stackEvent);
        }
    }

    private bool TryGetDatagramEvent(out StackEvent stackEvent)
    {
        while (_eventBindings.TryPeek(out UdpBinding? binding))
        {
            if (binding.TryGetEvent(out stackEvent))
            {
                return true;
            }

            _eventBindings.Dequeue();
            binding.IsQueuedForEvents = false;
        }

        return _echoEvents.TryDequeue(out stackEvent);
    }
}
