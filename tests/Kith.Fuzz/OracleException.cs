namespace Kith.Fuzz;

/// <summary>An input was handled without an exception and wrongly.</summary>
internal sealed class OracleException(string message) : Exception(message);
