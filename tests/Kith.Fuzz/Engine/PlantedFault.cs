namespace Kith.Fuzz.Engine;

/// <summary>Faults that the engine must find.</summary>
internal enum PlantedFault
{
    /// <summary>Reads as many bytes as a field says, although they are not there.</summary>
    TrustsTheLength,

    /// <summary>Allocates what a field says before it looks whether that much has come.</summary>
    AllocatesTheLength,

    /// <summary>Takes two milliseconds for some inputs.</summary>
    TakesTime,

    /// <summary>Does not write what it has read.</summary>
    LosesABit,

    /// <summary>Refuses even good input, so that nothing behind the first check is ever tried.</summary>
    RefusesAll,
}
