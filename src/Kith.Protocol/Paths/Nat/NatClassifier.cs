using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Nat;

/// <summary>
/// Tells from what several remote endpoints see of our one socket how the translators before it choose outside ports (RFC 4787 section 4). Views that
/// contradict each other count only if they were true at the same time: a mapping that was lost and made anew is no sign of anything. Not thread-safe.
/// </summary>
public sealed class NatClassifier
{
    /// <summary>The most remote endpoints remembered; the one unheard of for longest gives way.</summary>
    public const int ObservationsMax = 64;

    /// <summary>The widest gap between outside ports made one after the other that still counts as a step: other devices behind the same translator take some of them.</summary>
    public const int StepMax = 64;

    // Two ports alone lie this close by chance once in some 4,000 cases; three within StepMax once in a million.
    private const int StepOfTwoMax = 8;

    /// <summary>What is older than this no longer counts.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMinutes(10);

    /// <summary>Views that lie closer together than this are taken to be of the same time.</summary>
    public static readonly TimeSpan Simultaneous = TimeSpan.FromSeconds(1);

    private readonly List<NatObservation> _observations = [];
    private IReadOnlyList<InternetAddress> _local = [];
    private ushort _port;
    private NatClass _lastV4;
    private NatClass _lastV6;
    private int _lastStepV4;

    /// <summary>Says which endpoints are our own, so that the lack of a translator is seen.</summary>
    public void SetLocal(IReadOnlyList<InternetAddress> addresses, ushort port)
    {
        _local = addresses;
        _port = port;
    }

    /// <summary>Forgets everything: the network is another one.</summary>
    public void Clear()
    {
        _observations.Clear();
        _lastV4 = NatClass.Unknown;
        _lastV6 = NatClass.Unknown;
        _lastStepV4 = 0;
    }

    /// <summary>A remote endpoint told where it sees us.</summary>
    /// <param name="now">The time.</param>
    /// <param name="remote">Where our packet went.</param>
    /// <param name="outside">Where it was seen to come from.</param>
    /// <param name="sent">When our packet was sent.</param>
    public void HandleObserved(Instant now, in InternetEndpoint remote, in InternetEndpoint outside, Instant sent)
    {
        if (!EndpointField.IsUnicast(outside) || remote.Address.IsV4 != outside.Address.IsV4 || outside.Address.IsLinkLocalV6 || outside.Address.IsLoopback)
        {
            return;
        }

        InternetEndpoint key = remote;
        int index = _observations.FindIndex(known => known.Remote == key);
        Instant first = sent;
        if (index >= 0)
        {
            first = _observations[index].Outside == outside ? _observations[index].First : sent;
            _observations.RemoveAt(index);
        }
        else if (_observations.Count >= ObservationsMax)
        {
            _observations.Remove(_observations.MinBy(known => known.Last));
        }

        _observations.Add(new NatObservation(remote, outside, first, now));

        // What is found now is remembered even if nobody looks before the next view.
        Find(now, remote.Address.IsV4);
    }

    /// <summary>How many remote addresses of a family told us something lately.</summary>
    public int CountVantages(Instant now, bool isV4) => Relevant(now, isV4).Select(known => known.Remote.Address).Distinct().Count();

    /// <summary>Where others see us, newest first, at most <paramref name="max"/>; of a family whose port changes with the destination, only the newest.</summary>
    public IReadOnlyList<InternetEndpoint> Outside(Instant now, int max)
    {
        List<InternetEndpoint> found = [];
        foreach (NatObservation known in _observations.Where(known => now - known.Last < Validity && !_local.Contains(known.Outside.Address)).OrderByDescending(known => known.First))
        {
            bool isV4 = known.Outside.Address.IsV4;
            bool isFixed = (isV4 ? _lastV4 : _lastV6) is not (NatClass.Hard or NatClass.Stepping or NatClass.AddressDependent);
            bool isOutdated = _observations.Any(other => other.Outside != known.Outside && other.Outside.Address == known.Outside.Address && other.First > known.Last);
            if (found.Count < max && !found.Contains(known.Outside) && !isOutdated && (isFixed || !found.Any(other => other.Address == known.Outside.Address)))
            {
                found.Add(known.Outside);
            }
        }

        return found;
    }

    /// <summary>What all this means for one family. What was found stays found until something speaks against it or <see cref="Clear"/>.</summary>
    internal NatFinding Find(Instant now, bool isV4)
    {
        List<NatObservation> views = Consistent(Relevant(now, isV4));
        ref NatClass last = ref isV4 ? ref _lastV4 : ref _lastV6;
        if (views.Count == 0)
        {
            return new NatFinding(last, isV4 ? _lastStepV4 : 0, null, null, 0);
        }

        (NatClass found, int step) = Classify(views);
        if (found == NatClass.Unknown)
        {
            found = last;
            step = isV4 ? _lastStepV4 : 0;
        }

        last = found;
        _lastStepV4 = isV4 ? step : _lastStepV4;
        NatObservation newest = views.MaxBy(view => view.First);
        return new NatFinding(found, step, newest.Outside, newest.Last, views.Count);
    }

    private (NatClass Class, int Step) Classify(List<NatObservation> views)
    {
        InternetEndpoint first = views[0].Outside;
        if (views.TrueForAll(view => _local.Contains(view.Outside.Address)))
        {
            return (NatClass.None, 0);
        }

        if (views.TrueForAll(view => view.Outside == first))
        {
            // One view alone says something only if the port was kept: by chance that happens once in 64,000 cases.
            return (views.Count > 1 || first.Port == _port ? NatClass.Easy : NatClass.Unknown, 0);
        }

        IGrouping<InternetAddress, NatObservation>[] byAddress = [.. views.GroupBy(view => view.Remote.Address)];
        bool isSamePerAddress = byAddress.All(group => group.DistinctBy(view => view.Outside).Count() == 1);
        if (isSamePerAddress && byAddress.Any(group => group.Count() > 1))
        {
            return (NatClass.AddressDependent, 0);
        }

        int step = FindStep([.. views.OrderBy(view => view.First).Select(view => view.Outside)]);
        return step == 0 ? (NatClass.Hard, 0) : (NatClass.Stepping, step);
    }

    // The smallest gap between ports made one after the other, if all lie in one direction and none is wide; otherwise 0.
    private static int FindStep(InternetEndpoint[] outside)
    {
        int max = outside.Length == 2 ? StepOfTwoMax : StepMax;
        int step = 0;
        for (int i = 1; i < outside.Length; i++)
        {
            int gap = outside[i].Port - outside[i - 1].Port;
            if (gap == 0 || Math.Abs(gap) > max || outside[i].Address != outside[0].Address || (step != 0 && Math.Sign(gap) != Math.Sign(step)))
            {
                return 0;
            }

            step = step == 0 || Math.Abs(gap) < Math.Abs(step) ? gap : step;
        }

        return step;
    }

    // Views from the Internet, if there are any: from within a private network one may be seen before the last translator.
    private List<NatObservation> Relevant(Instant now, bool isV4)
    {
        List<NatObservation> views = _observations.FindAll(known => known.Remote.Address.IsV4 == isV4 && now - known.Last < Validity);
        List<NatObservation> fromInternet = views.FindAll(static view => !view.Remote.Address.IsPrivate);
        return fromInternet.Count > 0 ? fromInternet : views;
    }

    // The newest view, those that were true at the same time, and whatever agrees with one of these.
    private static List<NatObservation> Consistent(List<NatObservation> views)
    {
        if (views.Count == 0)
        {
            return views;
        }

        NatObservation newest = views.MaxBy(view => view.First);
        List<NatObservation> present = views.FindAll(view => view.Outside == newest.Outside || view.OverlapsWith(newest, Simultaneous));
        return views.FindAll(view => present.Exists(other => other.Outside == view.Outside));
    }
}
