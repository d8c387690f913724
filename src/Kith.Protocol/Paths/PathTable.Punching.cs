using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>What opening translators needs of the table: all candidates asked at one moment, and pings that belong to no path yet.</summary>
public sealed partial class PathTable
{
    /// <summary>Whether a session is up, so that pings and calls can travel.</summary>
    public bool HasSession => _hasSession;

    /// <summary>Whether data takes a path from socket to socket that has proven itself.</summary>
    public bool HasDirect => _current is { Status: PathStatus.Working } path && !PathAddress.IsSpecial(path.Endpoint);

    /// <summary>Whether data has a way, but none from socket to socket: through members or over TCP.</summary>
    public bool NeedsPunching => _hasSession && _current is { } path && PathAddress.IsSpecial(path.Endpoint);

    /// <summary>The peer asks at this moment too: every endpoint that does not work is asked anew, openers first.</summary>
    public void BeginRound(Instant now)
    {
        if (!_hasSession)
        {
            return;
        }

        foreach (PathState path in _paths)
        {
            if (path.Status != PathStatus.Working && !PathAddress.IsSpecial(path.Endpoint))
            {
                BeginBurst(path, now);
                path.Openers = path.IsSameSubnet ? 0 : PathTimings.OpenerTtls.Length;
            }
        }

        HandleTimeout(now);
    }

    /// <summary>One ping to an endpoint that is no path: what comes back makes it one. Not counted against <see cref="ProbesPerSecondMax"/>; the caller has its own pace.</summary>
    public void AskOnce(in InternetEndpoint endpoint, byte ttl)
    {
        if (_hasSession)
        {
            _probes.Enqueue(new PathProbe(endpoint, _random.NextUInt64() | 1, 0) { Ttl = ttl });
        }
    }

    /// <summary>Whether authenticated packets came from this address, by whatever port, within a time.</summary>
    public bool HasHeardFrom(Instant now, InternetAddress address, TimeSpan within)
    {
        foreach (PathState path in _paths)
        {
            if (path.Endpoint.Address == address && path.LastHeard is { } heard && now - heard <= within)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a path over an extra socket is chosen, or was heard from within a time, or is about to be found out.</summary>
    public bool IsSocketInUse(Instant now, uint socket, TimeSpan silence)
    {
        foreach (PathState path in _paths)
        {
            if (IsOver(path, socket) && (path == _current || path.Status == PathStatus.Probing || (path.LastHeard is { } heard && now - heard <= silence)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An extra socket is closed: the paths over it are gone.</summary>
    public void ForgetSocket(Instant now, uint socket)
    {
        for (int i = _paths.Count - 1; i >= 0; i--)
        {
            if (i < _paths.Count && IsOver(_paths[i], socket))
            {
                Remove(now, _paths[i].Endpoint);
            }
        }
    }

    /// <summary>Says of the chosen path by what it came about.</summary>
    public void NoteTrick(PathTrick trick)
    {
        if (_current is { } path)
        {
            path.Evidence.Trick = trick;
        }
    }

    // A link-local scope names an interface, not a socket.
    private static bool IsOver(PathState path, uint socket) => path.Endpoint.Scope == socket && socket != 0 && !path.Endpoint.Address.IsLinkLocalV6;

    // A source that never spoke to the peer's translator before goes ahead quietly; one that is heard, or near, needs not.
    private static bool NeedsOpeners(PathState path, Instant now) =>
        path.Kind == PathKind.Direct && !(path.LastHeard is { } heard && now - heard <= PathTimings.OpenFor);

    private void SendOpener(PathState path, Instant now)
    {
        byte ttl = PathTimings.OpenerTtls[^path.Openers];
        path.Openers--;
        path.NextProbe = now + PathTimings.OpenerWait;
        ulong id = _random.NextUInt64() | 1;
        _probes.Enqueue(new PathProbe(path.Endpoint, id, 0) { Ttl = ttl });
        path.NotePing(id, now);
    }
}
