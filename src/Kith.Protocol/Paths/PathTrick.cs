namespace Kith.Protocol.Paths;

/// <summary>By what a path through translators came about.</summary>
public enum PathTrick
{
    /// <summary>Nothing of the kind: the endpoint was stated, or packets simply came from it.</summary>
    None,

    /// <summary>Both sides called each other and sent at the same time.</summary>
    Opened,

    /// <summary>The outside port was foretold.</summary>
    Predicted,

    /// <summary>One of many sockets met one of many ports.</summary>
    Birthday,
}
