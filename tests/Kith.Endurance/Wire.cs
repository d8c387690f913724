using Kith.Protocol.Core;
using Kith.Protocol.Wire;

namespace Kith.Endurance;

/// <summary>Carries datagrams between its ends with a delay of a millisecond, in virtual time. What goes to nobody is gone.</summary>
internal sealed class Wire(VirtualTime time)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(1);

    private readonly Dictionary<InternetEndpoint, IWireEnd> _ends = [];
    private readonly PriorityQueue<(IWireEnd End, Instant Planned), (Instant Due, long Order)> _wakes = new();
    private readonly Dictionary<IWireEnd, Instant> _planned = [];
    private readonly PriorityQueue<(InternetEndpoint From, InternetEndpoint To, byte[] Bytes), (Instant Due, long Order)> _flying = new();
    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private long _order;

    /// <summary>Whether a datagram between two ends arrives; all do unless said otherwise.</summary>
    public Func<InternetEndpoint, InternetEndpoint, bool> Passes { get; set; } = static (_, _) => true;

    /// <summary>Datagrams that arrived.</summary>
    public long Carried { get; private set; }

    /// <summary>Plugs an end in.</summary>
    public void Add(IWireEnd end)
    {
        _ends.Add(end.Endpoint, end);
        Serve(end);
    }

    /// <summary>Takes an end off; what flies to it is lost.</summary>
    public void Remove(IWireEnd end)
    {
        _ends.Remove(end.Endpoint);
        _planned.Remove(end);
    }

    /// <summary>Forgets everybody but one, for whoever wants to know what that one alone holds.</summary>
    public void KeepOnly(IWireEnd end)
    {
        _ends.Clear();
        _wakes.Clear();
        _planned.Clear();
        _flying.Clear();
        _ends.Add(end.Endpoint, end);
    }

    /// <summary>Sends what an end has to send after it was called, and plans its next wake.</summary>
    public void Serve(IWireEnd end)
    {
        while (end.TakeDatagram(time.Reading, _buffer, out InternetEndpoint destination) is var length and > 0)
        {
            if (Passes(end.Endpoint, destination))
            {
                _flying.Enqueue((end.Endpoint, destination, _buffer[..length]), (time.Now + Delay, _order++));
            }
        }

        Instant next = Instant.Max(end.NextTimeout, time.Now);
        if (next != Instant.Never && (!_planned.TryGetValue(end, out Instant planned) || next < planned))
        {
            _planned[end] = next;
            _wakes.Enqueue((end, next), (next, _order++));
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Run(TimeSpan span)
    {
        Instant end = time.Now + span;
        while (true)
        {
            Instant arrival = _flying.TryPeek(out _, out (Instant Due, long) first) ? first.Due : Instant.Never;
            Instant wake = _wakes.TryPeek(out _, out (Instant Due, long) next) ? next.Due : Instant.Never;
            if (Instant.Min(arrival, wake) > end)
            {
                time.AdvanceTo(end);
                return;
            }

            time.AdvanceTo(Instant.Min(arrival, wake));
            if (arrival <= wake)
            {
                Deliver(_flying.Dequeue());
            }
            else
            {
                Wake(_wakes.Dequeue());
            }
        }
    }

    private void Deliver((InternetEndpoint From, InternetEndpoint To, byte[] Bytes) flying)
    {
        if (_ends.TryGetValue(flying.To, out IWireEnd? end))
        {
            Carried++;
            end.HandleDatagram(time.Reading, flying.From, flying.Bytes);
            Serve(end);
        }
    }

    private void Wake((IWireEnd End, Instant Planned) wake)
    {
        // Planned anew for an earlier time, or taken off since.
        if (!_planned.TryGetValue(wake.End, out Instant planned) || planned != wake.Planned)
        {
            return;
        }

        _planned.Remove(wake.End);
        if (wake.End.NextTimeout <= time.Now)
        {
            wake.End.HandleTimeout(time.Reading);
        }

        Serve(wake.End);
    }
}
