namespace Kith.Protocol.Discovery.Lan;

/// <summary>As what a node announces itself; the first byte inside a <see cref="LanTag"/>.</summary>
public enum LanRole : byte
{
    /// <summary>A member of the network.</summary>
    Member = 1,

    /// <summary>The holder of an invite, looking for members.</summary>
    Joiner = 2,
}
