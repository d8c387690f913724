using Kith.Protocol.Tunnel;

namespace Kith.Simulator.Nodes;

/// <summary>
/// What one node passed on, to see that nothing goes round in circles. A sealed packet is sent once, so nobody passes it on twice. The bytes of a handshake go several ways at once, which may
/// meet again.
/// </summary>
internal sealed class RelayWatch(string name)
{
    private const int KeptMax = 4096;
    private const int HandshakeCopiesMax = 16;

    private readonly Dictionary<string, int> _times = [];
    private readonly Queue<string> _order = new();

    /// <summary>Datagrams passed on.</summary>
    public long Count { get; private set; }

    /// <summary>Notes one, and fails if it was here before.</summary>
    public void Note(ReadOnlySpan<byte> datagram)
    {
        Count++;
        string key = Convert.ToBase64String(datagram.Length > 64 ? datagram[..64] : datagram);
        int times = _times.GetValueOrDefault(key) + 1;
        _times[key] = times;
        bool isTransport = datagram.Length > 0 && datagram[0] == (byte)TunnelMessageType.Transport;
        SimFailure.Unless(times <= (isTransport ? 1 : HandshakeCopiesMax), $"{name} passes one datagram of {datagram.Length} bytes on for the {times}th time");
        if (times == 1)
        {
            _order.Enqueue(key);
            if (_order.Count > KeptMax)
            {
                _times.Remove(_order.Dequeue());
            }
        }
    }
}
