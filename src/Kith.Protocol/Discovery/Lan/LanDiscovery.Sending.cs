using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>What is announced and asked, and when.</summary>
public sealed partial class LanDiscovery
{
    private const uint SecondsToLive = 120;
    private const uint LegacySecondsToLive = 10;
    private const int KnownAnswersMax = 12;
    private const int AnswerDelayMinMilliseconds = 20;
    private const int AnswerDelaySpreadMilliseconds = 100;

    private readonly List<(LanClaim Claim, Instant Until)> _answers = [];
    private LanIdentity? _identity;
    private LanIdentity? _previousIdentity;
    private int _firstAnnounced;
    private Instant _rotateAt = Instant.Never;
    private Instant _announceAt = Instant.Never;
    private Instant _repeatAt = Instant.Never;
    private Instant _askAt = Instant.Never;
    private TimeSpan _askWait;
    private Instant? _lastAsked;
    private Instant? _lastAnnounced;
    private byte[]? _lastAnnouncedText;

    /// <summary>When <see cref="HandleTimeout"/> must be called next.</summary>
    public Instant NextTimeout
    {
        get
        {
            if (!IsActive)
            {
                return _identity is not null && !_stopped ? _lastNow : Instant.Never;
            }

            return _mustRotate || _mustAsk || _mustAnnounce || _identity is null
                ? _lastNow
                : Instant.Min(Instant.Min(_rotateAt, _askAt), Instant.Min(_announceAt, _repeatAt));
        }
    }

    /// <summary>Announces at once, as far as politeness allows, and asks who is there: for when the machine woke up or its network changed.</summary>
    public void AnnounceNow(Instant now)
    {
        _mustAnnounce = true;
        _mustAsk = true;
        HandleTimeout(now);
    }

    /// <summary>Does what is due. Safe to call early or late.</summary>
    public void HandleTimeout(Instant now)
    {
        _lastNow = now;
        if (!IsActive)
        {
            TakeBack();
            return;
        }

        if (_mustRotate || _identity is null || _rotateAt <= now)
        {
            Rotate(now);
        }

        if (_mustAsk)
        {
            _mustAsk = false;
            _askAt = _lastAsked is { } asked ? Instant.Max(now, asked + _options.FirstQueryWait) : now;
            _askWait = _options.FirstQueryWait;
        }

        if (_mustAnnounce)
        {
            _mustAnnounce = false;
            ScheduleAnnouncement(now);
            _repeatAt = now + _options.AnnouncementInterval;
        }

        if (_repeatAt <= now)
        {
            _repeatAt = Instant.Never;
            ScheduleAnnouncement(now);
        }

        if (_askAt <= now)
        {
            _lastAsked = now;
            _askAt = now + _askWait;
            _askWait = _askWait * 2 < _options.QueryWaitMax ? _askWait * 2 : _options.QueryWaitMax;
            Ask();
        }

        if (_announceAt <= now)
        {
            _announceAt = Instant.Never;
            _lastAnnounced = now;
            _lastAnnouncedText = _identity!.Text;
            Send(_identity.Announce(SecondsToLive, _port, _addresses, null), null);
        }
    }

    /// <summary>Takes back what was announced, and is silent from then on. Send what <see cref="TryGetTransmit"/> still gives.</summary>
    public void Stop(Instant now)
    {
        _lastNow = now;
        _transmits.Clear();
        TakeBack();
        _stopped = true;
    }

    private void Rotate(Instant now)
    {
        TakeBack();
        _mustRotate = false;
        _answers.RemoveAll(answer => answer.Until <= now);
        List<LanClaim> claims = [];
        if (_join is { } join)
        {
            claims.Add(new LanClaim(join.Key, LanRole.Joiner));
        }

        claims.AddRange(_answers.Select(static answer => answer.Claim));
        int room = Math.Max(0, LanText.TagsMax - claims.Count);
        for (int i = 0; i < Math.Min(room, _networks.Count); i++)
        {
            claims.Add(new LanClaim(_networks[(_firstAnnounced + i) % _networks.Count].Key, LanRole.Member));
        }

        _firstAnnounced = _networks.Count > room ? (_firstAnnounced + room) % _networks.Count : 0;
        _identity = new LanIdentity(_self, claims, _random);
        _rotateAt = now + _options.Rotation;
        _mustAnnounce = true;
    }

    private void TakeBack()
    {
        if (_identity is not null && _lastAnnouncedText is not null)
        {
            Send(_identity.Announce(0, _port, _addresses, null), null);
        }

        _previousIdentity = _identity ?? _previousIdentity;
        _identity = null;
        _lastAnnouncedText = null;
        _announceAt = Instant.Never;
        _repeatAt = Instant.Never;
    }

    // All announcements pass here, so that none follows another too closely.
    private void ScheduleAnnouncement(Instant due)
    {
        bool isNew = !ReferenceEquals(_lastAnnouncedText, _identity?.Text);
        Instant allowed = _lastAnnounced is { } last ? last + (isNew ? _options.ChangeInterval : _options.AnnouncementInterval) : due;
        _announceAt = Instant.Min(_announceAt, Instant.Max(due, allowed));
    }

    private void ScheduleAnswer(Instant now) =>
        ScheduleAnnouncement(now + TimeSpan.FromMilliseconds(AnswerDelayMinMilliseconds + _random.NextBelow(AnswerDelaySpreadMilliseconds)));

    private void Ask()
    {
        // Our own instance comes first among the known answers: by it we know our query again when it is looped back.
        List<DnsRecord> known = [DnsRecord.Pointer(LanNames.Service, SecondsToLive, _identity!.Instance)];
        known.AddRange(_instances.Keys.Take(KnownAnswersMax).Select(static name => DnsRecord.Pointer(LanNames.Service, SecondsToLive, name)));
        Send(new DnsMessage { Questions = [new DnsQuestion(LanNames.Service, DnsType.Pointer)], Answers = known }, null);
    }

    private void Send(DnsMessage message, InternetEndpoint? endpoint)
    {
        if (_transmits.Count < TransmitsMax)
        {
            _transmits.Enqueue(new Outgoing(message, endpoint));
        }
    }
}
