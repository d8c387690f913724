namespace Kith.Simulator;

/// <summary>What was promised does not hold in this run.</summary>
internal sealed class SimFailure(string message) : Exception(message)
{
    /// <summary>Throws unless the condition holds.</summary>
    public static void Unless(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new SimFailure(complaint);
        }
    }
}
