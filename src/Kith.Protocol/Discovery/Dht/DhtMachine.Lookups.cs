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
                next.Become(LookupState.Failed);
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
        transaction.Asked!.Become(LookupState.Failed);
        Advance(now, lookup);
    }

    private void HandleLookupAnswer(Instant now, Lookup lookup, Transaction transaction, in KrpcMessage message)
    {
        LookupContact asked = transaction.Asked!;
        asked.Become(LookupState.Answered);
        asked.Token = message.Body.TryGetString("token"u8, out ReadOnlySpan<byte> token) && token.Length <= DhtLimits.TokenBytesMax ? token.ToArray() : null;
        if (message.Body.TryGetString(lookup.IsV6 ? "nodes6"u8 : "nodes"u8, out ReadOnlySpan<byte> nodes))
        {
            Span<DhtContact> contacts = stackalloc DhtContact[DhtLimits.ContactsPerAnswerMax];
            foreach (DhtContact contact in contacts[..CompactForm.ReadContacts(nodes, lookup.IsV6, contacts)])
            {
                // Others name us to ourselves.
                if (contact.Id != _families[lookup.IsV6 ? 1 : 0]!.Self)
                {
                    lookup.Add(transaction.Path, contact, asked);
                }
            }
        }

        if (lookup.Purpose == LookupPurpose.GetPeers)
        {
            TakePeers(lookup, message.Body);
        }
        else if (lookup.Purpose == LookupPurpose.Get)
        {
            TakeItem(lookup, asked, message.Body);
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

    private void TakeItem(Lookup lookup, LookupContact from, in BencodeDictionary body)
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
            Raise(new DhtEvent.ItemFound(operation.Number, item, from.Hops));
        }
    }

    private void Finish(Instant now, Lookup lookup)
    {
        KeepNeighbours(lookup);
        Operation operation = lookup.Operation;
        DhtFamily family = _families[lookup.IsV6 ? 1 : 0]!;
        if (operation.Number == 0)
        {
            family.Crowd.Note(lookup.Target, lookup.Closest(), lookup.Target == family.Self);
            return;
        }

        if (lookup.Then is { } then)
        {
            AskAtDetour(now, lookup, family, then.Purpose, then.Target);
        }
        else
        {
            if (!lookup.IsClosed && family.IsCrowded(lookup.Target, lookup.Closest(), operation.Put is not null || operation.AnnouncePort is not null))
            {
                BeginDetours(now, lookup, family);
            }

            Write(now, lookup, family);
        }

        operation.Lookups--;
        EndIfDone(operation);
    }

    private void Write(Instant now, Lookup lookup, DhtFamily family)
    {
        Operation operation = lookup.Operation;
        Span<byte> query = stackalloc byte[KrpcMessage.BytesMax];
        foreach (LookupContact contact in lookup.Holders())
        {
            if (!operation.HasToWrite || !TryBegin(now, contact.Contact.Endpoint, contact.Contact, out Transaction? transaction, write: operation))
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
    }

    // Somebody may sit on the target. The regions beside it, which hold some four to sixteen nodes each as thick as the crowd usually is, follow from the target as
    // well, so that all who look for it come to the same nodes: they are walked to, and asked for the target itself.
    private void BeginDetours(Instant now, Lookup lookup, DhtFamily family)
    {
        int last = (int)family.Crowd.Usual!.Value;
        for (int bit = last; bit > last - DhtLimits.DetoursMax && bit >= 0 && _lookups.Count < DhtLimits.LookupsMax; bit--)
        {
            lookup.Operation.Lookups++;
            Start(now, new Lookup(lookup.Operation, LookupPurpose.FindNode, lookup.Target.WithBitFlipped(bit), lookup.IsV6) { Then = (lookup.Purpose, lookup.Target) }, family);
        }
    }

    private void AskAtDetour(Instant now, Lookup detour, DhtFamily family, LookupPurpose purpose, DhtId target)
    {
        Lookup closed = new(detour.Operation, purpose, target, detour.IsV6) { IsClosed = true };
        closed.Seed([.. detour.Closest().Select(static contact => contact.Contact)]);
        detour.Operation.Lookups++;
        _lookups.Add(closed);
        Advance(now, closed);
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
            Raise(new DhtEvent.Ended(operation.Number, operation.Stored, operation.Queries));
        }
    }
}
