using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Lab.Tcp;

/// <summary>Somebody who speaks TLS, HTTP and WebSocket to a node's port 443 and is nobody to it. Made inside a host's network.</summary>
internal sealed class TcpStranger : IDisposable
{
    private const int TimeoutMilliseconds = 60_000;

    private readonly Socket _socket;
    private readonly SslStream _tls;

    public TcpStranger(IPAddress server)
    {
        _socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = TimeoutMilliseconds, SendTimeout = TimeoutMilliseconds };
        _socket.Connect(server, 443);
        _tls = new SslStream(new NetworkStream(_socket), false, (_, certificate, _, _) => certificate is not null);
    }

    /// <summary>The path that whoever knows a node's id can compute, after the protocol's chapter and not by the program's own code.</summary>
    public static string PathOf(string node)
    {
        Assert.True(NodeId.TryParse(node, out NodeId id));
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.KeyedHash(id.ToArray(), "kith tcp path 1"u8, hash);
        return "/" + ZBase32.Encode(hash)[..26];
    }

    /// <summary>One request; returns the head of the answer.</summary>
    public string Ask(string path, bool upgrade)
    {
        _tls.AuthenticateAsClient("localhost");
        string wish = upgrade ? "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" : string.Empty;
        _tls.Write(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{wish}\r\n"));
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && _tls.Read(one) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>Sends one binary message with a mask of zeros; it may state a length that it does not have.</summary>
    public void Say(ReadOnlySpan<byte> message, int? statedLength = null)
    {
        byte[] head = new byte[14];
        head[0] = 0x82;
        head[1] = 0x80 | 127;
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(2), statedLength ?? message.Length);
        _tls.Write([.. head, .. message]);
    }

    /// <summary>Reads until the other side ends the connection; false if it does not for a minute.</summary>
    public bool IsCutOff()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while ((_tls.IsAuthenticated ? _tls.Read(buffer) : _socket.Receive(buffer)) > 0)
            {
                // Pings of the WebSocket, and its farewell.
            }

            return true;
        }
        catch (IOException failure)
        {
            return failure.InnerException is not SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock };
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode is not (SocketError.TimedOut or SocketError.WouldBlock);
        }
    }

    public void Dispose()
    {
        _tls.Dispose();
        _socket.Dispose();
    }
}
