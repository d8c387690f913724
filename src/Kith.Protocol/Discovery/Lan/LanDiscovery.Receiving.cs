using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>What is made of datagrams from the local network.</summary>
public sealed partial class LanDiscovery
{
    /// <summary>
    /// The most announcements whose tags are tried in one second. Each costs at most 8 tags times (64 networks + 64 invites + 1) openings of 49 bytes, so a flood
    /// of new names costs a few percent of one core.
    /// </summary>
    public const int TrialsPerSecondMax = 20;

    /// <summary>The most instances taken out of one datagram.</summary>
    public const int InstancesPerDatagramMax = 4;

    /// <summary>The most invites that are being answered to at a time; further ones take the place of the oldest.</summary>
    public const int AnswersMax = 6;

    private const int LegacyAnswersPerSecondMax = 5;

    private readonly Dictionary<DnsName, LanInstance> _instances = [];
    private readonly List<byte[]> _tags = [];
    private Instant _windowStart = new(long.MinValue / 2);
    private int _windowTrials;
    private int _windowLegacyAnswers;

    /// <summary>
    /// Takes a datagram that came to port 5353 from <paramref name="source"/>, which must be on a directly attached network (the caller sees to that: RFC 6762 section 11).
    /// The scope is the interface's for link-local addresses.
    /// </summary>
    public void HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        _lastNow = now;
        if (!IsActive || _identity is null || !DnsMessage.TryDecode(datagram, out DnsMessage? message) || (message.Flags & DnsFlags.OpcodeMask) != 0)
        {
            return;
        }

        if (now - _windowStart >= TimeSpan.FromSeconds(1))
        {
            _windowStart = now;
            _windowTrials = 0;
            _windowLegacyAnswers = 0;
        }

        if (!message.IsResponse)
        {
            HandleQuery(now, source, message);
        }
        else if (source.Port == LanNames.Port)
        {
            // A response from any other port is forged or broken (RFC 6762 section 6).
            HandleResponse(now, source, message);
        }
    }

    private void HandleQuery(Instant now, in InternetEndpoint source, DnsMessage query)
    {
        bool isAsked = false;
        foreach (DnsQuestion question in query.Questions)
        {
            isAsked |= question.Name.Equals(LanNames.Service) || question.Name.Equals(LanNames.ServiceTypes) || _identity!.Owns(question.Name);
        }

        if (!isAsked)
        {
            return;
        }

        if (source.Port != LanNames.Port)
        {
            if (_windowLegacyAnswers++ < LegacyAnswersPerSecondMax && EndpointField.IsUnicast(source))
            {
                Send(_identity!.Announce(LegacySecondsToLive, _port, _addresses, query), source);
            }

            return;
        }

        foreach (DnsRecord known in query.Answers)
        {
            if (known.TimeToLiveSeconds >= SecondsToLive / 2 && known.TryGetPointer(out DnsName? target) && target.Equals(_identity!.Instance))
            {
                return;
            }
        }

        ScheduleAnswer(now);
    }

    private void HandleResponse(Instant now, in InternetEndpoint source, DnsMessage response)
    {
        int taken = 0;
        foreach (DnsRecord record in response.Answers.Concat(response.Additionals))
        {
            if (record.TimeToLiveSeconds == 0 && record.TryGetPointer(out DnsName? gone))
            {
                _instances.Remove(gone);
            }

            if (record.Type == DnsType.Text && record.TimeToLiveSeconds > 0 && taken < InstancesPerDatagramMax && IsForeignInstance(record.Name)
                && TryFindPort(response, record.Name, out ushort port))
            {
                taken++;
                HandleInstance(now, new InternetEndpoint(source.Address, port, source.Scope), record.Name, record.Data);
            }
        }
    }

    private bool IsForeignInstance(DnsName name) => name.IsWithin(LanNames.Service) && name.LabelCount == LanNames.Service.LabelCount + 1
        && !_identity!.Owns(name) && _previousIdentity?.Owns(name) != true;

    private static bool TryFindPort(DnsMessage response, DnsName instance, out ushort port)
    {
        foreach (DnsRecord record in response.Answers.Concat(response.Additionals))
        {
            if (record.Type == DnsType.Service && record.TimeToLiveSeconds > 0 && record.Name.Equals(instance) && record.TryGetService(out port, out _))
            {
                return port != 0;
            }
        }

        port = 0;
        return false;
    }

    private void HandleInstance(Instant now, in InternetEndpoint endpoint, DnsName name, byte[] text)
    {
        ulong fingerprint = LanText.Fingerprint(text);
        if (!_instances.TryGetValue(name, out LanInstance? instance) || instance.Fingerprint != fingerprint)
        {
            if (_windowTrials++ >= TrialsPerSecondMax || !LanText.TryDecode(text, _tags))
            {
                return;
            }

            InternetAddress address = endpoint.Address;
            bool isNewcomer = instance is null && !_instances.Values.Any(known => known.Source == address);
            instance = Recognise(name, fingerprint, endpoint.Address);
            Remember(name, instance);
            if (isNewcomer)
            {
                // Whether we know it or not: who is answered must not show who belongs together.
                ScheduleAnswer(now);
            }
        }

        AnswerJoiner(now, instance);
        if (instance.Recognised.Count > 0 && EndpointField.IsUnicast(endpoint) && instance.ShouldReport(endpoint, now, _options.EventInterval))
        {
            foreach ((NodeId node, NetworkId network, Bytes32? inviteKey) in instance.Recognised)
            {
                if (_events.Count < EventsMax)
                {
                    _events.Enqueue(new LanEvent(node, endpoint, network, inviteKey));
                }
            }
        }
    }

    private LanInstance Recognise(DnsName name, ulong fingerprint, InternetAddress source)
    {
        LanInstance instance = new(fingerprint, source);
        ReadOnlySpan<byte> label = name.FirstLabel;
        foreach (byte[] tag in _tags)
        {
            foreach ((LanNetwork network, byte[] key) in _networks)
            {
                if (LanTag.TryOpen(key, label, tag, out LanRole role, out NodeId node) && role == LanRole.Member && node != _self)
                {
                    instance.Recognised.Add((node, network.Id, null));
                }
            }

            if (_join is { } join && LanTag.TryOpen(join.Key, label, tag, out LanRole joinRole, out NodeId member) && joinRole == LanRole.Member && member != _self)
            {
                instance.Recognised.Add((member, join.Invite.Network, join.Invite.PublicKey));
            }

            foreach ((LanInvite _, byte[] key) in _invites)
            {
                if (LanTag.TryOpen(key, label, tag, out LanRole role, out NodeId joiner) && role == LanRole.Joiner && joiner != _self)
                {
                    instance.Wanted.Add(new LanClaim(key, LanRole.Member));
                }
            }
        }

        return instance;
    }

    private void Remember(DnsName name, LanInstance instance)
    {
        _instances.Remove(name);
        if (_instances.Count >= InstancesMax)
        {
            // Strangers first: a flood of them must not push out who was recognised.
            DnsName victim = _instances.FirstOrDefault(static entry => entry.Value.Recognised.Count == 0, _instances.First()).Key;
            _instances.Remove(victim);
        }

        _instances[name] = instance;
    }

    private void AnswerJoiner(Instant now, LanInstance instance)
    {
        foreach (LanClaim claim in instance.Wanted)
        {
            _answers.RemoveAll(answer => answer.Claim.IsSame(claim));
            if (_answers.Count >= AnswersMax)
            {
                _answers.RemoveAt(0);
            }

            _answers.Add((claim, now + _options.JoinAnswer));
            _identity!.Add(claim);
            ScheduleAnswer(now);
        }
    }
}
