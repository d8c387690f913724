using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Nat;

/// <summary>
/// Which endpoints we sent something to lately, so that a packet that comes in unasked is recognised as one. Where it has forgotten too much to know, it says
/// that something was sent: so nothing wrong is concluded.
/// </summary>
public sealed class SentMemory
{
    /// <summary>The most addresses remembered.</summary>
    public const int AddressesMax = 1024;

    /// <summary>The most ports remembered of one address; above it, all count as sent to.</summary>
    public const int PortsMax = 32;

    /// <summary>How long something sent is remembered: longer than translators and firewalls keep an entry for UDP.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMinutes(10);

    private readonly Dictionary<InternetAddress, Entry> _addresses = [];
    private Instant _incompleteUntil = new(long.MinValue);

    /// <summary>A datagram was sent from the data socket.</summary>
    public void HandleSent(Instant now, in InternetEndpoint target)
    {
        if (!_addresses.TryGetValue(target.Address, out Entry? entry))
        {
            if (_addresses.Count >= AddressesMax)
            {
                Prune(now);
            }

            entry = _addresses[target.Address] = new Entry();
        }

        entry.Last = now;
        if (entry.Ports.Count < PortsMax)
        {
            entry.Ports.Add(target.Port);
        }
    }

    /// <summary>Whether anything was sent to an address.</summary>
    public bool HasSentTo(Instant now, InternetAddress address) =>
        now < _incompleteUntil || (_addresses.TryGetValue(address, out Entry? entry) && now - entry.Last < Validity);

    /// <summary>Whether anything was sent to an endpoint.</summary>
    public bool HasSentTo(Instant now, in InternetEndpoint endpoint) =>
        HasSentTo(now, endpoint.Address) && (!_addresses.TryGetValue(endpoint.Address, out Entry? entry) || entry.Ports.Count >= PortsMax || entry.Ports.Contains(endpoint.Port));

    private void Prune(Instant now)
    {
        foreach (InternetAddress old in _addresses.Where(pair => now - pair.Value.Last >= Validity).Select(pair => pair.Key).ToList())
        {
            _addresses.Remove(old);
        }

        if (_addresses.Count >= AddressesMax)
        {
            _addresses.Clear();
            _incompleteUntil = now + Validity;
        }
    }

    private sealed class Entry
    {
        public HashSet<ushort> Ports { get; } = [];

        public Instant Last { get; set; }
    }
}
