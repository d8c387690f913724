using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Discovery.Dht.Lookups;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <content>Queries of ours, their answers and their deadlines.</content>
public sealed partial class DhtMachine
{
    private readonly Dictionary<uint, Transaction> _transactions = [];
    private readonly Queue<Transaction> _bySlow = new();
    private readonly Queue<Transaction> _byTimeout = new();
    private readonly Queue<(InternetEndpoint Endpoint, byte[] Bytes)> _transmits = new();

    private int _newcomerPings;

    private Instant NextTransactionDeadline
    {
        get
        {
            // Those over at the front would only wake us for nothing.
            while (_bySlow.TryPeek(out Transaction? first) && first.IsOver)
            {
                _bySlow.Dequeue();
            }

            while (_byTimeout.TryPeek(out Transaction? first) && first.IsOver)
            {
                _byTimeout.Dequeue();
            }

            Instant slow = _bySlow.TryPeek(out Transaction? next) ? next.Sent + DhtTimings.SlowAfter : Instant.Never;
            return Instant.Min(slow, _byTimeout.TryPeek(out next) ? next.Sent + DhtTimings.QueryTimeout : Instant.Never);
        }
    }

    /// <summary>Takes the next datagram to send; the buffer holds <see cref="KrpcMessage.BytesMax"/> bytes.</summary>
    public bool TryGetTransmit(Span<byte> buffer, out DhtTransmit transmit)
    {
        if (!_transmits.TryDequeue(out (InternetEndpoint Endpoint, byte[] Bytes) datagram))
        {
            transmit = default;
            return false;
        }

        datagram.Bytes.CopyTo(buffer);
        Traffic = Traffic.WithSent(datagram.Bytes.Length, datagram.Endpoint.Address.IsV4);
        transmit = new DhtTransmit(datagram.Endpoint, datagram.Bytes.Length);
        return true;
    }

    /// <summary>Takes a datagram that begins with <c>d</c>. What is not of the DHT is passed over.</summary>
    public void HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        Traffic = Traffic.WithReceived(datagram.Length, source.Address.IsV4);
        if (_families[source.Address.IsV4 ? 0 : 1] is not { } family || !KrpcMessage.TryDecode(datagram, out KrpcMessage message))
        {
            return;
        }

        if (message.Kind == KrpcKind.Query)
        {
            HandleQuery(now, family, source, message);
        }
        else if (message.Transaction.Length == KrpcQuery.TransactionBytes
            && _transactions.TryGetValue(BinaryPrimitives.ReadUInt32BigEndian(message.Transaction), out Transaction? transaction)
            && transaction.Endpoint == source)
        {
            Close(transaction);
            if (message.Kind == KrpcKind.Response)
            {
                HandleResponse(now, family, transaction, message);
            }
            else
            {
                HandleRefusal(now, transaction);
            }
        }
    }

    private void HandleResponse(Instant now, DhtFamily family, Transaction transaction, in KrpcMessage message)
    {
        DhtContact contact = new(message.Sender, transaction.Endpoint);
        bool isWhoWasAsked = transaction.Contact is not { } expected || expected.Id == contact.Id;
        if (!isWhoWasAsked)
        {
            // Somebody else is there now.
            family.Table.HandleFailure(transaction.Contact!.Value);
        }

        family.Table.HandleAnswer(now, contact);
        if (!message.Observed.IsNone)
        {
            Raise(new DhtEvent.AddressSeen(transaction.Endpoint, message.Observed));
            if (family.HandleVote(now, transaction.Endpoint.Address, message.Observed.Address))
            {
                BeginUpkeepLookup(now, family, family.Self);
            }
        }

        if (transaction.Peek is { } peek)
        {
            HandlePeekAnswer(transaction, peek, message.Body);
        }
        else if (transaction.Lookup is { } lookup)
        {
            if (isWhoWasAsked)
            {
                HandleLookupAnswer(now, lookup, transaction, message);
            }
            else
            {
                HandleLookupFailure(now, lookup, transaction);
            }
        }
        else if (transaction.Write is { } operation)
        {
            operation.Stored++;
            HandleWriteEnd(operation);
        }
        else if (transaction.Contact is null)
        {
            // A bootstrap node answered: from now on it is walked.
            family.BootstrapWait = DhtTimings.BootstrapFirst;
            family.NextWalk = now + DhtTimings.SecondWalk;
            BeginUpkeepLookup(now, family, family.Self);
        }
    }

    private void HandleRefusal(Instant now, Transaction transaction)
    {
        if (transaction.Peek is { } peek)
        {
            HandlePeekFailure(transaction, peek);
        }
        else if (transaction.Lookup is { } lookup)
        {
            HandleLookupFailure(now, lookup, transaction);
        }
        else if (transaction.Write is { } operation)
        {
            HandleWriteEnd(operation);
        }
    }

    private void HandleTransactionDeadlines(Instant now)
    {
        while (_bySlow.TryPeek(out Transaction? slow) && (slow.IsOver || now - slow.Sent >= DhtTimings.SlowAfter))
        {
            _bySlow.Dequeue();
            if (!slow.IsOver && slow is { Asked: { State: LookupState.Asked } asked, Lookup: { } lookup })
            {
                asked.Become(LookupState.Slow);
                Advance(now, lookup);
            }
        }

        while (_byTimeout.TryPeek(out Transaction? late) && (late.IsOver || now - late.Sent >= DhtTimings.QueryTimeout))
        {
            _byTimeout.Dequeue();
            if (late.IsOver)
            {
                continue;
            }

            Close(late);
            if (late.Contact is { } contact)
            {
                _families[contact.Endpoint.Address.IsV4 ? 0 : 1]?.Table.HandleFailure(contact);
            }

            HandleRefusal(now, late);
        }
    }

    private bool TryBegin(
        Instant now, InternetEndpoint endpoint, DhtContact? contact, [NotNullWhen(true)] out Transaction? transaction,
        Lookup? lookup = null, int path = 0, LookupContact? asked = null, Operation? write = null, bool isToNewcomer = false)
    {
        transaction = null;
        if (_transactions.Count >= DhtLimits.TransactionsMax || _transmits.Count >= DhtLimits.TransmitsMax)
        {
            return false;
        }

        uint number;
        do
        {
            number = _random.NextUInt32();
        }
        while (_transactions.ContainsKey(number));
        transaction = new Transaction(number, endpoint, now) { Contact = contact, Lookup = lookup, Path = path, Asked = asked, Write = write, IsToNewcomer = isToNewcomer };
        _newcomerPings += isToNewcomer ? 1 : 0;
        _transactions[number] = transaction;
        _byTimeout.Enqueue(transaction);
        if (lookup is not null)
        {
            _bySlow.Enqueue(transaction);
        }

        return true;
    }

    private void Close(Transaction transaction)
    {
        transaction.IsOver = true;
        _newcomerPings -= transaction.IsToNewcomer ? 1 : 0;
        _transactions.Remove(transaction.Number);
    }

    private KrpcQuery QueryOf(Transaction transaction, DhtFamily family) => new(transaction.Number, family.Self, IsReadOnly, family.IsV6);

    private void SendQuery(Transaction transaction, ReadOnlySpan<byte> query) => Transmit(transaction.Endpoint, query);

    private void Transmit(in InternetEndpoint endpoint, ReadOnlySpan<byte> datagram)
    {
        if (_transmits.Count < DhtLimits.TransmitsMax)
        {
            _transmits.Enqueue((endpoint, datagram.ToArray()));
        }
    }
}
