using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>Which endpoints are tried: the part of the table that takes candidates in and lets them go.</summary>
public sealed partial class PathTable
{
    private int _rotation;

    /// <summary>
    /// Replaces what one source says of the peer; the first <see cref="PerSourceMax"/> endpoints count. Endpoints that no source names any more
    /// are forgotten, unless they work. Endpoints that datagrams cannot be sent to are passed over, as are loopback addresses from afar.
    /// </summary>
    public void SetCandidates(Instant now, CandidateSource source, IReadOnlyList<InternetEndpoint> endpoints)
    {
        int count = Math.Min(endpoints.Count, PerSourceMax);
        for (int i = _paths.Count - 1; i >= 0; i--)
        {
            PathState path = _paths[i];
            if (path.IsFrom(source) && !Names(endpoints, count, path.Endpoint))
            {
                path.SetSource(source, false);
                ForgetIfUnnamed(path);
            }
        }

        for (int i = 0; i < count; i++)
        {
            AddCandidate(now, source, endpoints[i]);
        }
    }

    /// <summary>
    /// Adds one endpoint to what a source says; if the source names <see cref="PerSourceMax"/> already, the worst of those gives way. False if it is of no use or
    /// the table is full of better ones.
    /// </summary>
    public bool AddCandidate(Instant now, CandidateSource source, in InternetEndpoint endpoint)
    {
        if (!IsUsable(endpoint, source))
        {
            return false;
        }

        PathState? path = Find(endpoint);
        if (path?.IsFrom(source) != true)
        {
            MakeRoomInSource(source);
        }

        if (path is null)
        {
            path = AddPath(now, endpoint, source);
            if (path is not null && _hasSession)
            {
                BeginBurst(path, now);
                HandleTimeout(now);
            }

            return path is not null;
        }

        path.SetSource(source, true);
        if (_hasSession && path.Status == PathStatus.Failed && source is CandidateSource.Lan or CandidateSource.CallMe)
        {
            // Fresh word that the peer is there now.
            BeginBurst(path, now);
            HandleTimeout(now);
        }

        return true;
    }

    /// <summary>Says by how many members a way through relays leads, which is known outside: with more than one it is a <see cref="PathKind.Mesh"/>.</summary>
    public void SetRelayCount(Instant now, in InternetEndpoint endpoint, int relays)
    {
        PathKind kind = relays > 1 ? PathKind.Mesh : PathKind.Relay;
        if (Find(endpoint) is { } path && path.Kind != kind && PathAddress.TryGetRelay(endpoint, out _, out _))
        {
            path.Kind = kind;
            Choose(now);
        }
    }

    /// <summary>Forgets a path at once, even the one that data takes: it is certain that it leads nowhere any more.</summary>
    public void Remove(Instant now, in InternetEndpoint endpoint)
    {
        if (Find(endpoint) is { } path)
        {
            path.Status = PathStatus.Failed;
            _paths.Remove(path);
            Choose(now);
            if (!Online && _hasSession)
            {
                ProbeAll(now);
                HandleTimeout(now);
            }
        }
    }

    /// <summary>
    /// The endpoints that a handshake initiation should go to, best first; returns how many. If more are known than fit, each call keeps the
    /// best half and takes turns through the others; a few ways that are no plain addresses always come along.
    /// </summary>
    public int CopyHandshakeTargets(Span<InternetEndpoint> targets)
    {
        List<PathState> special = [.. _paths.Where(static path => PathAddress.IsSpecial(path.Endpoint))];
        special.Sort(CompareForHandshake);
        int room = Math.Min(targets.Length, HandshakeTargetsMax);
        int reserved = Math.Min(special.Count, Math.Max(SpecialTargetsMax, room - (_paths.Count - special.Count)));
        reserved = Math.Min(reserved, room);
        int count = CopyPlainTargets(targets[..(room - reserved)]);
        for (int i = 0; i < reserved; i++)
        {
            targets[count++] = special[i].Endpoint;
        }

        return count;
    }

    private int CopyPlainTargets(Span<InternetEndpoint> targets)
    {
        int room = targets.Length;
        List<PathState> order = [.. _paths.Where(static path => !PathAddress.IsSpecial(path.Endpoint))];
        order.Sort(CompareForHandshake);
        int count = Math.Min(room, order.Count);
        int fixedCount = order.Count <= room ? count : room / 2;
        for (int i = 0; i < fixedCount; i++)
        {
            targets[i] = order[i].Endpoint;
        }

        int others = order.Count - fixedCount;
        for (int i = fixedCount; i < count; i++)
        {
            targets[i] = order[fixedCount + ((_rotation + i - fixedCount) % others)].Endpoint;
        }

        _rotation = others == 0 ? 0 : (_rotation + count - fixedCount) % others;
        return count;
    }

    private static bool Names(IReadOnlyList<InternetEndpoint> endpoints, int count, InternetEndpoint endpoint)
    {
        for (int i = 0; i < count; i++)
        {
            if (endpoints[i] == endpoint)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUsable(InternetEndpoint endpoint, CandidateSource source)
    {
        // A peer must not be able to aim our handshakes at services of this very machine, nor at an address that needs an interface it cannot know.
        if (PathAddress.IsSpecial(endpoint))
        {
            return source == (PathAddress.TryGetTcp(endpoint, out _) ? CandidateSource.Tcp : CandidateSource.Relay);
        }

        bool isFromAfar = source is CandidateSource.Whereabouts or CandidateSource.CallMe;
        return EndpointField.IsUnicast(endpoint)
            && !(endpoint.Address.IsLinkLocalV6 && endpoint.Scope == 0)
            && !(isFromAfar && endpoint.Address.IsLoopback);
    }

    private int CompareForHandshake(PathState a, PathState b)
    {
        int order = (b == _current).CompareTo(a == _current);
        order = order != 0 ? order : (b.Status == PathStatus.Working).CompareTo(a.Status == PathStatus.Working);
        order = order != 0 ? order : b.IsFrom(CandidateSource.Tcp).CompareTo(a.IsFrom(CandidateSource.Tcp));
        order = order != 0 ? order : a.IsFrom(CandidateSource.Lan) == b.IsFrom(CandidateSource.Lan) ? 0 : a.IsFrom(CandidateSource.Lan) ? -1 : 1;
        order = order != 0 ? order : (b.LastHeard ?? new Instant(long.MinValue)).CompareTo(a.LastHeard ?? new Instant(long.MinValue));
        order = order != 0 ? order : a.Class.CompareTo(b.Class);
        return order != 0 ? order : a.Endpoint.Address.CompareTo(b.Endpoint.Address) is var addresses and not 0 ? addresses : a.Endpoint.Port.CompareTo(b.Endpoint.Port);
    }

    private PathState? Find(in InternetEndpoint endpoint)
    {
        foreach (PathState path in _paths)
        {
            if (path.Endpoint == endpoint)
            {
                return path;
            }
        }

        return null;
    }

    private PathState? AddPath(Instant now, in InternetEndpoint endpoint, CandidateSource source)
    {
        bool isFromPacket = source == CandidateSource.Packet;
        if (isFromPacket && !EndpointField.IsUnicast(endpoint) && !PathAddress.IsSpecial(endpoint))
        {
            return null;
        }

        if (isFromPacket && CountFromPacketsAlone() >= FromPacketsMax && !Evict(static path => path.Sources == 1 << (int)CandidateSource.Packet, true))
        {
            return null;
        }

        if (_paths.Count >= PathsMax && !Evict(static _ => true, isFromPacket))
        {
            return null;
        }

        PathState path = new(endpoint);
        path.SetSource(source, true);
        Classify(path);
        _paths.Add(path);
        return path;
    }

    private void MakeRoomInSource(CandidateSource source)
    {
        PathState? worst = null;
        int count = 0;
        foreach (PathState path in _paths)
        {
            if (path.IsFrom(source))
            {
                count++;
                worst = path != _current && (worst is null || Worth(path) < Worth(worst)) ? path : worst;
            }
        }

        if (count >= PerSourceMax && source != CandidateSource.Packet && worst is not null)
        {
            worst.SetSource(source, false);
            ForgetIfUnnamed(worst);
        }
    }

    private int CountFromPacketsAlone()
    {
        int count = 0;
        foreach (PathState path in _paths)
        {
            count += path.Sources == 1 << (int)CandidateSource.Packet ? 1 : 0;
        }

        return count;
    }

    private bool Evict(Func<PathState, bool> among, bool evenWorking)
    {
        PathState? victim = null;
        foreach (PathState path in _paths)
        {
            if (path != _current && among(path) && (evenWorking || path.Status == PathStatus.Failed) && (victim is null || Worth(path) < Worth(victim)))
            {
                victim = path;
            }
        }

        return victim is not null && _paths.Remove(victim);
    }

    // Failed before untried before the rest; among equals the one silent for longest.
    private static Int128 Worth(PathState path)
    {
        int rank = path.Status switch
        {
            PathStatus.Failed => 0,
            PathStatus.Unknown => 1,
            PathStatus.Probing => 2,
            _ => 3,
        };
        return ((Int128)rank << 64) + (path.LastHeard?.Ticks ?? 0);
    }

    private void ForgetIfUnnamed(PathState path)
    {
        if (path.Sources == 0 && path != _current && path.Status != PathStatus.Working)
        {
            _paths.Remove(path);
        }
    }

    private void Classify(PathState path)
    {
        if (PathAddress.IsSpecial(path.Endpoint))
        {
            path.Kind = PathAddress.TryGetTcp(path.Endpoint, out _) ? PathKind.Tcp : path.Kind == PathKind.Mesh ? PathKind.Mesh : PathKind.Relay;
            return;
        }

        path.IsSameSubnet = path.Endpoint.Address.IsLinkLocalV6;
        foreach (InternetPrefix prefix in _localPrefixes)
        {
            path.IsSameSubnet |= prefix.Contains(path.Endpoint.Address);
        }

        path.Kind = path.IsSameSubnet || path.Endpoint.Address.IsPrivate ? PathKind.Lan : PathKind.Direct;
    }
}
