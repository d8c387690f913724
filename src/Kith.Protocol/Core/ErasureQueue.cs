using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;

namespace Kith.Protocol.Core;

/// <summary>
/// Mailboxes of members that were removed which are still to be emptied: at most <see cref="NodeLimits.ErasuresMax"/>. What is left out has no life beyond two hours anyway.
/// </summary>
internal sealed class ErasureQueue
{
    private readonly Queue<(NetworkSecret Secret, NetworkId Network, NodeId To, uint Quarter)> _boxes = new();

    /// <summary>How many there are.</summary>
    public int Count => _boxes.Count;

    /// <summary>Adds one; false if there are as many as there may be.</summary>
    public bool TryAdd(NetworkSecret secret, NetworkId network, NodeId to, uint quarter)
    {
        if (_boxes.Count >= NodeLimits.ErasuresMax)
        {
            return false;
        }

        _boxes.Enqueue((secret, network, to, quarter));
        return true;
    }

    /// <summary>Takes the oldest.</summary>
    public bool TryTake(out (NetworkSecret Secret, NetworkId Network, NodeId To, uint Quarter) box) => _boxes.TryDequeue(out box);
}
