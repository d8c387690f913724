using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Sync;

/// <summary>
/// Brings two logs together over one lossless stream in order and keeps them together while it lasts. Each side announces its heads, sends
/// what the other lacks, and then every new statement as it comes. The caller hands in what arrives and, after that and whenever statements
/// were added to the log by others, asks <see cref="TryGetMessage"/> until there is nothing to send. Not thread-safe; used on the log's thread.
/// </summary>
public sealed class SyncSession
{
    private readonly MembershipLog _log;
    private readonly List<Head> _theirHeads = [];
    private readonly List<bool> _theyHave = [];

    /// <summary>What went over this stream, either way, while it is only guessed what they have.</summary>
    private readonly HashSet<int> _exchanged = [];

    private int _next;
    private bool _headsWanted = true;
    private bool _sendExact;
    private int _headsSent = -1;
    private Head[] _ourHeads = [];
    private bool _headsComplete;
    private bool _isGuess;
    private bool _owesWord;
    private bool _missedParents;
    private bool _theyAreDone;
    private int _repeats;

    /// <summary>Starts a session for a log. Both sides start alike.</summary>
    public SyncSession(MembershipLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        _log = log;
    }

    /// <summary>
    /// Whether both sides have told all: the other said it has nothing more to send, all that it announced is here, and nothing waits to be sent.
    /// </summary>
    public bool IsCaughtUp
    {
        get
        {
            SkipWhatTheyHave();
            return _theyAreDone && !_owesWord && !_headsWanted && _next == _log.Statements.Count;
        }
    }

    /// <summary>Takes in a message of the other side. Statements go into the log; store those that are new before telling anyone else of them.</summary>
    public SyncResult HandleMessage(ReadOnlySpan<byte> message)
    {
        if (HeadsMessage.TryDecode(message, out HeadsMessage? heads))
        {
            return HandleHeads(heads);
        }

        return StatementsMessage.TryDecode(message, out StatementsMessage? statements) ? HandleStatements(statements) : SyncResult.Malformed;
    }

    /// <summary>
    /// Writes the next message to send; false if there is none for now. Ask again after <see cref="HandleMessage"/> and after statements were added to the log.
    /// </summary>
    /// <param name="buffer">Room for <see cref="SyncLimits.MessageBytesMax"/> bytes.</param>
    /// <param name="written">The length of the message.</param>
    public bool TryGetMessage(Span<byte> buffer, out int written)
    {
        written = 0;
        if (_headsWanted || _headsSent >= 0)
        {
            written = WriteHeads(buffer);
            return true;
        }

        if (!_headsComplete)
        {
            return false;
        }

        List<ReadOnlyMemory<byte>> batch = NextBatch();
        if (batch.Count == 0 && !_owesWord)
        {
            return false;
        }

        SkipWhatTheyHave();
        bool caughtUp = _next == _log.Statements.Count;
        _owesWord = !caughtUp;
        written = new StatementsMessage(caughtUp, batch).Encode(buffer);
        return true;
    }

    private SyncResult HandleHeads(HeadsMessage message)
    {
        if (_headsComplete)
        {
            _theirHeads.Clear();
            _headsComplete = false;
            _theyAreDone = false;
        }

        if (_theirHeads.Count + message.Heads.Count > SyncLimits.HeadsMax)
        {
            return SyncResult.Malformed;
        }

        _theirHeads.AddRange(message.Heads);
        if (!message.HasMore)
        {
            _headsComplete = true;
            _exchanged.Clear();
            Estimate(guess: !message.IsExact);
        }

        return SyncResult.Ok;
    }

    private SyncResult HandleStatements(StatementsMessage message)
    {
        foreach (ReadOnlyMemory<byte> encoded in message.Statements)
        {
            AddResult result = _log.TryAdd(encoded.Span, out Statement? statement);
            if (result is AddResult.Added or AddResult.Fork or AddResult.Duplicate)
            {
                MarkTheirs(statement!.Hash);
                _repeats = result == AddResult.Duplicate ? _repeats : 0;
            }
            else if (result is AddResult.MissingParents)
            {
                _missedParents = true;
            }
            else if (result is not AddResult.TooMany)
            {
                return SyncResult.BadStatement;
            }
        }

        _theyAreDone = message.IsCaughtUp && _headsComplete;
        if (_theyAreDone)
        {
            HandleCaughtUp();
        }

        return SyncResult.Ok;
    }

    private void HandleCaughtUp()
    {
        bool lacking = _missedParents || _theirHeads.Exists(head => !_log.TryGet(head.Hash, out _));
        _missedParents = false;
        if (lacking && _repeats < SyncLimits.RepeatsMax)
        {
            _repeats++;
            _headsWanted = true;
            _sendExact = true;
            _theyAreDone = false;
        }
        else if (!lacking)
        {
            if (_isGuess)
            {
                Estimate(guess: false);
            }

            // A network of a thousand has as many heads; none is needed once all are here.
            _theirHeads.Clear();
            _theirHeads.TrimExcess();
            _exchanged.Clear();
            _exchanged.TrimExcess();
        }
    }

    /// <summary>Works out anew what they have: exactly, from the heads that are known here; or, where a head is not, also by its number.</summary>
    private void Estimate(bool guess)
    {
        List<LogEntry> known = [];
        Dictionary<NodeId, ulong> further = [];
        foreach (Head head in _theirHeads)
        {
            if (_log.Graph.TryGet(head.Hash, out LogEntry? entry))
            {
                known.Add(entry);
            }
            else if (guess)
            {
                further[head.Author] = Math.Max(head.Sequence, further.GetValueOrDefault(head.Author));
            }
        }

        _isGuess = further.Count > 0;
        CausalClock? seen = SeenByAny(known);
        foreach (LogEntry entry in _log.Graph.Arrived)
        {
            if (entry.Index == _theyHave.Count)
            {
                _theyHave.Add(false);
            }

            AuthorChain chain = _log.Graph.Authors[entry.Statement.Author];
            bool guessed = !chain.IsForked && further.TryGetValue(entry.Statement.Author, out ulong sequence) && sequence > chain.Heads[0].Statement.Sequence;
            _theyHave[entry.Index] = entry.Position <= (seen?.Seen(entry.Branch) ?? 0) || guessed || _exchanged.Contains(entry.Index);
        }

        _next = 0;
        _owesWord = true;
    }

    // The last to arrive have seen most of the others, so that in a large network nearly all heads are passed over.
    private static CausalClock? SeenByAny(List<LogEntry> heads)
    {
        CausalClock? seen = null;
        foreach (LogEntry head in heads.OrderByDescending(static head => head.Index))
        {
            if (seen is null || seen.Seen(head.Branch) < head.Position)
            {
                seen = seen is null ? head.Clock : CausalClock.Union(seen, head.Clock);
            }
        }

        return seen;
    }

    private void NoteExchanged(int index)
    {
        if (_isGuess)
        {
            _exchanged.Add(index);
        }
    }

    private void MarkTheirs(Bytes32 hash)
    {
        if (_log.Graph.TryGet(hash, out LogEntry? entry))
        {
            while (_theyHave.Count <= entry.Index)
            {
                _theyHave.Add(false);
            }

            _theyHave[entry.Index] = true;
            NoteExchanged(entry.Index);
        }
    }

    private int WriteHeads(Span<byte> buffer)
    {
        if (_headsSent < 0)
        {
            _ourHeads = [.. _log.Heads];
            _headsSent = 0;
            _headsWanted = false;
        }

        int count = Math.Min(_ourHeads.Length - _headsSent, SyncLimits.HeadsPerMessageMax);
        Head[] page = _ourHeads[_headsSent..(_headsSent + count)];
        _headsSent += count;
        bool hasMore = _headsSent < _ourHeads.Length;
        bool exact = _sendExact;
        if (!hasMore)
        {
            _headsSent = -1;
            _ourHeads = [];
        }

        return new HeadsMessage(hasMore, exact, page).Encode(buffer);
    }

    private List<ReadOnlyMemory<byte>> NextBatch()
    {
        List<ReadOnlyMemory<byte>> batch = [];
        int bytes = 0;
        for (SkipWhatTheyHave(); _next < _log.Statements.Count && batch.Count < SyncLimits.StatementsPerMessageMax; SkipWhatTheyHave())
        {
            ReadOnlyMemory<byte> encoded = _log.Statements[_next].Encoded;
            int size = StatementsMessage.PrefixBytes + encoded.Length;
            if (batch.Count > 0 && bytes + size > SyncLimits.BatchBytes)
            {
                break;
            }

            batch.Add(encoded);
            bytes += size;
            NoteExchanged(_next);
            _next++;
        }

        return batch;
    }

    private void SkipWhatTheyHave()
    {
        while (_next < _theyHave.Count && _next < _log.Statements.Count && _theyHave[_next])
        {
            _next++;
        }
    }
}
