namespace Kith.Endurance;

/// <summary>A hundred members connect, tell all they have, and vanish without a word, a hundred times.</summary>
internal sealed class ComingAndGoingLeavesNothing : IEnduranceCheck
{
    private const int Members = 100;
    private const int Rounds = 100;
    private const int RoundsToWarmUp = 15;

    // Tables that grow once; 26 bytes for each who came.
    private const long NoiseBytes = 256 * 1024;

    /// <inheritdoc/>
    public string Name => "coming-and-going-10000-times-leaves-nothing";

    /// <inheritdoc/>
    public IEnumerable<string> Run()
    {
        using Crowd crowd = new(Members);
        crowd.StartHub();
        Repeat(crowd, RoundsToWarmUp);
        long before = Heap.LiveBytes();
        Repeat(crowd, Rounds);
        long grown = Heap.LiveBytes() - before;
        yield return $"memory: {grown / 1024.0:+0.0;-0.0;0} KiB of heap after {Members * Rounds:N0} members connected and vanished (bar: {NoiseBytes / 1024} KiB, the noise)";
        EnduranceException.Unless(crowd.OnlineCount() == 0 && crowd.Hub!.Core.Counts.Streams == 0, "members that vanished are still there");
        EnduranceException.Unless(grown <= NoiseBytes, $"the heap has grown by {grown} bytes");
    }

    private static void Repeat(Crowd crowd, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            crowd.ConnectAll();
            crowd.VanishAll();
            crowd.Wire.Run(TimeSpan.FromMinutes(4));
        }
    }
}
