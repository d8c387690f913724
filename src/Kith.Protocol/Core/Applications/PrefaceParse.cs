namespace Kith.Protocol.Core.Applications;

/// <summary>What <see cref="ProtocolPreface.TryDecode"/> found.</summary>
public enum PrefaceParse
{
    /// <summary>A whole preface.</summary>
    Ok,

    /// <summary>The beginning of one.</summary>
    Incomplete,

    /// <summary>No preface, whatever follows.</summary>
    Malformed,
}
