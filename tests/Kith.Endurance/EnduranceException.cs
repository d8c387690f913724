namespace Kith.Endurance;

/// <summary>Something did not hold.</summary>
internal sealed class EnduranceException(string message) : Exception(message)
{
    /// <summary>Throws unless something holds.</summary>
    public static void Unless(bool holds, string message)
    {
        if (!holds)
        {
            throw new EnduranceException(message);
        }
    }
}
