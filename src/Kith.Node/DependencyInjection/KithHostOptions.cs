namespace Kith.Node;

/// <summary>
/// The node of an application, as options: <c>services.Configure&lt;KithHostOptions&gt;(o =&gt; o.Node = o.Node with { … })</c> changes what <c>AddKith</c> was given.
/// </summary>
public sealed class KithHostOptions
{
    /// <summary>How the node is started.</summary>
    public KithNodeOptions Node { get; set; } = new();
}
