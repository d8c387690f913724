using System.Globalization;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>Counts replies for the last line of `kith ping`.</summary>
internal sealed class PingSummary
{
    private string _device = string.Empty;
    private double _min = double.MaxValue;
    private double _max;
    private double _sum;

    /// <summary>How many were sent.</summary>
    public int Sent { get; private set; }

    /// <summary>How many were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>Counts one.</summary>
    public void Add(PingReply reply)
    {
        _device = reply.Device;
        Sent++;
        if (reply is { Answered: true, RttMilliseconds: { } rtt })
        {
            Answered++;
            _min = Math.Min(_min, rtt);
            _max = Math.Max(_max, rtt);
            _sum += rtt;
        }
    }

    /// <summary>The summary in one line.</summary>
    public override string ToString()
    {
        int lostPercent = Sent == 0 ? 0 : (int)Math.Round(100.0 * (Sent - Answered) / Sent);
        string counts = string.Create(CultureInfo.InvariantCulture, $"{_device}: {Sent} sent, {Answered} answered, {lostPercent} % lost");
        return Answered == 0
            ? counts
            : string.Create(CultureInfo.InvariantCulture, $"{counts}; round trip min/avg/max {_min:0.00}/{_sum / Answered:0.00}/{_max:0.00} ms");
    }
}
