namespace Kith.Endurance;

/// <summary>What this process holds.</summary>
internal static class Heap
{
    /// <summary>Managed bytes that something still refers to.</summary>
    public static long LiveBytes()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
