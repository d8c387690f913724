using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Discovery.Dht.Lookups;
using Kith.Protocol.Wire;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Protocol.Discovery.Dht;

/// <content>Looking again at a place that was looked up before, by one question to one node.</content>
public sealed partial class DhtMachine
{
    private readonly Dictionary<(DhtId Target, bool IsV6), Neighbourhood> _neighbourhoods = [];
    private readonly Queue<(DhtId Target, bool IsV6)> _neighbourhoodOrder = new();
    private bool _peekV6;

    /// <summary>
    /// Asks one of the nodes at which the last whole lookup of a mutable item ended whether something newer lies there. Events are as those of
    /// <see cref="BeginGet(Instant, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>; 0 if no such lookup is remembered, or too few of its nodes still answer: then one is due.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="publicKey">The signer.</param>
    /// <param name="salt">The salt; may be empty.</param>
    /// <param name="known">The sequence number that is known already, so that the answer is short if nothing is newer; null for none.</param>
    public long BeginPeek(Instant now, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> salt, long? known)
    {
        DhtId target = DhtItem.TargetOf(publicKey, salt);
        _peekV6 = !_peekV6;
        if (!TryFindNeighbourhood(target, out Neighbourhood? place, out bool isV6))
        {
            return 0;
        }

        DhtContact contact = place.Next();
        if (!TryBegin(now, contact.Endpoint, contact, out Transaction? transaction))
        {
            return 0;
        }

        transaction.Peek = new Operation(_nextOperation++) { Signer = (publicKey.ToArray(), salt.ToArray()) };
        transaction.PeekTarget = target;
        Span<byte> query = stackalloc byte[KrpcMessage.BytesMax];
        SendQuery(transaction, query[..QueryOf(transaction, _families[isV6 ? 1 : 0]!).WriteGet(query, target, known)]);
        return transaction.Peek.Number;
    }

    // The families take turns where both are there.
    private bool TryFindNeighbourhood(in DhtId target, [NotNullWhen(true)] out Neighbourhood? place, out bool isV6)
    {
        isV6 = _peekV6;
        if (_neighbourhoods.TryGetValue((target, isV6), out place) && !place.IsThin)
        {
            return true;
        }

        isV6 = !isV6;
        return _neighbourhoods.TryGetValue((target, isV6), out place) && !place.IsThin;
    }

    private void KeepNeighbours(Lookup lookup)
    {
        if (lookup.Purpose != LookupPurpose.Get || lookup.Operation is not { Number: > 0, Signer: not null })
        {
            return;
        }

        (DhtId, bool) key = (lookup.Target, lookup.IsV6);
        if (!_neighbourhoods.TryGetValue(key, out Neighbourhood? place) || place.Operation != lookup.Operation.Number)
        {
            if (place is null)
            {
                if (_neighbourhoodOrder.Count >= DhtLimits.NeighbourhoodsMax)
                {
                    _neighbourhoods.Remove(_neighbourhoodOrder.Dequeue());
                }

                _neighbourhoodOrder.Enqueue(key);
            }

            _neighbourhoods[key] = place = new Neighbourhood(lookup.Operation.Number);
        }

        foreach (LookupContact contact in lookup.Closest())
        {
            place.Add(contact.Contact);
        }
    }

    private void HandlePeekAnswer(Transaction transaction, Operation peek, in BencodeDictionary body)
    {
        PlaceOf(transaction)?.NoteAnswer(transaction.Contact!.Value);
        (byte[] key, byte[] salt) = peek.Signer!.Value;
        if (body.TryGet("v"u8, out ReadOnlySpan<byte> value) && body.TryGetInteger("seq"u8, out long sequence)
            && body.TryGetString("k"u8, out ReadOnlySpan<byte> signer) && signer.SequenceEqual(key) && body.TryGetString("sig"u8, out ReadOnlySpan<byte> signature)
            && DhtItem.TryTakeMutable(key, salt, sequence, value, signature) is { } item && item.Target == transaction.PeekTarget)
        {
            Raise(new DhtEvent.ItemFound(peek.Number, item));
        }

        Raise(new DhtEvent.Ended(peek.Number, 0));
    }

    private void HandlePeekFailure(Transaction transaction, Operation peek)
    {
        PlaceOf(transaction)?.NoteSilence(transaction.Contact!.Value);
        Raise(new DhtEvent.Ended(peek.Number, 0));
    }

    private Neighbourhood? PlaceOf(Transaction transaction) =>
        _neighbourhoods.GetValueOrDefault((transaction.PeekTarget, !transaction.Contact!.Value.Endpoint.Address.IsV4));
}
