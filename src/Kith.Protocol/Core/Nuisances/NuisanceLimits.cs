namespace Kith.Protocol.Core.Nuisances;

/// <summary>What a member may do, far above what any does that is sound, and how it is told of when it does more.</summary>
public static class NuisanceLimits
{
    /// <summary>
    /// Units of control messages taken from one member each second, over all its streams: one for a message, one for each 256 bytes, and
    /// <see cref="ControlUnitsPerSignature"/> for each signature that is checked. What comes beyond waits in the streams' windows.
    /// </summary>
    public const int ControlUnitsPerSecond = 8192;

    /// <summary>Units that may come at once: 8 MiB, so that two members that were apart for long become alike without a pause.</summary>
    public const int ControlBurst = 32_768;

    /// <summary>Bytes of one unit.</summary>
    public const int ControlUnitBytes = 256;

    /// <summary>Units of one signature: some 2,000 a second are checked of one member, a fraction of a core.</summary>
    public const int ControlUnitsPerSignature = 4;

    /// <summary>New statements of one author each second that are not worth a word.</summary>
    public const int StatementsPerSecond = 2;

    /// <summary>New statements of one author at once that are not worth a word.</summary>
    public const int StatementBurst = 512;

    /// <summary>New whereabouts, and likewise link reports, of one member that are taken each second.</summary>
    public const int RecordsPerSecond = 8;

    /// <summary>New whereabouts, and likewise link reports, of one member that are taken at once.</summary>
    public const int RecordBurst = 128;

    /// <summary>Control streams of one member that have not said yet what they are about.</summary>
    public const int MuteStreamsMax = 8;

    /// <summary>Bytes that a control stream must take within <see cref="ReadingTime"/> while more than it may hold waits for it.</summary>
    public const int ReadBytesMin = 16 * 1024;

    /// <summary>Members and kinds that are remembered; the one that was quiet longest gives way.</summary>
    public const int EntriesMax = 256;

    /// <summary>For how long a control stream may take less than <see cref="ReadBytesMin"/> before it is closed.</summary>
    public static readonly TimeSpan ReadingTime = TimeSpan.FromSeconds(30);

    /// <summary>The least time between two words about the same member and kind.</summary>
    public static readonly TimeSpan TellInterval = TimeSpan.FromHours(1);

    /// <summary>What happens less often than so within this time is not worth a word.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>How often something must happen within <see cref="Window"/> to be worth a word: what goes wrong now and then among sound members stays below.</summary>
    public static int WorthTelling(NuisanceKind kind) => kind switch
    {
        NuisanceKind.Frames or NuisanceKind.Streams => 100,
        NuisanceKind.Packets or NuisanceKind.Relaying => 10_000,
        NuisanceKind.Whereabouts or NuisanceKind.Links => 16,
        _ => 1,
    };
}
