using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Trackers: telling them where we are, and trying members at the places they name.</content>
public sealed partial class NodeCore
{
    private readonly TrackerMachine? _trackers;
    private readonly Dictionary<NetworkId, int> _missing = [];
    private double _guesses = NodeLimits.GuessesMax;
    private Instant _guessesAt;

    /// <summary>How it stands with each tracker.</summary>
    public IReadOnlyList<TrackerReport> Trackers => _trackers?.Describe() ?? [];

    /// <summary>The addresses of a tracker's host, or why there are none: the answer to <see cref="NodeEvent.TrackerAddressesWanted"/>.</summary>
    public void HandleTrackerAddresses(ClockReading now, TrackerUrl url, IReadOnlyList<InternetAddress> addresses, string? failure)
    {
        _trackers?.HandleAddresses(now, url, addresses, failure);
        Settle(now);
    }

    /// <summary>What came of an HTTP request: the answer to <see cref="NodeEvent.TrackerHttpWanted"/>. See <see cref="TrackerMachine.HandleHttpAnswer"/>.</summary>
    public void HandleTrackerHttp(ClockReading now, long operation, ReadOnlySpan<byte> body, string? failure)
    {
        _trackers?.HandleHttpAnswer(now, operation, body, failure);
        Settle(now);
    }

    private bool TryHandleTracker(ClockReading now, in InternetEndpoint source, ReadOnlySpan<byte> datagram) =>
        _trackers is { } trackers && source.Scope == 0 && !PathAddress.IsSpecial(source) && trackers.HandleDatagram(now, source, datagram);

    private bool TryTakeTracker(Span<byte> buffer, out NodeTransmit transmit)
    {
        transmit = default;
        if (_trackers is not { } trackers || !trackers.TryGetTransmit(buffer, out InternetEndpoint target, out int length))
        {
            return false;
        }

        transmit = new NodeTransmit(NodeTransmitKind.Datagram, target, length);
        return true;
    }

    // Once a second, and when the way to the Internet has changed.
    private void UpdateTrackers(ClockReading now)
    {
        if (_trackers is not { } trackers)
        {
            return;
        }

        _missing.Clear();
        List<TrackerPlace> places = [];
        foreach (LocalNetwork network in _networks.Values)
        {
            if (network is { IsActive: true, Secret: { } secret } && network.Log.State.Members.Count > 1)
            {
                places.AddRange(DaysAround(now.WallMilliseconds).Select(day => new TrackerPlace(network.Id, secret.Epoch, day)));
                _missing[network.Id] = _members.Values.Count(peer => peer.Paths is { Online: false } && peer.Networks.Contains(network));
            }
        }

        trackers.SetSelf(now, new TrackerSelf(OutsidePort(isV4: true), OutsidePort(isV4: false), OwnEndpoints));
        trackers.SetMissing(now, _missing);
        trackers.SetPlaces(now, places, place => TrackerPlace.InfoHash(_networks[place.Network].Secret!.Value, place.Day));
    }

    // Where a router maps a port that one is reached; else the one that others see, if they all see the same.
    private ushort OutsidePort(bool isV4)
    {
        if (!_localAddresses.Any(address => address.IsV4 == isV4 && (isV4 || !address.IsPrivate)))
        {
            return 0;
        }

        bool isFixed = Nat.Class is NatClass.Unknown or NatClass.None or NatClass.Easy;
        foreach (InternetEndpoint endpoint in isFixed ? _mapped.Concat(_observed) : _mapped)
        {
            if (endpoint.Address.IsV4 == isV4 && endpoint.Port != 0 && !endpoint.Address.IsPrivate)
            {
                return endpoint.Port;
            }
        }

        return _options.Port;
    }

    private void StopTrackers(ClockReading now)
    {
        _trackers?.Stop(now);
        HandleTrackerEvents(now);
    }

    private bool HandleTrackerEvents(ClockReading now)
    {
        bool any = false;
        while (_trackers is { } trackers && trackers.TryGetEvent(out TrackerEvent? trackerEvent))
        {
            any = true;
            switch (trackerEvent)
            {
                case TrackerEvent.AddressesWanted wanted:
                    Raise(new NodeEvent.TrackerAddressesWanted(wanted.Url));
                    break;
                case TrackerEvent.HttpWanted wanted:
                    Raise(new NodeEvent.TrackerHttpWanted(wanted.Operation, wanted.Url, wanted.IsV6));
                    break;
                case TrackerEvent.Answered { HasNews: true } answered:
                    CallGuessed(now, answered.Network);
                    break;
                default:
                    break;
            }
        }

        return any;
    }

    // Somebody is new on the hash: whoever is missing may be that one.
    private void CallGuessed(ClockReading now, NetworkId network)
    {
        foreach (RemotePeer peer in _members.Values)
        {
            if (peer.Paths is { Online: false } && peer.Networks.Exists(shared => shared.Id == network) && HasGuesses(peer))
            {
                CallNow(now, peer, []);
                if (peer.LastInitiation is { } initiation && now.Monotonic - peer.LastInitiationAt < TunnelSpecification.RekeyTimeout)
                {
                    TryGuesses(now, peer, initiation);
                }
            }
        }
    }

    private bool HasGuesses(RemotePeer peer) => _trackers is not null && GuessesFor(peer).Count > 0;

    // A stranger at one of these places gets a handshake that only the member's key opens. Where another member answers it is not that member.
    private List<InternetEndpoint> GuessesFor(RemotePeer peer)
    {
        HashSet<InternetEndpoint> taken = [.. _members.Values.Where(other => other != peer && other.PathEndpoint is not null).Select(other => other.PathEndpoint!.Value)];
        return [.. peer.Networks.SelectMany(network => _trackers!.PeersOf(network.Id)).Where(endpoint => !taken.Contains(endpoint)).Distinct()];
    }

    private void TryGuesses(ClockReading now, RemotePeer peer, ReadOnlySpan<byte> initiation)
    {
        if (_trackers is null || peer.Kind != RemotePeerKind.Member || peer.Paths is not { Online: false } paths)
        {
            return;
        }

        List<InternetEndpoint> guesses = GuessesFor(peer);
        _guesses = Math.Min(NodeLimits.GuessesMax, _guesses + ((now.Monotonic - _guessesAt).TotalSeconds * NodeLimits.GuessesPerSecond));
        _guessesAt = now;
        for (int i = Math.Min(guesses.Count, NodeLimits.GuessesPerHandshakeMax); i > 0 && _guesses >= 1; i--)
        {
            InternetEndpoint guess = guesses[(int)(peer.NextGuess++ % (uint)guesses.Count)];
            if (!paths.Paths.Any(path => path.Endpoint == guess))
            {
                _guesses--;
                QueueDatagram(guess, initiation);
            }
        }
    }

    private void NoteGuessed(ClockReading now, RemotePeer peer, in InternetEndpoint endpoint)
    {
        if (_trackers is not null && GuessesFor(peer).Contains(endpoint))
        {
            peer.Paths!.AddCandidate(now, CandidateSource.Tracker, endpoint);
        }
    }
}
