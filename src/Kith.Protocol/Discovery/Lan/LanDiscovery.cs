using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>
/// Finds members on the local network by multicast DNS and DNS-SD (RFC 6762, RFC 6763), and lets itself be found, without telling strangers which network it is
/// of or which node it is: names are random and change, and what identifies is sealed in <see cref="LanTag"/>s. A machine without IO: call
/// <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>; after every call drain <see cref="TryGetTransmit"/> and <see cref="TryGetEvent"/>. Not thread-safe.
/// <para>It says nothing at all before it has both a port and something to look for.</para>
/// </summary>
public sealed partial class LanDiscovery
{
    /// <summary>The most networks looked for; of more than <see cref="LanText.TagsMax"/>, each rotation announces others.</summary>
    public const int NetworksMax = 64;

    /// <summary>The most invites that are answered to.</summary>
    public const int InvitesMax = 64;

    /// <summary>The most instances remembered.</summary>
    public const int InstancesMax = 1024;

    /// <summary>The most events that wait to be fetched; further ones are dropped, and come again with the next announcement.</summary>
    public const int EventsMax = 256;

    /// <summary>The most datagrams that wait to be fetched.</summary>
    public const int TransmitsMax = 16;

    /// <summary>The most addresses announced.</summary>
    public const int AddressesMax = 16;

    /// <summary>The largest datagram that is ever written: one Ethernet frame with room to spare.</summary>
    public const int DatagramBytesMax = 1440;

    private readonly NodeId _self;
    private readonly LanOptions _options;
    private readonly RandomSource _random;
    private readonly Queue<Outgoing> _transmits = new();
    private readonly Queue<LanEvent> _events = new();

    private List<(LanNetwork Network, byte[] Key)> _networks = [];
    private List<(LanInvite Invite, byte[] Key)> _invites = [];
    private (LanInvite Invite, byte[] Key)? _join;
    private IReadOnlyList<InternetAddress> _addresses = [];
    private ushort _port;
    private bool _stopped;
    private bool _mustRotate;
    private bool _mustAsk;
    private bool _mustAnnounce;
    private Instant _lastNow;

    /// <summary>Begins silent.</summary>
    public LanDiscovery(NodeId self, LanOptions options, RandomSource random)
    {
        _self = self;
        _options = options;
        _random = random;
    }

    /// <summary>How many instances are remembered, at most <see cref="InstancesMax"/>.</summary>
    public int InstanceCount => _instances.Count;

    private bool IsActive => !_stopped && _port != 0 && (_networks.Count > 0 || _join is not null);

    /// <summary>Replaces the networks whose members are looked for; the first <see cref="NetworksMax"/> count.</summary>
    public void SetNetworks(IReadOnlyList<LanNetwork> networks)
    {
        List<(LanNetwork Network, byte[] Key)> updated = [.. networks.Take(NetworksMax).Select(static network => (network, LanTag.DeriveNetworkKey(network.Secret)))];
        if (!updated.Select(static entry => entry.Key).SequenceEqual(_networks.Select(static entry => entry.Key), KeyComparer.Instance))
        {
            _networks = updated;
            LookAfresh(true);
        }
    }

    /// <summary>Replaces the live invites that this node answers to as a member; the first <see cref="InvitesMax"/> count.</summary>
    public void SetInvites(IReadOnlyList<LanInvite> invites)
    {
        List<(LanInvite Invite, byte[] Key)> updated = [.. invites.Take(InvitesMax).Select(static invite => (invite, LanTag.DeriveInviteKey(invite)))];
        if (!updated.Select(static entry => entry.Key).SequenceEqual(_invites.Select(static entry => entry.Key), KeyComparer.Instance))
        {
            bool isMore = updated.Exists(entry => !_invites.Exists(known => KeyComparer.Instance.Equals(known.Key, entry.Key)));
            _invites = updated;
            _answers.RemoveAll(answer => !_invites.Exists(known => KeyComparer.Instance.Equals(known.Key, answer.Claim.Key)));
            if (isMore)
            {
                LookAfresh(false);
            }
        }
    }

    /// <summary>Looks for any member of the network that an invite leads to, until <see cref="EndJoin"/>.</summary>
    public void BeginJoin(LanInvite invite)
    {
        if (_join?.Invite != invite)
        {
            _join = (invite, LanTag.DeriveInviteKey(invite));
            LookAfresh(true);
        }
    }

    /// <summary>No longer joins.</summary>
    public void EndJoin()
    {
        if (_join is not null)
        {
            _join = null;
            LookAfresh(true);
        }
    }

    /// <summary>The node's UDP port, which is announced.</summary>
    public void SetPort(ushort port)
    {
        _mustAnnounce |= port != _port;
        _port = port;
    }

    /// <summary>This machine's addresses on its local networks; the first <see cref="AddressesMax"/> are announced. A change is taken for a change of network: everything is asked anew.</summary>
    public void SetAddresses(IReadOnlyList<InternetAddress> addresses)
    {
        InternetAddress[] updated = [.. addresses.Where(static address => !address.IsLoopback && !address.IsMulticast && !address.IsNone).Take(AddressesMax)];
        if (!updated.SequenceEqual(_addresses))
        {
            _addresses = updated;
            _mustAnnounce = true;
            _mustAsk = true;
        }
    }

    /// <summary>The next datagram to send; the buffer holds at least <see cref="DatagramBytesMax"/> bytes.</summary>
    public bool TryGetTransmit(Span<byte> buffer, out LanTransmit transmit)
    {
        while (_transmits.TryDequeue(out Outgoing? outgoing))
        {
            int length = outgoing.Message.Encode(buffer);
            if (length > 0)
            {
                transmit = new LanTransmit(length, outgoing.Endpoint);
                return true;
            }
        }

        transmit = default;
        return false;
    }

    /// <summary>The next member that was recognised.</summary>
    public bool TryGetEvent(out LanEvent found) => _events.TryDequeue(out found);

    private void LookAfresh(bool withNewIdentity)
    {
        // What said nothing before may say something now, and the other way round.
        _instances.Clear();
        _mustRotate |= withNewIdentity;
        _mustAsk = true;
    }

    private sealed record Outgoing(DnsMessage Message, InternetEndpoint? Endpoint);

    private sealed class KeyComparer : IEqualityComparer<byte[]>
    {
        public static KeyComparer Instance { get; } = new();

        public bool Equals(byte[]? a, byte[]? b) => a.AsSpan().SequenceEqual(b);

        public int GetHashCode(byte[] key) => key[0];
    }
}
