using Kith.Fuzz.Coverage;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Sync;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is a history that hostile members state: for each statement who states it, its number and what it follows relative to what is right, the kind and the bytes of its body. The target signs
/// them, so that mutations get past the signature. They go into a log one by one and, in the other order, as a message of the synchronisation into a second one that then has to come to the
/// same state; what was taken opens again from what is kept of it.
/// </summary>
[Covers(typeof(MembershipLog), typeof(SyncSession))]
internal sealed class MembershipLogTarget : IFuzzTarget
{
    private const int StatementsMax = 3;

    private readonly MembershipLog _base = MembershipSamples.Log();
    private readonly NodeKey[] _keys = MembershipSamples.Keys();
    private int _turn;

    public string Name => "membership-log";

    public int InputBytesMax => 600;

    public bool AcceptsCorpus => false;

    public FuzzBound Bound => new(512 * 1024, 15, "an input is up to three statements, each signed by the target, and three logs that check the signatures of a whole network");

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            foreach (Statement statement in _base.Statements.Skip(1))
            {
                byte[] body = new byte[statement.Body.EncodedLength];
                SpanWriter writer = new(body);
                statement.Body.Encode(ref writer);
                if (body.Length <= 100)
                {
                    yield return [0, 0, (byte)statement.Type, (byte)body.Length, .. body];
                    yield return [1, 0, (byte)statement.Type, (byte)body.Length, .. body, 0, 1, (byte)statement.Type, (byte)body.Length, .. body];
                }
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        ScriptReader script = new(input);
        MembershipLog log = Copy(_base);
        List<Statement> made = [];
        while (made.Count < StatementsMax && script.TryTake(out int author))
        {
            NodeKey key = _keys[author % _keys.Length];
            int place = script.Take();
            BodyType type = (BodyType)script.Take();
            if (StatementBody.TryDecode(type, script.TakeBytes(script.Take()), out StatementBody? body) && TryMake(log, key, place, body) is { } statement)
            {
                FuzzTrace.Note((int)log.Add(statement));
                made.Add(statement);
            }
        }

        if (made.Count == 0)
        {
            return false;
        }

        // In the other order, and what came too early once more. Checking every signature anew takes long: one in eight is enough.
        if (_turn++ % 8 != 0)
        {
            return log.Statements.Count > _base.Statements.Count;
        }

        MembershipLog other = Copy(_base);
        SyncSession session = new(other);
        byte[] message = new byte[SyncLimits.MessageBytesMax];
        for (int i = 0; i < made.Count; i++)
        {
            foreach (Statement statement in Enumerable.Reverse(made))
            {
                session.HandleMessage(message.AsSpan(0, new StatementsMessage(false, [statement.Encoded]).Encode(message)));
            }
        }

        if (log.Statements.Count == other.Statements.Count)
        {
            Oracle.Equal(log.State.Digest, other.State.Digest, "the state in another order");
        }

        Oracle.True(MembershipLog.TryOpen(log.Id, log.Statements.Select(static statement => statement.Encoded), out MembershipLog? again, out string? error), $"what was taken does not open: {error}");
        Oracle.Equal(log.State.Digest, again!.State.Digest, "the state after opening");
        return log.Statements.Count > _base.Statements.Count;
    }

    private static MembershipLog Copy(MembershipLog whole)
    {
        MembershipLog copy = MembershipLog.Empty(whole.Id);
        foreach (Statement statement in whole.Statements)
        {
            copy.Add(statement);
        }

        return copy;
    }

    private static Statement? TryMake(MembershipLog log, NodeKey key, int place, StatementBody body)
    {
        Head? head = log.HeadOf(key.Id);
        ulong sequence = (head?.Sequence ?? 0) + 1 + (ulong)(place & 3) - (ulong)((place >> 2) & 3);
        Bytes32 previous = head is null ? default : (place & 16) != 0 ? log.Statements[place % log.Statements.Count].Hash : head.Value.Hash;
        Bytes32[] parents = [.. log.Heads.Select(static tip => tip.Hash).Where(hash => hash != previous).Take((place & 32) != 0 ? 0 : 3)];
        try
        {
            return Statement.Sign(log.Id, key, sequence, previous, parents, new HybridTime(MembershipSamples.Now + ((ulong)place << (place & 31))), body);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
