using System.Security.Cryptography;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The pair of keys that one handshake gave, with its counters (WireGuard section 5.4.5-5.4.6). The core creates and retires it; the
/// fast path seals and opens with it. Thread-safe: send counters are taken atomically, the replay window is under a lock,
/// and after <see cref="Retire"/> nothing more is accepted and the keys are wiped.
/// <para>The rule for senders: seal, then look at <see cref="IsRetired"/>, then send. A packet that was sealed while the key was being
/// wiped is thereby never sent, because the flag is raised before the first byte of the key goes.</para>
/// </summary>
public sealed class TransportSession
{
    /// <summary>No packet may be sealed with a counter this high (WireGuard: Reject-After-Messages).</summary>
    public const ulong RejectAfterMessages = ulong.MaxValue - (1 << 13);

    /// <summary>Past this counter a new handshake is due (WireGuard: Rekey-After-Messages).</summary>
    public const ulong RekeyAfterMessages = 1UL << 60;

    private readonly ReplayWindow _replay = new();
    private readonly Lock _replayLock = new();
    private readonly byte[] _sendKey = GC.AllocateArray<byte>(32, pinned: true);
    private readonly byte[] _receiveKey = GC.AllocateArray<byte>(32, pinned: true);
    private long _nextCounter;
    private volatile bool _retired;

    /// <summary>Copies the keys; the caller wipes its own copies.</summary>
    /// <param name="localIndex">The receiver index that packets to us carry.</param>
    /// <param name="remoteIndex">The receiver index that packets to the peer carry.</param>
    /// <param name="sendKey">32 bytes.</param>
    /// <param name="receiveKey">32 bytes.</param>
    /// <param name="isInitiator">Whether we began the handshake.</param>
    /// <param name="created">When the handshake completed on this side.</param>
    /// <param name="firstCounter">The first packet's counter; above zero only to come near the limits, which no test could reach by counting.</param>
    public TransportSession(
        uint localIndex, uint remoteIndex, ReadOnlySpan<byte> sendKey, ReadOnlySpan<byte> receiveKey, bool isInitiator, Instant created, ulong firstCounter = 0)
    {
        _nextCounter = (long)firstCounter;
        LocalIndex = localIndex;
        RemoteIndex = remoteIndex;
        IsInitiator = isInitiator;
        Created = created;
        sendKey.CopyTo(_sendKey);
        receiveKey.CopyTo(_receiveKey);
    }

    /// <summary>The receiver index that packets to us carry.</summary>
    public uint LocalIndex { get; }

    /// <summary>The receiver index that packets to the peer carry.</summary>
    public uint RemoteIndex { get; }

    /// <summary>Whether we began the handshake; the initiator is the one to renew it.</summary>
    public bool IsInitiator { get; }

    /// <summary>When the handshake completed on this side; age limits count from here.</summary>
    public Instant Created { get; }

    /// <summary>Whether the session is over: nothing is sealed or accepted any more.</summary>
    public bool IsRetired
    {
        get
        {
            Interlocked.MemoryBarrier();
            return _retired;
        }
    }

    /// <summary>The key packets to the peer are sealed with, 32 pinned bytes; zeros once retired.</summary>
    public ReadOnlySpan<byte> SendKey => _sendKey;

    /// <summary>The key packets from the peer are opened with, 32 pinned bytes; zeros once retired.</summary>
    public ReadOnlySpan<byte> ReceiveKey => _receiveKey;

    /// <summary>The counter the next sealed packet will carry.</summary>
    public ulong NextCounter => (ulong)Interlocked.Read(ref _nextCounter);

    /// <summary>Reserves <paramref name="count"/> consecutive counters. False when the session is retired or has no counters left.</summary>
    public bool TryTakeCounters(int count, out ulong first)
    {
        first = (ulong)(Interlocked.Add(ref _nextCounter, count) - count);
        if (first >= RejectAfterMessages - (ulong)count)
        {
            // Who keeps asking must never come round to zero.
            Interlocked.Exchange(ref _nextCounter, unchecked((long)RejectAfterMessages));
            return false;
        }

        return !_retired;
    }

    /// <summary>Marks a counter of an authenticated packet as seen; false for a replay. Call only after the packet opened.</summary>
    public bool TryAccept(ulong counter)
    {
        lock (_replayLock)
        {
            return !_retired && counter < RejectAfterMessages && _replay.TryAccept(counter);
        }
    }

    /// <summary>As <see cref="TryAccept"/> for a batch under one lock; writes each verdict.</summary>
    public void Accept(ReadOnlySpan<ulong> counters, Span<bool> accepted)
    {
        lock (_replayLock)
        {
            for (int i = 0; i < counters.Length; i++)
            {
                accepted[i] = !_retired && counters[i] < RejectAfterMessages && _replay.TryAccept(counters[i]);
            }
        }
    }

    /// <summary>Ends the session and wipes its keys. Idempotent.</summary>
    public void Retire()
    {
        _retired = true;
        Interlocked.MemoryBarrier();
        lock (_replayLock)
        {
            CryptographicOperations.ZeroMemory(_sendKey);
            CryptographicOperations.ZeroMemory(_receiveKey);
        }
    }
}
