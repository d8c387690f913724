using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Discovery.Dht.Lookups;
using Kith.Protocol.Wire;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Protocol.Discovery.Dht;

/// <content>Finding and writing.</content>
public sealed partial class DhtMachine
{
    private readonly List<Lookup> _lookups = [];

    /// <summary>Looks for an immutable item. Events carry the number returned; 0 if too much is under way or nobody is known to ask.</summary>
    public long BeginGet(Instant now, DhtId target) => Begin(now, new Operation(_nextOperation), LookupPurpose.Get, target);

    /// <summary>Looks for the newest mutable item of a key and salt.</summary>
    public long BeginGet(Instant now, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> salt) =>
        Begin(now, new Operation(_nextOperation) { Signer = (publicKey.ToArray(), salt.ToArray()) }, LookupPurpose.Get, DhtItem.TargetOf(publicKey, salt));

    /// <summary>Puts an item at the nodes nearest to its target, unless a newer one is found on the way, which is reported.</summary>
    /// <param name="now">The time.</param>
    /// <param name="item">The item.</param>
    /// <param name="cas">The sequence number that the item replaced must have; null for any.</param>
    public long BeginPut(Instant now, DhtItem item, long? cas = null)
    {
        ArgumentNullException.ThrowIfNull(item);
        (byte[], byte[])? signer = item.IsMutable ? (item.PublicKey.ToArray(), item.Salt.ToArray()) : null;
        return Begin(now, new Operation(_nextOperation) { Put = item, Cas = cas, Signer = signer }, LookupPurpose.Get, item.Target);
    }

    /// <summary>Looks for peers of an info-hash and, if a port is given, announces it.</summary>
    public long BeginGetPeers(Instant now, DhtId infoHash, ushort? announcePort = null) =>
        Begin(now, new Operation(_nextOperation) { AnnouncePort = announcePort }, LookupPurpose.GetPeers, infoHash);

    private long Begin(Instant now, Operation operation, LookupPurpose purpose, DhtId target)
    {
        List<(Lookup Lookup, DhtFamily Family)> starts = [];
        foreach (DhtFamily? family in _families)
        {
            if (family is { Table.Count: > 0 } && _lookups.Count + starts.Count < DhtLimits.LookupsMax)
            {
                starts.Add((new Lookup(operation, purpose, target, family.IsV6), family));
            }
        }

        if (starts.Count == 0)
        {
            return 0;
        }

        // All are counted before any is begun: one that ends at once must not end the operation.
        _nextOperation++;
        operation.Lookups = starts.Count;
        foreach ((Lookup lookup, DhtFamily family) in starts)
        {
            Start(now, lookup, family);
        }

        return operation.Number;
    }

    private void Start(Instant now, Lookup lookup, DhtFamily family)
    {
        Span<DhtContact> seeds = stackalloc DhtContact[DhtLimits.BucketSize * DhtLimits.DisjointPaths];
        lookup.Seed(seeds[..family.Table.CopyClosest(lookup.Target, seeds)]);
        _lookups.Add(lookup);
        Advance(now, lookup);
    }

    private void Advance(Instant now, Lookup lookup)
    {
        DhtFamily family = _families[lookup.IsV6 ? 1 : 0]!;
        Span<byte> query = stackalloc byte[KrpcMessage.BytesMax];
        while (lookup.TryTakeNext(out int path, out LookupContact? next))
        {
            if (!TryBegin(now, next.Contact.Endpoint, next.Contact, out Transaction? transaction, lookup, path, next))
            {
                next.State = LookupState.Failed;
                continue;
            }

            KrpcQuery writer = QueryOf(transaction, family);
            int length = lookup.Purpose switch
            {
                LookupPurpose.Get => writer.WriteGet(query, lookup.Target),
                LookupPurpose.GetPeers => writer.WriteGetPeers(query, lookup.Target),
                _ => writer.WriteFindNode(query, lookup.Target),
            };
            SendQuery(transaction, query[..length]);
        }

        if (lookup.IsDone && _lookups.Remove(lookup))
        {
            Finish(now, lookup);
        }
    }

    private void HandleLookupFailure(Instant now, Lookup lookup, Transaction transaction)
    {
        transaction.Asked!.State = LookupState.Failed;
        Advance(now, lookup);
    }

    private void HandleLookupAnswer(Instant now, Lookup lookup, Transaction transaction, in KrpcMessage message)
    {
        LookupContact asked = transaction.Asked!;
        asked.State = LookupState.Answered;
        asked.Token = message.Body.TryGetString("token"u8, out ReadOnlySpan<byte> token) && token.Length <= DhtLimits.TokenBytesMax ? token.ToArray() : null;
        if (message.Body.TryGetString(lookup.IsV6 ? "nodes6"u8 : "nodes"u8, out ReadOnlySpan<byte> nodes))
        {
            Span<DhtContact> contacts = stackalloc DhtContact[2 * DhtLimits.BucketSize];
            foreach (DhtContact contact in contacts[..CompactForm.ReadContacts(nodes, lookup.IsV6, contacts)])
            {
                // Others name us to ourselves.
                if (contact.Id != _families[lookup.IsV6 ? 1 : 0]!.Self)
                {
                    lookup.Add(transaction.Path, contact);
                }
            }
        }

        if (lookup.Purpose == LookupPurpose.GetPeers)
        {
            TakePeers(lookup, message.Body);
        }
        else if (lookup.Purpose == LookupPurpose.Get)
        {
            TakeItem(lookup, message.Body);
        }

        Advance(now, lookup);
    }

    private void TakePeers(Lookup lookup, in BencodeDictionary body)
    {
        List<InternetEndpoint> found = [];
        BencodeList values = body.GetList("values"u8);
        while (values.TryTake(out ReadOnlySpan<byte> element))
        {
            if (BencodeScanner.TryReadString(element, out ReadOnlySpan<byte> peer) && CompactForm.TryReadEndpoint(peer, out InternetEndpoint endpoint) && lookup.TryAddPeer(endpoint))
            {
                found.Add(endpoint);
            }
        }

        if (found.Count > 0)
        {
            Raise(new DhtEvent.PeersFound(lookup.Operation.Number, found));
        }
    }

    private void TakeItem(Lookup lookup, in BencodeDictionary body)
    {
        if (!body.TryGet("v"u8, out ReadOnlySpan<byte> value))
        {
            return;
        }

        Operation operation = lookup.Operation;
        DhtItem? item = null;
        if (operation.Signer is not { } signer)
        {
            item = operation.Found is null ? DhtItem.TryTakeImmutable(value) : null;
        }
        else if (body.TryGetInteger("seq"u8, out long sequence) && (operation.Found is null || sequence > operation.Found.Sequence)
            && body.TryGetString("k"u8, out ReadOnlySpan<byte> key) && key.SequenceEqual(signer.Key) && body.TryGetString("sig"u8, out ReadOnlySpan<byte> signature))
        {
            item = DhtItem.TryTakeMutable(key, signer.Salt, sequence, value, signature);
        }

        if (item is not null && item.Target == lookup.Target)
        {
            operation.Found = item;
            Raise(new DhtEvent.ItemFound(operation.Number, item));
        }
    }

    private void Finish(Instant now, Lookup lookup)
    {
        KeepNeighbours(lookup);
        Operation operation = lookup.Operation;
        if (operation.Number == 0)
        {
            return;
        }

        DhtFamily family = _families[lookup.IsV6 ? 1 : 0]!;
        Span<byte> query = stackalloc byte[KrpcMessage.BytesMax];
        foreach (LookupContact contact in lookup.Closest())
        {
            if (contact.Token is null || !operation.HasToWrite
                || !TryBegin(now, contact.Contact.Endpoint, contact.Contact, out Transaction? transaction, write: operation))
            {
                continue;
            }

            operation.Writes++;
            KrpcQuery writer = QueryOf(transaction, family);
            int length = operation.Put is { } item
                ? writer.WritePut(query, item, operation.Cas, contact.Token)
                : writer.WriteAnnouncePeer(query, lookup.Target, operation.AnnouncePort!.Value, contact.Token);
            SendQuery(transaction, query[..length]);
        }

        operation.Lookups--;
        EndIfDone(operation);
    }

    private void HandleWriteEnd(Operation operation)
    {
        operation.Writes--;
        EndIfDone(operation);
    }

    private void EndIfDone(Operation operation)
    {
        if (operation.IsDone)
        {
            Raise(new DhtEvent.Ended(operation.Number, operation.Stored));
        }
    }
}
