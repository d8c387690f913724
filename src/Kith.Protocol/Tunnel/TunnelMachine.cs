using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// WireGuard without IO for one static key (J. Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel"): handshakes in both roles, cookies
/// under load, sessions and their timers. It is handed datagrams, time and randomness, and hands back datagrams, deadlines and events.
/// <para>How to drive it: after every call that takes <c>now</c>, take all events by <see cref="TryGetEvent"/>, persist the clock if
/// <see cref="HandshakeClock.NeedsPersisting"/>, take all datagrams by <see cref="TryGetTransmit"/>, publish the receivers if <see cref="Version"/> has changed, and
/// call <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>.</para>
/// <para>Belongs to one thread. The fast path, on other threads, seals and opens with <see cref="TransportSession"/>s it was shown, counts in
/// <see cref="PeerTraffic"/>, and has its reports brought to <see cref="HandleTraffic"/>.</para>
/// </summary>
public sealed partial class TunnelMachine : IDisposable
{
    private readonly Dictionary<Bytes32, TunnelPeer> _peers = [];
    private readonly Dictionary<uint, TunnelPeer> _pending = [];
    private readonly Dictionary<uint, SessionSlot> _receivers = [];
    private readonly PeerSchedule _schedule = new();
    private readonly TransmitQueue _transmits = new();
    private readonly Queue<TunnelEvent> _events = new();
    private readonly ReceiverIndexTable _indices;
    private readonly HandshakeClock _clock;
    private readonly RandomSource _random;
    private readonly TunnelOptions _options;
    private readonly StaticKeys _keys;
    private readonly ChaChaPoly _cipher = new();
    private readonly ResponderHandshake _responder;
    private readonly SessionKeys _sessionKeys = new();
    private readonly CookieChecker _cookies;
    private readonly SourceRateLimiter _limiter = new();
    private readonly LoadMeter _load;
    private bool _disposed;

    /// <summary>A machine without peers.</summary>
    /// <param name="privateKey">The X25519 private key, 32 bytes; the caller wipes its own copy.</param>
    /// <param name="indices">The receiver indices of the socket, shared with the other machines on it.</param>
    /// <param name="clock">The handshake timestamps of this key.</param>
    /// <param name="random">Strong randomness.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <exception cref="ArgumentException">The private key is not 32 bytes long.</exception>
    public TunnelMachine(ReadOnlySpan<byte> privateKey, ReceiverIndexTable indices, HandshakeClock clock, RandomSource random, TunnelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(random);
        _indices = indices;
        _clock = clock;
        _random = random;
        _options = options ?? new TunnelOptions();
        _keys = new StaticKeys(privateKey);
        _responder = new ResponderHandshake(_keys, _cipher);
        _cookies = new CookieChecker(_keys.PublicKeyBytes, random);
        _load = new LoadMeter(_options.HandshakesPerSecondBeforeCookies);
    }

    /// <summary>The public half of the machine's static key.</summary>
    public Bytes32 PublicKey => _keys.PublicKey;

    /// <summary>How many peers there are.</summary>
    public int PeerCount => _peers.Count;

    /// <summary>All peers, in no order.</summary>
    public IEnumerable<TunnelPeer> Peers => _peers.Values;

    /// <summary>Changes whenever a session comes or goes, so that the caller knows to publish <see cref="CollectReceivers"/> anew.</summary>
    public int Version { get; private set; }

    /// <summary>Handshakes completed with all peers since it was made.</summary>
    public long HandshakesCompleted { get; private set; }

    /// <summary>
    /// Makes a peer known: from now on its handshakes are answered.
    /// <para><paramref name="severalDevices"/> is for a key that several devices hold at the same time and whose clocks differ, as with an invite. Such a peer is only
    /// ever answered, never initiated to. Each handshake makes a session of its own, up to <see cref="TunnelLimits.SeveralSessionsMax"/>, answered to where
    /// it is spoken from; <see cref="PeerLink.Current"/> stays null. Timestamps need not grow, only differ (<see cref="TimestampMemory"/>).</para>
    /// </summary>
    /// <param name="publicKey">The peer's X25519 public key.</param>
    /// <param name="link">What the fast path will know of the peer.</param>
    /// <param name="presharedKey">32 bytes that both sides have, or empty for none.</param>
    /// <param name="severalDevices">See above.</param>
    /// <exception cref="ArgumentException">The key is our own, already known or of small order, or the preshared key has a wrong length.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="TunnelLimits.PeersMax"/> peers already.</exception>
    public TunnelPeer AddPeer(Bytes32 publicKey, PeerLink link, ReadOnlySpan<byte> presharedKey = default, bool severalDevices = false)
    {
        ArgumentNullException.ThrowIfNull(link);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (publicKey == _keys.PublicKey || _peers.ContainsKey(publicKey))
        {
            throw new ArgumentException("The key is our own, or of a peer that is known already.", nameof(publicKey));
        }

        if (_peers.Count >= TunnelLimits.PeersMax)
        {
            throw new InvalidOperationException("There are too many peers.");
        }

        PeerKeys keys = new(_keys, publicKey, presharedKey);
        TunnelPeer peer = new(keys, link, new InitiatorHandshake(_keys, keys, _cipher), severalDevices)
        {
            Several = severalDevices ? [] : null,
        };
        _peers.Add(publicKey, peer);
        _schedule.Add(peer);
        return peer;
    }

    /// <summary>Finds a peer by its static public key.</summary>
    public bool TryGetPeer(Bytes32 publicKey, [NotNullWhen(true)] out TunnelPeer? peer) => _peers.TryGetValue(publicKey, out peer);

    /// <summary>Forgets a peer at once: its sessions are retired and wiped, what waits for it is dropped. Does nothing for a peer that is gone.</summary>
    public void RemovePeer(TunnelPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (!_peers.TryGetValue(peer.PublicKey, out TunnelPeer? known) || known != peer)
        {
            return;
        }

        RetireAll(peer);
        EndAttempt(peer);
        peer.Staged.Clear();
        peer.Cookies.Wipe();
        peer.Keys.Dispose();
        _transmits.Clear(peer);
        _schedule.Remove(peer);
        _peers.Remove(peer.PublicKey);
    }

    /// <summary>Whether packets and answers with this receiver index are for this machine.</summary>
    public bool OwnsReceiver(uint index) => _receivers.ContainsKey(index) || _pending.ContainsKey(index);

    /// <summary>Adds every live receiver index with its peer and session, for a <see cref="TunnelSnapshot"/>.</summary>
    public void CollectReceivers(IDictionary<uint, TunnelReceiver> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        foreach ((uint index, SessionSlot slot) in _receivers)
        {
            destination[index] = new TunnelReceiver(slot.Peer.Link, slot.Session);
        }
    }

    /// <summary>Copies out the next datagram to send; false if there is none. Persist the clock first, see <see cref="HandshakeClock"/>.</summary>
    /// <exception cref="ArgumentException">The buffer is shorter than the datagram, which stays in the queue. <see cref="TunnelLimits.DatagramBytesMax"/> always suffices.</exception>
    public bool TryGetTransmit(Span<byte> buffer, out TunnelTransmit transmit) => _transmits.TryDequeue(buffer, out transmit);

    /// <summary>The next event; false if there is none.</summary>
    public bool TryGetEvent(out TunnelEvent @event) => _events.TryDequeue(out @event);

    /// <summary>Removes all peers and wipes every key.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        foreach (TunnelPeer peer in _peers.Values.ToArray())
        {
            RemovePeer(peer);
        }

        _disposed = true;
        _transmits.Clear();
        _events.Clear();
        _responder.Dispose();
        _sessionKeys.Dispose();
        _cookies.Dispose();
        _cipher.Dispose();
        _keys.Dispose();
    }

    private void Raise(TunnelEventKind kind, TunnelPeer peer, TransportSession? session = null, InternetEndpoint endpoint = default)
    {
        if (_events.Count >= TunnelLimits.EventQueueMax)
        {
            _events.Dequeue();
        }

        _events.Enqueue(new TunnelEvent(kind, peer, session, endpoint));
    }
}
