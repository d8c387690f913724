using Kith.Apps.Sending.Wire;
using Kith.Protocol.Identity;

namespace Kith.Apps.Sending.Incoming;

/// <summary>
/// Lets one transfer of each device in at a time, because two of them could write to the same unfinished files. The same transfer once more means that the link was
/// lost and this side has not noticed yet: the old connection ends. Remembers what was accepted, so that nobody is asked twice. Any thread.
/// </summary>
internal sealed class TransferGate
{
    /// <summary>How many accepted transfers are remembered.</summary>
    public const int AcceptedMax = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, ActiveTransfer> _active = [];
    private readonly Queue<(NodeId Device, Bytes16 Transfer)> _accepted = new();

    /// <summary>Enters if no other transfer of the device is there; otherwise returns the one to wait for.</summary>
    public bool TryEnter(NodeId device, ActiveTransfer transfer, out ActiveTransfer other)
    {
        lock (_gate)
        {
            if (_active.TryGetValue(device, out ActiveTransfer? found))
            {
                other = found;
                return false;
            }

            _active[device] = other = transfer;
            return true;
        }
    }

    /// <summary>Leaves.</summary>
    public void Leave(NodeId device, ActiveTransfer transfer)
    {
        lock (_gate)
        {
            _active.Remove(device);
        }

        transfer.Ended.TrySetResult();
    }

    /// <summary>Whether this transfer was accepted before.</summary>
    public bool WasAccepted(NodeId device, Bytes16 transfer)
    {
        lock (_gate)
        {
            return _accepted.Contains((device, transfer));
        }
    }

    /// <summary>Remembers that it was.</summary>
    public void Accept(NodeId device, Bytes16 transfer)
    {
        lock (_gate)
        {
            if (_accepted.Count >= AcceptedMax)
            {
                _accepted.Dequeue();
            }

            _accepted.Enqueue((device, transfer));
        }
    }
}
