using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>One program that joins two hosts by a private network, as its own documentation says to set it up.</summary>
internal abstract class Contender
{
    /// <summary>What the tables call it.</summary>
    public abstract string Name { get; }

    /// <summary>The programs it needs; the contender is left out where one is missing.</summary>
    public abstract IReadOnlyList<string> Tools { get; }

    /// <summary>A command that prints its version.</summary>
    public abstract string VersionCommand { get; }

    /// <summary>What a reader must know to compare its numbers.</summary>
    public virtual string Remark => string.Empty;

    /// <summary>Starts it on both hosts and returns the addresses at which a reaches b.</summary>
    public abstract Task<ContenderPair> StartAsync(LabHost a, LabHost b);
}
