using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>When which path is pinged: bursts, keepalives, misses, and the search for the largest packet.</summary>
public sealed partial class PathTable
{
    private Instant _windowStart = new(long.MinValue / 2);
    private int _windowProbes;

    /// <summary>When <see cref="HandleTimeout"/> must be called next.</summary>
    public Instant NextTimeout
    {
        get
        {
            Instant next = Instant.Never;
            if (_hasSession)
            {
                foreach (PathState path in _paths)
                {
                    next = Instant.Min(next, Instant.Min(path.NextProbe, path.NextSearchProbe));
                }
            }

            return next;
        }
    }

    /// <summary>Does what is due. Safe to call early or late.</summary>
    public void HandleTimeout(Instant now)
    {
        if (!_hasSession)
        {
            return;
        }

        // Backwards, because a path that fails may be forgotten.
        for (int i = _paths.Count - 1; i >= 0; i--)
        {
            // One path's failure may take others with it.
            if (i < _paths.Count && _paths[i].NextProbe <= now)
            {
                HandleDue(_paths[i], now);
            }

            if (i < _paths.Count && _paths[i].NextSearchProbe <= now)
            {
                HandleSearchDue(_paths[i], now);
            }
        }
    }

    /// <summary>The next ping to seal and send.</summary>
    public bool TryGetProbe(out PathProbe probe) => _probes.TryDequeue(out probe);

    private void ProbeAll(Instant now)
    {
        foreach (PathState path in _paths)
        {
            if (path.Status == PathStatus.Working)
            {
                Doubt(path, 0, now);
            }
            else
            {
                BeginBurst(path, now);
            }
        }
    }

    // Asks a working path whether it still does, with quick retries.
    private static void Doubt(PathState path, int misses, Instant now)
    {
        path.IsQuick = true;
        path.IsUrgent = true;
        path.IsAwaiting = false;
        path.Misses = misses;
        path.NextProbe = now;
    }

    private static void BeginBurst(PathState path, Instant now)
    {
        path.Status = PathStatus.Probing;
        path.Attempts = 0;
        path.Openers = NeedsOpeners(path, now) ? PathTimings.OpenerTtls.Length : 0;
        path.Misses = 0;
        path.IsAwaiting = false;
        path.IsQuick = false;
        path.Backoff = TimeSpan.Zero;
        path.NextProbe = now;
    }

    private void HandleDue(PathState path, Instant now)
    {
        if (path.IsAwaiting)
        {
            path.Misses++;
            path.IsAwaiting = false;
            if (path.Status == PathStatus.Working)
            {
                path.NoteLoss(true);
            }

            if (path.Misses >= (path.Status == PathStatus.Working ? MissesMax : BurstAttempts) || path.Attempts >= BurstAttempts)
            {
                Fail(path, now);
                return;
            }

            if (path == _current && path.Misses == 1)
            {
                AskAlternatives(now);
            }

            Choose(now);
        }
        else if (path.Status == PathStatus.Working && !path.IsUrgent && path == _current
            && path.LastHeard is { } heard && now - heard < path.Life.Interval)
        {
            // What arrived since is as good as a pong.
            path.NextProbe = heard + path.Life.Interval;
            return;
        }

        if (!TryTakeProbe(now))
        {
            path.NextProbe = _windowStart + TimeSpan.FromSeconds(1);
            return;
        }

        if (path is { Status: PathStatus.Working, Kind: PathKind.Direct, IsUrgent: false, Misses: 0 } && path == _current)
        {
            path.Life.BeginTest();
        }

        if (path.Openers > 0 && path.Status == PathStatus.Probing)
        {
            SendOpener(path, now);
            return;
        }

        bool isSingle = path.Status == PathStatus.Failed;
        path.Attempts = isSingle ? BurstAttempts : path.Attempts + (path.Status == PathStatus.Working ? 0 : 1);
        path.IsUrgent = false;
        path.IsAwaiting = true;
        path.NextProbe = now + (path.Status == PathStatus.Working
            ? path.IsQuick ? PathTimings.BurstFirstWait * (1 << path.Misses) : MissWait(path)
            : isSingle ? PathTimings.MissInterval : PathTimings.BurstFirstWait * (1 << (path.Attempts - 1)));
        path.NotePing(Ask(path, 0), now);
    }

    // Other ways are asked as soon as an answer is overdue: flows go round whoever died within 3 s, also those of members for whom we only pass packets on.
    private static TimeSpan MissWait(PathState path)
    {
        if (path.Misses > 0 || path.Rtt is not { } rtt)
        {
            return PathTimings.MissInterval;
        }

        TimeSpan wait = PathTimings.FirstMissMin + (rtt * 3);
        return wait < PathTimings.MissInterval ? wait : PathTimings.MissInterval;
    }

    // The chosen path is in doubt: fresh evidence for another one lets data move before the last miss.
    private void AskAlternatives(Instant now)
    {
        foreach (PathState path in _paths)
        {
            if (path != _current && path is { Status: PathStatus.Working, IsAwaiting: false })
            {
                path.IsUrgent = true;
                path.NextProbe = now;
            }
        }
    }

    private void Fail(PathState path, Instant now)
    {
        bool wasCurrent = path == _current;
        path.Evidence.NoteFailure(now, path.Status == PathStatus.Working || path.Evidence.Answers > 0 ? PathFailure.FellSilent : PathFailure.NeverAnswered);
        path.Status = PathStatus.Failed;
        path.Life.EndTest(held: false, mayGrow: false);
        path.Misses = 0;
        path.IsQuick = false;
        path.Search = null;
        path.NextSearchProbe = Instant.Never;
        Choose(now);
        TimeSpan longest = Online ? PathTimings.IdleReprobe : PathTimings.OfflineReprobe;
        path.Backoff = path.Backoff == TimeSpan.Zero ? PathTimings.FailedFirstWait : path.Backoff * 2;
        path.Backoff = path.Backoff < longest ? path.Backoff : longest;
        path.NextProbe = now + path.Backoff;
        if (path.Sources == 0 || (Online && path.Sources == 1 << (int)CandidateSource.Packet))
        {
            _paths.Remove(path);
        }

        if (wasCurrent && !Online)
        {
            ProbeAll(now);
        }
    }

    private static void BeginMtuSearch(PathState path, Instant now)
    {
        if (PathAddress.TryGetTcp(path.Endpoint, out _))
        {
            // A stream carries whatever a session makes.
            path.Mtu = MtuSearch.Ceiling;
        }

        // A way through others carries what they pass on, and every hop's own path has been searched.
        if (path.Search is null && !PathAddress.IsSpecial(path.Endpoint) && (path.Searched is not { } searched || now - searched > PathTimings.MtuValidity))
        {
            path.Search = new MtuSearch(path.Endpoint.Address.IsV4);
            path.NextSearchProbe = now;
            path.SearchId = 0;
        }
    }

    private void HandleSearchDue(PathState path, Instant now)
    {
        path.NextSearchProbe = Instant.Never;
        if (path.Search is not { } search || path.Status != PathStatus.Working)
        {
            path.Search = null;
            return;
        }

        if (path.SearchId != 0)
        {
            search.HandleLost();
        }

        if (search.IsDone)
        {
            path.Search = null;
            path.SearchId = 0;
            path.Searched = now;
            path.Mtu = search.Mtu;
            NoteChanges();
            return;
        }

        path.NextSearchProbe = now + PathTimings.MissInterval;
        path.SearchId = TryTakeProbe(now) ? Ask(path, search.PaddingBytes) : 0;
    }

    private ulong Ask(PathState path, int paddingBytes)
    {
        // Zero marks a slot that waits for nothing.
        ulong id = _random.NextUInt64() | 1;
        _probes.Enqueue(new PathProbe(path.Endpoint, id, paddingBytes));
        return id;
    }

    private bool TryTakeProbe(Instant now)
    {
        if (now - _windowStart >= TimeSpan.FromSeconds(1))
        {
            _windowStart = now;
            _windowProbes = 0;
        }

        return _windowProbes++ < ProbesPerSecondMax;
    }
}
