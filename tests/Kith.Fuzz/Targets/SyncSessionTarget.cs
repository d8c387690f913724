using Kith.Fuzz.Coverage;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Sync;

namespace Kith.Fuzz.Targets;

/// <summary>The input goes into a session on a log that has half of the statements. Only genuine statements may get in, whatever comes.</summary>
[Covers(typeof(Protocol.Membership.Sync.SyncSession))]
internal sealed class SyncSessionTarget : IFuzzTarget
{
    private readonly MembershipLog _whole = MembershipSamples.Log();
    private readonly byte[] _buffer = new byte[SyncLimits.MessageBytesMax];
    private MembershipLog _half;
    private SyncSession _session;
    private int _inputs;

    public SyncSessionTarget()
    {
        _half = Half();
        _session = new SyncSession(_half);
    }

    public string Name => "sync-session";

    public IEnumerable<byte[]> Corpus => new SyncMessageTarget().Corpus;

    public void Prepare()
    {
        if (_half.Statements.Count == _whole.Statements.Count || ++_inputs % 256 == 0)
        {
            _half = Half();
            _session = new SyncSession(_half);
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        bool ok = _session.HandleMessage(input) == SyncResult.Ok;
        for (int i = 0; i < 3 && _session.TryGetMessage(_buffer, out int written); i++)
        {
            Oracle.True(written <= SyncLimits.MessageBytesMax, "a message is too large");
        }

        foreach (Statement statement in _half.Statements)
        {
            Oracle.True(_whole.TryGet(statement.Hash, out _), "a statement that nobody made is in the log");
        }

        return ok;
    }

    private MembershipLog Half()
    {
        MembershipLog half = MembershipLog.Empty(_whole.Id);
        foreach (Statement statement in _whole.Statements.Take(_whole.Statements.Count / 2))
        {
            half.Add(statement);
        }

        return half;
    }
}
