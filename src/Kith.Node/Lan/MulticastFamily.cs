using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Wire;
using Kith.Tunnel.Interfaces;

namespace Kith.Node.Lan;

/// <summary>The socket of one address family. Its owner sees to it that sending and joining are not called at once.</summary>
internal sealed class MulticastFamily : IDisposable
{
    // RFC 6762 section 11: says that the packet has crossed no router.
    private const int HopLimit = 255;

    private readonly Socket _socket;
    private readonly AddressFamily _family;
    private readonly MulticastReceiver _onDatagram;
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _group;
    private readonly HashSet<uint> _joined = [];
    private readonly Task _receiving;
    private volatile IReadOnlyList<LocalAddress> _addresses = [];

    public MulticastFamily(AddressFamily family, MulticastReceiver onDatagram, ushort port)
    {
        _family = family;
        _onDatagram = onDatagram;
        _socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            MulticastOptions.Share(_socket);
            if (IsV4)
            {
                _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
                _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, HopLimit);
                _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, true);
            }
            else
            {
                _socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, true);
                _socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.PacketInformation, true);
                _socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, HopLimit);
                _socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback, true);
            }

            _socket.Bind(new IPEndPoint(IsV4 ? IPAddress.Any : IPAddress.IPv6Any, port));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _group = new IPEndPoint((IsV4 ? LanNames.GroupV4 : LanNames.GroupV6).ToIPAddress(), port);
        _receiving = ReceiveAsync();
    }

    public int JoinedCount => _joined.Count;

    private bool IsV4 => _family == AddressFamily.InterNetwork;

    public void Rejoin(IReadOnlyList<LocalInterface> interfaces, IReadOnlyList<LocalAddress> addresses)
    {
        _addresses = addresses;
        HashSet<uint> wanted = [.. interfaces.Where(link => HasAddress(link, addresses)).Select(static link => link.Index)];
        foreach (uint gone in _joined.Where(index => !wanted.Contains(index)).ToArray())
        {
            Membership(gone, false);
            _joined.Remove(gone);
        }

        foreach (uint index in wanted)
        {
            // Also where we believe to be a member: an interface that went down and came up with the same index has forgotten.
            Membership(index, true);
            _joined.Add(index);
        }
    }

    public int SendToGroup(ReadOnlySpan<byte> datagram)
    {
        int sent = 0;
        foreach (uint index in _joined)
        {
            try
            {
                if (IsV4)
                {
                    // An index instead of an address is told by its leading zero byte, in network order (ip(7)).
                    _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.HostToNetworkOrder((int)index));
                }
                else
                {
                    _socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, (int)index);
                }

                sent += _socket.SendTo(datagram, SocketFlags.None, _group) == datagram.Length ? 1 : 0;
            }
            catch (SocketException)
            {
                // That interface has no way out at the moment; the others may.
            }
        }

        return sent;
    }

    public bool SendTo(in InternetEndpoint destination, ReadOnlySpan<byte> datagram)
    {
        try
        {
            IPAddress address = destination.Address.ToIPAddress();
            if (destination.Scope != 0 && !IsV4)
            {
                address.ScopeId = destination.Scope;
            }

            return _socket.SendTo(datagram, SocketFlags.None, new IPEndPoint(address, destination.Port)) == datagram.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();

        // Waiting for the callback to return, unless it is the callback that disposes.
        if (Task.CurrentId is null)
        {
            _receiving.Wait(TimeSpan.FromSeconds(1));
        }

        _stop.Dispose();
    }

    private bool HasAddress(LocalInterface link, IReadOnlyList<LocalAddress> addresses) =>
        addresses.Any(address => address.Interface.Index == link.Index && address.Address.IsV4 == IsV4);

    private void Membership(uint index, bool isMember)
    {
        try
        {
            if (IsV4)
            {
                _socket.SetSocketOption(SocketOptionLevel.IP, isMember ? SocketOptionName.AddMembership : SocketOptionName.DropMembership,
                    new MulticastOption(_group.Address, (int)index));
            }
            else
            {
                _socket.SetSocketOption(SocketOptionLevel.IPv6, isMember ? SocketOptionName.AddMembership : SocketOptionName.DropMembership,
                    new IPv6MulticastOption(_group.Address, index));
            }
        }
        catch (SocketException)
        {
            // A member already, or an interface that has just gone: either way there is nothing more to do.
        }
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(DnsMessage.BytesMax + 1);
        IPEndPoint any = new(IsV4 ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveMessageFromResult result = await _socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, any, _stop.Token).ConfigureAwait(false);
                Take((IPEndPoint)result.RemoteEndPoint, result.PacketInformation, buffer.AsSpan(0, result.ReceivedBytes));
            }
            catch (SocketException)
            {
                // An error that a datagram of ours came back with. The pause keeps a broken socket from spinning.
                await Task.Delay(TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Take(IPEndPoint from, IPPacketInformation information, ReadOnlySpan<byte> datagram)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        from.Address.TryWriteBytes(bytes, out int length);
        InternetAddress address = InternetAddress.FromBytes(bytes[..length]);
        if (IsOnLink(address, (uint)information.Interface))
        {
            uint scope = address.IsLinkLocalV6 ? (uint)information.Interface : 0;
            _onDatagram(new InternetEndpoint(address, (ushort)from.Port, scope), datagram);
        }
    }

    // RFC 6762 section 11: only neighbours are listened to, whatever else finds its way to the port.
    private bool IsOnLink(InternetAddress source, uint interfaceIndex)
    {
        if (source.IsLinkLocalV6)
        {
            return true;
        }

        foreach (LocalAddress address in _addresses)
        {
            if (address.Interface.Index == interfaceIndex ? source.IsIn(address.Address, address.PrefixBits) : source == address.Address)
            {
                return true;
            }
        }

        return false;
    }
}
