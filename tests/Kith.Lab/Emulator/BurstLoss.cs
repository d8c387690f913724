namespace Kith.Lab.Emulator;

/// <summary>
/// Loss in bursts, after Gilbert and Elliott: the link is good or bad, every frame may change that, and in the bad state all frames are lost.
/// </summary>
/// <param name="GoodToBad">Chance per frame that a good link turns bad.</param>
/// <param name="BadToGood">Chance per frame that a bad link recovers.</param>
internal sealed record BurstLoss(double GoodToBad, double BadToGood)
{
    /// <summary>
    /// The chances that give a share of lost frames and a mean length of bursts: BadToGood = 1/length,
    /// GoodToBad = BadToGood · share / (1 − share).
    /// </summary>
    public static BurstLoss Of(double share, double meanLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(meanLength, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(share, 1);
        double recovery = 1 / meanLength;
        return new BurstLoss(recovery * share / (1 - share), recovery);
    }
}
