using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>One wish at one gateway by one protocol.</summary>
internal sealed class PortLease(MappingWish wish)
{
    /// <summary>What is wanted.</summary>
    public MappingWish Wish { get; } = wish;

    /// <summary>How it stands.</summary>
    public LeaseState State { get; set; }

    /// <summary>Where it is reachable; none until it is granted, kept as the suggestion for the next time.</summary>
    public InternetEndpoint External { get; set; }

    /// <summary>The outside port to ask for.</summary>
    public ushort SuggestedPort { get; set; } = wish.InternalPort;

    /// <summary>Until when the gateway keeps it, if it ever granted it.</summary>
    public Instant ExpiresAt { get; set; }

    /// <summary>When something is to be done for it.</summary>
    public Instant NextAt { get; set; } = Instant.Never;

    /// <summary>Requests since the last answer.</summary>
    public int Attempts { get; set; }

    /// <summary>Outside ports that turned out to be taken, in a row.</summary>
    public int Conflicts { get; set; }

    /// <summary>The gateway's number for a pinhole, or empty.</summary>
    public string PinholeId { get; set; } = "";

    /// <summary>When <see cref="MappingClient.HandleTimeout"/> has something to do for it.</summary>
    public Instant NextTimeout => State switch
    {
        LeaseState.Held => Instant.Min(NextAt, ExpiresAt),
        LeaseState.Asking or LeaseState.Waiting or LeaseState.Releasing => NextAt,
        _ => Instant.Never,
    };
}
