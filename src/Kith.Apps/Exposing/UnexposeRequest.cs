namespace Kith.Apps.Exposing;

/// <summary>Asks for a service to be exposed no more.</summary>
/// <param name="Service">Its name or port.</param>
public sealed record UnexposeRequest(string Service);
