namespace Kith.Cli.Output;

/// <summary>The few styles that the output uses; the numbers are those of ECMA-48's SGR.</summary>
internal enum TextStyle
{
    /// <summary>As it is.</summary>
    Plain = 0,

    /// <summary>What the eye should find first.</summary>
    Bold = 1,

    /// <summary>What may be overlooked.</summary>
    Dim = 2,

    /// <summary>What does not work.</summary>
    Red = 31,

    /// <summary>What works.</summary>
    Green = 32,

    /// <summary>What could be better.</summary>
    Yellow = 33,
}
