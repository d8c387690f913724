using System.Globalization;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <content>TCP listeners and connections.</content>
public sealed partial class NetworkStack
{
    /// <summary>The first ephemeral port. The range lies above the one that Linux uses itself, so that both can share an address.</summary>
    public const ushort EphemeralPortFirst = 61000;

    /// <summary>The last ephemeral port.</summary>
    public const ushort EphemeralPortLast = 65535;

    private readonly Dictionary<ConnectionKey, TcpConnection> _connections = [];
    private readonly Dictionary<(InternetAddress Local, ushort Port), TcpListener> _listeners = [];
    private readonly LinkedList<TcpConnection> _halfOpen = new();

    /// <summary>Accepts TCP connections on a port.</summary>
    /// <param name="local">The local address, or <see cref="InternetAddress.None"/> for all, of both families.</param>
    /// <param name="port">The port, not 0.</param>
    /// <param name="backlog">How many connections may be half-open or wait for their event to be taken.</param>
    /// <exception cref="AddressInUseException">There is a listener on it.</exception>
    /// <exception cref="StackLimitException">There are <see cref="NetworkStackOptions.ListenersMax"/> already.</exception>
    public TcpListener Listen(InternetAddress local, ushort port, int backlog)
    {
        ArgumentOutOfRangeException.ThrowIfZero(port);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(backlog);
        if (_listeners.ContainsKey((local, port)))
        {
            throw new AddressInUseException(string.Create(CultureInfo.InvariantCulture, $"TCP port {port} of {local} has a listener already."));
        }

        if (_listeners.Count >= Options.ListenersMax)
        {
            throw new StackLimitException($"The stack has {Options.ListenersMax} listeners, which is its maximum.");
        }

        TcpListener listener = new(this, local, port, backlog);
        _listeners.Add((local, port), listener);
        _ports.Acquire(IpProtocol.Tcp, port);
        return listener;
    }

    /// <summary>
    /// Opens a TCP connection. <see cref="StackEventKind.Connected"/> or <see cref="StackEventKind.Closed"/> follows. What is sent meanwhile waits.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="local">The local address, or <see cref="InternetAddress.None"/> for any of the remote's family.</param>
    /// <param name="remote">The other end.</param>
    /// <param name="localPort">The local port; 0 takes an ephemeral one. Two ends that connect to each other's named ports at once open simultaneously.</param>
    /// <exception cref="AddressInUseException">The four parts together are in use, or no ephemeral port is free.</exception>
    /// <exception cref="StackLimitException">There are <see cref="NetworkStackOptions.ConnectionsMax"/> already.</exception>
    /// <exception cref="ArgumentException">There is no such local address, or the families differ.</exception>
    public TcpConnection Connect(Instant now, InternetAddress local, InternetEndpoint remote, ushort localPort = 0)
    {
        local = LocalFor(local, remote.Address);
        if (_connections.Count >= Options.ConnectionsMax)
        {
            throw new StackLimitException($"The stack has {Options.ConnectionsMax} connections, which is its maximum.");
        }

        ConnectionKey key = new(local, remote.Address, localPort, remote.Port);
        key = localPort == 0 ? WithEphemeralPort(key) : key;
        if (_connections.ContainsKey(key) || TimeWait.TryGet(key, out _))
        {
            throw new AddressInUseException($"A connection from {new InternetEndpoint(local, localPort)} to {remote} exists.");
        }

        TcpConnection connection = new(this, key, listener: null, now);
        Add(connection);
        connection.Open(now);
        return connection;
    }

    /// <summary>The connections of which something is true, as a list of their own: they may be closed while it is gone through.</summary>
    public IReadOnlyList<TcpConnection> FindConnections(Predicate<TcpConnection> match)
    {
        ArgumentNullException.ThrowIfNull(match);
        return [.. _connections.Values.Where(connection => match(connection))];
    }

    /// <summary>The number with which a connection starts (RFC 9293 section 3.4.1, RFC 6528): a clock of 4 microseconds plus a keyed hash.</summary>
    internal uint InitialSequence(Instant now, in ConnectionKey key) => (uint)(now.Ticks / 40) + (uint)Hash.Hash(key, purpose: 1);

    /// <summary>Forgets a connection that is over.</summary>
    internal void Remove(TcpConnection connection)
    {
        if (_connections.Remove(connection.Key))
        {
            _ports.Release(IpProtocol.Tcp, connection.Key.LocalPort);
            connection.LeavePath();
            LeavePath(connection.Key.Remote);
        }

        Timers.Set(connection, Instant.Never);
        LeaveHalfOpen(connection);
        LeaveBacklog(connection, unlessUntold: true);
    }

    /// <summary>A connection is no longer half-open.</summary>
    internal void LeaveHalfOpen(TcpConnection connection)
    {
        if (connection.HalfOpenNode is { } node)
        {
            _halfOpen.Remove(node);
            connection.HalfOpenNode = null;
            InternetAddress remote = connection.Key.Remote;
            int left = _halfOpenOf[remote] - 1;
            if (left == 0)
            {
                _halfOpenOf.Remove(remote);
            }
            else
            {
                _halfOpenOf[remote] = left;
            }
        }
    }

    /// <summary>A connection no longer counts against its listener's backlog.</summary>
    internal static void LeaveBacklog(TcpConnection connection, bool unlessUntold = false)
    {
        if (connection.IsPending && !(unlessUntold && connection.IsQueuedForEvents))
        {
            connection.IsPending = false;
            connection.Listener!.Pending--;
        }
    }

    /// <summary>Keeps the place of a finished connection and acknowledges the peer's FIN if that is owed.</summary>
    internal void EnterTimeWait(Instant now, in TimeWaitEntry entry, bool acknowledge)
    {
        _ports.Acquire(IpProtocol.Tcp, entry.Key.LocalPort);
        TimeWait.Add(now, entry);
        if (acknowledge)
        {
            Acknowledge(now, entry);
        }
    }

    /// <summary>Sends a reset that belongs to no connection any more.</summary>
    internal void SendReset(in ConnectionKey key, uint sequence, uint acknowledgment, bool withAcknowledgment)
    {
        Span<byte> packet = stackalloc byte[IpWriter.HeaderBytesV6 + TcpSegment.HeaderBytes];
        TcpFlags flags = withAcknowledgment ? TcpFlags.Reset | TcpFlags.Acknowledge : TcpFlags.Reset;
        Reply(packet[..TcpWriter.WriteControl(packet, key, sequence, acknowledgment, flags, 0, default)]);
    }

    /// <summary>Closes a listener.</summary>
    internal void Close(TcpListener listener)
    {
        if (!listener.IsOpen)
        {
            return;
        }

        listener.IsOpen = false;
        _listeners.Remove((listener.Local, listener.Port));
        _ports.Release(IpProtocol.Tcp, listener.Port);
        List<TcpConnection> halfOpen = [.. _halfOpen.Where(connection => connection.Listener == listener)];
        halfOpen.ForEach(connection => connection.Abort(default));
    }

    private void Acknowledge(Instant now, in TimeWaitEntry entry)
    {
        Span<byte> packet = stackalloc byte[IpWriter.HeaderBytesV6 + TcpSegment.HeaderBytes + TcpOptions.BytesMax];
        TcpOptions options = new()
        {
            HasTimestamps = entry.HasTimestamps,
            TimestampValue = entry.TimestampOffset + (uint)(now.Ticks / TimeSpan.TicksPerMillisecond),
            TimestampEcho = entry.TimestampRecent,
        };
        Reply(packet[..TcpWriter.WriteControl(packet, entry.Key, entry.SendNext, entry.ReceiveNext, TcpFlags.Acknowledge, ushort.MaxValue, options)]);
    }

    private TcpListener? FindListener(in ConnectionKey key, in TcpSegment segment)
    {
        if ((segment.Flags & (TcpFlags.Syn | TcpFlags.Acknowledge | TcpFlags.Reset | TcpFlags.Fin)) != TcpFlags.Syn || _listeners.Count == 0)
        {
            return null;
        }

        if (key.Remote.IsMulticast || key.Remote.IsNone || _addresses.Contains(key.Remote) || key.RemotePort == 0)
        {
            // Nobody real asks from there; answering would talk to ourselves.
            return null;
        }

        return _listeners.TryGetValue((key.Local, key.LocalPort), out TcpListener? listener)
            || _listeners.TryGetValue((InternetAddress.None, key.LocalPort), out listener)
            ? listener
            : null;
    }

    private void Accept(Instant now, in ConnectionKey key, TcpListener listener, in TcpSegment syn)
    {
        if (IsCrowded(key.Remote))
        {
            NoteCrowder(key.Remote);
            _statistics.SynsDropped++;
            return;
        }

        if (listener.Pending >= listener.Backlog && !DropOldestHalfOpen(now, listener))
        {
            NoteCrowder(key.Remote);
            _statistics.SynsDropped++;
            return;
        }

        if (_halfOpen.Count >= Options.HalfOpenMax)
        {
            DropOldestHalfOpen(now, listener: null);
        }

        if (_connections.Count >= Options.ConnectionsMax)
        {
            _statistics.SynsDropped++;
            return;
        }

        TcpConnection connection = new(this, key, listener, now) { IsPending = true };
        listener.Pending++;
        Add(connection);
        connection.HalfOpenNode = _halfOpen.AddLast(connection);
        _halfOpenOf[key.Remote] = _halfOpenOf.GetValueOrDefault(key.Remote) + 1;
        connection.Open(now, syn);
    }

    // Against floods of SYNs: whoever has most of them half-open gives one up, the oldest, which is the one most likely to be of no use.
    private bool DropOldestHalfOpen(Instant now, TcpListener? listener)
    {
        InternetAddress loudest = default;
        int most = 0;
        foreach ((InternetAddress remote, int count) in _halfOpenOf)
        {
            if (count > most)
            {
                most = count;
                loudest = remote;
            }
        }

        TcpConnection? dropped = null;
        for (LinkedListNode<TcpConnection>? node = _halfOpen.First; node is not null; node = node.Next)
        {
            if (listener is null || node.Value.Listener == listener)
            {
                dropped ??= node.Value;
                if (node.Value.Key.Remote == loudest)
                {
                    dropped = node.Value;
                    break;
                }
            }
        }

        if (dropped is null)
        {
            return false;
        }

        NoteCrowder(dropped.Key.Remote);
        _statistics.HalfOpenDropped++;
        dropped.Forget(now);
        return true;
    }

    // A segment for a place in TIME-WAIT (RFC 9293 section 3.10.7.4, RFC 6191): a SYN that is provably newer may take the place;
    // resets are ignored (RFC 1337); anything else that takes sequence numbers is acknowledged again.
    private bool MayReplace(Instant now, in TimeWaitEntry entry, in TcpSegment segment, TcpListener? listener)
    {
        if (segment.Has(TcpFlags.Reset))
        {
            return false;
        }

        if (listener is not null)
        {
            bool isNewer = entry.HasTimestamps && segment.Options.HasTimestamps
                ? (int)(segment.Options.TimestampValue - entry.TimestampRecent) > 0
                : (int)(segment.Sequence - entry.ReceiveNext) > 0;
            if (isNewer)
            {
                TimeWait.Remove(entry.Key);
                return true;
            }
        }

        if (segment.SequenceLength > 0)
        {
            if (segment.Has(TcpFlags.Fin))
            {
                TimeWait.Add(now, entry);
            }

            Acknowledge(now, entry);
        }

        return false;
    }

    private void Add(TcpConnection connection)
    {
        _connections.Add(connection.Key, connection);
        _ports.Acquire(IpProtocol.Tcp, connection.Key.LocalPort);
    }

    private InternetAddress LocalFor(InternetAddress local, InternetAddress remote)
    {
        if (local.IsNone)
        {
            local = _addresses.Where(address => address.IsV4 == remote.IsV4).Order().FirstOrDefault();
        }

        if (local.IsNone || local.IsV4 != remote.IsV4 || !_addresses.Contains(local))
        {
            throw new ArgumentException("There is no such local address of the remote's family.", nameof(local));
        }

        return local;
    }

    // RFC 6056 section 3.3.1: a random start, then the next one that is free.
    private ConnectionKey WithEphemeralPort(ConnectionKey key)
    {
        int ports = EphemeralPortLast - Options.EphemeralPortFirst + 1;
        int start = _random.NextBelow(ports);
        for (int i = 0; i < ports; i++)
        {
            ushort port = (ushort)(Options.EphemeralPortFirst + ((start + i) % ports));
            ConnectionKey candidate = key with { LocalPort = port };
            if (!_connections.ContainsKey(candidate) && !TimeWait.TryGet(candidate, out _) && !_listeners.ContainsKey((InternetAddress.None, port))
                && !_listeners.ContainsKey((key.Local, port)))
            {
                return candidate;
            }
        }

        throw new AddressInUseException($"No ephemeral port is free for {key.Remote}.");
    }
}
