using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Incoming;

/// <summary>A file or link that was announced and has no outcome yet. One task at a time has it, as <see cref="State"/> says.</summary>
internal sealed class IncomingFile(uint index, IncomingFolder folder, string name, EntryDetails details, PartialName partial)
{
    private volatile IncomingState _state;

    /// <summary>Its number.</summary>
    public uint Index { get; } = index;

    /// <summary>Where it goes.</summary>
    public IncomingFolder Folder { get; } = folder;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What it is called until it is complete.</summary>
    public PartialName Partial { get; } = partial;

    /// <summary>Size, time, permissions: as announced, then as sent.</summary>
    public EntryDetails Details { get; set; } = details;

    /// <summary>Whose turn it is.</summary>
    public IncomingState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>A link's target; null for a file.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>What becomes of another file in its place; <see cref="ConflictPolicy.Ask"/> while there is none.</summary>
    public ConflictPolicy Place { get; set; }

    /// <summary>From where the sender may go on.</summary>
    public ResumePoint[] Points { get; set; } = [];

    /// <summary>How often it was asked for.</summary>
    public int Tries { get; set; }

    /// <summary>The hash of its content, once that is known.</summary>
    public Bytes32 Sha256 { get; set; }

    /// <summary>Whether its content survives a power cut already.</summary>
    public bool IsFlushed { get; set; }

    /// <summary>Whether it lies under its own name already.</summary>
    public bool IsPlaced { get; set; }

    /// <summary>The name it was given, if that is not its own.</summary>
    public string? OtherName { get; set; }

    /// <summary>Bytes of it that the count has as done.</summary>
    public long BytesCounted { get; set; }

    /// <summary>Its path, for people.</summary>
    public string Shown => Folder.ShownOf(Name);
}
