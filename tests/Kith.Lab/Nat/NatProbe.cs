using System.Net;
using System.Net.Sockets;
using System.Text;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>
/// Looks at a translator from both sides with plain sockets, to prove the lab before anything is proven with it: one socket of a device, and
/// outside two machines with two ports each.
/// </summary>
internal sealed class NatProbe : IDisposable
{
    private const int Port = 5484;
    private const int AnswerLimitMilliseconds = 5000;

    /// <summary>A datagram that is not there after another one, sent later on the same way, is not coming.</summary>
    private const int SilenceMilliseconds = 200;

    private readonly Socket _inside;
    private readonly Socket[] _outside;
    private readonly IPEndPoint[] _outsideAt;
    private int _count;

    private NatProbe(Socket inside, Socket[] outside, IPEndPoint[] outsideAt)
    {
        _inside = inside;
        _outside = outside;
        _outsideAt = outsideAt;
    }

    /// <summary>Opens the sockets: outside 0 and 1 are ports of the first machine, 2 and 3 of the second.</summary>
    public static async Task<NatProbe> OpenAsync(LabHost device, LabHost first, LabHost second, bool ipv6 = false, int port = Port)
    {
        IPAddress Address(LabHost host) => ipv6 ? host.IPv6 : host.IPv4;
        IPEndPoint[] at = [new(Address(first), 3478), new(Address(first), 3479), new(Address(second), 3478), new(Address(second), 3479)];
        List<Socket> outside = [];
        foreach ((LabHost host, IPEndPoint endpoint) in new[] { first, first, second, second }.Zip(at))
        {
            outside.Add(await host.InvokeAsync(() => Bound(endpoint)));
        }

        Socket inside = await device.InvokeAsync(() => Bound(new IPEndPoint(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, port)));
        return new NatProbe(inside, [.. outside], at);
    }

    /// <summary>Sends to an outside socket and returns the endpoint that it saw; null if nothing came.</summary>
    public IPEndPoint? Observe(int outside)
    {
        SendFromInside(_outsideAt[outside]);
        return Receive(_outside[outside], AnswerLimitMilliseconds)?.From;
    }

    /// <summary>True if a datagram from an outside socket reaches the device. One that may pass is sent after it, so that it need not be waited for.</summary>
    public bool Admits(int outside, IPEndPoint mapping, int friend)
    {
        string asked = Next();
        string last = Next();
        _outside[outside].SendTo(Encoding.ASCII.GetBytes(asked), mapping);
        _outside[friend].SendTo(Encoding.ASCII.GetBytes(last), mapping);
        bool admitted = false;
        while (Receive(_inside, AnswerLimitMilliseconds) is { } got)
        {
            admitted |= got.Text == asked;
            if (got.Text == last)
            {
                return admitted || Receive(_inside, SilenceMilliseconds)?.Text == asked;
            }
        }

        throw new LabException($"even outside {friend} does not reach {mapping}");
    }

    /// <summary>True if a datagram from an outside socket reaches the device, with nothing to compare it with.</summary>
    public bool Reaches(int outside, IPEndPoint mapping)
    {
        string asked = Next();
        _outside[outside].SendTo(Encoding.ASCII.GetBytes(asked), mapping);
        return Receive(_inside, SilenceMilliseconds)?.Text == asked;
    }

    /// <summary>Sends a datagram that may be forwarded only so often; true if it arrived all the same.</summary>
    public bool SendBriefly(int outside, short hops)
    {
        short usual = _inside.Ttl;
        _inside.Ttl = hops;
        SendFromInside(_outsideAt[outside]);
        _inside.Ttl = usual;
        return Receive(_outside[outside], SilenceMilliseconds) is not null;
    }

    /// <summary>Sends to any endpoint, as to another device's mapping.</summary>
    public void SendFromInside(IPEndPoint to) => _inside.SendTo(Encoding.ASCII.GetBytes(Next()), to);

    /// <summary>The sender of the next datagram that the device receives; null if none comes.</summary>
    public IPEndPoint? NextSender(bool expected) => Receive(_inside, expected ? AnswerLimitMilliseconds : SilenceMilliseconds)?.From;

    public void Dispose()
    {
        _inside.Dispose();
        foreach (Socket socket in _outside)
        {
            socket.Dispose();
        }
    }

    private static Socket Bound(IPEndPoint at)
    {
        Socket socket = new(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(at);
        return socket;
    }

    private static (string Text, IPEndPoint From)? Receive(Socket socket, int limitMilliseconds)
    {
        byte[] buffer = new byte[100];
        EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        socket.ReceiveTimeout = limitMilliseconds;
        try
        {
            int count = socket.ReceiveFrom(buffer, ref from);
            return (Encoding.ASCII.GetString(buffer, 0, count), (IPEndPoint)from);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }
    }

    private string Next() => $"datagram {++_count}";
}
