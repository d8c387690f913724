namespace Kith.Protocol.Discovery.Lan;

/// <summary>How <see cref="LanDiscovery"/> paces itself. Immutable.</summary>
public sealed record LanOptions
{
    /// <summary>How long one set of random names and tags is used; then it is taken back and another one drawn.</summary>
    public TimeSpan Rotation { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The wait after the first query; each further one doubles.</summary>
    public TimeSpan FirstQueryWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between queries.</summary>
    public TimeSpan QueryWaitMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The shortest time between two announcements of the same content (RFC 6762 section 6).</summary>
    public TimeSpan AnnouncementInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time between two announcements of which the second says something new.</summary>
    public TimeSpan ChangeInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a member goes on naming itself to whoever holds an invite, after it heard from one.</summary>
    public TimeSpan JoinAnswer { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a sighting that was reported is not reported again.</summary>
    public TimeSpan EventInterval { get; init; } = TimeSpan.FromSeconds(30);
}
