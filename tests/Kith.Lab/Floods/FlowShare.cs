using System.Globalization;

namespace Kith.Lab.Floods;

/// <summary>What a flow keeps under a flood.</summary>
/// <param name="Median">The median share.</param>
/// <param name="Shares">All of them, the least first.</param>
/// <param name="FloodPerSecond">Datagrams a second of the flood, on average.</param>
internal sealed record FlowShare(double Median, IReadOnlyList<double> Shares, double FloodPerSecond)
{
    /// <summary>All shares, for the report.</summary>
    public string Text => string.Join(' ', Shares.Select(share => share.ToString("P0", CultureInfo.InvariantCulture)));
}
