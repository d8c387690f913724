using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Wire;

namespace Kith.Node.Names;

/// <summary>
/// A name responder on UDP and TCP of one address. It answers this machine alone: names of members are nobody else's business. Thread-safe; disposing ends all tasks.
/// </summary>
internal sealed class DnsServer : IDisposable
{
    /// <summary>The port of DNS.</summary>
    public const ushort Port = 53;

    /// <summary>The most TCP connections served at a time; further ones wait in the system's queue.</summary>
    public const int ConnectionsMax = 16;

    private static readonly TimeSpan ConnectionTime = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly SemaphoreSlim _connections = new(ConnectionsMax);
    private readonly Func<IPAddress, bool> _isLocal;
    private volatile NameResponder _responder;

    /// <summary>Binds both sockets and begins to answer.</summary>
    /// <param name="address">One of this machine's addresses.</param>
    /// <param name="port">The port; 0 picks one, for tests.</param>
    /// <param name="responder">What answers.</param>
    /// <param name="isLocal">Whether a source address is this machine's.</param>
    /// <exception cref="SocketException">The port is taken, or the address is not there.</exception>
    public DnsServer(InternetAddress address, ushort port, NameResponder responder, Func<IPAddress, bool> isLocal)
    {
        Address = address;
        _responder = responder;
        _isLocal = isLocal;
        IPAddress bindTo = address.ToIPAddress();
        _udp = new Socket(bindTo.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _tcp = new Socket(bindTo.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            AllowEarly(_udp);
            AllowEarly(_tcp);
            _udp.Bind(new IPEndPoint(bindTo, port));
            _tcp.Bind(new IPEndPoint(bindTo, ((IPEndPoint)_udp.LocalEndPoint!).Port));
            _tcp.Listen(ConnectionsMax);
        }
        catch
        {
            _udp.Dispose();
            _tcp.Dispose();
            throw;
        }

        _ = AnswerDatagramsAsync();
        _ = AcceptAsync();
    }

    /// <summary>The address.</summary>
    public InternetAddress Address { get; }

    /// <summary>The port that was bound.</summary>
    public ushort BoundPort => (ushort)((IPEndPoint)_udp.LocalEndPoint!).Port;

    /// <summary>What answers from now on.</summary>
    public NameResponder Responder
    {
        set => _responder = value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _udp.Dispose();
        _tcp.Dispose();
    }

    // A new IPv6 address cannot be bound to for a second or two, while the system looks for duplicates, unless one says that it may come later (ip(7)).
    private static void AllowEarly(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            const int SolIp = 0;
            const int IpFreebind = 15;
            socket.SetRawSocketOption(SolIp, IpFreebind, BitConverter.GetBytes(1));
        }
    }

    private async Task AnswerDatagramsAsync()
    {
        byte[] query = GC.AllocateUninitializedArray<byte>(NameResponder.QueryBytesMax + 1);
        byte[] response = new byte[NameResponder.ExtendedBytesMax];
        SocketAddress from = new(_udp.AddressFamily);
        IPEndPoint template = new(_udp.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                int received = await _udp.ReceiveFromAsync(query, SocketFlags.None, from, _stop.Token).ConfigureAwait(false);
                if (_isLocal(((IPEndPoint)template.Create(from)).Address))
                {
                    int length = _responder.Respond(query.AsSpan(0, received), response, tcp: false);
                    if (length > 0)
                    {
                        await _udp.SendToAsync(response.AsMemory(0, length), SocketFlags.None, from, _stop.Token).ConfigureAwait(false);
                    }
                }
            }
            catch (SocketException)
            {
                // An unreachable asker is reported on the next call; there is nothing to do about it. The pause keeps a broken socket from spinning.
                await PauseAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _connections.WaitAsync(_stop.Token).ConfigureAwait(false);
                Socket connection = await _tcp.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = ServeAsync(connection);
            }
            catch (SocketException)
            {
                _connections.Release();
                await PauseAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            using (connection)
            using (CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
            {
                limit.CancelAfter(ConnectionTime);
                if (connection.RemoteEndPoint is not IPEndPoint remote || !_isLocal(remote.Address))
                {
                    return;
                }

                await using NetworkStream stream = new(connection, ownsSocket: false);
                byte[] query = new byte[NameResponder.QueryBytesMax];
                byte[] response = new byte[2 + ushort.MaxValue];
                while (true)
                {
                    await stream.ReadExactlyAsync(query.AsMemory(0, 2), limit.Token).ConfigureAwait(false);
                    int length = BinaryPrimitives.ReadUInt16BigEndian(query);
                    if (length > query.Length)
                    {
                        return;
                    }

                    await stream.ReadExactlyAsync(query.AsMemory(0, length), limit.Token).ConfigureAwait(false);
                    int answered = _responder.Respond(query.AsSpan(0, length), response.AsSpan(2), tcp: true);
                    if (answered == 0)
                    {
                        return;
                    }

                    BinaryPrimitives.WriteUInt16BigEndian(response, (ushort)answered);
                    await stream.WriteAsync(response.AsMemory(0, 2 + answered), limit.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is gone, or has had its time.
        }
        finally
        {
            _connections.Release();
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ends soon anyway.
        }
    }
}
