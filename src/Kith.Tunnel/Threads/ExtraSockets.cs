using Kith.Protocol.Wire;

namespace Kith.Tunnel.Threads;

/// <summary>
/// The sockets beside the data sockets, each opened with the first datagram through it. One thread receives from all of them for the core; a socket that data
/// goes through gets a thread of its own. All members are thread-safe.
/// </summary>
internal sealed class ExtraSockets(FastPathState state) : IDisposable
{
    /// <summary>Most numbers in use at once; each may have a socket for either family.</summary>
    public const int CountMax = 256;

    // A handful of probes and their answers.
    private const int ProbeBufferBytes = 64 << 10;

    private readonly Dictionary<(uint Number, bool IsV6), ExtraSocket> _sockets = [];
    private readonly Dictionary<uint, int> _numbers = [];
    private readonly ThreadCounters _past = new();
    private readonly Lock _lock = new();
    private ExtraReceiver? _receiver;
    private bool _disposed;

    /// <summary>Numbers in use.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _numbers.Count;
            }
        }
    }

    /// <summary>What the threads of sockets that are closed now had counted.</summary>
    public ThreadCounters Past => _past;

    /// <summary>Whether an endpoint names such a socket.</summary>
    public static bool IsExtra(in InternetEndpoint endpoint) => endpoint.Scope != 0 && !endpoint.Address.IsLinkLocalV6;

    /// <summary>The threads of the sockets that data goes through.</summary>
    public IReadOnlyList<UdpPump> Pumps()
    {
        lock (_lock)
        {
            return [.. _sockets.Values.Select(static socket => socket.Pump).OfType<UdpPump>()];
        }
    }

    /// <summary>The socket for an endpoint, opened if there is none; null if there are too many or the system refuses.</summary>
    public DatagramSocket? FindOrOpen(in InternetEndpoint endpoint)
    {
        (uint Number, bool IsV6) key = (endpoint.Scope, !endpoint.Address.IsV4);
        lock (_lock)
        {
            if (_sockets.TryGetValue(key, out ExtraSocket? found))
            {
                return found;
            }

            if (_disposed || (_numbers.Count >= CountMax && !_numbers.ContainsKey(key.Number)) || !IsWanted(key.IsV6) || Open(key.IsV6) is not { } socket)
            {
                return null;
            }

            ExtraSocket added = new(key.Number, socket);
            _sockets[key] = added;
            _numbers[key.Number] = _numbers.GetValueOrDefault(key.Number) + 1;
            Watch();
            return added;
        }
    }

    /// <summary>The socket for an endpoint that data goes to, which from now on receives on the packet path; null if it is not open.</summary>
    public DatagramSocket? FindForData(in InternetEndpoint endpoint)
    {
        lock (_lock)
        {
            if (_disposed || !_sockets.TryGetValue((endpoint.Scope, !endpoint.Address.IsV4), out ExtraSocket? socket))
            {
                return null;
            }

            if (socket.Pump is null)
            {
                socket.AskForBuffers(state.Options.ReceiveBufferBytes, state.Options.SendBufferBytes);
                socket.Pump = new UdpPump(state, socket);
                Watch();
                socket.Pump.Start();
            }

            return socket;
        }
    }

    /// <summary>Closes the sockets of a number, if there are any.</summary>
    public void Close(uint number)
    {
        List<ExtraSocket> closing = [];
        lock (_lock)
        {
            foreach (bool isV6 in (ReadOnlySpan<bool>)[false, true])
            {
                if (_sockets.Remove((number, isV6), out ExtraSocket? socket))
                {
                    closing.Add(socket);
                }
            }

            _numbers.Remove(number);
            Watch();
        }

        // Not under the lock: a thread that is being ended may be about to look for a socket.
        closing.ForEach(Dispose);
    }

    /// <summary>Overwrites what the ciphers of the threads remember of keys.</summary>
    public void ForgetKeys()
    {
        lock (_lock)
        {
            foreach (ExtraSocket socket in _sockets.Values)
            {
                socket.Pump?.ForgetKeys();
            }
        }
    }

    public void Dispose()
    {
        List<ExtraSocket> closing;
        lock (_lock)
        {
            _disposed = true;
            closing = [.. _sockets.Values];
            _sockets.Clear();
            _numbers.Clear();
            Watch();
            _receiver?.Wake();
        }

        _receiver?.Dispose();
        closing.ForEach(Dispose);
    }

    private void Dispose(ExtraSocket socket)
    {
        socket.Dispose();
        if (socket.Pump is { } pump)
        {
            lock (_lock)
            {
                _past.Add(pump.Counters);
            }
        }
    }

    private void Watch()
    {
        ExtraSocket[] watched = [.. _sockets.Values.Where(static socket => socket.Pump is null)];
        if (_receiver is null && watched.Length > 0)
        {
            _receiver = new ExtraReceiver(state);
            _receiver.Start();
        }

        _receiver?.Watch(watched);
    }

    private bool IsWanted(bool isV6) => isV6 ? state.SocketV6 is not null : state.SocketV4 is not null;

    private DatagramSocket? Open(bool isV6)
    {
        try
        {
            FastPathOptions options = state.Options with { ReceiveBufferBytes = ProbeBufferBytes, SendBufferBytes = ProbeBufferBytes };
            return DatagramSocket.TryOpen(isV6, 0, options);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
