using Kith.Protocol.Wire;
using Kith.Tunnel.Linux;

namespace Kith.Tunnel.Threads;

/// <content>Single datagrams, each with its own time to live and its own word on fragments.</content>
internal sealed unsafe partial class LinuxDatagramSocket
{
    private const int ControlMessagesMax = 2;

    public override bool Send(in InternetEndpoint destination, byte* datagram, int length, byte ttl = 0, bool dontFragment = false)
    {
        NativeAddress address = NativeAddress.From(destination);
        if (ttl == 0 && !dontFragment)
        {
            return TrySend(&address, datagram, length, Libc.MsgDontwait);
        }

        ControlMessage* controls = stackalloc ControlMessage[ControlMessagesMax];
        int count = 0;
        if (ttl != 0)
        {
            controls[count++] = _isV6 ? ControlMessage.Of(Libc.SolIpv6, Libc.Ipv6HopLimit, ttl) : ControlMessage.Of(Libc.SolIp, Libc.IpTtl, ttl);
        }

        if (!dontFragment)
        {
            return TrySendWith(&address, datagram, length, controls, count);
        }

        if (_isV6)
        {
            // Routers do not fragment IPv6; this keeps us from it.
            controls[count++] = ControlMessage.Of(Libc.SolIpv6, Libc.Ipv6DontFragment, 1);
            return TrySendWith(&address, datagram, length, controls, count);
        }

        // IPv4 has this for the whole socket only. What the other threads send in these microseconds is not to be fragmented either, which matters
        // to nothing but a datagram that would have been fragmented: that one is lost, as any may be.
        if (!Libc.TrySetOption(_fd, Libc.SolIp, Libc.IpMtuDiscover, Libc.PmtudiscProbe))
        {
            return false;
        }

        bool sent = TrySendWith(&address, datagram, length, controls, count);
        AllowFragments();
        return sent;
    }

    private void AllowFragments()
    {
        (int level, int option) = _isV6 ? (Libc.SolIpv6, Libc.Ipv6MtuDiscover) : (Libc.SolIp, Libc.IpMtuDiscover);
        _ = Libc.TrySetOption(_fd, level, option, Libc.PmtudiscOmit) || Libc.TrySetOption(_fd, level, option, Libc.PmtudiscDont);
    }

    private bool TrySendWith(NativeAddress* address, byte* datagram, int length, ControlMessage* controls, int controlCount)
    {
        IoVector vector = new() { Base = datagram, Length = (nuint)length };
        MessageHeader header = new()
        {
            Name = address,
            NameLength = address->Length,
            Vectors = &vector,
            VectorCount = 1,
            Control = controlCount == 0 ? null : controls,
            ControlLength = (nuint)(controlCount * sizeof(ControlMessage)),
        };
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (Libc.SendMessage(_fd, &header, Libc.MsgDontwait) >= 0)
            {
                return true;
            }

            if (!IsWorthRepeating(Libc.Errno))
            {
                return false;
            }
        }

        return false;
    }
}
