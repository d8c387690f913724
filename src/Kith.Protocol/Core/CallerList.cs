using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>Newcomers that openers are sent to. There are at most <see cref="RendezvousTimings.CallersMax"/>; the oldest gives way.</summary>
internal sealed class CallerList
{
    private readonly List<Caller> _callers = [];

    /// <summary>How many there are.</summary>
    public int Count => _callers.Count;

    /// <summary>Adds one.</summary>
    public void Add(Caller caller)
    {
        if (_callers.Count >= RendezvousTimings.CallersMax)
        {
            _callers.RemoveAt(0);
        }

        _callers.Add(caller);
    }

    /// <summary>Takes the next opener of each, and forgets those that have had all of theirs. Once a second.</summary>
    public IEnumerable<(InternetEndpoint Endpoint, byte[] Opener)> TakeDue()
    {
        List<(InternetEndpoint Endpoint, byte[] Opener)> due = [];
        foreach (Caller caller in _callers)
        {
            if (caller.Sent < caller.Openers.Length)
            {
                byte[] opener = caller.Openers[caller.Sent++];
                due.AddRange(caller.Endpoints.Select(endpoint => (endpoint, opener)));
            }
        }

        _callers.RemoveAll(static caller => caller.Sent >= caller.Openers.Length);
        return due;
    }
}
