using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>
/// Statements of a network were on disk and are not any more. Until members have sent them again, the state as it was last known stands in for the
/// folded one, and this device states nothing, because what it stated last may be among them: stating it anew would fork its chain.
/// </summary>
internal sealed class LogRepair(NetworkMemory? memory, List<Statement> waiting, Instant began)
{
    /// <summary>
    /// How long, after a member has sent all it has, others who may have more are waited for before this device goes on without the statements that nobody sent.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private readonly HashSet<NodeId> _heard = [];

    /// <summary>When that was noticed.</summary>
    public Instant Began { get; } = began;

    /// <summary>How many statements were saved and cannot be used yet, because some they name are missing.</summary>
    public int WaitingCount => waiting.Count;

    /// <summary>Notes that a member has sent all it has.</summary>
    public void NoteHeard(NodeId member) => _heard.Add(member);

    /// <summary>Adds saved statements for which all is there now.</summary>
    public void TakeWaiting(MembershipLog log) => log.TakeWaiting(waiting);

    /// <summary>
    /// Whether the log may be used again: nothing that is remembered is missing; or, where some of it is not to be had, every other member has sent all it
    /// has, or the <see cref="Patience"/> is at an end.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="self">This device.</param>
    /// <param name="ownHead">This device's last statement; null if that is not known.</param>
    /// <param name="now">The time.</param>
    public bool IsOver(MembershipLog log, NodeId self, Head? ownHead, Instant now)
    {
        if (log.Folded is not { } folded || (!folded.Members.ContainsKey(self) && !folded.IsRevoked(self)))
        {
            return false;
        }

        bool hasOwn = ownHead is { } own && log.TryGet(own.Hash, out _);
        bool hasOthers = memory?.IsIn(log) ?? _heard.Count > 0;
        IEnumerable<NodeId> members = folded.Members.Keys.Concat(memory?.State.Members.Keys.Where(member => !folded.IsRevoked(member)) ?? []);
        bool isAskedOut = (_heard.Count > 0 && now >= Began + Patience)
            || ((memory is not null || _heard.Count > 0) && members.All(member => member == self || _heard.Contains(member)));
        return (hasOwn && hasOthers) || isAskedOut;
    }
}
