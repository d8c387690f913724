using Kith.Protocol.Paths.Stun;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Nat;

/// <content>When STUN servers are asked, and what their answers mean.</content>
public sealed partial class NatMonitor
{
    private readonly Dictionary<InternetEndpoint, bool> _answers = [];
    private IReadOnlyList<InternetEndpoint> _servers = [];
    private Instant _serversUntil = new(long.MinValue);
    private Instant _askAt = Instant.Never;
    private TimeSpan _retry = NatTimings.RetryFirst;
    private InternetEndpoint? _other;
    private InternetEndpoint? _tester;
    private bool _isRound;

    /// <summary>When <see cref="HandleTimeout"/> must be called next.</summary>
    public Instant NextTimeout => Instant.Min(_askAt, _stun.NextTimeout);

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        _stun.HandleTimeout(now);
        TakeStunEvents(now);
        if (now >= _askAt)
        {
            AskIfNeeded(now);
        }
    }

    /// <summary>The addresses of the STUN servers, of which the first few of each family that this machine has are asked. They are, if that is due.</summary>
    public void HandleServers(Instant now, IReadOnlyList<InternetEndpoint> servers)
    {
        _servers = [.. servers.Where(server => EndpointField.IsUnicast(server) && !server.Address.IsLoopback).Distinct().Take(ServersMax)];
        _serversUntil = now + NatTimings.ServersValidity;
        if (_servers.Count > 0 && !_isRound && IsNeeded(now))
        {
            BeginRound(now);
        }
    }

    /// <summary>A datagram of the data socket; true if it is STUN, which nobody else wants.</summary>
    public bool HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        bool isStun = _stun.HandleDatagram(source, datagram);
        if (isStun)
        {
            TakeStunEvents(now);
        }

        return isStun;
    }

    /// <summary>Takes the next datagram to send from the data socket.</summary>
    public bool TryGetTransmit(Span<byte> buffer, out InternetEndpoint target, out int length) => _stun.TryGetTransmit(buffer, out target, out length);

    private void ResetAsking(Instant now)
    {
        _isRound = false;
        _other = null;
        _tester = null;
        _retry = NatTimings.RetryFirst;
        _askAt = _local.Count == 0 ? Instant.Never : now + NatTimings.Grace;
    }

    // Only where members do not tell as much: two that see us from different places, or, once we know how we are seen, a single one.
    private bool IsNeeded(Instant now)
    {
        bool isV4 = _local.Any(address => address.IsV4);
        NatFinding found = _classifier.Find(now, isV4);
        int vantages = _classifier.CountVantages(now, isV4);
        return _local.Count > 0 && (vantages == 0 || (vantages < 2 && (found.Class == NatClass.Unknown || _answers.Count == 0)));
    }

    private void AskIfNeeded(Instant now)
    {
        _askAt = now + AskAgainLater();
        if (_isRound || !IsNeeded(now))
        {
            return;
        }

        // Asked also while addresses are still known: whoever resolves may be offline just now, and then these serve.
        if (now >= _serversUntil)
        {
            Raise(NatEvent.ServersWanted);
            RetryLater(now);
        }

        if (_servers.Count > 0)
        {
            BeginRound(now);
        }
    }

    private void BeginRound(Instant now)
    {
        _answers.Clear();
        foreach (InternetEndpoint server in _servers)
        {
            if (_local.Any(address => address.IsV4 == server.Address.IsV4))
            {
                _isRound |= _stun.Ask(now, StunPurpose.Mapping, server);
            }
        }
    }

    private TimeSpan AskAgainLater() => NatTimings.AskAgain + TimeSpan.FromSeconds(_random.NextBelow((int)NatTimings.AskAgainSpread.TotalSeconds));

    private void RetryLater(Instant now)
    {
        _askAt = now + _retry;
        _retry = _retry * 2 < NatTimings.AskAgain ? _retry * 2 : NatTimings.AskAgain;
    }

    private void TakeStunEvents(Instant now)
    {
        while (_stun.TryGetEvent(out StunEvent ended))
        {
            switch (ended.Purpose)
            {
                case StunPurpose.Mapping:
                    HandleMappingAnswer(now, ended);
                    break;
                case StunPurpose.Hairpin:
                    _hairpin = ended.IsAnswered;
                    break;
                default:
                    HandleFilteringAnswer(ended);
                    break;
            }

            if (_isRound && _stun.OpenCount == 0)
            {
                EndRound(now);
            }

            Update(now);
        }
    }

    private void HandleMappingAnswer(Instant now, in StunEvent ended)
    {
        _answers[ended.Target] = ended.IsAnswered;
        if (!ended.IsAnswered || ended.Mapped is not { } mapped)
        {
            return;
        }

        _isBlocked = false;
        _retry = NatTimings.RetryFirst;
        _classifier.HandleObserved(now, ended.Target, mapped, ended.Sent);
        if (ended.Other is { } other && _tester is null && CanTestFiltering(now, ended.Target, other))
        {
            _tester = ended.Target;
            _other = other;
            _stun.Ask(now, StunPurpose.FilterAddress, ended.Target);
            _stun.Ask(now, StunPurpose.FilterPort, ended.Target);
        }

        AskHairpin(now);
    }

    // The other endpoint must be one that nothing was sent to, or its answer would come in anyway.
    private bool CanTestFiltering(Instant now, in InternetEndpoint server, in InternetEndpoint other) =>
        _filtering == NatFiltering.Unknown && _mapped.Count == 0 && server.Address.IsV4 == other.Address.IsV4 && server.Address != other.Address && server.Port != other.Port
        && EndpointField.IsUnicast(other) && !other.Address.IsLoopback && !_sent.HasSentTo(now, other.Address) && !_servers.Contains(other);

    private void HandleFilteringAnswer(in StunEvent ended)
    {
        if (ended.IsAnswered)
        {
            NatFiltering seen = ended.Purpose == StunPurpose.FilterAddress ? NatFiltering.EndpointIndependent : NatFiltering.AddressDependent;
            _filtering = _filtering == NatFiltering.Unknown || seen < _filtering ? seen : _filtering;
        }
    }

    private void AskHairpin(Instant now)
    {
        NatFinding v4 = _classifier.Find(now, true);
        if (!_isHairpinAsked && v4.Class is NatClass.Easy or NatClass.AddressDependent && v4.Outside is { } outside)
        {
            _isHairpinAsked = _stun.Ask(now, StunPurpose.Hairpin, outside);
        }
    }

    private void EndRound(Instant now)
    {
        if (_tester is { } tester && _other is { } other)
        {
            // Now that filtering is known, two more views from places of which none was asked before.
            _other = null;
            _filtering = _filtering == NatFiltering.Unknown && _answers.GetValueOrDefault(tester) ? NatFiltering.AddressAndPortDependent : _filtering;
            _stun.Ask(now, StunPurpose.Mapping, new InternetEndpoint(tester.Address, other.Port));
            _stun.Ask(now, StunPurpose.Mapping, other);
            return;
        }

        _isRound = false;
        if (_answers.ContainsValue(true))
        {
            _askAt = now + AskAgainLater();
            return;
        }

        _isBlocked = !IsHeardOfLately(now) && _classifier.CountVantages(now, true) + _classifier.CountVantages(now, false) == 0;
        RetryLater(now);
    }
}
