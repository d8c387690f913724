namespace Kith.Fuzz.Engine;

/// <summary>Which of the inputs with new outcomes go into the repository: the shortest, so that it stays small.</summary>
internal static class CorpusChoice
{
    private const int InputsMax = 16;
    private const int InputBytesMax = 512;

    /// <summary>Writes them beside those that are there.</summary>
    public static void Keep(string root, string target, IReadOnlyList<byte[]> inputs) =>
        FuzzCorpus.Keep(root, target, inputs.Where(static input => input.Length is > 0 and <= InputBytesMax).OrderBy(static input => input.Length).DistinctBy(Convert.ToHexString).TakeLast(InputsMax * 4).Where(static (_, index) => index % 4 == 0));
}
