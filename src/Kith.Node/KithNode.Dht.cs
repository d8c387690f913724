using System.Collections.Concurrent;
using Kith.Node.Control;
using Kith.Node.Hosting;
using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;

namespace Kith.Node;

/// <content>The DHT, as far as users look into it.</content>
public sealed partial class KithNode
{
    private readonly ConcurrentDictionary<long, DhtInquiry> _dhtInquiries = [];
    private readonly Instant _begun = SystemClock.Now;

    /// <inheritdoc/>
    public Task<DhtStatus> GetDhtStatusAsync(CancellationToken cancellationToken) => OnLoopAsync(
        (core, now) =>
        {
            DhtDescription dht = core.DescribeDht() ?? throw NoDht();
            DhtTraffic traffic = dht.Traffic;
            return new DhtStatus(
                dht.IsReadOnly,
                new DhtFamilyStatus(dht.IdV4.ToString(), dht.ContactsV4),
                new DhtFamilyStatus(dht.IdV6.ToString(), dht.ContactsV6),
                dht.Items,
                dht.InfoHashes,
                new DhtTrafficStatus((now.Monotonic - _begun).TotalSeconds, traffic.SentPackets, traffic.SentBytes, traffic.ReceivedPackets, traffic.ReceivedBytes));
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<DhtGetResult> GetFromDhtAsync(DhtGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!DhtItemText.TryReadBytes(request.Subject, out byte[] subject) || subject.Length is not (DhtId.Length or 32)
            || !DhtItemText.TryReadBytes(request.Salt ?? string.Empty, out byte[] salt) || salt.Length > DhtItem.SaltBytesMax || (salt.Length > 0 && subject.Length == DhtId.Length))
        {
            throw new ControlException(
                ControlError.Usage, $"'{request.Subject}' is neither the target of an item (40 hexadecimal digits) nor a public key (64).", "A salt, of at most 64 bytes, goes with a public key.");
        }

        DhtInquiry inquiry = await AskDhtAsync(
            (core, now) => subject.Length == DhtId.Length ? core.GetFromDht(now, new DhtId(subject)) : core.GetFromDht(now, subject, salt), cancellationToken).ConfigureAwait(false);
        return new DhtGetResult(inquiry.Item is { } item ? DhtItemText.Describe(item) : null);
    }

    /// <inheritdoc/>
    public async Task<DhtPutResult> PutIntoDhtAsync(DhtPutRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        DhtItem item = DhtItemText.TryRead(request.Item)
            ?? throw new ControlException(ControlError.Usage, "That is no item: its value is not bencoded or too long, or its signature does not hold.", "A value has at most 1,000 bytes.");
        DhtInquiry inquiry = await AskDhtAsync((core, now) => core.PutIntoDht(now, item, request.Cas), cancellationToken).ConfigureAwait(false);
        DhtItemValue? newer = item.IsMutable && inquiry.Item is { } found && found.Sequence > item.Sequence ? DhtItemText.Describe(found) : null;
        return new DhtPutResult(item.Target.ToString(), inquiry.Stored, item.IsMutable ? Convert.ToHexStringLower(item.PublicKey) : null, item.IsMutable ? item.Sequence : null, newer);
    }

    /// <inheritdoc/>
    public async Task<DhtPeersResult> FindPeersAsync(DhtPeersRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!DhtItemText.TryReadBytes(request.InfoHash, out byte[] hash) || hash.Length != DhtId.Length)
        {
            throw new ControlException(ControlError.Usage, $"'{request.InfoHash}' is no info-hash.", "An info-hash has 40 hexadecimal digits.");
        }

        ushort? port = request.Announce ? _fastPath.Port : null;
        DhtInquiry inquiry = await AskDhtAsync((core, now) => core.FindPeersInDht(now, new DhtId(hash), port), cancellationToken).ConfigureAwait(false);
        return new DhtPeersResult([.. inquiry.Peers.Select(peer => peer.ToString())], inquiry.Stored);
    }

    private static ControlException NoDht() =>
        new(ControlError.DhtUnavailable, "This node takes no part in the DHT.", "Start it without --no-dht, or once with --dht.");

    private async Task<DhtInquiry> AskDhtAsync(Func<NodeCore, ClockReading, long> begin, CancellationToken cancellationToken)
    {
        DhtInquiry inquiry = new();
        await OnLoopAsync(
            (core, now) =>
            {
                if (!core.HasDht)
                {
                    throw NoDht();
                }

                long operation = begin(core, now);
                if (operation == 0)
                {
                    throw new ControlException(
                        ControlError.DhtUnavailable, "No node of the DHT is known yet, or too much is being asked at once.", "'kith dht status' shows how many are known; try again in a minute.");
                }

                // Its events are handed out after this returns.
                _dhtInquiries[operation] = inquiry;
                return operation;
            },
            cancellationToken).ConfigureAwait(false);
        return await inquiry.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // On the loop.
    private void HandleDhtEvent(NodeEvent nodeEvent)
    {
        switch (nodeEvent)
        {
            case NodeEvent.DhtItemFound found when _dhtInquiries.TryGetValue(found.Operation, out DhtInquiry? inquiry):
                inquiry.Item = found.Item;
                break;
            case NodeEvent.DhtPeersFound found when _dhtInquiries.TryGetValue(found.Operation, out DhtInquiry? inquiry):
                inquiry.Peers.AddRange(found.Peers);
                break;
            case NodeEvent.DhtEnded ended when _dhtInquiries.TryRemove(ended.Operation, out DhtInquiry? inquiry):
                inquiry.End(ended.Stored);
                break;
            default:
                break;
        }
    }
}
