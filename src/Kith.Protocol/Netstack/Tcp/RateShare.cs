namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// The rates of all busy streams to one remote address. What one of them has in flight follows the rate that it measured, and what it measures follows what it has in
/// flight: nothing in that brings two streams nearer to each other, and chance drives them apart. Streams of one stack know of each other, and lean to the mean.
/// </summary>
internal sealed class RateShare
{
    private double _sum;
    private int _count;

    /// <summary>The mean in bytes a second; 0 while there are fewer than two.</summary>
    public double Mean => _count > 1 ? _sum / _count : 0;

    /// <summary>A stream states another rate than before; 0 is a stream that is not busy.</summary>
    public void Replace(double before, double now)
    {
        _count += (now > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
        _sum = _count == 0 ? 0 : _sum + now - before;
    }
}
